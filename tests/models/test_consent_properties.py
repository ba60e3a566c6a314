"""Who consents to what on random histories, held against the rule as the design writes it.

Each history is a handful of records of a few people who share addresses and devices, with consents
that name any of them. `ROLLCALL_HISTORIES` asks for more of them, and for others each time.
"""

from __future__ import annotations

import os
import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from identity_lab import TYPES, WRITTEN, build, customers_of, limits
from model_lab import SECRET, Lab
from plain_identity import OWNED, Record, owners, resolve

_ASKED = os.environ.get("ROLLCALL_HISTORIES")
HISTORIES = int(_ASKED or 2_000)
SEED = random.randrange(2**32) if _ASKED else 7
PURPOSES = ("marketing_email", "ads")
# A purpose that nobody knows, and all that are known.
UNKNOWN = "marketing_fax"
KNOWN = ("marketing_email", "marketing_sms", "marketing_push", "ads", "profiling")
# `maybe` and none are no grant. The lab's now is the 31st: from then on only a no counts.
STATUSES = ("granted", "granted", "granted", "denied", "withdrawn", "maybe", None)
DAYS = (*range(1, 32), *range(28, 32))
NOW = "2026-01-31"


@dataclass(frozen=True)
class Said:
    """One consent: whom it names, what it is for, and when it was said, if that is known."""

    identifiers: Mapping[str, str]
    purpose: str
    is_grant: bool
    said_at: str | None


def _day(rng: random.Random) -> str:
    return f"2026-01-{rng.choice(DAYS):02d}"


def _named(rng: random.Random, history: int, kinds: Sequence[str]) -> dict[str, str]:
    return {kind: WRITTEN[kind].format(history * 2 + rng.randrange(2)) for kind in kinds}


def histories(seed: int, count: int) -> tuple[list[dict[str, Any]], ...]:
    """Return orders, consents and messages of `count` histories."""
    rng = random.Random(seed)
    orders, consents, messages = [], [], []
    for history in range(count):
        for _ in range(rng.choice((1, 2, 3, 4))):
            kinds = rng.sample(TYPES, rng.choice((1, 2, 2, 3)))
            orders.append(
                {
                    **_named(rng, history, kinds),
                    "ordered_at": f"2025-12-{1 + rng.randrange(28):02d}",
                }
            )
        for _ in range(rng.choice((1, 2, 3, 5))):
            consents.append({
                **_named(rng, history, rng.sample(TYPES, rng.choice((1, 1, 2, 3)))),
                "purpose": rng.choice((*PURPOSES * 6, UNKNOWN)),
                "status": rng.choice(STATUSES),
                "occurred_at": _day(rng),
            })  # fmt: skip
        if rng.random() < 0.3:
            messages.append({
                **_named(rng, history, rng.sample(("user_id", "email"), 1)),
                "channel": rng.choice(("email", "email", "sms")),
                "action": rng.choice(("unsubscribed", "complained", "opened")),
                "occurred_at": f"2026-01-{1 + rng.randrange(30):02d}",
            })  # fmt: skip
    return orders, consents, messages


def said(consents: list[dict[str, Any]], messages: list[dict[str, Any]]) -> list[Said]:
    """Return everything that was said of consent and counts."""
    found = [
        Said(_identifiers(row), row["purpose"], row["status"] == "granted", row["occurred_at"])
        for row in consents
    ]
    # A no to what nobody knows is one to everything.
    found += [
        Said(one.identifiers, purpose, False, one.said_at)
        for one in found
        if one.purpose == UNKNOWN and not one.is_grant
        for purpose in KNOWN
    ]
    found += [
        Said(_identifiers(row), "marketing_email", False, row["occurred_at"])
        for row in messages
        if row["channel"] == "email" and row["action"] in ("unsubscribed", "complained")
    ]
    return [one for one in found if not one.is_grant or one.said_at < NOW]


def _identifiers(row: Mapping[str, Any]) -> dict[str, str]:
    return {kind: row[kind] for kind in TYPES if row.get(kind)}


def granted(
    customers: Mapping[tuple[str, str], str],
    owned: Mapping[tuple[str, str], str],
    told: Sequence[Said],
) -> set[tuple[str, str]]:
    """Return (customer, purpose) of everyone of whom one identifier grants and none denies."""
    newest: dict[tuple[tuple[str, str], str], tuple[str, bool]] = {}
    for one in told:
        speaker = one.identifiers.get("user_id")
        for node in one.identifiers.items():
            owner = owned.get(node)
            is_strangers = node[0] in OWNED and speaker and owner and owner != speaker
            if one.is_grant and is_strangers:
                continue
            key = (node, one.purpose)
            # Of two of one time the stricter: a no sorts after a yes.
            newest[key] = max(newest.get(key, ("", False)), (one.said_at, not one.is_grant))
    by_customer: dict[tuple[str, str], list[bool]] = defaultdict(list)
    for (node, purpose), (_, is_denial) in newest.items():
        if node in customers:
            by_customer[(customers[node], purpose)].append(not is_denial)
    return {key for key, grants in by_customer.items() if all(grants)}


def _give(lab: Lab, relation: str, path: Path, rows: list[dict[str, Any]], key: str) -> None:
    columns = (*TYPES, *dict.fromkeys(name for row in rows for name in row if name not in TYPES))
    table = {name: pa.array([row.get(name) for row in rows], pa.string()) for name in columns}
    table[key] = pa.array([str(number) for number in range(len(rows))], pa.string())
    table["updated_at"] = pa.array(["2025-01-01"] * len(rows), pa.string())
    pq.write_table(pa.table(table), path)
    with lab.connect() as connection:
        connection.execute(
            f"create or replace view {relation} as select * from read_parquet('{path}')"
        )


@pytest.mark.parametrize("seed", [SEED])
def test_consent_is_as_the_rule_says(apart: Lab, tmp_path: Path, seed: int) -> None:
    orders, consents, messages = histories(seed, HISTORIES)
    _give(apart, "int_shop__orders", tmp_path / "orders.parquet", orders, "order_id")
    _give(
        apart,
        "int_preference_centre__consents",
        tmp_path / "consents.parquet",
        consents,
        "consent_id",
    )
    _give(
        apart,
        "int_email_platform__messages",
        tmp_path / "messages.parquet",
        messages,
        "message_event_id",
    )
    build(apart, "int_unified__consents", "path:models/intermediate/consent")
    # Whoever was written to is somebody; whoever only consented is not.
    records = [Record(_identifiers(row), row["ordered_at"]) for row in orders]
    records += [Record(_identifiers(row), row["occurred_at"]) for row in messages]
    customers = resolve(records, limits(), SECRET).customers
    assert customers_of(apart) == customers
    expected = granted(customers, owners(records), said(consents, messages))
    found = set(apart.rows("select customer_id, purpose from int_consent__granted"))
    # Enough of each, or nothing was held against anything.
    people = set(customers.values())
    assert len(expected) > HISTORIES / 10
    assert len(people) * len(PURPOSES) - len(expected) > HISTORIES / 10
    assert found - expected == set(), "consent that nobody gave"
    assert expected - found == set(), "consent that was lost"
