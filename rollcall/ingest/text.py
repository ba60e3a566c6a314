"""Reading CSV and JSON lines record by record, so that every line is accounted for.

A CSV record is as RFC 4180 says: fields between commas, quoted where they hold a comma, a quote
(doubled) or a line break. A quote inside a field that does not begin with one stands for itself.
A line without any character is blank and no data, in JSON lines also one of whitespace only.
An empty field, quoted or not, is null.
"""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Iterable, Iterator
from json import JSONDecoder
from json.encoder import encode_basestring_ascii
from typing import Any, NamedTuple

BYTE_ORDER_MARK = b"\xef\xbb\xbf"

# A record longer than this is taken for a quote that somebody forgot to close.
MAX_RECORD_BYTES = 16 * 1024 * 1024
_SPARE_FIELDS = 64
_MOST_SHAPES = 1000

NOT_UTF8 = "not UTF-8"
NUL_BYTE = "NUL byte"


class Record(NamedTuple):
    """One data record: its first line (1-based), its bytes, and its values or what is wrong."""

    line: int
    raw: bytes
    values: list[str | None] | None
    reason: str | None


class _CsvFields:
    """The fields of one record, fed line by line while a quoted field stays open."""

    def __init__(self) -> None:
        self.values: list[str | None] = []
        self.is_open = False
        self.is_malformed = False
        self._parts: list[str] = []

    def feed(self, line: str, end: int) -> None:
        """Read `line`, whose line break begins at `end`."""
        at: int | None = 0
        if self.is_open:
            at = self._quoted(line, 0, end)
        while at is not None:
            if line.startswith('"', at):
                at = self._quoted(line, at + 1, end)
            else:
                comma = line.find(",", at, end)
                stop = end if comma < 0 else comma
                self.values.append(line[at:stop] or None)
                at = None if comma < 0 else comma + 1

    def _quoted(self, line: str, at: int, end: int) -> int | None:
        """Read a quoted field on from `at`; return where the next begins, None where none does."""
        start = at
        while (quote := line.find('"', at)) >= 0 and line.startswith('"', quote + 1):
            at = quote + 2
        self.is_open = quote < 0
        self._parts.append(line[start:] if self.is_open else line[start:quote])
        if self.is_open:
            return None
        self.values.append("".join(self._parts).replace('""', '"') or None)
        self._parts.clear()
        self.is_malformed = quote + 1 != end and line[quote + 1] != ","
        return None if self.is_malformed or quote + 1 == end else quote + 2


def _content_end(line: str) -> int:
    if line.endswith("\r\n"):
        return len(line) - 2
    return len(line) - 1 if line.endswith(("\n", "\r")) else len(line)


def csv_records(lines: Iterable[bytes], width: int | None, first_line: int = 1) -> Iterator[Record]:
    """Read records of `width` fields (None: any number) from `lines`, each with its line break.

    A record that spans lines counts as one only where its quotes come out even; else its first
    line is quarantined and reading resumes at the next, so that one quote swallows one line.
    """
    numbered = enumerate(lines, first_line)
    waiting: deque[tuple[int, bytes]] = deque()
    while (item := waiting.popleft() if waiting else next(numbered, None)) is not None:
        number, raw = item
        if raw in (b"", b"\n", b"\r\n", b"\r"):
            continue
        text = raw.decode("utf-8", "surrogateescape")
        if '"' not in text:
            values: list[str | None] = [
                value or None for value in text[: _content_end(text)].split(",")
            ]
            yield _checked(number, raw, values, width)
            continue
        fields = _CsvFields()
        fields.feed(text, _content_end(text))
        rest = _follow(fields, waiting, numbered, width, len(raw)) if fields.is_open else []
        if fields.is_open or (fields.is_malformed and rest):
            waiting.extendleft(reversed(rest))
            yield Record(number, raw, None, "unterminated quote")
        elif fields.is_malformed:
            yield Record(number, raw, None, "text after a closing quote")
        else:
            raw = b"".join([raw, *(more for _, more in rest)])
            yield _checked(number, raw, fields.values, width)


def _follow(
    fields: _CsvFields,
    waiting: deque[tuple[int, bytes]],
    numbered: Iterator[tuple[int, bytes]],
    width: int | None,
    size: int,
) -> list[tuple[int, bytes]]:
    """Feed the lines after the first until the record is whole, and return them.

    The bounds on bytes and fields keep memory and time in proportion to the file.
    """
    taken: list[tuple[int, bytes]] = []
    while fields.is_open and size <= MAX_RECORD_BYTES:
        if len(fields.values) > (width or 0) + _SPARE_FIELDS and width is not None:
            break
        item = waiting.popleft() if waiting else next(numbered, None)
        if item is None:
            break
        taken.append(item)
        size += len(item[1])
        text = item[1].decode("utf-8", "surrogateescape")
        fields.feed(text, _content_end(text))
    return taken


def _checked(line: int, raw: bytes, values: list[str | None], width: int | None) -> Record:
    reason = None
    try:
        raw.decode()
    except UnicodeDecodeError:
        reason = NOT_UTF8
    if reason is None and b"\0" in raw:
        reason = NUL_BYTE
    if reason is None and width is not None and len(values) != width:
        fault = "few" if len(values) < width else "many"
        reason = f"too {fault} fields: {len(values)} where the header has {width}"
    return Record(line, raw, None if reason else values, reason)


