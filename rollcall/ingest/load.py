"""Loading one file: into the raw zone what is good, into quarantine what is not.

A CSV file without anything unusual is read by DuckDB in one go; every other CSV, and JSON lines,
record by record. Both give the same rows.
"""

from __future__ import annotations

import gzip
import json
import re
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Protocol, cast

import duckdb

from rollcall.home import Home
from rollcall.ingest.checks import fault, literal, quoted
from rollcall.ingest.disk import for_glob, private_folder, replacing
from rollcall.ingest.landing import LandingFile, why
from rollcall.ingest.quarantine import Quarantine, QuarantineEntry, decode_raw, encode_raw
from rollcall.ingest.raw_zone import MENDED, REDUCED_AT, SCHEMA
from rollcall.ingest.report import WAY_OUT
from rollcall.ingest.text import (
    BYTE_ORDER_MARK,
    NUL_BYTE,
    Keys,
    Record,
    as_json,
    csv_records,
    is_padded,
    json_records,
)
from rollcall.sources import ColumnSpec, TableSpec

META = {
    "_file": "varchar",
    "_line": "bigint",
    "_loaded_at": "timestamp",
    "_load_id": "varchar",
}
# Names that no delivered column may have: they are ingest's own.
_RESERVED = (*META, REDUCED_AT)
MAX_COLUMNS = 1000
# Memory is in proportion to the longest line, so there is a longest one.
MAX_LINE_BYTES = 32 * 1024 * 1024

_BLOCK_BYTES = 1 << 20
_MEGABYTE = 1 << 20
_SMALL_BYTES = 8 << 20
_BREAK_BLOCK_BYTES = 256
_LEAST_OBJECT_BYTES = 1 << 20
# DuckDB takes the blanks between a quote and a comma away; RFC 4180 does not.
_PADDED_QUOTE = re.compile(rb'"(?:(?<=[ \t]")|[ \t]+(?:[,\r\n]|$))')


class Unreadable(Exception):  # noqa: N818
    """A file that cannot be read at all: why, the line reached, and the data lines up to it."""

    def __init__(
        self, reason: str, line: int | None = None, data_lines: int = 0, way_out: str = WAY_OUT
    ) -> None:
        """`line` is 1-based; None where the file has no lines to name."""
        super().__init__(reason)
        self.reason = reason
        self.line = line
        self.data_lines = data_lines
        self.way_out = way_out


class TooLarge(Unreadable):
    """A file that is small as it lies and, read, larger than its source may deliver."""

    def __init__(self, file: LandingFile, line: int | None, data_lines: int) -> None:
        """`line` and `data_lines` are how far the reading came."""
        limit = file.expanded_limit_bytes // _MEGABYTE
        super().__init__(
            f"expands to more than {limit:,} MB",
            line,
            data_lines,
            f"Deliver it in parts, or raise expanded_limit_megabytes of source {file.source}, "
            "then run again.",
        )


class Changed(Unreadable):
    """A file that somebody wrote to while it was read: what was read is no content of it."""


@dataclass(frozen=True)
class Counts:
    """Data lines of one file; the sum is all of them. `erased` are of people who were erased."""

    accepted: int
    quarantined: int
    erased: int = 0


@dataclass(frozen=True)
class Origin:
    """Where the rows of one load say that they come from."""

    load_id: str
    file: str


class Leaver(Protocol):
    """What takes people who were erased out of what is delivered again."""

    def leave_out(self, source: str, table: TableSpec, columns: Sequence[str]) -> int:
        """Take their rows out of the table `received`, and their names out of others' rows."""

    def names_erased(self, raw: bytes, source: str, table: TableSpec) -> bool:
        """Say whether a line that is refused names one of them."""


class _Kept:
    """The entries of a load that name nobody who was erased, and how many do."""

    def __init__(self, leaver: Leaver | None, source: str, table: TableSpec) -> None:
        self._leaver, self._source, self._table = leaver, source, table
        self.left_out = 0

    def of(self, entries: Iterable[QuarantineEntry]) -> Iterator[QuarantineEntry]:
        """Go over those that stay."""
        for entry in entries:
            raw = decode_raw(entry.raw_text or "", entry.raw_encoding)
            if self._leaver and self._leaver.names_erased(raw, self._source, self._table):
                self.left_out += 1
            else:
                yield entry


@dataclass(frozen=True)
class _Staged:
    """What stands in the table `received`: its columns, and how to read a record again."""

    columns: list[str]
    refused: int
    again: Callable[[], Iterable[Record]] | None
    header: list[str] | None = None


