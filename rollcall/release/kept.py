"""A kept release read as a candidate: its tables less some people, with the counts that follow.

The tables are views over the release's own files, so that it is published the same way as what a
run has built. What readers rest on holds for the rest: an audience has as many members as it says,
and whoever qualifies is in or is counted as left out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from rollcall.release.manifest import Manifest
from rollcall.release.sql import name as quoted
from rollcall.release.sql import statement
from rollcall.release.tables import (
    AUDIENCES_TABLE,
    EXCLUSIONS_TABLE,
    HISTORY_TABLE,
    INTERNAL_FOLDER,
    ReleasePlan,
    ReleaseTable,
)

# What the caller fills in the candidate: who leaves all tables, and who leaves audiences and why
# (a null purpose is all of them; with an audience it is the members of that one alone).
ERASED_IDENTIFIERS = "_erased_identifiers"
ERASED_CUSTOMERS = "_erased_customers"
LEAVING = "_leaving"

# How many members left each audience, and why.
LEFT = "_left"
_MEMBER = {"audience", "customer_id", "purpose"}


@dataclass(frozen=True)
class KeptTable:
    """One Parquet table of a kept release."""

    table: ReleaseTable
    path: Path
    columns: tuple[str, ...]

    @property
    def customer_columns(self) -> list[str]:
        """Columns that hold the id of a customer."""
        return [name for name in self.columns if name.endswith("customer_id")]

    @property
    def identifier_columns(self) -> list[tuple[str, str]]:
        """Pairs of columns that hold an identifier's type and its value."""
        types = [name for name in self.columns if name.endswith("_type")]
        pairs = [(name, name.removesuffix("_type") + "_value") for name in types]
        return [pair for pair in pairs if pair[1] in self.columns]

    def _is_keyed_by(self, pair: tuple[str, str]) -> bool:
        return set(pair) <= set(self.table.key) or not self.customer_columns

    @property
    def is_erased(self) -> str:
        """SQL that is true for a row, named `kept`, of who leaves all tables; never null."""
        tests = [
            statement(
                "coalesce(kept.{column} in (select erased.customer_id from {erased} as erased), "
                "false)",
                column=column,
                erased=ERASED_CUSTOMERS,
            )
            for column in self.customer_columns
        ]
        tests += [_names(pair) for pair in self.identifier_columns if self._is_keyed_by(pair)]
        return f"({' or '.join(tests) or 'false'})"

    @property
    def holds_erased(self) -> str:
        """SQL that is true for a row, named `kept`, that tells of somebody who is erased."""
        return f"({' or '.join([self.is_erased, *map(_names, self.identifier_columns)])})"

    @property
    def leaves(self) -> str:
        """SQL that is true for a member, named `kept`, who leaves that audience; never null."""
        if not self.table.is_consent_gated:
            return "false"
        return f"exists (select 1 from {quoted(LEAVING)} as leaving where {self.is_leaving})"  # noqa: S608

    @property
    def is_leaving(self) -> str:
        """SQL that is true where a row named `leaving` is of the member named `kept`."""
        audience = "null" if self.table.is_internal else "kept.audience"
        return (
            "leaving.customer_id = kept.customer_id "
            "and (leaving.purpose is null or leaving.purpose = kept.purpose) "
            f"and (leaving.audience is null or leaving.audience = {audience})"
        )

    @property
    def staying(self) -> str:
        """SQL of the rows of whoever leaves neither all tables nor that audience."""
        return statement(
            "select {columns} from read_parquet({path}) as kept "
            "where not {erased} and not {leaves}",
            columns=self.selected,
            path=self.path,
            erased=[self.is_erased],
            leaves=[self.leaves],
        )

    @property
    def selected(self) -> list[str]:
        """The columns; an erased identifier in a row that stays is taken out of it."""
        loose = [pair for pair in self.identifier_columns if not self._is_keyed_by(pair)]
        is_named = " or ".join(map(_names, loose))
        blanked = {column for pair in loose for column in pair}
        return [
            f"case when not ({is_named}) then kept.{quoted(column)} end as {quoted(column)}"
            if column in blanked
            else f"kept.{quoted(column)}"
            for column in self.columns
        ]


