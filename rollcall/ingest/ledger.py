"""The load ledger: which contents the raw zone holds, and which of them count.

`loads.parquet` has one row a content of a table, `paths.parquet` one row a landing path with its
latest content. A load is live while it is some path's latest content.
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

LOADED = "loaded"
UNREADABLE = "unreadable"

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
    "release_id": "varchar",
    "is_live": "boolean",
    "status": "varchar",
    "erased_count": "bigint",
}
_PATHS = {"path": "varchar", "load_id": "varchar"}


@dataclass(frozen=True)
class Load:
    """One content of one table. Counts are data lines; times are UTC without a zone.

    `landed_at` is when the file was written to its landing path, `release_id` the release that was
    next when it was loaded; a ledger of an older version holds neither.
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
    release_id: str | None
    status: str
    # Lines of people who were erased, before or after the file was loaded.
    erased_count: int | None = None


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
        self.paths: dict[str, str] = dict(self._read("paths", list(_PATHS)))

    @property
    def live(self) -> set[str]:
        """The ids of the loads that count."""
        return set(self.paths.values())

    def put(self, load: Load) -> None:
        """Add a load, or take the place of the one with its id."""
        self.loads[load.load_id] = load

    def see(self, path: Path, load_id: str) -> None:
        """Note that `load_id` is the latest content of `path`."""
        self.paths[str(path)] = load_id
        self.put(replace(self.loads[load_id], path=str(path)))

    def write(self) -> None:
        """Write both files, each whole or not at all; `paths` first, which names no lost load."""
        live = self.live
        private_folder(self._folder, self._root)
        loads = ({**vars(load), "is_live": load.load_id in live} for load in self.loads.values())
        self._write("loads", _LOADS, loads)
        paths = ({"path": path, "load_id": load} for path, load in self.paths.items())
        self._write("paths", _PATHS, paths)

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