def read_lines(landed: LandingFile) -> Iterator[bytes]:
    """Go over the lines of a file, each with its line break. Raises Unreadable."""
    number = size = 0
    try:
        with _opened(landed) as file:
            while raw := file.readline(MAX_LINE_BYTES + 1):
                _check_size(landed, size := size + len(raw), len(raw), number)
                number += 1
                yield raw
    except (OSError, EOFError, zlib.error) as error:
        raise Unreadable(_broken(error), number or None) from error


def _opened(landed: LandingFile) -> BinaryIO:
    return cast("BinaryIO", gzip.open(landed.path)) if landed.is_gzip else landed.path.open("rb")


def _check_size(landed: LandingFile, size: int, longest: int, lines: int) -> None:
    """Raise Unreadable where a file, or one of its lines, is too much after so many lines."""
    header = 1 if landed.format == "csv" else 0
    if landed.is_gzip and size > landed.expanded_limit_bytes:
        raise TooLarge(landed, lines + 1, max(lines - header, 0))
    if longest > MAX_LINE_BYTES:
        reason = f"a line longer than {MAX_LINE_BYTES // _MEGABYTE} MB"
        raise Unreadable(reason, lines + 1, max(lines - header, 0))


def _broken(error: Exception) -> str:
    if isinstance(error, EOFError):
        return "the gzip stream is cut off"
    if isinstance(error, zlib.error | gzip.BadGzipFile):
        return "not a whole gzip file"
    return why(error) if isinstance(error, OSError) else "cannot be read"


def lines_before_break(path: Path) -> Iterator[bytes]:
    """Go over the whole lines that a broken gzip file still gives."""
    begun: list[bytes] = []
    stream = zlib.decompressobj(wbits=31)
    with path.open("rb") as file:
        while block := file.read(_BREAK_BLOCK_BYTES):
            while block:
                try:
                    begun.append(stream.decompress(block))
                except zlib.error:
                    return
                block = stream.unused_data
                if stream.eof:
                    stream = zlib.decompressobj(wbits=31)
            if b"\n" in begun[-1]:
                *whole, rest = b"".join(begun).split(b"\n")
                yield from (line + b"\n" for line in whole)
                begun = [rest]
            elif sum(map(len, begun)) > MAX_LINE_BYTES:
                return


@dataclass
class _Survey:
    """What a CSV file is like, before it is read."""

    lines: int = 0
    is_plain: bool = True


def _survey(landed: LandingFile) -> _Survey:
    """Count lines, and see whether anything needs the slower reader. Raises Unreadable."""
    survey = _Survey()
    breaks = returns = size = 0
    last = b"\n"
    try:
        with _opened(landed) as file:
            # Blocks end where a line ends, so that no line break and no character is cut.
            while block := file.read(_BLOCK_BYTES):
                rest = file.readline(MAX_LINE_BYTES + 1)
                block += rest
                last = block
                breaks += block.count(b"\n")
                _check_size(landed, size := size + len(block), len(rest), breaks)
                returns += block.count(b"\r")
                survey.is_plain = survey.is_plain and _is_plain(block)
    except (OSError, EOFError, zlib.error) as error:
        raise Unreadable(_broken(error), breaks or None) from error
    survey.lines = breaks + (not last.endswith(b"\n"))
    survey.is_plain = survey.is_plain and (not returns or returns == breaks)
    return survey


def _is_plain(block: bytes) -> bool:
    if b"\0" in block or block.startswith((b"\n", b"\r\n")) or b"\n\n" in block:
        return False
    # The returns are counted too: as many as line breaks, and each before one, is CRLF throughout.
    if b"\n\r\n" in block or block.count(b"\r") != block.count(b"\r\n"):
        return False
    if b'"' in block and any(is_padded(_line_at(block, m)) for m in _PADDED_QUOTE.finditer(block)):
        return False
    try:
        block.decode()
    except UnicodeDecodeError:
        return False
    return True


def _line_at(block: bytes, found: re.Match[bytes]) -> bytes:
    start = block.rfind(b"\n", 0, found.start() + 1) + 1
    end = block.find(b"\n", start)
    return block[start:] if end < 0 else block[start : end + 1]


