"""What a table holds on DuckDB and on Spark, compared row by row."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb

# Whatever would be spoilt by quoting it wrongly.
SECRET = "it's a \\secret\" of 7 $words"  # noqa: S105
_SAMPLE = 3


def tables_of(database: Path) -> list[str]:
    """Return the names of a DuckDB file's tables."""
    with duckdb.connect(str(database), read_only=True) as connection:
        rows = connection.execute("select table_name from duckdb_tables() order by 1").fetchall()
    return [name for (name,) in rows]


def views_of(database: Path) -> list[str]:
    """Return the names of a DuckDB file's views."""
    with duckdb.connect(str(database), read_only=True) as connection:
        query = "select view_name from duckdb_views() where not internal order by 1"
        return [name for (name,) in connection.execute(query).fetchall()]


class Comparison:
    """Relations of a DuckDB file against folders of Parquet files of the same names."""

    def __init__(self, database: Path, folder: Path) -> None:
        self._folder = folder
        self._connection = duckdb.connect(str(database), read_only=True)
        self._connection.execute("set TimeZone = 'UTC'")
        # How many rows were equal, by relation: a comparison of nothing proves nothing.
        self.equal_rows: dict[str, int] = {}

    def __enter__(self) -> Comparison:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def _columns(self, relation: str) -> dict[str, str]:
        rows = self._connection.execute(f"describe select * from {relation}").fetchall()
        return {name: data_type for name, data_type, *_ in rows}

    def difference(self, name: str) -> str:
        """Return how the two differ, in words; nothing where every row of one is in the other."""
        if not any((self._folder / name).glob("*.parquet")):
            return "not there on Spark"
        theirs = f"read_parquet('{self._folder / name}/*.parquet')"
        wanted, found = self._columns(f'"{name}"'), self._columns(theirs)
        if list(wanted) != list(found):
            return f"columns {list(found)} instead of {list(wanted)}"
        # A number of another width and a timestamp with its zone (UTC) are the same value; a text
        # is no number, and is not made one here.
        texts = {column for column, kind in wanted.items() if kind == "VARCHAR"}
        if texts != {column for column, kind in found.items() if kind == "VARCHAR"}:
            return f"types {found} instead of {wanted}"
        casts = ", ".join(
            f'cast("{column}" as {kind}) as "{column}"' for column, kind in wanted.items()
        )
        left, right = f'select * from "{name}"', f"select {casts} from {theirs}"
        only = {"DuckDB": self._only(left, right), "Spark": self._only(right, left)}
        if not any(only.values()):
            counted = self._connection.execute(f'select count(*) from "{name}"').fetchone()
            assert counted is not None
            self.equal_rows[name] = counted[0]
            return ""
        return "; ".join(
            f"{len(rows)} rows on {e} alone: {rows[:_SAMPLE]}" for e, rows in only.items()
        )

    def _only(self, left: str, right: str) -> list[tuple[object, ...]]:
        return self._connection.execute(f"({left}) except all ({right}) order by all").fetchall()

    def differences(self, names: Sequence[str]) -> dict[str, str]:
        """Return how the relations differ, by name; those that are the same are left out."""
        found = {name: self.difference(name) for name in names}
        return {name: text for name, text in found.items() if text}
