"""What a changed definition would do to published tables beside the audiences.

A published model's yml says how it is compared, by `config.meta.diff`:

    diff: columns                     each column: how many have a value, its spread
    diff: [                           how many customers there are of each value of a column
      {sizes: cohort_type,
       members: cohort_memberships,   the published table of who is in, by this one's key
       declared: cohort_definitions}, the seed that has a row for each value, of nobody as well
      {sizes: [features], each: feature}]    of each item of JSON lists

Nobody's values are told: of a personal column (`pii`) how many have one, of a text those that
several people share.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from rollcall.errors import ReleaseError
from rollcall.release.sql import name, statement
from rollcall.release.tables import ReleaseTable, node_meta, release_plan

_COLUMNS = "columns"
_FIELDS = {"sizes", "each", "members", "declared"}
_TRAIT = "trait."
_KINDS = ("new", "changed", "removed", "values")
# A text is a category, whose values can be told: of few values, each of several people.
_MOST_VALUES = 50
_LEAST_CUSTOMERS = 5
_SHOWN_VALUES = 3
_NUMBERS = (
    "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "DECIMAL", "FLOAT", "DOUBLE",
)  # fmt: skip
_TIMES = ("DATE", "TIMESTAMP")


@dataclass(frozen=True)
class ColumnSide:
    """A column in one state of the project.

    `filled_count` has those that are neither null, zero, false, empty nor an empty list.
    Minimum, median and maximum are of numbers and times; `commonest` are a category's values.
    """

    valued_count: int
    filled_count: int | None = None
    minimum: str | None = None
    median: str | None = None
    maximum: str | None = None
    commonest: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class ColumnDiff:
    """One column that is new, removed, changed (its trait) or has other values (`values`).

    `differing_count` is how many of the rows of both sides have another value.
    """

    column: str
    kind: str
    before: ColumnSide | None
    after: ColumnSide | None
    differing_count: int | None


@dataclass(frozen=True)
class TableDiff:
    """A table whose columns are compared, those that differ."""

    table: str
    old_count: int
    new_count: int
    columns: tuple[ColumnDiff, ...]


@dataclass(frozen=True)
class GroupDiff:
    """One value that is new, removed or of another size (`size`).

    A row may stand for many customers, like a cohort; where it is one, rows are None.
    """

    value: str
    kind: str
    old_rows: int | None
    new_rows: int | None
    old_customers: int | None
    new_customers: int | None


@dataclass(frozen=True)
class SizesDiff:
    """A table by the values of a column, those that differ."""

    table: str
    by: str
    groups: tuple[GroupDiff, ...]


@dataclass(frozen=True)
class Sizes:
    """How a table is counted: see the module."""

    columns: tuple[str, ...]
    by: str
    is_list: bool
    members: ReleaseTable | None
    declared: str | None


@dataclass(frozen=True)
class Compared:
    """A published table that is compared; by its columns where it has no `sizes`."""

    table: ReleaseTable
    sizes: tuple[Sizes, ...]
    personal: frozenset[str]

    @property
    def unique_ids(self) -> set[str]:
        """The dbt nodes that the comparison reads."""
        return {self.table.unique_id} | {
            one.members.unique_id for one in self.sizes if one.members is not None
        }


def _sizes(told: Any, where: str, tables: Mapping[str, ReleaseTable]) -> Sizes:
    if not isinstance(told, Mapping) or "sizes" not in told or set(told) - _FIELDS:
        raise ReleaseError(
            f"{where} {told!r} is unknown. Write {_COLUMNS}, or a list of "
            "{sizes: <column>, each: <name of an item>, members: <table>, declared: <seed>}."
        )
    columns = told["sizes"] if isinstance(told["sizes"], list) else [told["sizes"]]
    members = told.get("members")
    if members is not None and members not in tables:
        raise ReleaseError(f"{where}: members {members!r} is no published table.")
    return Sizes(
        columns=tuple(columns),
        by=told.get("each", columns[0]),
        is_list="each" in told,
        members=tables[members] if members else None,
        declared=told.get("declared"),
    )


def compared_tables(manifest: Mapping[str, Any]) -> list[Compared]:
    """Read which published tables are compared. Raises ReleaseError where a yml is wrong."""
    tables = {table.name: table for table in release_plan(manifest).tables}
    found = []
    for table in tables.values():
        node = manifest["nodes"][table.unique_id]
        told = node_meta(node).get("diff")
        if told is None:
            continue
        where = f"{node['original_file_path']}: config.meta.diff"
        personal = frozenset(
            column
            for column, said in node.get("columns", {}).items()
            if said.get("config", {}).get("meta", {}).get("pii")
        )
        listed = [] if told == _COLUMNS else told if isinstance(told, list) else [told]
        sizes = tuple(_sizes(one, where, tables) for one in listed)
        found.append(Compared(table, sizes, personal))
    return found


@contextmanager
def attached(connection: duckdb.DuckDBPyConnection, database: Path) -> Iterator[None]:
    """Let a connection read a database as `side` for a while."""
    connection.execute(statement("attach {path} as side (read_only)", path=database))
    try:
        yield
    finally:
        connection.execute("detach side")


@contextmanager
def _opened(database: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection, attached(connection, database):
        yield connection


def _views(
    connection: duckdb.DuckDBPyConnection, release: Path, table: str, old: str, new: str
) -> None:
    """Call a table of the release `old`, and the one that was built `new`."""
    path = release / "tables" / f"{table}.parquet"
    create = "create view {view} as select * from read_parquet({path})"
    connection.execute(statement(create, view=old, path=path))
    create = "create view {view} as select * from side.{table}"
    connection.execute(statement(create, view=new, table=table))


def _types(connection: duckdb.DuckDBPyConnection, view: str) -> dict[str, str]:
    rows = connection.execute(statement("describe {view}", view=view)).fetchall()
    return {row[0]: row[1] for row in rows}


def _count(connection: duckdb.DuckDBPyConnection, view: str) -> int:
    row = connection.execute(statement("select count(*) from {view}", view=view)).fetchone()
    return int(row[0]) if row else 0


def _differing(
    connection: duckdb.DuckDBPyConnection,
    key: Sequence[str],
    before: Mapping[str, str],
    after: Mapping[str, str],
) -> dict[str, int]:
    """Return of each column that both sides have how many of the rows of both differ in it."""
    shared = [column for column in after if column in before and column not in key]
    if not shared:
        return {}
    counts = []
    for column in shared:
        sides = [f"{side}.{name(column)}" for side in ("old", "new")]
        if before[column] != after[column]:
            sides = [f"cast({side} as varchar)" for side in sides]
        counts.append(f"count(*) filter (where {sides[0]} is distinct from {sides[1]})")
    query = "select {counts} from new inner join old using ({key})"
    row = connection.execute(statement(query, counts=counts, key=[*map(name, key)])).fetchone()
    return dict(zip(shared, row or (), strict=True))


def _side(
    connection: duckdb.DuckDBPyConnection, view: str, column: str, kind: str, is_personal: bool
) -> ColumnSide:
    """Return how one column of the type `kind` is filled."""
    quoted = name(column)
    filled, spread = f"count({quoted})", ["null"] * 3
    if kind == "BOOLEAN":
        filled += f" filter (where {quoted})"
    elif kind == "VARCHAR":
        filled += f" filter (where {quoted} not in ('', '[]'))"
    elif kind.startswith(_NUMBERS):
        filled += f" filter (where {quoted} <> 0)"
    if kind.startswith(_NUMBERS + _TIMES):
        spread = [f"min({quoted})", f"quantile_disc({quoted}, 0.5)", f"max({quoted})"]
    told = [f"count({quoted})", filled, *(f"cast({one} as varchar)" for one in spread)]
    if is_personal:
        told = [told[0], *["null"] * 4]
    query = statement("select {told} from {view}", told=told, view=view)
    row = connection.execute(query).fetchone() or (0, None, None, None, None)
    valued_count, filled_count, minimum, median, maximum = row
    is_category = kind == "VARCHAR" and not is_personal
    commonest = _commonest(connection, view, column) if is_category else ()
    return ColumnSide(valued_count, filled_count, minimum, median, maximum, commonest)


def _commonest(
    connection: duckdb.DuckDBPyConnection, view: str, column: str
) -> tuple[tuple[str, int], ...]:
    query = """
        select {column}, count(*)
        from {view}
        where {column} is not null
        group by {column}
        order by count(*) desc, {column}
        """
    rows = connection.execute(statement(query, column=column, view=view)).fetchmany(
        _MOST_VALUES + 1
    )
    if len(rows) > _MOST_VALUES:
        return ()
    shared = [(value, count) for value, count in rows if count >= _LEAST_CUSTOMERS]
    return tuple(shared[:_SHOWN_VALUES])


def _kind(
    column: str, types: Sequence[Mapping[str, str]], parts: Sequence[Mapping[str, str]], moved: int
) -> str | None:
    """Say what of a column differs; `types` and `parts` are those before and now."""
    (old_types, new_types), (before, now) = types, parts
    if column not in old_types:
        return "new"
    if column not in new_types:
        return "removed"
    trait = f"{_TRAIT}{column}"
    if before and before.get(trait) != now.get(trait):
        return "changed"
    return "values" if moved else None


def compare_columns(
    compared: Compared, release: Path, work: Path, before: Mapping[str, str], now: Mapping[str, str]
) -> TableDiff:
    """Return which columns of a table differ between a release and what was built.

    `before` and `now` are what each part means on either side, traits among them.
    """
    table = compared.table
    found = []
    with _opened(work) as connection:
        _views(connection, release, table.name, "old", "new")
        types = _types(connection, "old"), _types(connection, "new")
        differing = _differing(connection, table.key, *types)
        for column in {**types[1], **types[0]}:
            kind = _kind(column, types, (before, now), differing.get(column, 0))
            if kind is None:
                continue
            # Of what is gone nobody says any more whether it is personal.
            is_personal = column in compared.personal or kind == "removed"
            old, new = (
                _side(connection, view, column, told[column], is_personal)
                if column in told
                else None
                for view, told in zip(("old", "new"), types, strict=True)
            )
            found.append(ColumnDiff(column, kind, old, new, differing.get(column)))
        return TableDiff(
            table=table.name,
            old_count=_count(connection, "old"),
            new_count=_count(connection, "new"),
            columns=tuple(sorted(found, key=lambda one: _KINDS.index(one.kind))),
        )


def declared_values(compared: Compared, work: Path) -> dict[str, set[str]]:
    """Return the values that seeds of a database declare, by the column they are counted by."""
    found = {}
    with _opened(work) as connection:
        for sizes in compared.sizes:
            if sizes.declared is None:
                continue
            query = "select distinct {column} from side.{seed}"
            values = statement(query, column=sizes.by, seed=sizes.declared)
            try:
                found[sizes.by] = {str(row[0]) for row in connection.execute(values).fetchall()}
            except duckdb.CatalogException:
                # The last run had no such seed yet.
                found[sizes.by] = set()
    return found


_Counts = dict[str, tuple[int | None, int]]


def _counted(
    connection: duckdb.DuckDBPyConnection, sizes: Sizes, key: Sequence[str], view: str
) -> _Counts:
    """Return rows and customers by value; rows are None where they are the customers."""
    keys = [*map(name, key)]
    items = []
    for column in sizes.columns:
        item = f"cast({name(column)} as varchar)"
        if sizes.is_list:
            item = f"unnest(from_json({name(column)}, '[\"varchar\"]'))"
        select = "select {keys}, {item} as item from {view}"
        items.append(statement(select, keys=keys, item=[item], view=view))
    create = "create or replace temporary view items as {items}"
    connection.execute(statement(create, items=[" union all ".join(items)]))
    query = "select item, count(distinct ({keys})) from items where item is not null group by item"
    rows = dict(connection.execute(statement(query, keys=keys)).fetchall())
    if sizes.members is None:
        return {value: (None, count) for value, count in rows.items()}
    query = """
        select item, count(distinct members.customer_id)
        from items
        inner join {members} as members using ({keys})
        group by item
        """
    joined = statement(query, members=f"{view}_members", keys=keys)
    customers = dict(connection.execute(joined).fetchall())
    return {value: (count, customers.get(value, 0)) for value, count in rows.items()}


def _groups(old: _Counts, new: _Counts) -> Iterator[GroupDiff]:
    for value in sorted(old | new):
        before, after = old.get(value), new.get(value)
        if before == after:
            continue
        kind = "new" if before is None else "removed" if after is None else "size"
        old_rows, old_customers = before or (None, None)
        new_rows, new_customers = after or (None, None)
        yield GroupDiff(value, kind, old_rows, new_rows, old_customers, new_customers)


def compare_sizes(
    compared: Compared, release: Path, work: Path, declared: Mapping[str, set[str]]
) -> list[SizesDiff]:
    """Return of which values of a table there are more or fewer customers than in a release.

    `declared` are the values that the seeds of the release's run declared; where it has none for
    a column, what nobody is of is left out.
    """
    table = compared.table
    now = declared_values(compared, work) if declared else {}
    found = []
    for sizes in compared.sizes:
        nobody = (None if sizes.members is None else 0, 0)
        with _opened(work) as connection:
            _views(connection, release, table.name, "old", "new")
            if sizes.members is not None:
                _views(connection, release, sizes.members.name, "old_members", "new_members")
            old, new = (
                {value: nobody for value in values.get(sizes.by, ())}
                | _counted(connection, sizes, table.key, view)
                for view, values in (("old", declared), ("new", now))
            )
        groups = tuple(_groups(old, new))
        if groups:
            found.append(SizesDiff(table.name, sizes.by, groups))
    return found


def is_released(compared: Compared, release: Path) -> bool:
    """Say whether a release has what is compared: an older Rollcall may not have published it."""
    names = {compared.table.name} | {one.members.name for one in compared.sizes if one.members}
    return all((release / "tables" / f"{table}.parquet").exists() for table in names)