class Loader:
    """Loads files of one run into one home."""

    def __init__(
        self,
        home: Home,
        connection: duckdb.DuckDBPyConnection,
        scratch: Path,
        now: datetime,
        leaver: Leaver | None = None,
    ) -> None:
        """`scratch` is a folder for working files, `now` the run's load time in UTC.

        `leaver` takes out what is of people who were erased.
        """
        self._leaver = leaver
        self._home = home
        self._connection = connection
        self._scratch = scratch
        self._now = now.replace(tzinfo=None)
        self._quarantine = Quarantine(home)
        row = connection.execute("select current_setting('threads')").fetchone()
        self._threads = row[0] if row else 1

    def load(self, file: LandingFile, origin: Origin) -> Counts:
        """Load `file`; rows and entries name `origin`. Raises Unreadable, then nothing is loaded.

        Loading a content again replaces what a run that was killed had left of it.
        """
        stamp = _stamp(file.path)
        # One thread is the quicker for a small file: two wait for each other's memory.
        threads = 1 if stamp[1] < _SMALL_BYTES else self._threads
        self._connection.execute(f"set threads = {threads}")
        stage = {"csv": self._stage_csv, "jsonl": self._stage_jsonl, "parquet": self._stage_parquet}
        staged = stage[file.format](file)
        if _stamp(file.path) != stamp:
            raise Changed(
                "changed while it was read",
                way_out="Deliver under a name that begins with _, rename it when whole, run again.",
            )
        return self._publish(file.source, file.table, origin, staged)

    # Staging: what was received, with what is wrong, in the temporary table `received`.

    def _stage_csv(self, file: LandingFile) -> _Staged:
        try:
            survey = _survey(file)
        except Unreadable as error:
            raise _counted(error, file) from error
        header = next(csv_records(_lines(file), None), None)
        if header is None:
            self._receive("(select 1 limit 0)", "1::bigint", [], [], {})
            return _Staged([], 0, None)
        names = _header(header, file)
        width = len(names)

        def again() -> Iterator[Record]:
            records = csv_records(_lines(file), width)
            next(records)
            return records

        spec = _present(file.table, names)
        if survey.is_plain and header.line == 1 and self._stage_fast(file, survey, names, spec):
            return _Staged(names, 0, again, names)
        refused = self._stage_records(again(), names, spec)
        return _Staged(names, refused, again, names)

    def _stage_fast(
        self,
        file: LandingFile,
        survey: _Survey,
        names: list[str],
        spec: Mapping[str, ColumnSpec],
    ) -> bool:
        """Let DuckDB read the file; say whether every line came out as one row."""
        types = ", ".join(f"'c{place}': 'VARCHAR'" for place in range(len(names)))
        compression = "gzip" if file.is_gzip else "none"
        try:
            self._receive(
                f"read_csv({literal(for_glob(file.path))}, columns = {{{types}}}, "
                "auto_detect = false, header = true, delim = ',', quote = '\"', escape = '\"', "
                "strict_mode = true, null_padding = false, hive_partitioning = false, "
                f"compression = '{compression}')",
                "row_number() over () + 1",
                [f"c{place}" for place in range(len(names))],
                names,
                spec,
            )
        except (duckdb.Error, UnicodeEncodeError):
            return False
        found = self._connection.execute("select count(*) from received").fetchone()
        return found is not None and found[0] == survey.lines - 1

    def _stage_jsonl(self, file: LandingFile) -> _Staged:
        declared = list(file.table.columns)

        def again() -> Iterator[Record]:
            return json_records(
                _lines(file, keep_mark=True), Keys(declared, _RESERVED, MAX_COLUMNS)
            )

        keys = Keys(declared, _RESERVED, MAX_COLUMNS)
        try:
            refused = self._stage_records(
                json_records(_lines(file, keep_mark=True), keys), keys.names, file.table.columns
            )
        except Unreadable as error:
            raise _counted(error, file) from error
        return _Staged(keys.names, refused, again)

    def _stage_parquet(self, file: LandingFile) -> _Staged:
        relation = f"read_parquet({literal(for_glob(file.path))}, hive_partitioning = false)"
        way_out = "Deliver it whole at the same path, or mend the copy and run `rollcall replay`."
        try:
            described = self._connection.execute(
                f"select column_name, column_type from (describe select * from {relation})"  # noqa: S608
            ).fetchall()
            rows = self._connection.execute(f"select count(*) from {relation}").fetchone()  # noqa: S608
            self._check_parquet_size(file, len(described))
            received = self._parquet_names(file)
        except duckdb.Error as error:
            raise Unreadable("not a whole Parquet file", way_out=way_out) from error
        names = _names(received, file.table, None, rows[0] if rows else 0)
        try:
            self._receive(
                relation,
                "row_number() over ()",
                [_as_text(name, kind) for name, kind in described],
                names,
                _present(file.table, names),
                is_text=False,
            )
        except duckdb.Error as error:
            lines = rows[0] if rows else 0
            raise Unreadable("a broken Parquet file", None, lines, way_out) from error
        return _Staged(names, 0, None)

    def _check_parquet_size(self, file: LandingFile, width: int) -> None:
        """Raise TooLarge where a file has too many values: equal ones take hardly any room."""
        row = self._connection.execute(
            "select (select num_rows from parquet_file_metadata($path)), "
            "(select coalesce(sum(total_uncompressed_size), 0) from parquet_metadata($path))",
            {"path": for_glob(file.path)},
        ).fetchone()
        count, size = row or (0, 0)
        if max(count * width, size) > file.expanded_limit_bytes:
            raise TooLarge(file, None, count)

    def _parquet_names(self, file: LandingFile) -> list[str]:
        """Return the columns as the file names them; DuckDB renames one that is there twice."""
        listed = self._connection.execute(
            "select name, coalesce(num_children, 0) from parquet_schema(?)", [for_glob(file.path)]
        ).fetchall()
        names = []
        left = 0
        for name, children in listed[1:]:
            if not left:
                names.append(name)
                left = 1
            left += children - 1
        return names

    def _stage_records(
        self, records: Iterable[Record], names: list[str], spec: Mapping[str, ColumnSpec]
    ) -> int:
        """Stage what is well formed, and return how many records are not."""
        refused = longest = 0
        path = self._scratch / "records.jsonl"
        with path.open("w", encoding="utf-8") as file:
            for record in records:
                if record.values is None:
                    refused += 1
                else:
                    text = as_json(record.line, record.values)
                    longest = max(longest, len(text))
                    file.write(text + "\n")
        # DuckDB makes room for an object of this many bytes, a character being at most four.
        size = max(4 * longest, _LEAST_OBJECT_BYTES)
        self._receive(
            f"read_json({literal(for_glob(path))}, columns = {{l: 'BIGINT', v: 'VARCHAR[]'}}, "
            f"format = 'newline_delimited', maximum_object_size = {size})",
            "l",
            [f"v[{place + 1}]" for place in range(len(names))],
            names,
            spec,
        )
        path.unlink()
        return refused

    def _receive(
        self,
        relation: str,
        line: str,
        values: list[str],
        names: list[str],
        spec: Mapping[str, ColumnSpec],
        *,
        is_text: bool = True,
    ) -> None:
        """Stage the rows of `relation`; of what is no text, NUL bytes are looked for here."""
        columns = "".join(f", {value} as c{place}" for place, value in enumerate(values))
        places = {name: f"c{place}" for place, name in enumerate(names)}
        reason = fault(spec, places)
        if not is_text:
            nul = " or ".join(f"contains({column}, chr(0))" for column in places.values())
            reason = f"case when {nul or 'false'} then {literal(NUL_BYTE)} else {reason} end"
        self._connection.execute(
            "create or replace temp table received as "  # noqa: S608
            f"select *, {reason} as reason "
            f"from (select {line} as line{columns} from {relation})"
        )

    # Publishing: the raw zone gets what is good, the quarantine the rest.

    def raw_file(self, source: str, table: str, name: str) -> Path:
        """Return a file of the raw zone, its folder made."""
        folder = private_folder(self._home.raw / source / table, self._home.root)
        return folder / f"{name}.parquet"

    def _publish(self, source: str, spec: TableSpec, origin: Origin, staged: _Staged) -> Counts:
        table = spec.name
        erased = self._leaver.leave_out(source, spec, staged.columns) if self._leaver else 0
        row = self._connection.execute("select count(*), count(reason) from received").fetchone()
        total, faults = row or (0, 0)
        accepted = total - faults
        path = self.raw_file(source, table, origin.load_id)
        if accepted:
            self._write_rows(path, self._good_rows(origin, staged.columns))
        else:
            path.unlink(missing_ok=True)
        # A run that was killed may have left entries of this content.
        self._quarantine.drop_entries(source, table, origin.load_id)
        self.raw_file(source, table, f"{origin.load_id}{MENDED}").unlink(missing_ok=True)
        quarantined = faults + staged.refused
        if quarantined:
            entries = self._entries(source, table, origin, staged)
            kept = _Kept(self._leaver, source, spec)
            written = self._quarantine.write(source, table, origin.load_id, kept.of(entries))
            if written + kept.left_out != quarantined:
                raise RuntimeError(
                    f"{origin.file}: {quarantined} lines refused but {written} kept; "
                    "the file changed while it was read. Run again."
                )
            quarantined, erased = written, erased + kept.left_out
        return Counts(accepted, quarantined, erased)

    def _good_rows(self, origin: Origin, names: list[str]) -> str:
        columns = "".join(f"c{place} as {quoted(name)}, " for place, name in enumerate(names))
        return (
            f"select {columns}{literal(origin.file)} as _file, line as _line, "  # noqa: S608
            f"timestamp {literal(self._now.isoformat(' '))} as _loaded_at, "
            f"{literal(origin.load_id)} as _load_id from received where reason is null"
        )

    def _write_rows(self, path: Path, rows: str) -> None:
        with replacing(path) as draft:
            self._connection.execute(
                f"copy ({rows} order by _line) to {literal(str(draft))} "
                "(format parquet, compression zstd)"
            )

    def _entries(
        self, source: str, table: str, origin: Origin, staged: _Staged
    ) -> Iterator[QuarantineEntry]:
        for line, raw, reason in self._refused(staged):
            text, encoding = encode_raw(raw)
            yield QuarantineEntry(
                source=source,
                table=table,
                load_id=origin.load_id,
                file=origin.file,
                line=line,
                reason=reason,
                raw_text=text,
                raw_encoding=encoding,
                header=staged.header,
            )

    def _refused(self, staged: _Staged) -> Iterator[tuple[int, bytes, str]]:
        """Go over the refused records by line, with their bytes, read once more."""
        faulty = "from received where reason is not null order by line"
        if staged.again is None:
            for line, reason, *values in self._connection.execute(
                f"select line, reason, * exclude (line, reason) {faulty}"
            ).fetchall():
                row = dict(zip(staged.columns, values, strict=True))
                yield line, json.dumps(row, ensure_ascii=False).encode(), reason
            return
        faults = dict(self._connection.execute(f"select line, reason {faulty}").fetchall())
        for record in staged.again():
            reason = record.reason or faults.get(record.line)
            if reason:
                yield record.line, _without_break(record.raw), reason

    # Replaying, and the schema of a table that has no file yet.

    def replay_lines(
        self, table: TableSpec, origin: Origin, entries: list[QuarantineEntry]
    ) -> dict[int, str]:
        """Load the entries that are good by now; return what is wrong with the others, by line."""
        source = entries[0].source
        header = entries[0].header
        keys = Keys(header or table.columns, () if header else _RESERVED, MAX_COLUMNS)
        records = [mended(entry, keys) for entry in entries]
        spec = _present(table, header) if header else table.columns
        self._stage_records(records, keys.names, spec)
        if self._leaver:
            self._leaver.leave_out(source, table, keys.names)
        wrong = {record.line: record.reason for record in records if record.reason}
        faults = self._connection.execute(
            "select line, reason from received where reason is not null"
        ).fetchall()
        left = self._connection.execute("select count(*) from received where reason is null")
        if left.fetchone() != (0,):
            self._append(source, table.name, origin, keys.names)
        return wrong | dict(faults)

    def _append(self, source: str, table: str, origin: Origin, names: list[str]) -> None:
        """Add rows to the load's replayed ones; a line that is there already is replaced."""
        path = self.raw_file(source, table, f"{origin.load_id}{MENDED}")
        rows = self._good_rows(origin, names)
        if path.exists():
            rows = (
                f"select * from read_parquet({literal(for_glob(path))}) where _line not in "  # noqa: S608
                f"(select line from received where reason is null) union all by name {rows}"
            )
        self._write_rows(path, f"select * from ({rows})")  # noqa: S608

    def write_schema(self, source: str, table: TableSpec) -> None:
        """Write the zero-row file that makes every declared column readable, where it is old."""
        path = self.raw_file(source, table.name, SCHEMA)
        wanted = {**dict.fromkeys(table.columns, "varchar"), **META}
        if path.exists():
            found = self._connection.execute(
                "select column_name, lower(column_type) from "  # noqa: S608
                f"(describe select * from read_parquet({literal(for_glob(path))}))"
            ).fetchall()
            if found == list(wanted.items()):
                return
        nulls = ", ".join(f"null::{kind} as {quoted(name)}" for name, kind in wanted.items())
        with replacing(path) as draft:
            self._connection.execute(
                f"copy (select {nulls} limit 0) to {literal(str(draft))} (format parquet)"
            )