def _constant(_: str) -> Any:
    raise _LineError("not JSON")


class _LineError(ValueError):
    """What is wrong with one line, in words that hold none of its values."""


_DECODER = JSONDecoder(parse_constant=_constant)
# One member of an object that is known to be JSON: its key, and its string or literal. What is
# nested, read on from where the match ends, has neither.
_MEMBER = re.compile(
    r'[ \t\r\n]*[{,][ \t\r\n]*"((?:[^"\\]|\\.)*)"[ \t\r\n]*:[ \t\r\n]*'
    r'(?:"((?:[^"\\]|\\.)*)"|([^\[{" \t\r\n,}]+))?'
)


def _object(raw: bytes) -> dict[str, str | None]:
    """Read one line as an object of texts. Raises _LineError.

    Numbers and what is nested stay the text that was received: 1.10 is not 1.1, no digit is lost.
    """
    try:
        text = raw.decode()
        found = _DECODER.decode(text)
    except UnicodeDecodeError:
        raise _LineError(NOT_UTF8) from None
    except _LineError:
        raise
    except ValueError:
        raise _LineError("not JSON") from None
    except RecursionError:
        raise _LineError("not JSON: nested too deep") from None
    if not isinstance(found, dict):
        raise _LineError("not a JSON object")
    return _members(text)


def _members(text: str) -> dict[str, str | None]:
    values: dict[str, str | None] = {}
    count = at = 0
    while (member := _MEMBER.match(text, at)) is not None:
        key, string, literal = member.groups()
        at = member.end()
        count += 1
        if string is not None:
            values[_unescaped(key)] = _unescaped(string)
        elif literal is not None:
            values[_unescaped(key)] = None if literal == "null" else literal
        else:
            _, end = _DECODER.raw_decode(text, at)
            values[_unescaped(key)] = text[at:end]
            at = end
    if len(values) != count:
        raise _LineError("a key stands twice")
    return values


def _unescaped(string: str) -> str:
    if "\\" not in string:
        return string
    text: str = json.loads(f'"{string}"')
    if "\0" in text:
        raise _LineError(NUL_BYTE)
    try:
        text.encode()
    except UnicodeEncodeError:
        raise _LineError("half a surrogate pair") from None
    return text


def is_padded(line: bytes) -> bool:
    """Say whether blanks stand between a quote and a comma, outside of a quoted field."""
    fields = _CsvFields()
    text = line.decode("utf-8", "surrogateescape")
    fields.feed(text, _content_end(text))
    return (
        fields.is_open
        or fields.is_malformed
        or any(value is not None and value.lstrip().startswith('"') for value in fields.values)
    )


class Keys:
    """The columns of JSON lines, in order of appearance; names differ by more than case."""

    def __init__(self, declared: Iterable[str], reserved: Iterable[str], limit: int) -> None:
        """Begin with `declared`; at most `limit` columns in all, none of them `reserved`."""
        self.names: list[str] = list(declared)
        self._places = {name.lower(): place for place, name in enumerate(self.names)}
        self._reserved = {name.lower() for name in reserved}
        self._limit = limit
        self._shapes: dict[tuple[str, ...], list[int]] = {}

    def places(self, names: tuple[str, ...]) -> list[int]:
        """Return the places of a line's keys. Raises ValueError."""
        found = self._shapes.get(names)
        if found is None:
            found = [self.place(name) for name in names]
            if len(set(found)) != len(found):
                raise _LineError("two keys differ by case alone")
            # Lines of one file share a few shapes; a file where each has its own gains nothing.
            if len(self._shapes) < _MOST_SHAPES:
                self._shapes[names] = found
        return found

    def place(self, key: str) -> int:
        """Return the column's place, a new one for a new key. Raises ValueError."""
        found = self._places.get(key.lower())
        if found is not None:
            return found
        if not key.strip() or "\0" in key:
            raise _LineError("a key without a name")
        if key.lower() in self._reserved:
            raise _LineError("a key has the name of one of ingest's own columns")
        if len(self.names) >= self._limit:
            raise _LineError(f"more than {self._limit} different keys in this file")
        self._places[key.lower()] = len(self.names)
        self.names.append(key)
        return len(self.names) - 1


def json_records(
    lines: Iterable[bytes], keys: Keys, *, may_begin_with_mark: bool = True
) -> Iterator[Record]:
    """Read JSON lines; a record's values stand at their keys' places."""
    for number, raw in enumerate(lines, 1):
        has_mark = number == 1 and may_begin_with_mark
        body = raw.removeprefix(BYTE_ORDER_MARK) if has_mark else raw
        if not body.strip(b" \t\r\n"):
            continue
        try:
            if b"\0" in body:
                raise _LineError(NUL_BYTE)
            yield Record(number, raw, _placed(_object(body), keys), None)
        except _LineError as error:
            yield Record(number, raw, None, str(error))


def _placed(found: dict[str, str | None], keys: Keys) -> list[str | None]:
    places = keys.places(tuple(found))
    values: list[str | None] = [None] * (max(places, default=-1) + 1)
    for place, value in zip(places, found.values(), strict=True):
        values[place] = value
    return values


def as_json(record_line: int, values: list[str | None]) -> str:
    """Return the record as a line that DuckDB reads back."""
    texts = ["null" if value is None else encode_basestring_ascii(value) for value in values]
    return f'{{"l":{record_line},"v":[{",".join(texts)}]}}'
