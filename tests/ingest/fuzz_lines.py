"""Landing files with lines that are broken in every way we know, from a seed; and what must hold.

The lines of a file are its bytes between line breaks: they are told here, not by the reader. Each
that is not blank belongs to exactly one row of the raw zone or one entry of the quarantine.
"""

from __future__ import annotations

import codecs
import json
import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import count

from ingest_shop import HEADER

LINES_A_FILE = 500
_BROKEN_SHARE = 0.35
_BLANK = {"csv": (b"", b"\r"), "jsonl": None}
_NOTES = ("fine", "café", "", "日本", "a;b", "  padded  ", "O'Neill", "10 €", "x" * 300)
_TYPES = (
    "soon",
    "1.2.3",
    "NaN",
    "inf",
    "-inf",
    "1e999",
    "true",
    "0x1F",
    "\uff11\uff12",
    "2024-13-01",
    "[]",
)


@dataclass(frozen=True)
class Original:
    """A line as it was meant: the first of its lines in the file, and its order_id."""

    line: int
    order_id: str


@dataclass
class FuzzedFile:
    """One landing file. `untouched` are lines that nothing was done to, at a line's beginning."""

    name: str
    data: bytes
    untouched: list[Original] = field(default_factory=list)

    @property
    def kind(self) -> str:
        """`csv` or `jsonl`."""
        return self.name.split(".")[1]

    @property
    def lines(self) -> list[bytes]:
        """The lines, without their breaks; what follows the last break is one if it is there."""
        lines = self.data.split(b"\n")
        return lines if lines[-1] else lines[:-1]

    def is_blank(self, line: bytes) -> bool:
        """Say whether a line holds no data."""
        if self.kind == "csv":
            return line in (b"", b"\r")
        return not line.removeprefix(codecs.BOM_UTF8).strip(b" \t\r")


Break = Callable[[random.Random, bytes], bytes]


def _cut(chance: random.Random, line: bytes) -> bytes:
    """A line that was cut off, with or without its break."""
    kept = line[: chance.randrange(len(line))]
    return kept + (b"\n" if chance.random() < 0.5 else b"")


def _flip(chance: random.Random, line: bytes) -> bytes:
    flipped = bytearray(line)
    for _ in range(chance.randint(1, 4)):
        flipped[chance.randrange(len(flipped))] ^= 1 << chance.randrange(8)
    return bytes(flipped)


def _insert(*pieces: bytes) -> Break:
    def broken(chance: random.Random, line: bytes) -> bytes:
        at = chance.randrange(len(line))
        return line[:at] + chance.choice(pieces) + line[at:]

    return broken


def _replace(old: bytes, *new: bytes) -> Break:
    def broken(chance: random.Random, line: bytes) -> bytes:
        return line.replace(old, chance.choice(new), chance.choice((1, -1)))

    return broken


def _encoded(chance: random.Random, line: bytes) -> bytes:
    encoding = chance.choice(("latin-1", "utf-16-le", "utf-16", "utf-7", "cp037"))
    return line.decode("utf-8", "replace").encode(encoding, "replace")


def _typed(chance: random.Random, line: bytes) -> bytes:
    parts = line.split(b",")
    parts[chance.randrange(len(parts))] = chance.choice(_TYPES).encode()
    return b",".join(parts) + (b"" if parts[-1].endswith(b"\n") else b"\n")


def _doubled(chance: random.Random, line: bytes) -> bytes:
    return line * chance.randint(2, 3)


def _without_break(_: random.Random, line: bytes) -> bytes:
    return line.rstrip(b"\r\n")