def mended(entry: QuarantineEntry, keys: Keys) -> Record:
    """Read an entry's text as one record that stands at the entry's line."""
    raw = decode_raw(entry.raw_text or "", entry.raw_encoding)
    if not raw.endswith(b"\n"):
        # The line break that the entry does not keep: without it a CR before it would be one.
        raw += b"\r\n"
    lines = [line for line in re.split(rb"(?<=\n)", raw) if line]
    if entry.header is not None:
        records = list(csv_records(lines, len(entry.header)))
    else:
        # A mark begins a file; before any other line it is a character that JSON does not know.
        records = list(json_records(lines, keys, may_begin_with_mark=entry.line == 1))
    line = entry.line or 0
    if len(records) != 1:
        return Record(line, raw, None, f"raw_text holds {len(records)} records, not one")
    return records[0]._replace(line=line)


def _stamp(path: Path) -> tuple[int, int, int]:
    try:
        found = path.stat()
    except OSError as error:
        raise Unreadable(why(error)) from error
    return found.st_ino, found.st_size, found.st_mtime_ns


def _lines(file: LandingFile, *, keep_mark: bool = False) -> Iterator[bytes]:
    lines = read_lines(file)
    first = next(lines, None)
    if first is not None:
        yield first if keep_mark else first.removeprefix(BYTE_ORDER_MARK)
        yield from lines


