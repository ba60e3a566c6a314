"""Ingest and replay: from the landing folders to the raw zone, with nothing lost on the way."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from rollcall.errors import SettingsError
from rollcall.home import Home
from rollcall.ingest.checks import fault
from rollcall.ingest.landing import (
    Found,
    LandingFile,
    find_files,
    named_like_a_file,
    suffix_of,
    walk,
    way_out,
    why,
)
from rollcall.ingest.ledger import LOADED, UNREADABLE, Ledger, Load, load_id_of
from rollcall.ingest.load import Changed, Counts, Loader, Origin, Unreadable
from rollcall.ingest.quarantine import Quarantine, QuarantineEntry
from rollcall.ingest.raw_zone import can_load_again, check_raw_zone
from rollcall.ingest.report import (
    IgnoredPath,
    IngestReport,
    UnreadableFile,
    UnreadableFilesError,
)
from rollcall.settings import Settings
from rollcall.sources import SourceSpec, TableSpec

Progress = Callable[[str], None]

# Entries about a path whose content could not be had at all have no load; they begin with this.
_NO_CONTENT = "path-"
_SCRATCH = ".ingest"


def ingest(
    settings: Settings, progress: Progress | None = None, *, release_id: str | None = None
) -> IngestReport:
    """Load every new file of every landing folder into the raw zone; return what happened.

    `release_id` is the release that the loads are meant for, which the ledger keeps.
    A file that cannot be read at all does not stop the others; at the end UnreadableFilesError
    names each such file, also those of earlier runs that nobody mended, and carries the report.
    """
    with _session(settings, progress, release_id) as session:
        session.take_all(_distinct(session.left_over(), session.landed()))
        return session.finish()


def replay(
    settings: Settings, progress: Progress | None = None, *, release_id: str | None = None
) -> IngestReport:
    """Try the quarantine again; lines and files that are good by now join their load.

    The report counts what was accepted now, and what stays refused of what was tried. Raises
    UnreadableFilesError as `ingest` does, IngestError where an entry is no longer JSON.
    """
    with _session(settings, progress, release_id) as session:
        session.take_all(_distinct(session.left_over(), iter(())))
        session.replay()
        return session.finish()


@contextmanager
def _session(
    settings: Settings, progress: Progress | None, release_id: str | None
) -> Iterator[_Session]:
    """Open what a run needs: a working folder that a killed run's leavings are swept out of."""
    home = settings.home
    home.root.mkdir(parents=True, exist_ok=True)
    scratch = home.root / _SCRATCH
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(mode=0o700)
    try:
        with duckdb.connect(config={"temp_directory": str(scratch / "spill")}) as connection:
            connection.execute("set TimeZone = 'UTC'")
            told = progress or (lambda _: None)
            yield _Session(settings, connection, scratch, told, release_id)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _distinct(*streams: Iterator[Found]) -> Iterator[Found]:
    seen: set[tuple[str, Path]] = set()
    for stream in streams:
        for found in stream:
            key = (type(found).__name__, found.path)
            if key not in seen:
                seen.add(key)
                yield found


def _content_hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _has_changed(path: Path, content_hash: str) -> bool:
    """Say whether a path holds other bytes that can be had."""
    try:
        return _content_hash(path) != content_hash
    except OSError:
        return False


def _written_at(path: Path) -> datetime | None:
    """Return when a file was last written, UTC without a zone; None where it is gone."""
    try:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC).replace(tzinfo=None)
    except OSError:
        return None


def _text(path: Path) -> str:
    """Return a path as text, also where its bytes are no text."""
    return str(path).encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