BREAKS: tuple[Break, ...] = (
    _cut,
    _flip,
    _encoded,
    _typed,
    _doubled,
    _without_break,
    _insert(b"\0", b"\0\0"),
    _insert(b'"', b'""', b'","', b'"\n"', b"'", b'\\"'),
    _insert(b"\n", b"\r", b"\r\n", b"\n\n", b"\n \n", b"\r\r\n"),
    _insert(b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xf0\x9f", codecs.BOM_UTF8, b"\x1b[2J", b"\x7f"),
    _insert(b",", b",,", b", ,", b"{", b"}", b"[", b"]" * 50, b"[" * 3000),
    _replace(b",", b"", b";", b",,", b"\t"),
    _replace(b'"', b"", b"'", b'""'),
    _replace(b"\n", b"\r\n", b"\r", b"\n\r"),
)


def _csv_field(chance: random.Random, text: str) -> str:
    if chance.random() < 0.2 or any(mark in text for mark in ',"\n'):
        return '"' + text.replace('"', '""') + '"'
    return text


def _values(chance: random.Random, number: int) -> dict[str, str]:
    notes = (*_NOTES, "two\nlines", 'he said "no"', "a,b", '"', "line\r\nbreak")
    return {
        "order_id": f"o{number}",
        "ordered_at": f"2024-0{number % 9 + 1}-01 10:00:00",
        "quantity": str(number % 7),
        "amount": f"{number % 90}.50",
        "note": chance.choice(notes if chance.random() < 0.3 else _NOTES),
    }


def _good(chance: random.Random, kind: str, number: int, end: str) -> bytes:
    values = _values(chance, number)
    if kind == "jsonl":
        text = json.dumps(values, ensure_ascii=chance.random() < 0.5)
    else:
        text = ",".join(_csv_field(chance, value) for value in values.values())
    return (text + end).encode()


def mended_line(kind: str, order_id: str) -> str:
    """Return a line as somebody who mends the quarantine may write it."""
    if kind == "jsonl":
        return json.dumps({"order_id": order_id, "note": 'mended, "so"'})
    return f'{order_id},,,,"mended, ""so"""'


def _file(chance: random.Random, place: int, numbers: Iterator[int]) -> FuzzedFile:
    kind = chance.choice(("csv", "jsonl"))
    end = chance.choice(("\n", "\r\n"))
    name = f"{place:05}.{kind}" + (".gz" if chance.random() < 0.2 else "")
    # A file where few lines are broken goes by the fast reader, one where none is by it alone.
    share = chance.choice((_BROKEN_SHARE, _BROKEN_SHARE, 0.02, 0))
    data = bytearray(codecs.BOM_UTF8 if chance.random() < 0.2 else b"")
    if kind == "csv":
        data += HEADER.replace("\n", end).encode()
    untouched = []
    for number in (next(numbers) for _ in range(LINES_A_FILE)):
        line = _good(chance, kind, number, end)
        if chance.random() < share:
            for broken in chance.choices(BREAKS, k=chance.choice((1, 1, 1, 2))):
                line = broken(chance, line) or b"\n"
        elif not data or data.endswith((b"\n", codecs.BOM_UTF8)):
            untouched.append(Original(data.count(b"\n") + 1, f"o{number}"))
        data += line
    if chance.random() < 0.2:
        del data[-1:]
    return FuzzedFile(name, bytes(data), untouched)


def fuzzed_files(seed: int, lines: int) -> Iterator[FuzzedFile]:
    """Make files of at least `lines` lines in all, always the same of one seed."""
    chance = random.Random(seed)
    numbers = count(1)
    made = 0
    for place in count():
        if made >= lines:
            return
        file = _file(chance, place, numbers)
        made += len(file.lines)
        yield file


@dataclass(frozen=True)
class Told:
    """A row or an entry: the line that it says it begins at, and how many lines it is."""

    line: int
    span: int


def check_lines(file: FuzzedFile, told: Iterable[Told]) -> None:
    """Hold a file's rows and entries against its lines: each line once, none but blank ones left.

    A line that nothing was done to has its own row, or is part of one that a broken line opened.
    """
    owner: dict[int, int] = {}
    for one in told:
        for line in range(one.line, one.line + one.span):
            assert line not in owner, f"{file.name}: line {line} is told twice"
            owner[line] = one.line
    first = 2 if file.kind == "csv" else 1
    lines = file.lines
    for number, line in enumerate(lines, 1):
        if number >= first and number not in owner:
            assert file.is_blank(line), f"{file.name}: line {number} is lost"
    assert all(first <= line <= len(lines) for line in owner)
    begun = {original.line for original in file.untouched}
    for line in begun:
        assert owner[line] == line or owner[line] not in begun


def broken_files(seed: int, number: int) -> Iterator[FuzzedFile]:
    """Make CSV files of which the whole, or the header, is broken; no quote is in any."""
    chance = random.Random(seed)
    for place in range(number):
        lines = [f"o{place}-{n},2024-05-01 10:00:00,{n},1.50,café\n" for n in range(20)]
        text = HEADER + "".join(lines)
        how = chance.choice(("utf-16", "utf-16-le", "utf-32", "cr", "flip", "flip", "flip", "nul"))
        data = text.encode()
        if how.startswith("utf"):
            data = text.encode(how)
        elif how == "cr":
            data = data.replace(b"\n", b"\r")
        elif how == "nul":
            data = data.replace(b",", b"\0", 1)
        else:
            # The last column need not be there: its name may be any.
            end = len(HEADER) - 1
            begin = chance.choice((0, end - len("note")))
            broken = _flip(chance, data[begin:end]).translate(None, b'"\n\r')
            data = data[:begin] + broken + data[end:]
        yield FuzzedFile(f"{place:05}.csv", data)