def _without_break(raw: bytes) -> bytes:
    return raw.removesuffix(b"\n").removesuffix(b"\r")


def _counted(error: Unreadable, file: LandingFile) -> Unreadable:
    """Add to an error how many whole data lines stand before the break."""
    if not file.is_gzip or error.data_lines:
        return error
    try:
        if file.format == "csv":
            count = max(sum(1 for _ in csv_records(lines_before_break(file.path), None)) - 1, 0)
        else:
            count = sum(1 for raw in lines_before_break(file.path) if raw.strip())
        line = sum(1 for _ in lines_before_break(file.path))
    except OSError:
        return error
    return Unreadable(error.reason, line, count, error.way_out)


def _header(header: Record, file: LandingFile) -> list[str]:
    """Return the columns that a CSV file's header names. Raises Unreadable."""
    if header.values is None:
        data_lines = sum(1 for _ in csv_records(_lines(file), None)) - 1
        raise Unreadable(f"the header: {header.reason}", header.line, data_lines)
    names = [
        (value or "").strip() or f"column_{place}" for place, value in enumerate(header.values, 1)
    ]
    if any("\r" in name for name in names):
        lines = (line for raw in _lines(file) for line in re.split(rb"[\r\n]+", raw) if line)
        reason = "its lines end in CR alone; write LF or CRLF"
        raise Unreadable(reason, header.line, sum(1 for _ in lines) - 1)
    try:
        return _names(names, file.table, header.line, 0)
    except Unreadable as error:
        records = csv_records(_lines(file), len(names))
        error.data_lines = sum(1 for _ in records) - 1
        raise


