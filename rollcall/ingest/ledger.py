"""The load ledger: which contents the raw zone holds, and which of them count.

`loads.parquet` has one row a content of a table, `paths.parquet` one row a landing path with its
latest content that could be read, `failed_sources.parquet` one row a landing path whose newest
content cannot be read. A load is live while a path has it in either.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from rollcall.errors import IngestError
from rollcall.home import Home
from rollcall.ingest.checks import literal
from rollcall.ingest.disk import for_glob, private_folder, replacing
from rollcall.ingest.report import UnreadableFile

FAILURES = "failed_sources"
LOADED = "loaded"
UNREADABLE = "unreadable"
# What the ids begin with of paths whose content could not be had at all: they have no load.
NO_CONTENT = "path-"

_LOADS = {
    "load_id": "varchar",
    "source": "varchar",
    "table_name": "varchar",
    "content_hash": "varchar",
    "path": "varchar",
    "accepted_count": "bigint",
    "quarantined_count": "bigint",
    "landed_at": "timestamp",
    "loaded_at": "timestamp",
    "delivered_at": "timestamp",
    "release_id": "varchar",
    "is_live": "boolean",
    "status": "varchar",
    "erased_count": "bigint",
    "reduced_count": "bigint",
    "expired_count": "bigint",
}
_PATHS = {"path": "varchar", "load_id": "varchar"}
_FAILURES = {
    "failure_id": "varchar",
    "source": "varchar",
    "table_name": "varchar",
    "path": "varchar",
    "load_id": "varchar",
    "line": "bigint",
    "reason": "varchar",
    "way_out": "varchar",
    "quarantined_count": "bigint",
    "failed_at": "timestamp",
}


@dataclass(frozen=True)
class Load:
    """One content of one table. Counts are data lines; times are UTC without a zone.

    `landed_at` is when the file was written to its landing path, `release_id` the release that was
    next when it was loaded, `delivered_at` when the content was last delivered, be it known by
    then; a ledger of an older version holds none of them.
    """

    load_id: str
    source: str
    table_name: str
    content_hash: str
    path: str
    accepted_count: int
    quarantined_count: int
    landed_at: datetime | None
    loaded_at: datetime
    delivered_at: datetime | None
    release_id: str | None
    status: str
    # Lines of people who were erased, before or after the file was loaded.
    erased_count: int | None = None
    # Of the accepted lines those that retention took all out of but what is kept.
    reduced_count: int | None = None
    # Lines that lay in quarantine for too long.
    expired_count: int | None = None


@dataclass(frozen=True)
class Failure:
    """A landing path whose newest content cannot be read: its source counts as failed.

    `load_id` names its entry in the quarantine, which is `failure_id` where no content could be
    had; `line` is how far the reading came, `quarantined_count` the data lines before it,
    `failed_at` the first run that could not read it, UTC without a zone.
    """

    failure_id: str
    source: str
    table_name: str
    path: str
    load_id: str
    line: int | None
    reason: str
    way_out: str
    quarantined_count: int
    failed_at: datetime

    @property
    def file(self) -> UnreadableFile:
        """The file or folder, as a person is told of it."""
        path = Path(self.path)
        return UnreadableFile(
            self.source, self.table_name, path, self.line, self.reason, self.way_out
        )


def failure_id_of(path: str) -> str:
    """Return the id of a landing path that cannot be read; no load has one like it."""
    return f"{NO_CONTENT}{hashlib.sha256(path.encode()).hexdigest()[:32]}"


def load_id_of(source: str, table: str, content_hash: str) -> str:
    """Return the id of a content: the same wherever and whenever it is delivered."""
    return hashlib.sha256(json.dumps([source, table, content_hash]).encode()).hexdigest()[:32]


class Ledger:
    """The ledger of one home, in memory until `write`."""

    def __init__(self, home: Home, connection: duckdb.DuckDBPyConnection) -> None:
        """Read the ledger; one that is not there yet is empty. Raises IngestError."""
        self._folder = home.ledger
        self._root = home.root
        self._connection = connection
        loads = self._read("loads", [name for name in _LOADS if name != "is_live"])
        self.loads = {row[0]: Load(*row) for row in loads}
        self.paths: dict[str, str] = {
            path: load_id
            for path, load_id in self._read("paths", list(_PATHS))
            if load_id in self.loads and self.loads[load_id].status == LOADED
        }
        failures = (Failure(*row) for row in self._read(FAILURES, list(_FAILURES)))
        self.failures = {failure.path: failure for failure in failures}

    @property
    def live(self) -> set[str]:
        """The ids of the loads that count, and of what stands in the way of a path's newest."""
        return {*self.paths.values(), *(failure.load_id for failure in self.failures.values())}

    def put(self, load: Load) -> None:
        """Add a load, or take the place of the one with its id."""
        self.loads[load.load_id] = load

    def see(self, path: Path, load_id: str) -> None:
        """Note that `load_id` is the latest content of `path`, which can be read again."""
        self.paths[str(path)] = load_id
        self.failures.pop(str(path), None)
        self.put(replace(self.loads[load_id], path=str(path)))

    def deliver(self, load_id: str, at: datetime) -> None:
        """Note that a content that is known was delivered at `at`, if not later already."""
        load = self.loads[load_id]
        self.put(replace(load, delivered_at=max(load.delivered_at or load.loaded_at, at)))

    def fail(self, failure: Failure) -> None:
        """Note that the newest content of a path cannot be read; what it had before counts on."""
        before = self.failures.get(failure.path)
        if before is not None:
            failure = replace(failure, failed_at=before.failed_at)
        self.failures[failure.path] = failure

    def write(self) -> None:
        """Write the files, each whole or not at all; `loads` first, so that no path names none."""
        live = self.live
        private_folder(self._folder, self._root)
        loads = ({**vars(load), "is_live": load.load_id in live} for load in self.loads.values())
        self._write("loads", _LOADS, loads)
        paths = ({"path": path, "load_id": load} for path, load in self.paths.items())
        self._write("paths", _PATHS, paths)
        self.write_failures()

    def write_failures(self) -> None:
        """Write which paths cannot be read; none is no row."""
        self._write(FAILURES, _FAILURES, map(vars, self.failures.values()))

    def _file(self, name: str) -> Path:
        return self._folder / f"{name}.parquet"

    def _read(self, name: str, columns: list[str]) -> list[Any]:
        path = self._file(name)
        if not path.exists():
            return []
        try:
            described = self._connection.execute(
                "select column_name from (describe select * from read_parquet(?))", [for_glob(path)]
            ).fetchall()
            held = {name for (name,) in described}
            read = [name if name in held else f"null as {name}" for name in columns]
            return self._connection.execute(
                f"select {', '.join(read)} from read_parquet(?)",  # noqa: S608
                [for_glob(path)],
            ).fetchall()
        except duckdb.Error as error:
            raise IngestError(
                f"{path}: the load ledger cannot be read. Restore it from a backup of the home; "
                "without it, start in a new --home and deliver the files again."
            ) from error

    def _write(
        self, name: str, columns: Mapping[str, str], rows: Iterable[Mapping[str, Any]]
    ) -> None:
        path = self._file(name)
        listing = path.with_name(f".{name}.jsonl.tmp")
        try:
            with listing.open("w", encoding="utf-8", errors="backslashreplace") as file:
                file.writelines(json.dumps(row, default=str) + "\n" for row in rows)
            types = ", ".join(f"{column}: '{kind}'" for column, kind in columns.items())
            with replacing(path) as draft:
                self._connection.execute(
                    f"copy (select * from read_json({literal(for_glob(listing))}, "  # noqa: S608
                    f"columns = {{{types}}}, format = 'newline_delimited') "
                    f"order by all) to {literal(str(draft))} (format parquet)"
                )
        finally:
            listing.unlink(missing_ok=True)


def read_failures(home: Home) -> list[UnreadableFile]:
    """Return the landing paths that could not be read, by path. Raises IngestError."""
    with duckdb.connect() as connection:
        return [one.file for _, one in sorted(Ledger(home, connection).failures.items())]


def prepare_failures(home: Home) -> None:
    """Write the list of what cannot be read where an older Rollcall left none: dbt reads it."""
    if home.ledger.exists() and not (home.ledger / f"{FAILURES}.parquet").exists():
        with duckdb.connect() as connection:
            Ledger(home, connection).write_failures()
