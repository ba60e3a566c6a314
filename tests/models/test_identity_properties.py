"""Who is who on random records, held against a plain reference and against networkx.

One build of the identity models takes seconds however little it resolves, so one example holds
many records at once.
"""

from __future__ import annotations

import os
import random
import shutil
from pathlib import Path
from typing import Any

import networkx as nx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from identity_lab import TYPES, WRITTEN, build, customers_of, give_orders, limits, rejected_by
from model_lab import SECRET, Lab
from plain_identity import Record, resolve

_QUIET = settings(
    max_examples=int(os.environ.get("ROLLCALL_EXAMPLES", "2")),
    # The same few in every quick run; `make test-slow` asks for many, and for others each time.
    derandomize="ROLLCALL_EXAMPLES" not in os.environ,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def _random_records(seed: int, count: int, values: int, users: float) -> list[Record]:
    """Return records of two or more identifiers, few values apart, at few times or at none."""
    rng = random.Random(seed)
    records = []
    for _ in range(count):
        kinds = rng.sample(TYPES[1:], rng.choice((1, 1, 2, 3)))
        if rng.random() < users:
            kinds.append("user_id")
        if len(kinds) < 2:
            kinds.append(rng.choice([kind for kind in TYPES[1:] if kind not in kinds]))
        identifiers = {kind: WRITTEN[kind].format(rng.randrange(values)) for kind in kinds}
        day = rng.choice((None, *range(1, 29)))
        records.append(Record(identifiers, f"2025-01-{day:02d}" if day else None))
    return records


@_QUIET
@given(
    seed=st.integers(0, 2**32),
    count=st.sampled_from((60, 400, 2_500)),
    spread=st.sampled_from((0.4, 1.0, 2.0)),
    users=st.sampled_from((0.0, 0.1, 0.5)),
)
def test_random_records(lab: Lab, seed: int, count: int, spread: float, users: float) -> None:
    """Guards, owners and one account a customer, as when edges are taken one after the other."""
    records = _random_records(seed, count, max(2, int(count * spread)), users)
    with lab.restoring_views():
        give_orders(lab, records)
        build(lab)
        expected = resolve(records, limits(), SECRET)
        assert customers_of(lab) == expected.customers
        assert rejected_by(lab) == expected.rejected


@_QUIET
@given(seed=st.integers(0, 2**32), count=st.sampled_from((50, 1_000, 5_000)))
def test_random_graphs_without_guards(lab: Lab, seed: int, count: int) -> None:
    """Components as networkx has them, where nobody signs in and nothing is shared too much."""
    rng = random.Random(seed)
    pairs = [("email", "phone"), ("email", "loyalty_id"), ("phone", "loyalty_id")]
    records, graph = [], nx.Graph()
    for _ in range(count):
        left, right = rng.choice(pairs)
        one = (left, WRITTEN[left].format(rng.randrange(count)))
        other = (right, WRITTEN[right].format(rng.randrange(count)))
        records.append(Record(dict((one, other)), "2025-01-01"))
        graph.add_edge(one, other)
    with lab.restoring_views():
        give_orders(lab, records)
        build(lab)
        found: dict[str, set[tuple[str, str]]] = {}
        for node, customer in customers_of(lab).items():
            found.setdefault(customer, set()).add(node)
    expected = {frozenset(component) for component in nx.connected_components(graph)}
    assert {frozenset(nodes) for nodes in found.values()} == expected


def _chain(length: int) -> list[Record]:
    """Return records that tie an e-mail to a phone, and that to the next e-mail, and so on."""
    steps = [(number, number) for number in range(length)]
    steps += [(number + 1, number) for number in range(length - 1)]
    return [
        Record(
            {"email": f"c{address}@example.com", "phone": f"+4479{number:08d}"},
            f"2025-01-{number % 28 + 1:02d}",
        )
        for address, number in steps
    ]


def test_chains_and_stars(given: Lab) -> None:
    """A chain of a thousand is one, also with an account at each end; a star is nobody's."""
    chain = _chain(1_000)
    ends = [
        Record({"user_id": "first", "email": "c0@example.com"}, "2025-02-01"),
        Record({"user_id": "last", "email": "c999@example.com"}, "2025-02-02"),
    ]
    star = [
        Record({"email": "office@example.com", "loyalty_id": f"S{number}"}, "2025-01-01")
        for number in range(2_000)
    ]
    records = [*chain, *ends, *star]
    give_orders(given, records)
    build(given)
    expected = resolve(records, limits(), SECRET)
    customers = customers_of(given)
    assert customers == expected.customers
    assert rejected_by(given) == expected.rejected
    # The last account came last: the chain is the first one's.
    assert customers[("user_id", "first")] == customers[("email", "c999@example.com")]
    assert customers[("user_id", "last")] != customers[("user_id", "first")]
    assert ("email", "office@example.com") not in customers
    star_edges = [edge for edge in rejected_by(given) if ("email", "office@example.com") in edge]
    assert len(star_edges) == 2_000
    assert {reason for *_, reason in star_edges} == {"shared_address"}


def _landing(folder: Path, seed: int) -> list[Path]:
    """Write contacts and orders of a small company as landing files; some are corrections."""
    rng = random.Random(seed)
    files = []
    for number in range(12):
        path = folder / "crm" / "contacts" / f"contacts_{number:02d}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        lines = [_CONTACTS]
        for _ in range(15):
            person = rng.randrange(40)
            moment = f"2025-{rng.randrange(1, 13):02d}-{rng.randrange(1, 28):02d} 10:00:00"
            user = f"u{person}" if rng.random() < 0.5 else ""
            email = f"E{rng.randrange(45)}@example.com" if rng.random() < 0.8 else ""
            phone = f"07700 9{rng.randrange(40):05d}" if rng.random() < 0.6 else ""
            row = [f"c{person}-{rng.randrange(3)}", user, email, phone, "", "", "", "", "", "GB"]
            lines.append(",".join([*row, "", "", "", "", "", "", moment, moment, ""]))
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        files.append(path)
    return files


_CONTACTS = (
    "contact_id,user_id,email,phone,loyalty_number,first_name,last_name,birth_date,city,country,"
    "timezone,language,lead_source,intent,use_case,notes,created_at,updated_at,deleted"
)


def test_neither_order_nor_batches_nor_history_matter(given: Lab, tmp_path: Path) -> None:
    """The same records in any order, in any batches, on any former build: the same customers."""
    files = _landing(tmp_path / "files", seed=1)
    shuffled = random.Random(1).sample(files, len(files))
    plans: list[list[list[Path]]] = [
        [files],
        [files[::-1][:5], files[::-1][5:]],
        [shuffled[:1], shuffled[1:3], shuffled[3:]],
    ]
    views = ("stg_crm__contacts", "int_crm__profiles")
    maps: list[dict[tuple[str, str], str]] = []
    for number, plan in enumerate(plans):
        with given.on_raw_zone():
            for place, batch in enumerate(plan):
                table = tmp_path / f"landing_{number}_{place}" / "crm" / "contacts"
                table.mkdir(parents=True)
                for file in batch:
                    shutil.copy(file, table)
                given.ingest(table.parents[1])
                build(given, *views)
            maps.append(customers_of(given))
            if number == 0:
                # The last build of the first plan again, from nothing.
                build(given, *views, flags=["--full-refresh"])
                maps.append(customers_of(given))
    assert len(maps[0]) > 100
    assert all(found == maps[0] for found in maps)


def test_a_secret_changes_every_id(given: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever knows an address must not be able to make its customer_id."""
    give_orders(given, [Record({"user_id": "u1", "email": "e1@example.com"}, "2025-01-01")])
    build(given)
    before: Any = set(customers_of(given).values())
    monkeypatch.setattr("model_lab.SECRET", "another")
    build(given)
    assert before.isdisjoint(customers_of(given).values())
