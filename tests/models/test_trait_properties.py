"""Every measure of a trait on random moments, held against plain Python.

The models are the repository's own, built in a small project of which customer_360 declares the
traits below: windows whose edges moments hit exactly, moments of one instant, a leap day, and
customers who are two people merged.
"""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from plain_traits import Moment, Person, tell

from rollcall.duckdb_plugin import add_functions
from rollcall.sources import PROJECT_ROOT

# The day after a leap day: windows of whole days begin on 29 February and around it.
AS_OF = datetime(2024, 3, 1)
TICK = timedelta(microseconds=1)
# A product of one namespace is none of the other's, though its id is the same.
NAMESPACES = {"app": "main", "web": "main", "other_shop": "other"}
DIRECTIONS = {"deposit": 1, "withdrawal": -1, "viewed": 0}
DAY, WEEK, HOUR = {"days": 1}, {"days": 7}, {"hours": 1}
EDGES = [
    timedelta(days=1),
    timedelta(days=2),
    timedelta(days=7),
    timedelta(hours=1),
    timedelta(days=366),
    timedelta(seconds=90),
]
_NAMES = ("viewed", "added", "purchase", "deposit", "withdrawal", "bet")
_LOST = {"value_below": 0}

TRAITS: dict[str, tuple[str, dict[str, Any]]] = {
    "count_any": ("bigint", {"measure": "count", "of": "any"}),
    "count_any_and_bets": ("bigint", {"measure": "count", "of": ["any", "bet"]}),
    "count_week": ("bigint", {"measure": "count", "of": "viewed", "window": WEEK}),
    "count_leap": ("bigint", {"measure": "count", "of": ["viewed", "added"], "window": DAY}),
    "count_year": ("bigint", {"measure": "count", "of": "any", "window": {"days": 366}}),
    "count_before": (
        "bigint",
        {"measure": "count", "of": "any", "window": {"from": WEEK, "to": {"hours": 24}}},
    ),
    "count_shoes": (
        "bigint",
        {"measure": "count", "of": "viewed", "where": {"category": ["shoes", "o'clock"]}},
    ),
    "count_web": ("bigint", {"measure": "count", "of": "any", "where": {"platform": "web"}}),
    "count_night": ("bigint", {"measure": "count", "of": "any", "where": {"local_hours": [0, 6]}}),
    "count_page": (
        "bigint",
        {"measure": "count", "of": "viewed", "where": {"property": {"page": "help"}}},
    ),
    "count_gifts": (
        "bigint",
        {"measure": "count", "of": "any", "where": {"property": {"is_gift": True, "number": 2}}},
    ),
    "count_large": (
        "bigint",
        {"measure": "count", "of": "deposit", "where": {"value_at_least": 5}, "window": WEEK},
    ),
    "sum_week": ("decimal(18,4)", {"measure": "sum", "of": "deposit", "window": WEEK}),
    "distinct_products": ("bigint", {"measure": "distinct", "of": "viewed", "by": "product_id"}),
    "distinct_days": (
        "bigint",
        {"measure": "distinct", "of": "any", "by": "day", "window": {"days": 2}},
    ),
    "distinct_pages": (
        "bigint",
        {"measure": "distinct", "of": "any", "by": {"property": "page"}},
    ),
    "first_view": ("timestamp", {"measure": "first", "of": "viewed"}),
    "last_in_week": ("timestamp", {"measure": "last", "of": "viewed", "window": WEEK}),
    "last_category": ("string", {"measure": "last", "of": "viewed", "value": "category"}),
    "first_country": ("string", {"measure": "first", "of": "any", "value": "country"}),
    "days_since_view": ("bigint", {"measure": "days_since", "of": "viewed"}),
    "share_web": (
        "double",
        {"measure": "share", "of": "any", "where": {"platform": "web"}, "among": "any"},
    ),
    "top_category": ("string", {"measure": "top", "of": "viewed", "value": "category"}),
    "top_count_week": (
        "bigint",
        {"measure": "top", "of": "viewed", "value": "category", "window": WEEK, "result": "count"},
    ),
    "top_product": ("string", {"measure": "top", "of": "any", "value": "product_id"}),
    "top_product_count": (
        "bigint",
        {"measure": "top", "of": "any", "value": "product_id", "result": "count"},
    ),
    "rush_hour": ("bigint", {"measure": "count_in_window", "of": "deposit", "within": HOUR}),
    "rush_week": ("bigint", {"measure": "count_in_window", "of": "any", "within": WEEK}),
    "rush_product_week": (
        "bigint",
        {
            "measure": "count_in_window",
            "of": "viewed",
            "within": DAY,
            "same": "product_id",
            "window": WEEK,
        },
    ),
    "cart_left": (
        "timestamp",
        {
            "measure": "sequence_then_absence",
            "first": {"of": "added"},
            "then": {"of": "purchase"},
            "within": HOUR,
        },
    ),
    "left_product": (
        "timestamp",
        {
            "measure": "sequence_then_absence",
            "first": {"of": "added"},
            "then": {"of": "purchase"},
            "within": DAY,
            "same": "product_id",
        },
    ),
    "left_count": (
        "bigint",
        {
            "measure": "sequence_then_absence",
            "first": {"of": "added"},
            "then": {"of": ["purchase", "added"]},
            "within": HOUR,
            "result": "count",
        },
    ),
    "three_and_gone": (
        "timestamp",
        {
            "measure": "sequence_then_absence",
            "first": {"of": "deposit", "count": 3, "within": WEEK},
            "then": {"of": "any"},
            "within": {"hours": 1, "minutes": 30},
        },
    ),
    "seen_again": ("timestamp", {"measure": "first_then_again", "first": {"of": "viewed"}}),
    "again_product": (
        "timestamp",
        {
            "measure": "first_then_again",
            "first": {"of": "viewed"},
            "within": WEEK,
            "same": "product_id",
        },
    ),
    "again_bought": (
        "bigint",
        {
            "measure": "first_then_again",
            "first": {"of": "viewed"},
            "again": {"of": "purchase"},
            "same": "category",
            "result": "count",
        },
    ),
    "gap_short": ("bigint", {"measure": "gap_between", "of": "deposit", "result": "shortest"}),
    "gap_next_but_one": (
        "bigint",
        {"measure": "gap_between", "of": "deposit", "steps": 2, "result": "shortest"},
    ),
    "gap_long": ("bigint", {"measure": "gap_between", "of": "any", "result": "longest"}),
    "gap_mean": ("bigint", {"measure": "gap_between", "of": "viewed", "result": "average"}),
    "gap_product_year": (
        "bigint",
        {
            "measure": "gap_between",
            "of": "any",
            "result": "longest",
            "same": "product_id",
            "window": {"days": 366},
        },
    ),
    "silence_ended": (
        "timestamp",
        {"measure": "gap_between", "of": "any", "result": "ended_at", "at_least": DAY},
    ),
    "days_longest": (
        "bigint",
        {"measure": "streak", "of": "any", "unit": "days", "result": "longest"},
    ),
    "days_current": (
        "bigint",
        {"measure": "streak", "of": "viewed", "unit": "days", "result": "current"},
    ),
    "lost_longest": (
        "bigint",
        {"measure": "streak", "of": "bet", "where": _LOST, "unit": "moments", "result": "longest"},
    ),
    "lost_current": (
        "bigint",
        {"measure": "streak", "of": "bet", "where": _LOST, "unit": "moments", "result": "current"},
    ),
    "lost_ended": (
        "timestamp",
        {
            "measure": "streak",
            "of": "bet",
            "where": _LOST,
            "unit": "moments",
            "result": "ended_at",
            "at_least": 2,
        },
    ),
    "lost_longest_week": (
        "bigint",
        {
            "measure": "streak",
            "of": "any",
            "where": _LOST,
            "unit": "moments",
            "result": "longest",
            "window": WEEK,
        },
    ),
    "days_ended": (
        "timestamp",
        {"measure": "streak", "of": "any", "unit": "days", "result": "ended_at", "at_least": 2},
    ),
    "balance": (
        "decimal(18,4)",
        {"measure": "running_balance", "of": ["deposit", "withdrawal"], "result": "now"},
    ),
    "balance_shoes_week": (
        "decimal(18,4)",
        {
            "measure": "running_balance",
            "of": "any",
            "result": "lowest_at_day_end",
            "where": {"category": "shoes"},
            "window": WEEK,
        },
    ),
    "balance_lowest": (
        "decimal(18,4)",
        {"measure": "running_balance", "of": "any", "result": "lowest_at_day_end"},
    ),
}
# So many that the models compute them in more than one group by.
TRAITS |= {
    f"count_{name}_{hours}_hours": (
        "bigint",
        {"measure": "count", "of": name, "window": {"hours": hours}},
    )
    for name in _NAMES
    for hours in (1, 24, 168)
}
_EXAMPLES = int(os.environ.get("ROLLCALL_EXAMPLES", "25"))
_GIVEN = (
    "person varchar, occurred_at timestamp, source varchar, sequence_number bigint, "
    "moment_id varchar, moment varchar, is_activity boolean, category varchar, "
    "product_id varchar, platform varchar, country varchar, value_amount decimal(18, 4), "
    "properties varchar"
)
_MODELS = {
    # Two people may be one customer: what they did lies on one line of time.
    "int_activity__moments": (
        "select clusters.customer_id, given_moments.* exclude (person) "
        "from given_moments join clusters using (person)"
    ),
    "int_customers__known": "select distinct customer_id from clusters where customer_id <> 'x'",
    "int_customers__profile": "select customer_id, timezone from zones",
    "int_consent__unprofiled": "select 'x' as customer_id",
    "event_vocabulary": "select * from vocabulary",
    "customer_360": "select 1 as one",
}
_ORDER = (
    "int_activity__moments",
    "int_customers__known",
    "int_customers__profile",
    "int_consent__unprofiled",
    "event_vocabulary",
    "int_traits__known_moments",
    "int_traits__moments",
    "int_traits__aggregates",
    "int_traits__tops",
    "int_traits__rushes",
    "int_traits__sequences",
    "int_traits__returns",
    "int_traits__gaps",
    "int_traits__streaks",
    "int_traits__balances",
    "int_traits__customers",
)


