"""Old raw files: what a company keeps no longer is taken out of them, once all their rows are old.

A row keeps the columns that its source's yml says are kept: who, what, when, and the few things
that are told over all time. A file is written anew in its own place, so that the ledger, the
redelivery of its content and an erasure know it as before; a mark in each of its rows says that it
was. Done twice, or after a kill, it comes to the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import duckdb

from rollcall.home import Home
from rollcall.ingest.checks import literal, quoted, trimmed
from rollcall.ingest.disk import for_glob, replacing
from rollcall.ingest.ledger import Ledger
from rollcall.ingest.load import META
from rollcall.ingest.raw_zone import (
    MENDED,
    REDUCED_AT,
    SCHEMA,
    columns_of,
    count_reduced,
    is_cut,
)
from rollcall.ingest.report import IngestReport
from rollcall.settings import Settings
from rollcall.sources import TableSpec

Progress = Callable[[str], None]


@dataclass(frozen=True)
class _File:
    """A raw file as it stands: its columns, its rows, and how many of them are reduced."""

    path: Path
    columns: tuple[str, ...]
    row_count: int
    reduced_count: int

    @property
    def relation(self) -> str:
        """SQL that reads it."""
        return f"read_parquet({literal(for_glob(self.path))})"

    @property
    def mark(self) -> str:
        """SQL for when a row was reduced, null where it was not."""
        return REDUCED_AT if REDUCED_AT in self.columns else "null::timestamp"


class Reducer:
    """Takes what is old out of one home's raw zone, as of one moment."""

    def __init__(
        self, settings: Settings, connection: duckdb.DuckDBPyConnection, progress: Progress
    ) -> None:
        """The connection's time zone is UTC, as that of every reader of the raw zone."""
        self._home: Home = settings.home
        self._as_of = settings.as_of_utc
        self._sources = settings.sources
        self._connection = connection
        self._progress = progress

    def reduce(self, ledger: Ledger, report: IngestReport) -> None:
        """Reduce every file that is old; the ledger and the report then count what is reduced."""
        for source in self._sources.values():
            for table in source.tables.values():
                days = source.retention_days.get(table.expires or "")
                if days is not None:
                    self._reduce_table(source.name, table, days, ledger, report)

    def _reduce_table(
        self, source: str, table: TableSpec, days: int, ledger: Ledger, report: IngestReport
    ) -> None:
        limit = self._as_of - timedelta(days=days)
        counts = report.of(source, table.name)
        # Counted from the files: a run that was killed after them had not told the ledger.
        reduced: dict[str, int] = {}
        for file in self._files(source, table.name):
            left = file.row_count - file.reduced_count
            if left and self._is_old(file, table, limit):
                self._rewrite(file, table)
                counts.files_reduced += 1
                counts.lines_reduced += left
                left = 0
                self._progress(f"{source}/{table.name} {file.path.stem}: old lines reduced")
            load_id = file.path.stem.removesuffix(MENDED)
            reduced[load_id] = reduced.get(load_id, 0) + file.row_count - left
        for load_id, count in reduced.items():
            load = ledger.loads.get(load_id)
            if load is not None and (load.reduced_count or 0) != count:
                ledger.put(replace(load, reduced_count=count))

    def _files(self, source: str, table: str) -> Iterator[_File]:
        for path in sorted((self._home.raw / source / table).glob("*.parquet")):
            # What is broken is told, or loaded anew, by whoever looks after the raw zone.
            if path.stem != SCHEMA and not is_cut(path):
                columns = columns_of(self._connection, path)
                rows, reduced = count_reduced(self._connection, path, columns)
                yield _File(path, columns, rows, reduced)

    def _is_old(self, file: _File, table: TableSpec, limit: datetime) -> bool:
        """Say whether every row lies before the limit, by the latest of its times."""
        times = [
            f"try_cast({trimmed(quoted(column.name))} as timestamp with time zone)"
            for column in table.columns.values()
            if column.is_time and column.name in file.columns
        ]
        if not times:
            return False
        latest = f"cast(greatest({', '.join(times)}) as timestamp)"
        row = self._connection.execute(
            f"select bool_and(coalesce({latest} < ?, false)) from {file.relation}",  # noqa: S608
            [limit],
        ).fetchone()
        return row is not None and bool(row[0])

    def _rewrite(self, file: _File, table: TableSpec) -> None:
        kept = [quoted(name) for name in file.columns if name in table.kept or name in META]
        mark = f"coalesce({file.mark}, timestamp {literal(self._as_of.isoformat(' '))})"
        with replacing(file.path) as draft:
            self._connection.execute(
                f"copy (select {', '.join(kept)}, {mark} as {REDUCED_AT} "  # noqa: S608
                f"from {file.relation} order by _line) to {literal(str(draft))} "
                "(format parquet, compression zstd)"
            )