def _names(found: list[str], table: TableSpec, line: int | None, rows: int) -> list[str]:
    """Return the columns as declared, where only case differs. Raises Unreadable."""
    lower = [name.lower() for name in found]
    known = {name.lower() for name in table.columns}
    for place, name in enumerate(lower):
        first = lower.index(name)
        if first < place:
            # A name that is not declared may be a value: of a file that has no header.
            same = f"column {found[place]} stands twice" if name in known else ""
            reason = same or f"columns {first + 1} and {place + 1} have one name"
            raise Unreadable(reason, line, rows)
        if name in _RESERVED:
            reason = f"column {found[place]} has the name of one of ingest's own; rename it"
            raise Unreadable(reason, line, rows)
    if len(found) > MAX_COLUMNS:
        raise Unreadable(f"more than {MAX_COLUMNS} columns", line, rows)
    for name, spec in table.columns.items():
        if not spec.is_optional and name.lower() not in lower:
            raise Unreadable(f"column {name} is missing", line, rows)
    declared = {name.lower(): name for name in table.columns}
    return [declared.get(name.lower(), name) for name in found]


def _present(table: TableSpec, names: Iterable[str]) -> dict[str, ColumnSpec]:
    held = set(names)
    return {name: spec for name, spec in table.columns.items() if name in held}


def _as_text(name: str, kind: str) -> str:
    """Return SQL that writes a Parquet column as text; what is nested becomes JSON."""
    column = quoted(name)
    if kind.endswith("]") or kind.startswith(("STRUCT", "MAP", "UNION")):
        return f"cast(to_json({column}) as varchar)"
    return f"cast({column} as varchar)"
