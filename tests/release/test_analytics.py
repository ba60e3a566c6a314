"""What BI reads of a release: every published table, less what is tagged as personal."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
from nodes import columns, node

from rollcall.errors import ReleaseError
from rollcall.home import Home
from rollcall.release import Manifest, next_version, publish, release_plan, verify

Release = Callable[..., Manifest]
# As many as fill pages.
PEOPLE = 50_000
ADDRESS = "quetzalcoatl{}@canary.example"


def release_of(home: Home, manifest: dict[str, Any]) -> Manifest:
    plan = release_plan(manifest)
    return publish(
        home,
        plan,
        version=next_version(home),
        as_of=datetime(2026, 7, 1, tzinfo=UTC),
        results=dict.fromkeys(plan.unique_ids, "success"),
        freshness_days={},
    )


def tables(path: Path) -> dict[str, list[str]]:
    with duckdb.connect(str(path), read_only=True) as analytics:
        found: dict[str, list[str]] = {}
        for table, column in analytics.execute(
            "select table_name, column_name from information_schema.columns "
            "order by table_name, ordinal_position"
        ).fetchall():
            found.setdefault(table, []).append(column)
        # Tables proper: a view would read the Parquet files, which hold everything.
        assert analytics.execute("from duckdb_views() where not internal").fetchall() == []
    return found


@pytest.fixture
def people(change: Callable[[str], None]) -> None:
    """Fill the candidate with people who have an address each."""
    address = ADDRESS.format("' || n || '")
    change(
        "create or replace table customers as select 'c' || n as customer_id, "
        f"'{address}' as name, n % 7 as order_count from range({PEOPLE}) as t (n)"
    )
    change("create table addresses as select name from customers")
    change("create table kept_inside as select customer_id from customers")


@pytest.fixture
def tagged(manifest: dict[str, Any]) -> dict[str, Any]:
    """Add a table of nothing but addresses, and one for the next run alone."""
    more = [
        node(
            "customers",
            columns("customer_id", "order_count", personal=("name",)),
            release={"key": ["customer_id"]},
        ),
        node("addresses", columns(personal=("name",)), release={"key": ["name"]}),
        node(
            "kept_inside",
            columns("customer_id"),
            release={"key": ["customer_id"], "is_internal": True},
        ),
    ]
    return {**manifest, "nodes": {**manifest["nodes"], **{one["unique_id"]: one for one in more}}}


@pytest.mark.usefixtures("people")
def test_it_is_every_table_less_what_is_tagged(home: Home, tagged: dict[str, Any]) -> None:
    made = release_of(home, tagged)
    path = home.current.resolve() / "analytics.duckdb"
    assert tables(path) == {
        "audiences": ["audience", "status", "reason", "qualified_count", "member_count"],
        "customers": ["customer_id", "order_count"],
        "members": ["audience", "customer_id", "purpose"],
    }
    assert made.analytics == tables(path)
    assert made.files["analytics.duckdb"].rows == PEOPLE + 3
    with duckdb.connect(str(path), read_only=True) as analytics:
        assert analytics.execute("select count(*), sum(order_count) from customers").fetchone() == (
            PEOPLE,
            sum(n % 7 for n in range(PEOPLE)),
        )
    assert verify(path.parent) == made


@pytest.mark.usefixtures("people")
def test_no_byte_of_an_address_is_in_it(home: Home, tagged: dict[str, Any]) -> None:
    release_of(home, tagged)
    folder = home.current.resolve()
    # DuckDB packs the rows; what it knows of a column's least and greatest value stands as it is.
    assert b"quetzal" in (folder / "serving.duckdb").read_bytes()
    assert b"quetzal" not in (folder / "analytics.duckdb").read_bytes()
    with duckdb.connect(str(folder / "analytics.duckdb"), read_only=True) as analytics:
        for table in tables(folder / "analytics.duckdb"):
            rows = analytics.execute(f"select to_json(t)::text from {table} as t").fetchall()
            assert rows and not [row for (row,) in rows if "quetzal" in row]


def test_column_that_no_yml_knows_is_not_in_it(
    home: Home, release: Release, change: Callable[[str], None]
) -> None:
    change("alter table customers add column nickname text default 'ana'")
    release()
    assert tables(home.current / "analytics.duckdb")["customers"] == ["customer_id"]


def test_older_clients_open_it(home: Home, release: Release) -> None:
    """DuckDB 1.2 writes version 65 and refuses anything newer."""
    release()
    header = (home.current / "analytics.duckdb").read_bytes()[8:20]
    assert int.from_bytes(header[4:12], "little") == 65


def test_changed_file_is_found(home: Home, release: Release) -> None:
    release()
    path = home.current.resolve() / "analytics.duckdb"
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    with pytest.raises(ReleaseError, match=r"analytics\.duckdb: differs from"):
        verify(path.parent)


def test_whoever_reads_it_is_undisturbed(home: Home, release: Release) -> None:
    release()
    path = str(home.current.resolve() / "analytics.duckdb")
    with duckdb.connect(path, read_only=True) as reader:
        for _ in range(4):  # far enough that the reader's release is pruned
            release()
        assert not (home.releases / "000001").exists()
        assert reader.execute("select count(*) from customers").fetchone() == (3,)
