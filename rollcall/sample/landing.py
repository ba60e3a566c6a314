"""Writes landing files as the systems would export them, the same bytes for the same rows."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from operator import itemgetter
from pathlib import Path
from typing import Any

from rollcall.sample.clock import DAY, day_text

Row = tuple[Any, ...]

TRUTH = "_truth"
_WRITTEN = "files.txt"
# Above this many days monthly files would be too many to look through.
_MONTHLY_UP_TO_DAYS = 550


@dataclass(frozen=True, eq=False)
class Table:
    """One export of one system; `months` is how many one file covers, 0 for one file in all.

    Compared by identity, because every row written looks its table up.
    """

    source: str
    name: str
    suffix: str
    months: int
    columns: tuple[str, ...]


def table(source: str, name: str, suffix: str, months: int, columns: str) -> Table:
    """Return a table whose columns are written as one text, separated by blanks."""
    return Table(source, name, suffix, months, tuple(columns.split()))


@cache
def _period(day: int, months: int) -> str:
    year, month = day_text(day)[:4], int(day_text(day)[5:7])
    if months == 1:
        return f"_{year}-{month:02d}"
    return f"_{year}-q{(month + 2) // 3}" if months == 3 else f"_{year}"


class Landing:
    """Gathers rows in memory, then writes them by table and period, in order of time."""

    def __init__(self, out: Path, days: int, systems: Collection[str]) -> None:
        """Write below `out`; a span of more `days` makes each file cover more of them.

        Rows of a system that is not among the company's are left out.
        """
        self.out = out
        self._systems = systems
        self.malformed = 0
        self.redelivered = 0
        self._stretch = {1: 1, 3: 3} if days <= _MONTHLY_UP_TO_DAYS else {1: 3, 3: 12}
        self._rows: dict[Table, list[tuple[int, Row | str]]] = defaultdict(list)
        self._truth: dict[str, list[Row]] = {}

    def has(self, system: str) -> bool:
        """Say whether rows of a system are written."""
        return system in self._systems

    def add(self, target: Table, moment: int, row: Row) -> None:
        """Add a row; `moment` (seconds since 1970) decides its file and place."""
        if self.has(target.source):
            self._rows[target].append((moment, row))

    def redeliver(self, target: Table, moment: int, row: Row) -> None:
        """Add a row that was delivered before, as a system does that retries an export."""
        self.redelivered += self.has(target.source)
        self.add(target, moment, row)

    def add_malformed(self, target: Table, moment: int, text: str) -> None:
        """Add a line that no reader can take, as it stands."""
        if self.has(target.source):
            self.malformed += 1
            self._rows[target].append((moment, text))

    def add_truth(self, name: str, row: Row) -> None:
        """Add a row of the truth, which no landing file tells; the first one is the header."""
        self._truth.setdefault(name, []).append(row)

    def counts(self) -> dict[str, int]:
        """Return the well-formed lines of each `<source>.<table>`."""
        return {
            f"{target.source}.{target.name}": sum(not isinstance(row, str) for _, row in rows)
            for target, rows in sorted(self._rows.items(), key=_by_name)
        }

    def write(self) -> int:
        """Write all files, those of a former sample in `out` gone first; return how many."""
        self._remove_former()
        written: list[str] = []
        for target, _ in sorted(self._rows.items(), key=_by_name):
            for period, rows in self._files(target):
                name = f"{target.source}/{target.name}/{target.name}{period}.{target.suffix}"
                self._write_file(self.out / name, target, rows)
                written.append(name)
        for name, truth in sorted(self._truth.items()):
            (self.out / TRUTH).mkdir(parents=True, exist_ok=True)
            self._save(self.out / TRUTH / name, _csv_text(truth))
        self._save(self.out / TRUTH / _WRITTEN, "".join(f"{name}\n" for name in written))
        return len(written)

    def _files(self, target: Table) -> Iterator[tuple[str, list[Row | str]]]:
        files: dict[str, list[Row | str]] = {}
        # The sort is stable: rows of one second stay in the order in which people were planned.
        for moment, row in sorted(self._rows[target], key=itemgetter(0)):
            months = self._stretch.get(target.months, 0)
            period = _period(moment // DAY, months) if months else ""
            files.setdefault(period, []).append(row)
        yield from files.items()

    def _write_file(self, path: Path, target: Table, rows: list[Row | str]) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        if target.suffix.startswith("csv"):
            self._save(path, _csv_text([target.columns, *rows]))
        else:
            self._save(path, _jsonl_text(target.columns, rows))

    def _save(self, path: Path, text: str) -> None:
        data = text.encode()
        if path.suffix == ".gz":
            # No time in the header: the same rows are the same bytes.
            data = gzip.compress(data, compresslevel=3, mtime=0)
        path.write_bytes(data)

    def _remove_former(self) -> None:
        listing = self.out / TRUTH / _WRITTEN
        names = listing.read_text(encoding="utf-8").splitlines() if listing.is_file() else []
        for name in names:
            path = (self.out / name).resolve()
            if path.is_relative_to(self.out.resolve()):
                path.unlink(missing_ok=True)


def _by_name(item: tuple[Table, object]) -> tuple[str, str]:
    return item[0].source, item[0].name


def _csv_text(rows: Iterable[Row | str]) -> str:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    for row in rows:
        if isinstance(row, str):
            buffer.write(row + "\n")
        else:
            writer.writerow(row)
    return buffer.getvalue()


def _jsonl_text(columns: tuple[str, ...], rows: list[Row | str]) -> str:
    encode = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode
    lines = []
    for row in rows:
        if isinstance(row, str):
            lines.append(row)
        else:
            pairs = zip(columns, row, strict=True)
            lines.append(encode({name: value for name, value in pairs if value is not None}))
    return "".join(f"{line}\n" for line in lines)
