"""What DuckDB's own tolerant readers lose of lines that ingest accounts for, every one.

The same fuzzed files (`tests/ingest/fuzz_lines.py`) are read by ingest and by DuckDB's readers,
told to go on past what they cannot read. A line is accounted for where it is in a row, or where
the reader names it as refused. Fails where ingest loses a line.

    python -m bench.tolerant_readers [--lines N] [--seed N]
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb

from rollcall.sources import PROJECT_ROOT

sys.path.insert(0, str(PROJECT_ROOT / "tests" / "ingest"))

from fuzz_lines import FuzzedFile, fuzzed_files
from ingest_shop import COLUMNS, Shop, make_shop

_TYPES = ", ".join(f"'{c.name}': '{c.data_type.replace('string', 'varchar')}'" for c in COLUMNS)


@dataclass
class Tally:
    """What one reader did with all files: data lines, of them in rows, of them named as refused."""

    reader: str
    lines: int = 0
    in_rows: int = 0
    refused: int = 0
    files_refused: int = 0
    seconds: float = 0

    @property
    def lost(self) -> int:
        """Lines in no row and named nowhere; less than none where a line is told twice."""
        return self.lines - self.in_rows - self.refused


Reader = Callable[[duckdb.DuckDBPyConnection, Path], tuple[int, int]]


def _lines_of(connection: duckdb.DuckDBPyConnection, rows: str, breaks: str) -> int:
    """Count the lines that rows are made of: a value of a CSV may hold line breaks."""
    # All is fetched: what a reader refused is written when its scan ends.
    [(count, more)] = connection.execute(f"select count(*), {breaks} from {rows}").fetchall()
    return int(count + more)


def _csv(options: str) -> Reader:
    def read(connection: duckdb.DuckDBPyConnection, path: Path) -> tuple[int, int]:
        connection.execute("drop table if exists reject_errors")
        connection.execute("drop table if exists reject_scans")
        names = ", ".join(f"cast({column.name} as varchar)" for column in COLUMNS)
        text = f"concat_ws('', {names})"
        rows = (
            f"read_csv('{path}', header = true, auto_detect = false, "
            "delim = ',', quote = '\"', escape = '\"', "
            f"columns = {{{_TYPES}}}, {options})"
        )
        breaks = f"coalesce(sum(len({text}) - len(replace({text}, chr(10), ''))), 0)"
        held = _lines_of(connection, rows, breaks)
        if "store_rejects" not in options:
            return held, 0
        query = "select count(distinct line) from reject_errors"
        [(refused,)] = connection.execute(query).fetchall()
        return held, refused

    return read


def _json(connection: duckdb.DuckDBPyConnection, path: Path) -> tuple[int, int]:
    rows = (
        f"read_json('{path}', format = 'newline_delimited', columns = {{{_TYPES}}}, "
        "ignore_errors = true)"
    )
    # A row without any value is what a refused line leaves behind.
    names = ", ".join(f"cast({column.name} as varchar)" for column in COLUMNS)
    return _lines_of(connection, f"{rows} where coalesce({names}) is not null", "0"), 0


def _measure(reader: str, read: Reader, files: list[tuple[FuzzedFile, Path]], kind: str) -> Tally:
    tally = Tally(reader)
    begin = time.monotonic()
    with duckdb.connect() as connection:
        for file, path in files:
            if file.kind != kind:
                continue
            tally.lines += _data_lines(file)
            try:
                held, refused = read(connection, path)
            except duckdb.Error:
                tally.files_refused += 1
                continue
            tally.in_rows += held
            tally.refused += refused
    tally.seconds = time.monotonic() - begin
    return tally


def _data_lines(file: FuzzedFile) -> int:
    lines = file.lines[1:] if file.kind == "csv" else file.lines
    return sum(not file.is_blank(line) for line in lines)


def _ingest(shop: Shop, files: list[tuple[FuzzedFile, Path]]) -> Tally:
    from test_fuzzed_lines import entries_of, rows_of, told

    begin = time.monotonic()
    shop.ingest()
    tally = Tally("rollcall ingest", seconds=time.monotonic() - begin)
    rows, entries = rows_of(shop), entries_of(shop)
    for file, _ in files:
        lines = {
            is_row: {
                line
                for one in told(file, *parts)
                for line in range(one.line, one.line + one.span)
                if not file.is_blank(file.lines[line - 1])
            }
            for is_row, parts in (
                (True, (rows[file.name], [])),
                (False, ([], entries[file.name])),
            )
        }
        tally.lines += _data_lines(file)
        tally.in_rows += len(lines[True])
        tally.refused += len(lines[False])
    return tally


def main() -> int:
    """Read the same lines by all and print what each lost."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--lines", type=int, default=50_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        shop = make_shop(Path(folder))
        files = [(f, shop.land(f.name, f.data)) for f in fuzzed_files(given.seed, given.lines)]
        tallies = [
            _ingest(shop, files),
            _measure("read_csv, ignore_errors", _csv("ignore_errors = true"), files, "csv"),
            _measure(
                "read_csv, not strict too",
                _csv("ignore_errors = true, strict_mode = false, null_padding = true"),
                files,
                "csv",
            ),
            _measure("read_csv, store_rejects", _csv("store_rejects = true"), files, "csv"),
            _measure("read_json, ignore_errors", _json, files, "jsonl"),
        ]
    print(f"{'reader':<26}{'lines':>9}{'in rows':>9}{'refused':>9}{'lost':>8}{'share':>8}{'s':>7}")
    for one in tallies:
        print(
            f"{one.reader:<26}{one.lines:>9,}{one.in_rows:>9,}{one.refused:>9,}{one.lost:>8,}"
            f"{one.lost / one.lines:>8.2%}{one.seconds:>7.1f}"
            + (f"  refused {one.files_refused} files whole" if one.files_refused else "")
        )
    return int(tallies[0].lost != 0)


if __name__ == "__main__":
    sys.exit(main())
