"""The raw zone and the quarantine without the people that the tombstones are of.

Both are held against the tombstones alone: done twice, or after a kill, it comes to the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import duckdb

from rollcall.erasure.matching import Forms, Matcher
from rollcall.erasure.stones import Stones
from rollcall.home import Home
from rollcall.ingest.checks import literal, quoted
from rollcall.ingest.disk import for_glob, replacing
from rollcall.ingest.ledger import LOADED, Ledger
from rollcall.ingest.quarantine import Quarantine, QuarantineEntry, decode_raw
from rollcall.ingest.raw_zone import SCHEMA, columns_of, count_reduced, count_rows, files_of
from rollcall.sources import SourceSpec, TableSpec

_ROW = "file_row_number"
_COPY = ".copy"


@dataclass
class Removed:
    """What was taken out, by `<source>/<table>`, and the landing folders that it came from."""

    rows: dict[str, int] = field(default_factory=dict)
    values: dict[str, int] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    copies: dict[str, int] = field(default_factory=dict)
    landing_folders: set[str] = field(default_factory=set)
    # Folders of the raw zone whose source no yml declares: nobody knows who is in them.
    unknown: list[str] = field(default_factory=list)


def _add(counts: dict[str, int], place: str, number: int) -> None:
    if number:
        counts[place] = counts.get(place, 0) + number


class RawEraser:
    """Takes the erased out of one home's raw zone and quarantine."""

    def __init__(
        self,
        home: Home,
        sources: Mapping[str, SourceSpec],
        stones: Stones,
        forms: Forms,
        identity_map: Path | None,
        connection: duckdb.DuckDBPyConnection,
    ) -> None:
        """`identity_map` is the published one: who lives."""
        self._home = home
        self._sources = sources
        self._stones = stones
        self._connection = connection
        self._matcher = Matcher(connection, stones, forms, identity_map)
        self.removed = Removed()

    def set_stones_of_records(self) -> None:
        """Set a tombstone for each record that goes, so that what belongs to it can be found."""
        while True:
            found: list[tuple[str, str]] = []
            for source, table, path in self._files():
                if any(column.record for column in table.columns.values()):
                    _, records = self._divide(source, table, path)
                    found += records
            if not self._stones.add(found):
                return

    def erase(self) -> None:
        """Rewrite every file that holds somebody, then the quarantine, then the ledger's counts."""
        for source, table, path in self._files():
            self._rewrite(source, table, path)
        for source, table, folder in self._tables(self._home.quarantine):
            for path in sorted(folder.glob("*.jsonl")):
                if not path.stem.endswith(_COPY):
                    self._rewrite_entries(source, table, path)
            for path in sorted(folder.glob(f"*{_COPY}.*")):
                self._rewrite_copy(source, table, path)
        self._recount()

    def _tables(self, root: Path) -> Iterator[tuple[SourceSpec, TableSpec, Path]]:
        for folder in sorted(root.glob("*/*/")):
            source = self._sources.get(folder.parent.name)
            if source is None or folder.name not in source.tables:
                place = f"{root.name}/{folder.parent.name}/{folder.name}"
                if place not in self.removed.unknown:
                    self.removed.unknown.append(place)
                continue
            yield source, source.tables[folder.name], folder

    def _files(self) -> Iterator[tuple[SourceSpec, TableSpec, Path]]:
        for source, table, folder in self._tables(self._home.raw):
            for path in sorted(folder.glob("*.parquet")):
                if path.stem != SCHEMA:
                    yield source, table, path

    def _columns(self, path: Path) -> tuple[str, ...]:
        return columns_of(self._connection, path)

    def _relation(self, path: Path) -> str:
        return f"read_parquet({literal(for_glob(path))}, file_row_number = true)"

    def _divide(
        self, source: SourceSpec, table: TableSpec, path: Path
    ) -> tuple[int, list[tuple[str, str]]]:
        held = {name: quoted(name) for name in self._columns(path) if name in table.columns}
        return self._matcher.divide(self._relation(path), _ROW, source, table, held)

    def _rewrite(self, source: SourceSpec, table: TableSpec, path: Path) -> None:
        count, _ = self._divide(source, table, path)
        blanked = self._matcher.blanked()
        if not count and not blanked:
            return
        place = f"{source.name}/{table.name}"
        relation, going = self._relation(path), self._matcher.going
        files = self._connection.execute(
            f"select distinct _file from {relation} where {_ROW} in {going}"  # noqa: S608
        ).fetchall()
        self.removed.landing_folders |= {str(Path(name).parent) for (name,) in files}
        columns = [
            f"case when {_ROW} not in {blanked[name]} then {quoted(name)} end as {quoted(name)}"
            if name in blanked
            else quoted(name)
            for name in self._columns(path)
        ]
        with replacing(path) as draft:
            self._connection.execute(
                f"copy (select {', '.join(columns)} from {relation} "  # noqa: S608
                f"where {_ROW} not in {going} order by {_ROW}) to {literal(str(draft))} "
                "(format parquet, compression zstd)"
            )
        _add(self.removed.rows, place, count)
        _add(self.removed.values, place, len(blanked))

    def _rewrite_entries(self, source: SourceSpec, table: TableSpec, path: Path) -> None:
        quarantine = Quarantine(self._home)
        entries = list(quarantine.read(source.name, table.name, path.stem))
        kept = [entry for entry in entries if not self._names_erased(entry, source, table)]
        if len(kept) == len(entries):
            return
        quarantine.write(source.name, table.name, path.stem, kept)
        _add(self.removed.lines, f"{source.name}/{table.name}", len(entries) - len(kept))

    def _names_erased(self, entry: QuarantineEntry, source: SourceSpec, table: TableSpec) -> bool:
        raw = decode_raw(entry.raw_text or "", entry.raw_encoding)
        return self._matcher.names_erased(raw, source, table)

    def _rewrite_copy(self, source: SourceSpec, table: TableSpec, path: Path) -> None:
        """Take lines out of the copy of a file that cannot be read; one beyond that goes whole."""
        place = f"{source.name}/{table.name}"
        if path.name.endswith((".csv", ".jsonl")):
            lines = path.read_bytes().splitlines(keepends=True)
            kept = [ln for ln in lines if not self._matcher.names_erased(ln, source, table)]
            if len(kept) < len(lines):
                with replacing(path) as draft:
                    draft.write_bytes(b"".join(kept))
                _add(self.removed.lines, place, len(lines) - len(kept))
            return
        path.unlink()
        _add(self.removed.copies, place, 1)

    def _recount(self) -> None:
        """Let the ledger say how many lines of each load are there, and how many were taken out."""
        ledger = Ledger(self._home, self._connection)
        quarantine = Quarantine(self._home)
        for load in list(ledger.loads.values()):
            key = (load.source, load.table_name, load.load_id)
            accepted = count_rows(self._home, self._connection, *key)
            lines = sum(1 for entry in quarantine.read(*key) if not entry.is_file)
            gone = load.accepted_count - accepted
            if load.status == LOADED:
                gone += load.quarantined_count - lines
                changed = replace(
                    load,
                    accepted_count=accepted,
                    quarantined_count=lines,
                    erased_count=(load.erased_count or 0) + gone,
                    reduced_count=self._count_reduced(*key) if load.reduced_count else None,
                )
                if gone:
                    ledger.put(changed)
        if self._home.ledger.exists():
            ledger.write()

    def _count_reduced(self, source: str, table: str, load_id: str) -> int:
        there = [path for path in files_of(self._home, source, table, load_id) if path.exists()]
        return sum(count_reduced(self._connection, path, self._columns(path))[1] for path in there)
