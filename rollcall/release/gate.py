"""Consent and erasure, applied again to the candidate itself. Whatever is unclear is refused."""

from __future__ import annotations

import duckdb

from rollcall.errors import ReleaseError
from rollcall.release.sql import statement
from rollcall.release.tables import AUDIENCES_TABLE, ReleasePlan, ReleaseTable


def _columns(work: duckdb.DuckDBPyConnection, relation: str) -> set[str]:
    """Return a relation's columns; raises ReleaseError where the candidate lacks the relation."""
    rows = work.execute(
        "select column_name from information_schema.columns "
        "where table_schema = 'main' and table_name = ?",
        [relation],
    ).fetchall()
    if not rows:
        raise ReleaseError(
            f"{relation}: not in the candidate, so the release cannot be checked. Run again, with "
            "--full-refresh if it stays away."
        )
    return {name for (name,) in rows}


def _need(work: duckdb.DuckDBPyConnection, relation: str, columns: set[str]) -> None:
    missing = sorted(columns - _columns(work, relation))
    if missing:
        raise ReleaseError(
            f"{relation}: no column {missing[0]}, so consent and erasure cannot be checked."
        )


def _count(work: duckdb.DuckDBPyConnection, sql: str) -> int:
    row = work.execute(sql).fetchone()
    return int(row[0]) if row else 0


def _check_denial(work: duckdb.DuckDBPyConnection, table: ReleaseTable, denied: str) -> None:
    """Refuse members who said no, or without a purpose that they could have said it to."""
    _need(work, table.name, {"audience", "customer_id", "purpose"})
    refused = statement(
        """
        select count(*) from {table} as member
        where member.purpose is null or member.customer_id is null or exists (
            select 1 from {denied} as denied
            where denied.customer_id = member.customer_id and denied.purpose = member.purpose
        )
        """,
        table=table.name,
        denied=denied,
    )
    count = _count(work, refused)
    if count:
        raise ReleaseError(
            f"{table.name}: {count} rows of people who denied consent for their purpose "
            f"({denied}). Nothing is released."
        )


def _check_suppression(
    work: duckdb.DuckDBPyConnection, table: ReleaseTable, suppressed: str
) -> None:
    _need(work, suppressed, {"customer_id"})
    refused = statement(
        "select count(*) from {table} as member where member.customer_id in "
        "(select suppressed.customer_id from {suppressed} as suppressed)",
        table=table.name,
        suppressed=suppressed,
    )
    count = _count(work, refused)
    if count:
        raise ReleaseError(
            f"{table.name}: {count} rows of people whom no audience may hold ({suppressed}). "
            "Nothing is released; correct the model that admits them."
        )


def _check_consent(
    work: duckdb.DuckDBPyConnection, table: ReleaseTable, sendable: str, denied: str
) -> None:
    _need(work, table.name, {"audience", "customer_id", "purpose"})
    # `exists` is never null: a member without a purpose or an id is refused, not skipped. What is
    # held rests on the consent of the last release; a denial since counts all the same.
    refused = statement(
        """
        select count(*) from {table} as member
        where (
            not exists (
                select 1 from {sendable} as sendable
                where
                    sendable.customer_id = member.customer_id
                    and sendable.purpose = member.purpose
            )
            and not exists (
                select 1 from {audiences} as held
                where held.audience = member.audience and held.status = 'held'
            )
        )
        or exists (
            select 1 from {denied} as denied
            where denied.customer_id = member.customer_id and denied.purpose = member.purpose
        )
        """,
        table=table.name,
        sendable=sendable,
        denied=denied,
        audiences=AUDIENCES_TABLE,
    )
    count = _count(work, refused)
    if count:
        raise ReleaseError(
            f"{table.name}: {count} rows without consent for their purpose ({sendable} does not "
            f"hold them, or {denied} does). Nothing is released; correct the model that admits "
            "them."
        )


def _check_erasure(work: duckdb.DuckDBPyConnection, table: ReleaseTable, erased: str) -> None:
    for column in sorted(_columns(work, table.name)):
        if not column.endswith("customer_id"):
            continue
        left_in = statement(
            """
            select count(*) from {table} as published
            where published.{column} in (select erased.customer_id from {erased} as erased)
            """,
            table=table.name,
            column=column,
            erased=erased,
        )
        count = _count(work, left_in)
        if count:
            raise ReleaseError(
                f"{table.name}.{column}: {count} rows of people who asked to be erased "
                f"({erased}). Nothing is released; correct the model that admits them."
            )


def check_gates(
    work: duckdb.DuckDBPyConnection, plan: ReleasePlan, *, is_kept: bool = False
) -> None:
    """Hold every published table in `work` against consent, suppression and erasure.

    What `is_kept` from an earlier release rests on the consent of that one; whoever denied since
    is refused all the same. Raises ReleaseError with table, rule and row count where a member has
    no consent for the row's purpose or may be in no audience, an erased person's id stands in any
    `…customer_id` column, or a relation is missing.
    """
    denied, _ = plan.gates["denial"]
    erased, _ = plan.gates["erasure"]
    _need(work, denied, {"customer_id", "purpose"})
    _need(work, erased, {"customer_id"})
    if not is_kept:
        sendable, _ = plan.gates["consent"]
        _need(work, sendable, {"customer_id", "purpose"})
        _need(work, AUDIENCES_TABLE, {"audience", "status"})
    for table in plan.tables:
        if table.is_consent_gated:
            if is_kept:
                _check_denial(work, table, denied)
            else:
                _check_consent(work, table, sendable, denied)
            if "suppression" in plan.gates:
                _check_suppression(work, table, plan.gates["suppression"][0])
        _check_erasure(work, table, erased)
