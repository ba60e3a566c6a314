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


def check_gates(work: duckdb.DuckDBPyConnection, plan: ReleasePlan) -> None:
    """Hold every published table in `work` against consent and erasure.

    Raises ReleaseError with table, rule and row count where a member has no consent for the row's
    purpose, an erased person's id stands in any `…customer_id` column, or a relation is missing.
    """
    sendable, _ = plan.gates["consent"]
    denied, _ = plan.gates["denial"]
    erased, _ = plan.gates["erasure"]
    _need(work, sendable, {"customer_id", "purpose"})
    _need(work, denied, {"customer_id", "purpose"})
    _need(work, AUDIENCES_TABLE, {"audience", "status"})
    _need(work, erased, {"customer_id"})
    for table in plan.tables:
        if table.is_consent_gated:
            _check_consent(work, table, sendable, denied)
        _check_erasure(work, table, erased)