def _names(pair: tuple[str, str]) -> str:
    return statement(
        "exists (select 1 from {erased} as erased where erased.identifier_type = kept.{kind} "
        "and erased.identifier_value = kept.{value})",
        erased=ERASED_IDENTIFIERS,
        kind=pair[0],
        value=pair[1],
    )


def kept_tables(release: Path, manifest: Manifest, plan: ReleasePlan | None) -> list[KeptTable]:
    """Return the Parquet tables of a release; `plan` knows the keys and tags of those of today.

    BI goes on reading what it read of that release, less what is tagged by now.
    """
    known = {table.name: table for table in plan.tables} if plan else {}
    found = []
    with duckdb.connect() as connection:
        for file in sorted(manifest.files):
            path = release / file
            if path.suffix != ".parquet":
                continue
            described = "select column_name from (describe select * from read_parquet({path}))"
            rows = connection.execute(statement(described, path=path)).fetchall()
            columns = tuple(str(column) for (column,) in rows)
            today = known.get(path.stem, ReleaseTable(path.stem, (), path.stem))
            # An older Rollcall told BI nothing.
            told = today.plain_columns
            if manifest.analytics is not None:
                told = tuple(manifest.analytics.get(path.stem, ()))
            table = ReleaseTable(
                path.stem,
                tuple(column for column in today.key if column in columns),
                path.stem,
                is_consent_gated=set(columns) >= _MEMBER,
                is_internal=path.parent.name == INTERNAL_FOLDER,
                plain_columns=tuple(
                    column
                    for column in columns
                    if column in told and column not in today.personal_columns
                ),
            )
            found.append(KeptTable(table, path, columns))
    return found


def begin(work: duckdb.DuckDBPyConnection) -> None:
    """Make the empty tables of who is to leave."""
    tables = {
        ERASED_IDENTIFIERS: "identifier_type varchar, identifier_value varchar",
        ERASED_CUSTOMERS: "customer_id varchar",
        LEAVING: "customer_id varchar, purpose varchar, audience varchar, reason varchar",
    }
    for table, columns in tables.items():
        work.execute(statement("create table {table} ({columns})", table=table, columns=[columns]))


def find_erased(work: duckdb.DuckDBPyConnection, identity_map: Path) -> None:
    """Add the ids that a release has for the erased, and all identifiers that it has of those."""
    parts: dict[str, str | Path] = {
        "customers": ERASED_CUSTOMERS,
        "identifiers": ERASED_IDENTIFIERS,
        "path": identity_map,
    }
    for query in (
        """
        insert into {customers}
        select distinct known.customer_id
        from read_parquet({path}) as known
        inner join {identifiers} as erased
            on
                known.identifier_type = erased.identifier_type
                and known.identifier_value = erased.identifier_value
        """,
        """
        insert into {identifiers}
        select distinct known.identifier_type, known.identifier_value
        from read_parquet({path}) as known
        inner join {customers} as erased on known.customer_id = erased.customer_id
        """,
    ):
        work.execute(statement(query, **parts))


def count_erased(work: duckdb.DuckDBPyConnection, tables: Sequence[KeptTable]) -> dict[str, int]:
    """Return how many rows of each table tell of the erased; a table without any is left out."""
    found = {}
    for kept in tables:
        query = "select count(*) from read_parquet({path}) as kept where {holds}"
        row = work.execute(statement(query, path=kept.path, holds=[kept.holds_erased])).fetchone()
        if row and row[0]:
            found[kept.table.name] = int(row[0])
    return found


def make_views(
    work: duckdb.DuckDBPyConnection,
    tables: Sequence[KeptTable],
    changed: Mapping[str, Callable[[str], str]] | None = None,
) -> None:
    """Make a view of each table without the people who leave, and settle the counts.

    `changed` makes of a table's select, by name, what its view is to be.
    """
    _count_left(work, tables)
    by_name = {kept.table.name: kept for kept in tables}
    for kept in tables:
        select = kept.staying
        if AUDIENCES_TABLE in by_name and kept.table.name in _SETTLED:
            select = _SETTLED[kept.table.name](select, by_name)
        if changed and kept.table.name in changed:
            select = changed[kept.table.name](select)
        work.execute(
            statement("create view {view} as {select}", view=kept.table.name, select=[select])
        )


