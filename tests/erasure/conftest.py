"""A home with a raw zone, a quarantine and two releases that tell of Ana, Ben and Cy."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from rollcall.erasure.stones import Stones
from rollcall.home import Home
from rollcall.ingest import IngestReport, ingest
from rollcall.release import next_version, publish, release_plan
from rollcall.release.seen import note_built, note_released
from rollcall.settings import Settings, resolve

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "release"))
from nodes import columns, node

AS_OF = datetime(2026, 7, 1, tzinfo=UTC)
LANDING = {
    "shop/accounts/a.csv": """
account_id,user_id,email,phone,loyalty_number,given_name,family_name,city,country_code,closed,registered_at,modified_at
acc-ana,u-ana,Ana@Canary.example,020 7946 0018,L-ana,Ana,Canary,Leeds,GB,no,2026-01-01,2026-01-01
acc-ben,u-ben,ana@canary.example,,L-ben,Ben,Bold,York,GB,no,2026-01-02,2026-01-02
acc-cy,u-cy,cy@cobra.example,,L-cy,Cy,Cobra,Hull,GB,no,2026-01-03,2026-01-03
acc-bad,u-ana,ana@canary.example,,,Ana,Canary,Leeds,GB,no,never,2026-01-01
acc-odd,ana@canary.example,too,few
acc-cybad,u-cy,cy@cobra.example,,,Cy,Cobra,Hull,GB,no,never,2026-01-01
""",
    "shop/orders/o.csv": """
order_id,state,sales_channel,user_id,email,phone,loyalty_number,visitor_id,currency,gross,discount,net,placed_at,modified_at
o-ana,completed,web,,,+442079460018,,,GBP,10,0,10,2026-05-01,2026-05-01
o-ana,completed,web,,,,,,GBP,11,0,11,2026-05-01,2026-05-02
o-cy,completed,web,u-cy,,,,v-cy,GBP,20,0,20,2026-05-01,2026-05-01
o-guest,completed,web,,,,,,GBP,5,0,5,2026-05-01,2026-05-01
""",
    "shop/order_lines/l.csv": """
order_id,sku,category,line_no,quantity,unit_price,net,modified_at
o-ana,canary-sku,shoes,1,1,10,10,2026-05-01
o-cy,s1,shoes,1,1,20,20,2026-05-01
""",
    "preference_centre/consents/c.csv": """
consent_id,user_id,email,phone,purpose,status,occurred_at
c-ana,u-ana,,,marketing_email,granted,2026-01-01
c-both,u-ana,cy@cobra.example,,marketing_email,denied,2026-01-01
c-cy,u-cy,,,marketing_email,granted,2026-01-01
""",
    "preference_centre/identity_cuts/k.csv": """