class _Session:
    """One ingest or replay of one home."""

    def __init__(
        self,
        settings: Settings,
        connection: duckdb.DuckDBPyConnection,
        scratch: Path,
        progress: Progress,
        release_id: str | None,
    ) -> None:
        self._settings = settings
        self._release_id = release_id
        self._home: Home = settings.home
        self._progress = progress
        self._now = datetime.now(UTC)
        self._ledger = Ledger(self._home, connection)
        self._quarantine = Quarantine(self._home)
        self._loader = Loader(self._home, connection, scratch, self._now)
        self._report = IngestReport()
        for source in settings.sources.values():
            for table in source.tables.values():
                _check_types(source, table)
                self._loader.write_schema(source.name, table)
                self._report.of(source.name, table.name)

    def landed(self) -> Iterator[Found]:
        """Go over what the landing folders hold, by landing, source and name."""
        for landing in self._settings.landings:
            for source in self._settings.sources.values():
                yield from find_files(landing, source)

    def left_over(self) -> Iterator[Found]:
        """Go over the paths that an earlier run could not get at, and forget that it could not."""
        for source, table in self._tables():
            folder = self._home.quarantine / source.name / table.name
            for path in sorted(folder.glob(f"{_NO_CONTENT}*.jsonl")):
                entries = list(self._quarantine.read(source.name, table.name, path.stem))
                path.unlink()
                for entry in entries:
                    yield from _again(source.name, table, Path(entry.file))

    def _tables(self) -> Iterator[tuple[SourceSpec, TableSpec]]:
        for source in self._settings.sources.values():
            for table in source.tables.values():
                yield source, table

    def take_all(self, stream: Iterator[Found]) -> None:
        """Take in everything that was found."""
        for found in stream:
            if isinstance(found, IgnoredPath):
                self._report.ignored.append(found)
                self._progress(f"ignored {found.path}: {found.reason}")
                continue
            if isinstance(found, UnreadableFile):
                self._report.of(found.source, found.table).files_seen += 1
                self._refuse_path(found)
                continue
            self._report.of(found.source, found.table.name).files_seen += 1
            self._take(found)

    def _take(self, file: LandingFile) -> None:
        table = file.table.name
        try:
            content_hash = _content_hash(file.path)
        except OSError as error:
            fault_ = UnreadableFile(
                file.source, table, file.path, None, why(error), way_out(file.path)
            )
            self._refuse_path(fault_)
            return
        load_id = load_id_of(file.source, table, content_hash)
        known = self._ledger.loads.get(load_id)
        is_loaded = known is not None and known.status == LOADED
        # What the raw zone has lost is loaded anew from the same content.
        if known and is_loaded and not can_load_again(self._home, known):
            self._report.of(file.source, table).files_known += 1
            self._ledger.see(Path(_text(file.path)), load_id)
            return
        self._load(file, file.path, load_id, content_hash)

    def _load(self, file: LandingFile, landed: Path, load_id: str, content_hash: str) -> bool:
        """Load a content, from its landing path or from its copy; say whether it could be read."""
        table = file.table.name
        try:
            counts = self._loader.load(file, Origin(load_id, _text(landed)))
        except Changed as error:
            self._refuse_path(
                UnreadableFile(file.source, table, landed, None, error.reason, error.way_out)
            )
            return False
        except Unreadable as error:
            self._refuse(file, landed, load_id, content_hash, error)
            return False
        self._quarantine.drop_copy(file.source, table, load_id)
        self._note(file, landed, load_id, content_hash, counts, LOADED)
        totals = self._report.of(file.source, table)
        totals.files_loaded += 1
        totals.lines_accepted += counts.accepted
        totals.lines_quarantined += counts.quarantined
        self._progress(
            f"{file.source}/{table} {landed.name}: {counts.accepted:,} lines loaded, "
            f"{counts.quarantined:,} quarantined"
        )
        return True

    def _note(
        self,
        file: LandingFile,
        landed: Path,
        load_id: str,
        content_hash: str,
        counts: Counts,
        status: str,
    ) -> None:
        path = _text(landed)
        load = Load(
            load_id=load_id,
            source=file.source,
            table_name=file.table.name,
            content_hash=content_hash,
            path=path,
            accepted_count=counts.accepted,
            quarantined_count=counts.quarantined,
            landed_at=_written_at(landed),
            loaded_at=self._now.replace(tzinfo=None),
            release_id=self._release_id,
            status=status,
        )
        self._ledger.put(load)
        self._ledger.see(Path(path), load_id)

    def _refuse(
        self,
        file: LandingFile,
        landed: Path,
        load_id: str,
        content_hash: str,
        error: Unreadable,
    ) -> None:
        """Quarantine a file whole: an entry, a copy to mend, and a load that cannot be read."""
        table = file.table.name
        try:
            self._quarantine.keep_copy(file.path, file.source, table, load_id, file.suffix)
        except OSError as fault_:
            # The disk or share gave way while it was read; there is no content to speak of.
            reason = f"{error.reason}: {why(fault_)}"
            self._refuse_path(
                UnreadableFile(file.source, table, landed, error.line, reason, way_out(landed))
            )
            return
        entry = QuarantineEntry(
            source=file.source,
            table=table,
            load_id=load_id,
            file=_text(landed),
            line=error.line,
            reason=error.reason,
            way_out=error.way_out,
        )
        self._quarantine.write(file.source, table, load_id, [entry])
        self._note(file, landed, load_id, content_hash, Counts(0, error.data_lines), UNREADABLE)
        totals = self._report.of(file.source, table)
        totals.lines_quarantined += error.data_lines
        self._progress(f"{file.source}/{table} {landed.name}: cannot be read")

    def _refuse_path(self, found: UnreadableFile) -> None:
        """Quarantine a path whose content cannot be had: an entry is all there is to keep."""
        path = _text(found.path)
        load_id = _NO_CONTENT + hashlib.sha256(path.encode()).hexdigest()[:32]
        entry = QuarantineEntry(
            source=found.source,
            table=found.table,
            load_id=load_id,
            file=path,
            line=found.line,
            reason=found.reason,
            way_out=found.way_out,
        )
        self._quarantine.write(found.source, found.table, load_id, [entry])
        self._report.unreadable.append(found)
        self._report.of(found.source, found.table).files_unreadable += 1
        self._progress(f"{found.source}/{found.table} {found.path.name}: cannot be read")

    def replay(self) -> None:
        """Try what is refused of every load that counts."""
        live = self._ledger.live
        tables = {(source.name, table.name): table for source, table in self._tables()}
        for load in list(self._ledger.loads.values()):
            table = tables.get((load.source, load.table_name))
            if table is None or load.load_id not in live:
                continue
            if load.status == UNREADABLE:
                self._replay_file(load, table)
            else:
                self._replay_lines(load, table)

    def _replay_file(self, load: Load, table: TableSpec) -> None:
        """Read what stands at the landing path by now, else the copy that a person may have mended.

        The same bytes as before need no second look in the landing: the copy holds them.
        """
        landed = Path(load.path)
        for found in _again(load.source, table, landed):
            if isinstance(found, LandingFile) and _has_changed(landed, load.content_hash):
                self._take(found)
                return
        copy = self._quarantine.copy_of(load.source, load.table_name, load.load_id)
        suffix = suffix_of(copy or landed)
        if suffix is not None:
            file = LandingFile(load.source, table, copy or landed, suffix)
            self._load(file, landed, load.load_id, load.content_hash)

    def _replay_lines(self, load: Load, table: TableSpec) -> None:
        key = (load.source, load.table_name, load.load_id)
        entries = [entry for entry in self._quarantine.read(*key) if not entry.is_file]
        if not entries and not load.quarantined_count:
            return
        left: dict[int, str] = {}
        if entries:
            origin = Origin(load.load_id, entries[0].file)
            left = self._loader.replay_lines(table, origin, entries)
            # The rows are in the raw zone before the entries go: a run killed between the two
            # finds them again and replaces its own rows.
            kept = [
                replace(entry, reason=left[entry.line])
                for entry in entries
                if entry.line is not None and entry.line in left
            ]
            self._quarantine.write(*key, kept)
        accepted = self._loader.accepted_rows(*key)
        self._ledger.put(replace(load, accepted_count=accepted, quarantined_count=len(left)))
        totals = self._report.of(load.source, load.table_name)
        totals.lines_accepted += len(entries) - len(left)
        totals.lines_quarantined += len(left)
        self._progress(
            f"{load.source}/{load.table_name} {Path(load.path).name}: "
            f"{len(entries) - len(left):,} lines mended, {len(left):,} still quarantined"
        )

    def finish(self) -> IngestReport:
        """Write the ledger; return the report. Raises IngestError, UnreadableFilesError."""
        self._ledger.write()
        check_raw_zone(self._home, self._ledger, self._settings.sources)
        live = self._ledger.live
        for load in self._ledger.loads.values():
            is_on = load.source in self._settings.sources
            if is_on and load.status == UNREADABLE and load.load_id in live:
                self._report.unreadable.append(self._unreadable(load))
                self._report.of(load.source, load.table_name).files_unreadable += 1
        if self._report.unreadable:
            self._report.unreadable.sort(key=lambda found: found.path)
            raise UnreadableFilesError(self._report)
        return self._report

    def _unreadable(self, load: Load) -> UnreadableFile:
        key = (load.source, load.table_name, load.load_id)
        entry = next((entry for entry in self._quarantine.read(*key)), None)
        found = UnreadableFile(
            load.source,
            load.table_name,
            Path(load.path),
            entry.line if entry else None,
            entry.reason if entry else "cannot be read",
        )
        return replace(found, way_out=entry.way_out) if entry and entry.way_out else found


def _check_types(source: SourceSpec, table: TableSpec) -> None:
    """Raise SettingsError before any file is read, where a source's yml has an unknown type."""
    try:
        fault(table.columns, dict.fromkeys(table.columns, "null"))
    except SettingsError as error:
        raise SettingsError(f"source {source.name}, table {table.name}: {error}") from error


def _again(source: str, table: TableSpec, path: Path) -> Iterator[Found]:
    """Look once more at a path that could not be read; there may be nothing any more."""
    suffix = suffix_of(path)
    try:
        is_folder, is_file = path.is_dir(), path.is_file()
    except OSError as error:
        yield UnreadableFile(source, table.name, path, None, why(error), way_out(path))
        return
    if is_folder and suffix:
        yield named_like_a_file(source, table.name, path, suffix)
    elif is_folder:
        yield from walk(path, path, source, table)
    elif is_file and suffix:
        yield LandingFile(source, table, path, suffix)