def _count_left(work: duckdb.DuckDBPyConnection, tables: Sequence[KeptTable]) -> None:
    """Count by audience and reason which members left; without a reason, by leaving all tables."""
    parts = ["select null::varchar as audience, null::varchar as reason where false"]
    parts += [
        statement(
            """
            select
                kept.audience,
                case when not {erased} then (
                    select min(leaving.reason) from {leaving} as leaving
                    where {leaving_row}
                ) end as reason
            from read_parquet({path}) as kept
            where {erased} or {leaves}
            """,
            leaving=LEAVING,
            leaving_row=[kept.is_leaving],
            path=kept.path,
            erased=[kept.is_erased],
            leaves=[kept.leaves],
        )
        for kept in tables
        if kept.table.is_consent_gated and not kept.table.is_internal
    ]
    query = (
        "create table {left} as select audience, reason, count(*)::bigint as customer_count "
        "from ({parts}) group by audience, reason"
    )
    work.execute(statement(query, left=LEFT, parts=[" union all ".join(parts)]))


_GONE = f"""
    select
        audience,
        sum(customer_count)::bigint as left_count,
        coalesce(sum(customer_count) filter (where reason is null), 0)::bigint as erased_count
    from {quoted(LEFT)}
    group by audience
"""  # noqa: S608 - the table's name is ours


def _audiences(select: str, by_name: Mapping[str, KeptTable]) -> str:
    """Return the audiences with as many members, and as many who qualify, as there are left."""
    changed = {
        "member_count": "kept.member_count - coalesce(gone.left_count, 0)",
        "qualified_count": (
            "kept.qualified_count - least(kept.qualified_count, coalesce(gone.erased_count, 0))"
        ),
        # Of the erased, those beyond who qualified were carried by a hold.
        "carried_count": (
            "kept.carried_count "
            "- greatest(coalesce(gone.erased_count, 0) - kept.qualified_count, 0)"
        ),
    }
    return _changed(select, by_name[AUDIENCES_TABLE].columns, changed)


def _changed(select: str, columns: Sequence[str], changed: Mapping[str, str]) -> str:
    picked = [
        f"{changed[column]} as {quoted(column)}" if column in changed else f"kept.{quoted(column)}"
        for column in columns
    ]
    return (
        f"with gone as ({_GONE}) select {', '.join(picked)} from ({select}) as kept "  # noqa: S608
        "left join gone on kept.audience = gone.audience"
    )


def _exclusions(select: str, _: Mapping[str, KeptTable]) -> str:
    """Return the exclusions with those added who left an audience, but for who left all tables."""
    return (
        "select audience, reason, sum(customer_count)::bigint as customer_count from ("  # noqa: S608
        f"select audience, reason, customer_count from ({select}) "
        f"union all select audience, reason, customer_count from {quoted(LEFT)} "
        "where reason is not null) group by audience, reason"
    )


def _history(select: str, by_name: Mapping[str, KeptTable]) -> str:
    """Return the history; its newest release tells each audience as it stands."""
    newest = f"kept.release_id = (select max(release_id) from ({select}))"  # noqa: S608
    members = "kept.member_count - coalesce(gone.left_count, 0)"
    qualified = "kept.qualified_count - least(kept.qualified_count, coalesce(gone.erased_count, 0))"
    changed = {
        "member_count": f"case when {newest} then {members} else kept.member_count end",
        "qualified_count": f"case when {newest} then {qualified} else kept.qualified_count end",
        "entered_count": (
            f"case when {newest} then least(kept.entered_count, {members}) "
            "else kept.entered_count end"
        ),
    }
    return _changed(select, by_name[HISTORY_TABLE].columns, changed)


# The tables whose counts follow from who left; each takes the table's own select.
_SETTLED = {
    AUDIENCES_TABLE: _audiences,
    EXCLUSIONS_TABLE: _exclusions,
    HISTORY_TABLE: _history,
}