cut_id,requested_at,left_type,left_value,right_type,right_value,status
k1,2026-01-01,user_id,u-ben,email,ana@canary.example,cut
""",
}
PEOPLE = {
    "ana-id": [
        ("user_id", "u-ana"),
        ("email", "ana@canary.example"),
        ("phone", "+442079460018"),
        ("loyalty_id", "L-ana"),
        ("profile_id", "shop:acc-ana"),
    ],
    "ben-id": [("user_id", "u-ben"), ("loyalty_id", "L-ben"), ("profile_id", "shop:acc-ben")],
    "cy-id": [("user_id", "u-cy"), ("email", "cy@cobra.example"), ("anonymous_id", "v-cy")],
}
# Whatever is Ana's alone, in any file.
TRACES = ("u-ana", "canary", "020 7946", "442079460018", "l-ana", "acc-ana", "o-ana", "ana-id")


def dbt_manifest() -> dict[str, Any]:
    nodes = [
        node(
            "customer_360",
            columns("customer_id", personal=("email",)),
            release={"key": ["customer_id"]},
        ),
        node(
            "audience_memberships",
            columns("audience", "customer_id", "purpose", personal=("user_id", "email", "phone")),
            release={"key": ["audience", "customer_id"], "is_consent_gated": True},
        ),
        node("audiences", release={"key": ["audience"]}),
        node(
            "identity_map",
            release={"key": ["identifier_type", "identifier_value"]},
            gate="identity",
        ),
        node("identity_merges", release={"key": ["absorbed_customer_id"]}, gate="merges"),
        node(
            "identity_rejected_edges",
            release={"key": ["left_type", "left_value", "right_type", "right_value"]},
        ),
        node("sendable", gate="consent"),
        node("denied", gate="denial"),
        node("erased", gate="erasure"),
        node("erased_identifiers", gate="erased_identifiers"),
    ]
    return {"nodes": {entry["unique_id"]: entry for entry in nodes}, "sources": {}}


def build(home: Home, *more: str) -> None:
    """Make what a run would have left in the work database of all that is loaded."""
    home.work.unlink(missing_ok=True)
    with duckdb.connect(str(home.work)) as work:
        work.execute(
            "create table identity_map (identifier_type text, identifier_value text,"
            " customer_id text)"
        )
        for customer, identifiers in PEOPLE.items():
            rows = [[kind, value, customer] for kind, value in identifiers]
            work.executemany("insert into identity_map values (?, ?, ?)", rows)
        for sql in (
            "create table customer_360 as select customer_id, max(identifier_value)"
            " filter (where identifier_type = 'email') as email from identity_map group by all",
            "create table audience_memberships as select 'a' as audience, customer_id,"
            " 'marketing_email' as purpose, null::text as user_id, email, null::text as phone"
            " from customer_360 where email is not null",
            "create table audiences as select 'a' as audience, 'released' as status,"
            " null::text as reason, 3::bigint as qualified_count, 2::bigint as member_count,"
            " 0::bigint as carried_count",
            "create table identity_merges as select 'old-ana-id' as absorbed_customer_id,"
            " 'ana-id' as customer_id, 'email' as left_type, 'ana@canary.example' as left_value,"
            " 'user_id' as right_type, 'u-ana' as right_value"
            " union all select 'old-cy-id', 'cy-id', 'email', 'ana@canary.example', 'user_id',"
            " 'u-cy'",
            "create table identity_rejected_edges as select 'user_id' as left_type,"
            " 'u-ben' as left_value, 'email' as right_type, 'ana@canary.example' as right_value"
            " union all select 'user_id', 'u-ben', 'loyalty_id', 'shared'",
            "create table sendable as select customer_id, 'marketing_email' as purpose"
            " from customer_360",
            "create table denied (customer_id text, purpose text)",
            "create table erased (customer_id text)",
            "create table erased_identifiers (identifier_type text, identifier_value text)",
            *more,
        ):
            work.execute(sql)
    note_built(home, AS_OF)


def release(home: Home) -> None:
    plan = release_plan(dbt_manifest())
    publish(
        home,
        plan,
        version=next_version(home),
        as_of=AS_OF,
        results=dict.fromkeys(plan.unique_ids, "success"),
        freshness_days={},
    )
    note_released(home)


@dataclass(frozen=True)
class World:
    """The home, and the landing folder that it was filled from."""

    home: Home
    landing: Path

    @property
    def settings(self) -> Settings:
        return resolve(self.home, landings=[self.landing], as_of=AS_OF)

    def land(self, name: str, text: str) -> None:
        path = self.landing / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.lstrip("\n"), encoding="utf-8")

    def ingest(self) -> IngestReport:
        return ingest(self.settings, release_id=next_version(self.home))

    def build(self, *more: str) -> None:
        build(self.home, *more)

    def raw(self, table: str, columns: str) -> list[tuple[Any, ...]]:
        files = self.home.raw / "shop" / table / "*.parquet"
        if "/" in table:
            files = self.home.raw / table / "*.parquet"
        query = f"select {columns} from read_parquet('{files}', union_by_name = true) order by all"
        return duckdb.execute(query).fetchall()

    def released(self, sql: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.home.current / "serving.duckdb"), read_only=True) as serving:
            return serving.execute(sql).fetchall()

    def traces(self, words: tuple[str, ...] = TRACES) -> dict[str, list[str]]:
        """Return, by file, which words stand in it: in its bytes, and in what it holds packed."""
        found = {}
        for path in sorted(self.home.root.rglob("*")):
            if path.is_symlink() or not path.is_file() or self.home.erasure_outbox in path.parents:
                continue
            text = (path.read_bytes() + _unpacked(path)).lower()
            held = [word for word in words if word.lower().encode() in text]
            if held:
                found[str(path.relative_to(self.home.root))] = held
        return found


def _unpacked(path: Path) -> bytes:
    if path.suffix == ".parquet":
        rows = duckdb.execute("select to_json(t)::text from read_parquet(?) as t", [str(path)])
        return "\n".join(row for (row,) in rows.fetchall()).encode()
    if path.suffix != ".duckdb":
        return b""
    with duckdb.connect(str(path), read_only=True) as connection:
        tables = connection.execute(
            "select table_name from information_schema.tables where table_type = 'BASE TABLE'"
        ).fetchall()
        rows = [
            row
            for (table,) in tables
            for (row,) in connection.execute(f'select to_json(t)::text from "{table}" t').fetchall()
        ]
    return "\n".join(rows).encode()


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    home = Home.at(tmp_path / "home")
    made = World(home, tmp_path / "landing")
    for name, text in LANDING.items():
        made.land(name, text)
    made.ingest()
    settings = json.dumps({"vars": {"phone_country": "GB"}, "sources": {}, "config": None})
    moment = json.dumps({"as_of": "2026-07-01 00:00:00.000000"})
    for name, text in (
        ("dbt/macros/run_settings.sql", f"fromjson('{settings}')"),
        ("dbt/macros/run_moment.sql", f"fromjson('{moment}')"),
        ("dbt/target/manifest.json", json.dumps(dbt_manifest())),
        ("dbt/target/run_results.json", "u-ana failed"),
        ("dbt/logs/dbt.log", "u-ana failed"),
        ("gx/docs.html", "u-ana failed"),
        ("dagster/history/runs.db", "u-ana failed"),
        ("dagster/dagster.yaml", "telemetry: {enabled: false}"),
        ("dagster/schedules/schedules.db", "on"),
        ("previous/identity_map.txt", "u-ana"),
    ):
        path = home.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    build(home)
    release(home)
    release(home)
    return made


@pytest.fixture
def stones(world: World) -> Callable[[], Stones]:
    return lambda: Stones(world.home)
