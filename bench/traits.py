"""300 traits by the models against one hand-written statement for the same columns.

All read the same events and known customers in a copy of one DuckDB file, each in a process of its
own, in turn, several times; the ratio of the medians is held to a goal. The models are the
project's own, compiled by dbt in a small project whose customer_360 declares the traits, and run
as dbt does: what is a view stays one, what is a table is written. The statement is written twice
without them: as one group by, and as one group by an event. All must give the same rows; the goal
is held against the faster one.

30 traits of behaviour (sequences, gaps, streaks) are timed beside: nobody writes those by hand.

    python -m bench.traits [--events N] [--customers N] [--rounds N]
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import yaml

from rollcall.duckdb_plugin import add_functions
from rollcall.sources import PROJECT_ROOT

FOLDER = Path("build/bench/traits")
GOAL = 1.5
AS_OF = "2026-01-31 00:00:00"
_MEGABYTE = 1 << 10

NAMES = [
    *("page_viewed", "product_viewed", "product_list_viewed", "products_searched", "signed_in"),
    *("product_clicked", "product_added", "cart_viewed", "checkout_started", "product_removed"),
    *("order_completed", "coupon_applied", "deposit", "withdrawal", "bet_settled", "game_started"),
    *("bonus_offered", "bonus_claimed", "news_read", "trade_executed", "alert_created"),
    *("price_tracked", "portfolio_viewed", "wallet_added", "card_payment", "savings_added"),
    *("repayment_made", "repayment_missed", "overdraft_entered", "promotion_viewed"),
    *("promotion_clicked", "product_shared", "product_reviewed", "signed_up", "signed_out"),
    *("cart_shared", "coupon_entered", "coupon_denied", "tournament_entered", "cool_off_started"),
]
MONEY = ["order_completed", "deposit", "withdrawal", "bet_settled"]
MONEY += ["trade_executed", "card_payment", "savings_added", "repayment_made"]
WINDOWS = [0, 7, 28, 90]  # days before as_of; 0 is ever


def make_events(path: Path, events: int, customers: int) -> None:
    """Write known customers and what was done: few names are common, few customers busy.

    One event in twenty is nobody's, one in twenty of somebody who is not known, and many share
    their instant with another of the customer.
    """
    names = ", ".join(f"'{name}'" for name in NAMES)
    money = ", ".join(f"'{name}'" for name in MONEY)
    path.unlink(missing_ok=True)
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            f"""
            create table given_customers as
            select sha256('customer ' || range) as customer_id, range as number
            from range({customers})
            """
        )
        connection.execute(
            f"""
            create table given_events as
            with drawn as (
                select
                    range as number,
                    [{names}][1 + cast(floor({len(NAMES)} * pow(a, 2.5)) as int)] as event_name,
                    cast(floor({customers} * 1.05 * pow(b, 1.6)) as bigint) as customer_number,
                    c, d, e
                from (
                    select
                        range,
                        hash(range + 1) / 18446744073709551616.0::double as a,
                        hash(range + 2e9::bigint) / 18446744073709551616.0::double as b,
                        hash(range + 3e9::bigint) / 18446744073709551616.0::double as c,
                        hash(range + 4e9::bigint) / 18446744073709551616.0::double as d,
                        hash(range + 5e9::bigint) / 18446744073709551616.0::double as e
                    from range({events})
                ) as draws
            )
            select
                case when number % 20 <> 0 then sha256('customer ' || customer_number) end
                    as customer_id,
                'user_id' as identifier_type,
                cast(customer_number as varchar) as identifier_value,
                timestamp '{AS_OF}'
                - to_seconds(cast(greatest(1, floor(400 * 24 * pow(c, 1.5)) * 3600) as bigint))
                as occurred_at,
                case when d < 0.5 then 'app' else 'web' end as source,
                case when e < 0.5 then number % 7 end as sequence_number,
                md5(cast(number as varchar)) as event_id,
                event_name,
                'category_' || cast(floor(e * 20) as int) as category,
                case when d < 0.8 then 'product_' || cast(floor(e * 2000) as int) end as product_id,
                case when d < 0.5 then 'ios' when d < 0.9 then 'web' end as platform,
                case when e < 0.7 then 'GB' when e < 0.9 then 'FR' end as country,
                case when event_name in ({money}) then cast(round(500 * d, 2) as decimal(18, 4)) end
                    as value_amount,
                case when e < 0.3 then '{{"page":"' || cast(floor(d * 10) as int) || '"}}' end
                    as properties
            from drawn
            order by occurred_at, event_id
            """
        )


@dataclass(frozen=True)
class Plain:
    """A trait of one aggregate: its column and block, and the same written by hand."""

    name: str
    data_type: str
    block: dict[str, Any]
    event_name: str
    written: str

    @property
    def column(self) -> str:
        """What stands in the last select: nothing done is 0 for what is counted or summed."""
        if self.block["measure"] in ("count", "sum", "distinct"):
            return f"coalesce({self.name}, 0) as {self.name}"
        return self.name


def plain_traits() -> list[Plain]:
    """Return 300 traits: counts, sums, times, values, shares over names and windows."""
    found: list[Plain] = []
    since = {0: ""} | {
        days: f" and occurred_at >= timestamp '{AS_OF}' - interval {days} day"
        for days in WINDOWS[1:]
    }
    order = "(occurred_at, source, coalesce(sequence_number, 9223372036854775807), event_id)"

    def add(
        kind: str, measure: str, name: str, written: str, *, days: int = 0, **block: Any
    ) -> None:
        if days:
            block["window"] = {"days": days}
        block = {"measure": measure, "of": name, **block}
        label = f"{measure}_{block['value']}" if "value" in block else measure
        column = f"{label}_{name}" + (f"_{days}_days" if days else "")
        found.append(Plain(column, kind, block, name, written))

    for name in NAMES:
        for days in WINDOWS:
            chosen = f"filter (where event_name = '{name}'{since[days]})"
            add("bigint", "count", name, f"count(*) {chosen}", days=days)
        chosen = f"filter (where event_name = '{name}')"
        add("timestamp", "last", name, f"max(occurred_at) {chosen}")
    for name in MONEY:
        for days in WINDOWS[:3]:
            chosen = f"filter (where event_name = '{name}'{since[days]})"
            total = f"sum(value_amount) {chosen}::decimal(18, 4)"
            add("decimal(18,4)", "sum", name, total, days=days)
    for name in NAMES[:8]:
        chosen = f"filter (where event_name = '{name}' and category is not null)"
        last = f"arg_max(category, {order}) {chosen}"
        add("string", "last", name, last, value="category")
        for days in (0, 28):
            chosen = f"filter (where event_name = '{name}'{since[days]})"
            different = f"count(distinct product_id) {chosen}"
            add("bigint", "distinct", name, different, days=days, by="product_id")
    for name in NAMES[:12]:
        add("timestamp", "first", name, f"min(occurred_at) filter (where event_name = '{name}')")
    for name in NAMES[:20]:
        last = f"max(occurred_at) filter (where event_name = '{name}')"
        whole = f"floor((epoch_us(timestamp '{AS_OF}') - epoch_us({last})) / 86400e6)::bigint"
        add("bigint", "days_since", name, whole)
        on_web = f"count(*) filter (where event_name = '{name}' and platform = 'web')"
        share = f"round({on_web} / nullif(count(*) filter (where event_name = '{name}'), 0), 6)"
        add("double", "share", name, share, where={"platform": "web"}, among=name)
    return found


def behaviour_traits() -> dict[str, tuple[str, dict[str, Any]]]:
    """Return 30 traits of what followed what: type and block."""
    found: dict[str, tuple[str, dict[str, Any]]] = {}
    for number, name in enumerate(NAMES[:10]):
        hours = {"hours": 1 + 24 * number}
        then = {"of": NAMES[10 + number]}
        block = {"first": {"of": name}, "then": then, "within": hours}
        if number % 2:
            block["same"] = "product_id"
        found[f"left_{name}_at"] = ("timestamp", {"measure": "sequence_then_absence", **block})
        gap = {"measure": "gap_between", "of": name}
        result = ["shortest", "longest", "average"][number % 3]
        found[f"{result}_gap_{name}"] = ("bigint", {**gap, "result": result})
        unit = ["days", "moments"][number % 2]
        row: dict[str, Any] = {"measure": "streak", "of": name, "unit": unit, "result": "longest"}
        if unit == "moments":
            row["where"] = {"platform": "web"}
        found[f"streak_{name}"] = ("bigint", row)
    return found


# What the traits' models read; where none of it is a trait's, its table is empty.
_GIVEN = {
    "int_activity__events": "select * from given_events",
    "int_customers__known": "select customer_id from given_customers",
    "int_customers__profile": (
        "select customer_id, case when number % 3 = 0 then 'Europe/London' end as timezone"
        " from given_customers"
    ),
    "int_activity__purchases": (
        "select '' as customer_id, timestamp '2026-01-01' as purchased_at, '' as source,"
        " '' as purchase_id, 0::decimal(18, 4) as net_amount where false"
    ),
    "int_activity__order_lines": (
        "select '' as customer_id, timestamp '2026-01-01' as ordered_at, '' as source,"
        " 1 as line_number, '' as order_id, '' as status, '' as category, '' as product_id,"
        " 0::decimal(18, 4) as net_amount where false"
    ),
    "int_activity__messages": (
        "select '' as customer_id, timestamp '2026-01-01' as occurred_at, '' as source,"
        " '' as message_event_id, '' as action, '' as channel, false as is_machine_open where false"
    ),
    "int_activity__tickets": (
        "select '' as customer_id, timestamp '2026-01-01' as opened_at, '' as source,"
        " '' as ticket_id, '' as topic where false"
    ),
    "customer_360": "select 1 as one",
}
_SEEDS = ("event_vocabulary", "features")


def _write_project(folder: Path, traits: dict[str, tuple[str, dict[str, Any]]]) -> None:
    """Write a project of the trait models alone, whose customer_360 declares `traits`."""
    shutil.rmtree(folder, ignore_errors=True)
    for part in ("macros", "models/intermediate/traits"):
        shutil.copytree(PROJECT_ROOT / part, folder / part)
    for path in (folder / "models").rglob("*.yml"):
        path.unlink()
    activity = PROJECT_ROOT / "models" / "intermediate" / "activity"
    for name in ("int_activity__moments", "int_activity__feature_uses"):
        shutil.copy(activity / f"{name}.sql", folder / "models")
    for name, sql in _GIVEN.items():
        (folder / "models" / f"{name}.sql").write_text(sql)
    for name in _SEEDS:
        path = PROJECT_ROOT / "seeds" / "reference" / f"{name}.csv"
        read = f"select * from read_csv('{path}', header = true, all_varchar = true)"
        if name == "event_vocabulary":
            read = f"select * replace (money_direction::int as money_direction) from ({read})"
        (folder / "models" / f"{name}.sql").write_text(read)
    columns = [
        {"name": name, "data_type": kind, "config": {"meta": {"trait": block}}}
        for name, (kind, block) in traits.items()
    ]
    declared = {"version": 2, "models": [{"name": "customer_360", "columns": columns}]}
    (folder / "models" / "customer_360.yml").write_text(yaml.safe_dump(declared))
    (folder / "macros" / "run_settings.sql").write_text(
        f"{{% macro run_settings() %}}{{{{ return({{'as_of': '{AS_OF}', 'vars': {{}},"
        " 'sources': {}, 'audiences': []}) }}{% endmacro %}"
    )
    (folder / "dbt_project.yml").write_text(
        "name: rollcall\nversion: 0.1.0\nconfig-version: 2\nprofile: rollcall\n"
        "flags: {send_anonymous_usage_stats: false}\n"
    )
    (folder / "profiles.yml").write_text(
        "rollcall:\n  target: duckdb\n  outputs:\n    duckdb:\n      type: duckdb\n"
        f"      path: {folder / 'work.duckdb'}\n      keep_open: false\n"
    )


def compile_models(
    folder: Path, traits: dict[str, tuple[str, dict[str, Any]]]
) -> list[dict[str, str]]:
    """Return what dbt would run, in its order: name, view or table, and SQL."""
    from dbt.cli.main import dbtRunner

    _write_project(folder, traits)
    quiet = ["--log-level", "none", "--log-level-file", "none"]
    place = ["--project-dir", str(folder), "--profiles-dir", str(folder)]
    result = dbtRunner().invoke([*quiet, "compile", *place, "--target-path", str(folder / "t")])
    if result.exception is not None:
        raise result.exception
    nodes = {compiled.node.unique_id: compiled.node for compiled in result.result.results}
    ordered: list[dict[str, str]] = []

    def place_after_parents(unique_id: str) -> None:
        node = nodes.pop(unique_id, None)
        if node is None:
            return
        for parent in node.depends_on.nodes:
            place_after_parents(parent)
        kind = node.config.materialized
        ordered.append({"name": node.name, "kind": kind, "sql": node.compiled_code})

    place_after_parents("model.rollcall.int_traits__customers")
    return ordered


def contend(plan: Path) -> None:
    """Run the statements of a plan on its database and print what they took, as JSON."""
    given = json.loads(plan.read_text())
    with duckdb.connect(given["database"]) as connection:
        add_functions(connection)
        connection.execute("set timezone = 'UTC'")
        connection.execute("set threads = 2")
        parts = {}
        start = time.perf_counter()
        for step in given["statements"]:
            begun = time.perf_counter()
            connection.execute(f"create {step['kind']} {step['name']} as {step['sql']}")
            parts[step["name"]] = time.perf_counter() - begun
        seconds = time.perf_counter() - start
        used = resource.getrusage(resource.RUSAGE_SELF)
        # One hash a column: two that differ say which trait does.
        hashed = ", ".join(f"bit_xor(hash(customer_id, {name}))" for name in given["columns"])
        result = given["statements"][-1]["name"]
        hashes = connection.execute(f"select {hashed}, count(*) from {result}").fetchone()
    answer = {
        "seconds": seconds,
        "cpu": used.ru_utime + used.ru_stime,
        "parts": parts,
        "megabytes": used.ru_maxrss / _MEGABYTE,
    }
    print(json.dumps(answer | {"hashes": hashes}))


def measure(given: Path, statements: list[dict[str, str]], columns: list[str]) -> dict[str, Any]:
    """Run statements in a process of their own on a fresh copy of what is given."""
    # Named as in the project's profile: compiled models name their database.
    database = FOLDER / "work.duckdb"
    shutil.copy(given, database)
    plan = FOLDER / "plan.json"
    plan.write_text(
        json.dumps({"database": str(database), "statements": statements, "columns": columns})
    )
    done = subprocess.run(
        [sys.executable, "-m", "bench.traits", "--contend", str(plan)],
        check=True,
        capture_output=True,
        text=True,
    )
    database.unlink()
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def one_group_by(traits: list[Plain]) -> str:
    """Return the statement as one writes it first: 300 aggregates of each customer's events."""
    columns = ",\n    ".join(f"{trait.written} as {trait.name}" for trait in traits)
    return f"""
with found as (
    select
        given_customers.customer_id,
        {columns}
    from given_customers
    inner join given_events on given_customers.customer_id = given_events.customer_id
    group by given_customers.customer_id
)

select
    given_customers.customer_id,
    {", ".join(trait.column for trait in traits)}
from given_customers
left join found on given_customers.customer_id = found.customer_id
"""