@dataclass
class Bench:
    """The compiled models as views; what Hypothesis prints of it is short."""

    connection: duckdb.DuckDBPyConnection

    def tell(
        self, moments: list[Moment], clusters: dict[str, str], zones: dict[str, str]
    ) -> dict[str, dict[str, Any]]:
        """Return every trait of every customer; `customer` of a moment is a person here."""
        run = self.connection.execute
        for table in ("given_moments", "clusters", "zones"):
            run(f"delete from {table}")
        rows = [
            [
                m.customer,
                m.at,
                m.source,
                m.sequence,
                m.moment_id,
                m.name,
                m.is_activity,
                m.category,
                m.product_id,
                m.platform,
                m.country,
                m.value,
                m.properties,
            ]
            for m in moments
        ]
        if rows:
            marks = ", ".join("?" * len(rows[0]))
            self.connection.executemany(f"insert into given_moments values ({marks})", rows)
        self.connection.executemany("insert into clusters values (?, ?)", list(clusters.items()))
        self.connection.executemany("insert into zones values (?, ?)", list(zones.items()))
        found = run(f"select customer_id, {', '.join(TRAITS)} from int_traits__customers")
        return {row[0]: dict(zip(TRAITS, row[1:], strict=True)) for row in found.fetchall()}


def _write_project(folder: Path) -> None:
    for part in ("macros", "models/intermediate/traits"):
        shutil.copytree(PROJECT_ROOT / part, folder / part)
    (folder / "models" / "intermediate" / "traits" / "_int_traits__models.yml").unlink()
    for path in (folder / "models").rglob("*__unit_tests.yml"):
        path.unlink()
    for name, sql in _MODELS.items():
        (folder / "models" / f"{name}.sql").write_text(sql)
    columns = [
        {"name": name, "data_type": kind, "config": {"meta": {"trait": block}}}
        for name, (kind, block) in TRAITS.items()
    ]
    declared = {"version": 2, "models": [{"name": "customer_360", "columns": columns}]}
    (folder / "models" / "customer_360.yml").write_text(yaml.safe_dump(declared))
    sources = {name: {"namespace": namespace} for name, namespace in NAMESPACES.items()}
    told = {
        "run_settings": {"vars": {}, "sources": sources, "audiences": []},
        "run_moment": {"as_of": f"{AS_OF:%Y-%m-%d %H:%M:%S}"},
    }
    for name, values in told.items():
        (folder / "macros" / f"{name}.sql").write_text(
            f"{{% macro {name}() %}}{{{{ return({values}) }}}}{{% endmacro %}}"
        )
    (folder / "dbt_project.yml").write_text(
        "name: rollcall\nversion: 0.1.0\nconfig-version: 2\nprofile: rollcall\n"
        "flags: {send_anonymous_usage_stats: false}\n"
    )
    (folder / "profiles.yml").write_text(
        "rollcall:\n  target: duckdb\n  outputs:\n    duckdb:\n      type: duckdb\n"
        f"      path: {folder / 'work.duckdb'}\n      keep_open: false\n"
    )


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """Compile the models once; each example then only gives other rows."""
    from dbt.cli.main import dbtRunner

    folder = tmp_path_factory.mktemp("traits")
    _write_project(folder)
    place = ["--project-dir", str(folder), "--profiles-dir", str(folder)]
    quiet = ["--log-level", "none", "--log-level-file", "none", "--target-path", str(folder / "t")]
    result = dbtRunner().invoke([*quiet[:4], "compile", *place, *quiet[4:]])
    if result.exception is not None:
        raise result.exception
    compiled = {r.node.name: r.node.compiled_code for r in result.result.results}
    with duckdb.connect(str(folder / "work.duckdb")) as connection:
        add_functions(connection)
        connection.execute("set timezone = 'UTC'")
        connection.execute(f"create table given_moments ({_GIVEN})")
        connection.execute("create table clusters (person varchar, customer_id varchar)")
        connection.execute("create table zones (customer_id varchar, timezone varchar)")
        connection.execute("create table vocabulary (event_name varchar, money_direction int)")
        connection.executemany("insert into vocabulary values (?, ?)", list(DIRECTIONS.items()))
        for name in _ORDER:
            connection.execute(f"create view {name} as {compiled[name]}")
        yield Bench(connection)


