"""Ingest and replay: from the landing folders to the raw zone, with nothing lost on the way."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from rollcall.erasure.again import Leaver
from rollcall.errors import SettingsError
from rollcall.home import Home
from rollcall.ingest.checks import fault
from rollcall.ingest.expiry import expire, kept_since
from rollcall.ingest.landing import (
    Found,
    LandingFile,
    again,
    find_files,
    find_strangers,
    suffix_of,
    way_out,
    why,
)
from rollcall.ingest.ledger import (
    LOADED,
    NO_CONTENT,
    UNREADABLE,
    Failure,
    Ledger,
    Load,
    failure_id_of,
    load_id_of,
)
from rollcall.ingest.load import Changed, Counts, Loader, Origin, Unreadable
from rollcall.ingest.quarantine import Quarantine, QuarantineEntry
from rollcall.ingest.raw_zone import can_load_again, check_raw_zone, count_lacking, count_rows
from rollcall.ingest.report import IgnoredPath, IngestReport, UnreadableFile
from rollcall.ingest.retention import Reducer
from rollcall.settings import Settings
from rollcall.sources import SourceSpec, TableSpec

Progress = Callable[[str], None]

_SCRATCH = ".ingest"


def ingest(
    settings: Settings, progress: Progress | None = None, *, release_id: str | None = None
) -> IngestReport:
    """Load every new file of every landing folder into the raw zone; return what happened.

    `release_id` is the release that the loads are meant for, which the ledger keeps.
    A file that cannot be read at all stops nothing: the report names it, and so do the reports to
    come, until its path can be read or is gone, or its copy is mended and replayed. Raw files that
    are older than their retention, by the settings' as_of, are then reduced to what is kept.
    """
    with _session(settings, progress, release_id) as session:
        session.take_all(_distinct(session.left_over(session.failures()), session.landed()))
        session.reduce()
        session.expire()
        return session.finish()


def replay(
    settings: Settings, progress: Progress | None = None, *, release_id: str | None = None
) -> IngestReport:
    """Try the quarantine again; lines and files that are good by now join their load.

    The report counts what was accepted now, what stays refused of what was tried, and what has
    expired and can be tried no more, and names the files that cannot be read. Raises IngestError
    where an entry is no longer JSON.
    """
    with _session(settings, progress, release_id) as session:
        failures = session.failures()
        without_content = [one for one in failures if one.load_id.startswith(NO_CONTENT)]
        session.take_all(_distinct(session.left_over(without_content)))
        session.replay([one for one in failures if one not in without_content])
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
        self._start = self._now.replace(tzinfo=None)
        self._connection = connection
        self._ledger = Ledger(self._home, connection)
        self._quarantine = Quarantine(self._home)
        leaver = Leaver(settings, connection)
        self._loader = Loader(self._home, connection, scratch, self._now, leaver)
        self._report = IngestReport()
        self._tables = {
            (source.name, table.name): table
            for source in settings.sources.values()
            for table in source.tables.values()
        }
        for source in settings.sources.values():
            for table in source.tables.values():
                _check_types(source, table)
                self._loader.write_schema(source.name, table)
                self._report.of(source.name, table.name)

    def landed(self) -> Iterator[Found]:
        """Go over what the landing folders hold, by landing, source and name."""
        for landing in self._settings.landings:
            yield from find_strangers(landing, self._settings.sources)
            for source in self._settings.sources.values():
                yield from find_files(landing, source)

    def failures(self) -> list[Failure]:
        """Return what an earlier run could not read, of the sources that are on, by path."""
        found = (one for _, one in sorted(self._ledger.failures.items()))
        return [one for one in found if (one.source, one.table_name) in self._tables]

    def left_over(self, failures: Iterable[Failure]) -> Iterator[Found]:
        """Look once more at what could not be read; what is gone is no failure any more."""
        for failure in failures:
            found = self._found_again(failure)
            if not any(one.path == Path(failure.path) for one in found):
                del self._ledger.failures[failure.path]
            yield from found

    def _found_again(self, failure: Failure) -> list[Found]:
        table = self._tables[failure.source, failure.table_name]
        return list(again(failure.source, table, Path(failure.path)))

    def take_all(self, stream: Iterator[Found]) -> None:
        """Take in everything that was found."""
        for found in stream:
            if isinstance(found, IgnoredPath):
                self._report.ignored.append(found)
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
        # What the raw zone has lost is loaded anew from the same content.
        if known and known.status == LOADED and not can_load_again(self._home, known):
            if not self._stand(file.source, file.table, file.path, load_id):
                return
            self._report.of(file.source, table).files_known += 1
            # A feed that has nothing new to say is not a feed that fell silent.
            self._ledger.deliver(load_id, min(_written_at(file.path) or self._start, self._start))
            return
        self._load(file, file.path, load_id, content_hash)

    def _load(self, file: LandingFile, landed: Path, load_id: str, content_hash: str) -> bool:
        """Load a content, from its landing path or from its copy; say whether it could be read."""
        table = file.table.name
        limit = self._settings.sources[file.source].expanded_limit_megabytes << 20
        file = replace(file, expanded_limit_bytes=limit)
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
        if not self._stand(file.source, file.table, landed, load_id):
            return False
        totals = self._report.of(file.source, table)
        totals.files_loaded += 1
        totals.lines_accepted += counts.accepted
        totals.lines_quarantined += counts.quarantined
        totals.lines_erased += counts.erased
        self._progress(
            f"{file.source}/{table} {landed.name}: {counts.accepted:,} lines loaded, "
            f"{counts.quarantined:,} quarantined"
        )
        return True

    def _stand(self, source: str, table: TableSpec, landed: Path, load_id: str) -> bool:
        """Let a content stand for its path, and say so; one that lacks what lasts is refused."""
        path = Path(_text(landed))
        former = self._ledger.paths.get(str(path), load_id)
        lost = 0
        if table.lasting and former != load_id and not self._stands_elsewhere(former, path):
            lost = count_lacking(
                self._home, self._connection, (source, table.name), table.lasting, former, load_id
            )
        if not lost:
            self._ledger.see(path, load_id)
            return True
        reason = f"lacks {lost} of the records ({table.lasting}) that stood there; they count on"
        out = (
            "Deliver it with them, or under a name of its own. What a person said is corrected by "
            f"a record of the same {table.lasting}, and taken back by a newer one."
        )
        self._refuse_path(UnreadableFile(source, table.name, landed, None, reason, out))
        return False

    def _stands_elsewhere(self, load_id: str, path: Path) -> bool:
        paths = self._ledger.paths.items()
        return any(found == load_id and other != str(path) for other, found in paths)

    def _note(
        self,
        file: LandingFile,
        landed: Path,
        load_id: str,
        content_hash: str,
        counts: Counts,
        status: str,
    ) -> None:
        load = Load(
            load_id=load_id,
            source=file.source,
            table_name=file.table.name,
            content_hash=content_hash,
            path=_text(landed),
            accepted_count=counts.accepted,
            quarantined_count=counts.quarantined,
            landed_at=_written_at(landed),
            loaded_at=self._start,
            delivered_at=self._start,
            release_id=self._release_id,
            status=status,
            erased_count=counts.erased,
        )
        self._ledger.put(load)

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
        found = UnreadableFile(file.source, table, landed, error.line, error.reason, error.way_out)
        self._fail(found, load_id, error.data_lines)
        self._note(file, landed, load_id, content_hash, Counts(0, error.data_lines), UNREADABLE)
        self._report.of(file.source, table).lines_quarantined += error.data_lines

    def _refuse_path(self, found: UnreadableFile) -> None:
        """Quarantine a path whose content cannot be had: an entry is all there is to keep."""
        self._fail(found, failure_id_of(_text(found.path)), 0)

    def _fail(self, found: UnreadableFile, load_id: str, data_lines: int) -> None:
        """Keep an entry about a file or folder, and count its source as failed."""
        path = _text(found.path)
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
        failure = Failure(
            failure_id=failure_id_of(path),
            source=found.source,
            table_name=found.table,
            path=path,
            load_id=load_id,
            line=found.line,
            reason=found.reason,
            way_out=found.way_out,
            quarantined_count=data_lines,
            failed_at=self._start,
        )
        self._ledger.fail(failure)
        self._progress(f"{found.source}/{found.table} {found.path.name}: cannot be read")

    def replay(self, failures: Iterable[Failure]) -> None:
        """Try the copies of files that could not be read, and the lines that were refused."""
        live = self._ledger.live
        loaded = [
            load
            for load in self._ledger.loads.values()
            if load.status == LOADED and load.load_id in live
        ]
        for failure in failures:
            self._replay_file(failure)
        for load in loaded:
            table = self._tables.get((load.source, load.table_name))
            if table is not None:
                self._replay_lines(load, table)

    def _replay_file(self, failure: Failure) -> None:
        """Read what stands at the landing path by now, else the copy that a person may have mended.

        The same bytes as before need no second look in the landing: the copy holds them.
        """
        load = self._ledger.loads[failure.load_id]
        landed = Path(failure.path)
        if load.status == LOADED:
            # The same bytes lay at another path too, whose turn came before.
            self._stand(
                load.source, self._tables[load.source, load.table_name], landed, load.load_id
            )
            return
        there = self._found_again(failure)
        for found in there:
            if isinstance(found, LandingFile) and _has_changed(found.path, load.content_hash):
                self._take(found)
                return
        copy = self._quarantine.copy_of(load.source, load.table_name, load.load_id)
        suffix = suffix_of(copy or landed)
        if suffix is not None and (copy or there):
            table = self._tables[load.source, load.table_name]
            file = LandingFile(load.source, table, copy or landed, suffix)
            self._load(file, landed, load.load_id, load.content_hash)
        if not there:
            self._ledger.failures.pop(failure.path, None)

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
        accepted = count_rows(self._home, self._connection, *key)
        changed = replace(load, accepted_count=accepted, quarantined_count=len(left))
        if load.loaded_at < kept_since(self._settings):
            # A run was killed after it had removed them, before it could say so.
            gone = load.accepted_count + load.quarantined_count - accepted - len(left)
            changed = replace(changed, expired_count=(load.expired_count or 0) + max(0, gone))
        self._ledger.put(changed)
        totals = self._report.of(load.source, load.table_name)
        totals.lines_accepted += len(entries) - len(left)
        totals.lines_quarantined += len(left)
        self._progress(
            f"{load.source}/{load.table_name} {Path(load.path).name}: "
            f"{len(entries) - len(left):,} lines mended, {len(left):,} still quarantined"
        )

    def reduce(self) -> None:
        """Take out of old raw files what the company keeps no longer."""
        Reducer(self._settings, self._connection, self._progress).reduce(self._ledger, self._report)

    def expire(self) -> None:
        """Remove what has lain in quarantine for too long, of every source that there ever was."""
        # What this run has refused stays for the next one to tell, whatever its as_of.
        before = min(kept_since(self._settings), self._start)
        for load, expired in expire(self._home, self._connection, self._ledger, before):
            self._report.of(load.source, load.table_name).lines_expired += expired
            self._progress(
                f"{load.source}/{load.table_name} {Path(load.path).name}: "
                f"{expired:,} lines expired in quarantine"
            )

    def finish(self) -> IngestReport:
        """Write the ledger; return the report, with every path of these sources that failed.

        Raises IngestError where the raw zone has lost what the ledger says it holds.
        """
        for load in self._ledger.loads.values():
            if load.expired_count:
                counts = self._report.of(load.source, load.table_name)
                counts.lines_expired_ever += load.expired_count
        self._ledger.write()
        check_raw_zone(self._home, self._ledger, self._settings.sources)
        self._sweep()
        for failure in self.failures():
            self._report.unreadable.append(failure.file)
            self._report.of(failure.source, failure.table_name).files_unreadable += 1
        return self._report

    def _sweep(self) -> None:
        """Drop the entries about paths that can be read by now."""
        standing = {failure.load_id for failure in self._ledger.failures.values()}
        for source, table in self._tables:
            folder = self._home.quarantine / source / table
            for path in folder.glob(f"{NO_CONTENT}*.jsonl"):
                if path.stem not in standing:
                    path.unlink()


def _check_types(source: SourceSpec, table: TableSpec) -> None:
    """Raise SettingsError before any file is read, where a source's yml has an unknown type."""
    try:
        fault(table.columns, dict.fromkeys(table.columns, "null"))
    except SettingsError as error:
        raise SettingsError(f"source {source.name}, table {table.name}: {error}") from error
