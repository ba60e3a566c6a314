"""Who may stand in a release: by the people of each, of this run's tables and of those kept."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import duckdb
import pytest
from conftest import dbt_manifest
from nodes import node

from rollcall.errors import ReleaseError
from rollcall.release import ReleasePlan, check_gates, release_plan

# Two audiences of two purposes; of b nobody asks anything.
CANDIDATE = """
create table customers as
    select unnest(['c1', 'c2', 'c3']) as customer_id, 'old' as absorbed_customer_id, 'x' as a_name;
create table members (audience text, customer_id text, purpose text);
insert into members values ('a', 'c1', 'ads'), ('a', 'c2', 'ads'), ('b', 'c1', 'news');
create table audiences (audience text, status text);
insert into audiences values ('a', 'released'), ('b', 'released');
create table sendable (customer_id text, purpose text);
insert into sendable values ('c1', 'ads'), ('c2', 'ads'), ('c1', 'news');
create table denied (customer_id text, purpose text);
insert into denied values ('c3', 'ads'), ('c2', 'news');
create table erased (customer_id text);
insert into erased values ('gone');
create table suppressed (customer_id text);
insert into suppressed values ('c3');
"""


@pytest.fixture
def work() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute(CANDIDATE)
        yield connection


def plan(*, has_suppression: bool = True) -> ReleasePlan:
    manifest: dict[str, Any] = dbt_manifest()
    if has_suppression:
        gate = node("suppressed", gate="suppression")
        manifest["nodes"][gate["unique_id"]] = gate
    return release_plan(manifest)


def test_whoever_may_be_there_passes(work: duckdb.DuckDBPyConnection) -> None:
    for is_kept in (False, True):
        check_gates(work, plan(), is_kept=is_kept)
    check_gates(work, plan(has_suppression=False))


CONSENT = "members: {} rows without consent for their purpose (sendable does not hold them, or den"
DENIED = "members: {} rows of people who denied consent for their purpose (denied)"
SUPPRESSED = "members: 1 rows of people whom no audience may hold (suppressed)"


@pytest.mark.parametrize(
    ("sql", "found"),
    [
        ("insert into members values ('a', 'c4', 'ads')", CONSENT.format(1)),
        ("update members set purpose = null where audience = 'b'", CONSENT.format(1)),
        ("update members set customer_id = null", CONSENT.format(3)),
        # A grant of one purpose, or of somebody else, is none.
        ("delete from sendable where purpose = 'ads' and customer_id = 'c1'", CONSENT.format(1)),
        ("delete from sendable where purpose = 'news'", CONSENT.format(1)),
        ("insert into denied values ('c1', 'ads'), ('c1', 'news')", CONSENT.format(2)),
        # A hold lets nobody who is in another audience, or who denied, stay without a grant.
        (
            "delete from sendable where purpose = 'news'; "
            "update audiences set status = 'held' where audience = 'a'",
            CONSENT.format(1),
        ),
        (
            "insert into denied values ('c2', 'ads'); update audiences set status = 'held'",
            CONSENT.format(1),
        ),
        (
            "delete from sendable where customer_id = 'c2'; "
            "update audiences set status = 'approved'",
            CONSENT.format(1),
        ),
        ("insert into suppressed values ('c2')", SUPPRESSED),
    ],
)
def test_of_this_run_whoever_has_not_consented_is_refused(
    work: duckdb.DuckDBPyConnection, sql: str, found: str
) -> None:
    work.execute(sql)
    with pytest.raises(ReleaseError, match=re.escape(found)):
        check_gates(work, plan())


@pytest.mark.parametrize(
    ("sql", "found"),
    [
        ("insert into denied values ('c2', 'ads')", DENIED.format(1)),
        ("insert into denied values ('c1', 'ads'), ('c1', 'news')", DENIED.format(2)),
        ("update members set purpose = null where audience = 'b'", DENIED.format(1)),
        ("update members set customer_id = null where audience = 'b'", DENIED.format(1)),
        ("insert into suppressed values ('c2')", SUPPRESSED),
        ("alter table members drop purpose", "members: no column purpose, so consent and erasure"),
        ("alter table suppressed rename customer_id to id", "suppressed: no column customer_id"),
        ("alter table denied drop purpose", "denied: no column purpose"),
        ("insert into erased values ('c3')", "customers.customer_id: 1 rows of people who asked"),
        (
            "insert into erased values ('old')",
            "customers.absorbed_customer_id: 3 rows of people who asked to be erased (erased)",
        ),
    ],
)
def test_of_an_earlier_release_whoever_denied_since_is_refused(
    work: duckdb.DuckDBPyConnection, sql: str, found: str
) -> None:
    work.execute(sql)
    with pytest.raises(ReleaseError, match=re.escape(found)):
        check_gates(work, plan(), is_kept=True)


def test_an_earlier_release_rests_on_the_consent_of_its_time(
    work: duckdb.DuckDBPyConnection,
) -> None:
    work.execute("drop table sendable; insert into denied values ('c4', 'ads')")
    check_gates(work, plan(), is_kept=True)
    with pytest.raises(ReleaseError, match="sendable: not in the candidate"):
        check_gates(work, plan())


def test_a_hold_keeps_whoever_did_not_deny(work: duckdb.DuckDBPyConnection) -> None:
    work.execute(
        "delete from sendable where purpose = 'ads';"
        " update audiences set status = 'held' where audience = 'a'"
    )
    check_gates(work, plan())


def test_columns_are_looked_for_in_the_order_of_the_alphabet(
    work: duckdb.DuckDBPyConnection,
) -> None:
    work.execute("drop table members; create table members (id text)")
    with pytest.raises(ReleaseError, match="members: no column audience"):
        check_gates(work, plan())


def test_without_a_suppression_gate_nobody_is_suppressed(work: duckdb.DuckDBPyConnection) -> None:
    work.execute("insert into suppressed values ('c1')")
    check_gates(work, plan(has_suppression=False))