def _time(rng: random.Random, before: list[datetime]) -> datetime:
    """Return a time; often one at the edge of a window, or of a moment that was before."""
    draw = rng.random()
    if draw < 0.25:
        at = AS_OF - rng.choice(EDGES) + rng.choice((-TICK, TICK, timedelta()))
    elif draw < 0.65 and before:
        at = (
            rng.choice(before)
            + rng.choice((timedelta(), *EDGES))
            + rng.choice((-TICK, TICK, timedelta(), timedelta(), timedelta()))
        )
    else:
        at = AS_OF - timedelta(seconds=rng.randrange(1, 86_400 * rng.choice((1, 3, 20, 400))))
    return min(at, AS_OF - TICK)


def _moments(rng: random.Random, person: str) -> list[Moment]:
    found: list[Moment] = []
    for number in range(rng.randrange(14)):
        name = rng.choice(_NAMES)
        source = rng.choice(tuple(NAMESPACES))
        found.append(
            Moment(
                customer=person,
                at=_time(rng, [moment.at for moment in found]),
                source=source,
                namespace=NAMESPACES[source],
                sequence=rng.choice((None, 1, 2, 3)),
                moment_id=f"{person}{rng.randrange(10)}-{number}",
                name=name,
                is_activity=rng.random() < 0.9,
                category=rng.choice((None, "shoes", "o'clock", "hats")),
                product_id=rng.choice((None, "p1", "p2")),
                platform=rng.choice((None, "web", "ios")),
                country=rng.choice((None, "GB", "FR")),
                value=rng.choice((None, Decimal(rng.randrange(-90, 90)) / 10)),
                properties=rng.choice(
                    (
                        None,
                        '{"page":"help"}',
                        '{"page":"x","is_gift":false}',
                        '{"is_gift":true,"number":2}',
                        "help",
                    )
                ),
            )
        )
    return found


