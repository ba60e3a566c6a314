"""A home with a small candidate, and the dbt manifest that says what of it is published."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
from nodes import columns, node

from rollcall.home import Home
from rollcall.release import Manifest, ReleasePlan, next_version, publish, release_plan

AS_OF = datetime(2026, 7, 1, tzinfo=UTC)

CANDIDATE = """
create table customers as
    select * from (values ('c1', 'one'), ('c2', 'two'), ('c3', 'three')) as t (customer_id, name);
create table members as
    select * from (values ('a', 'c2', 'marketing_email'), ('a', 'c1', 'marketing_email'))
        as t (audience, customer_id, purpose);
create table audiences as
    select 'a' as audience, 'released' as status, null as reason, 2 as qualified_count,
        2 as member_count;
create table sendable as
    select * from (values ('marketing_email', 'c1'), ('marketing_email', 'c2'))
        as t (purpose, customer_id);
create table denied as select 'marketing_email' as purpose, 'c3' as customer_id;
create table erased as select 'gone' as customer_id
"""


def dbt_manifest() -> dict[str, Any]:
    nodes = [
        node(
            "customers",
            columns("customer_id", personal=("name",)),
            release={"key": ["customer_id"]},
        ),
        node(
            "members",
            columns("audience", "customer_id", "purpose"),
            release={"key": ["audience", "customer_id"], "is_consent_gated": True},
        ),
        node(
            "audiences",
            columns("audience", "status", "reason", "qualified_count", "member_count"),
            release={"key": ["audience"]},
        ),
        node("sendable", gate="consent"),
        node("denied", gate="denial"),
        node("erased", gate="erasure"),
    ]
    return {
        "nodes": {entry["unique_id"]: entry for entry in nodes},
        "sources": {},
        "macros": {},
        "metadata": {"project_name": "rollcall"},
    }


@pytest.fixture
def manifest() -> dict[str, Any]:
    return dbt_manifest()


@pytest.fixture
def plan(manifest: dict[str, Any]) -> ReleasePlan:
    return release_plan(manifest)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    place = Home.at(tmp_path / "home")
    place.root.mkdir()
    with duckdb.connect(str(place.work)) as work:
        work.execute(CANDIDATE)
    return place


@pytest.fixture
def change(home: Home) -> Callable[[str], None]:
    """Run SQL on the candidate."""

    def execute(sql: str) -> None:
        with duckdb.connect(str(home.work)) as work:
            work.execute(sql)

    return execute


@pytest.fixture
def release(home: Home, plan: ReleasePlan) -> Iterator[Callable[..., Manifest]]:
    """Publish the candidate as the next version."""

    def make(**overrides: Any) -> Manifest:
        arguments: dict[str, Any] = {
            "version": next_version(home),
            "as_of": AS_OF,
            "results": dict.fromkeys(plan.unique_ids, "success"),
            "freshness_days": {},
        }
        return publish(home, plan, **{**arguments, **overrides})

    yield make