def one_group_by_an_event(traits: list[Plain]) -> str:
    """Return the statement of somebody who knows the engine: 40 narrow group bys, joined."""
    parts = {
        name: [trait for trait in traits if trait.event_name == name]
        for name in sorted({trait.event_name for trait in traits})
    }
    tables = ",\n".join(
        f"{name}_found as (select customer_id, "
        + ", ".join(f"{trait.written} as {trait.name}" for trait in part)
        + f" from given_events where event_name = '{name}' and customer_id is not null"
        + " group by customer_id)"
        for name, part in parts.items()
    )
    joins = "\n".join(
        f"left join {name}_found on given_customers.customer_id = {name}_found.customer_id"
        for name in parts
    )
    columns = ", ".join(trait.column for trait in traits)
    return (
        f"with {tables}\nselect given_customers.customer_id, {columns} from given_customers {joins}"
    )


def _disagreements(runs: dict[str, list[dict[str, Any]]], columns: list[str]) -> list[str]:
    hashes = [run["hashes"] for contenders in runs.values() for run in contenders]
    pairs = zip([*columns, "count(*)"], zip(*hashes, strict=True), strict=True)
    return [column for column, found in pairs if len(set(found)) != 1]


def compare(events: int, customers: int, rounds: int, details: bool) -> bool:
    """Measure all in turn, print medians and ratios, and say whether they meet the goal."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    given = FOLDER / "given.duckdb"
    make_events(given, events, customers)
    plain, behaviour = plain_traits(), behaviour_traits()
    names = [trait.name for trait in plain]
    declared = {trait.name: (trait.data_type, trait.block) for trait in plain}
    project = FOLDER.resolve() / "models"
    contenders = {
        "models": compile_models(project, declared),
        "one group by": [{"name": "written", "kind": "table", "sql": one_group_by(plain)}],
        "one an event": [{"name": "written", "kind": "table", "sql": one_group_by_an_event(plain)}],
    }
    moving = compile_models(project, behaviour)
    runs: dict[str, list[dict[str, Any]]] = {name: [] for name in contenders}
    beside = []
    for _ in range(rounds):
        for name, statements in contenders.items():
            runs[name].append(measure(given, statements, names))
        beside.append(measure(given, moving, list(behaviour)))
    shutil.rmtree(FOLDER)
    wrong = _disagreements(runs, names)
    if wrong:
        sys.exit(f"models and statements do not agree on {len(wrong)} traits: {', '.join(wrong)}")
    print(f"\n{events:,} events, {customers:,} customers, {rounds} rounds")
    print(
        f"{'':28}{'seconds (min, median, max)':>28}{'CPU s':>8}{'peak MB':>10}"
        f"{'models / theirs':>18}"
    )
    medians = {
        name: statistics.median(run["seconds"] for run in taken) for name, taken in runs.items()
    }
    for name, taken in (*runs.items(), ("behaviour", beside)):
        count = len(behaviour) if name == "behaviour" else len(plain)
        seconds = sorted(run["seconds"] for run in taken)
        spread = ", ".join(
            f"{one:.2f}" for one in (seconds[0], statistics.median(seconds), seconds[-1])
        )
        peak = max(run["megabytes"] for run in taken)
        cpu = statistics.median(run["cpu"] for run in taken)
        line = f"{f'{count} traits, {name}':28}{spread:>28}{cpu:>8.1f}{peak:>10,.0f}"
        print(line + (f"{medians['models'] / medians[name]:>18.2f}" if name in medians else ""))
        if details:
            for part, took in taken[-1]["parts"].items():
                print(f"    {part:40}{took:>8.2f}")
    ratio = medians["models"] / min(medians["one group by"], medians["one an event"])
    is_met = ratio <= GOAL
    print(f"goal {GOAL} against the faster one: {'met' if is_met else 'MISSED'}")
    return is_met


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--events", type=int, default=1_500_000)
    parser.add_argument("--customers", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--details", action="store_true", help="seconds a model")
    parser.add_argument("--contend", type=Path, metavar="PLAN")
    arguments = parser.parse_args()
    if arguments.contend:
        contend(arguments.contend)
    elif not compare(arguments.events, arguments.customers, arguments.rounds, arguments.details):
        sys.exit(1)


if __name__ == "__main__":
    main()