def _is_same(got: Any, meant: Any) -> bool:
    if isinstance(meant, float) and got is not None:
        return abs(got - meant) < 1e-6
    return bool(got == meant)


@given(seed=st.integers(0, 2**32))
@settings(
    max_examples=_EXAMPLES,
    derandomize="ROLLCALL_EXAMPLES" not in os.environ,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_every_measure_is_what_plain_python_says(bench: Bench, seed: int) -> None:
    """An audience of people who did this and not that is wrong by one tick, or it is right."""
    rng = random.Random(seed)
    people = [f"p{number}" for number in range(rng.randrange(1, 12))]
    clusters = {person: f"c{rng.randrange(8)}" for person in people} | {"nobody": "x"}
    zones = {
        f"c{number}": rng.choice(("UTC", "Europe/London", "Asia/Kolkata"))
        for number in range(0, 8, 2)
    }
    moments = [moment for person in [*people, "nobody"] for moment in _moments(rng, person)]
    got = bench.tell(moments, clusters, zones)
    customers = set(clusters.values()) - {"x"}
    assert set(got) == customers
    for customer in sorted(customers):
        own = sorted(
            (m for m in moments if clusters[m.customer] == customer),
            key=lambda moment: moment.order,
        )
        person = Person(tuple(own), zones.get(customer, "UTC"), AS_OF, DIRECTIONS)
        for name, (_, block) in TRAITS.items():
            meant = tell(person, block)
            assert _is_same(got[customer][name], meant), (name, got[customer][name], meant, own)
