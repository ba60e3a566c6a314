"""What a line that nobody could read may name: its words, in every way that they may be written.

A sender escapes letters for JSON, quotes values for CSV, puts an address into a link or between
angle brackets, or writes another encoding. Too many words cost a comparison; one too few leaves
a person who was erased.
"""

from __future__ import annotations

import contextlib
import csv
import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

# Between the values of a line whose format does not matter.
_BETWEEN = re.compile(r"[,;|\t\r\n\"{}\[\]]+")
_IN_ADDRESS = r"[^\s,;|\"'<>()\[\]{}=&?:/\\]+"
_ADDRESS = re.compile(f"{_IN_ADDRESS}@{_IN_ADDRESS}")
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")
_AROUND = " :'\u00a0\ufeff\0"


def words_of(raw: bytes) -> set[str]:
    """Return all that may be a value in `raw`."""
    found: set[str] = set()
    for text in _texts(raw):
        parts = {part.strip(_AROUND) for part in [*_BETWEEN.split(text), *_fields(text)]}
        found |= parts | {word for part in parts for word in part.split(" ")}
        found |= set(_ADDRESS.findall(text))
    return found - {""}


def _texts(raw: bytes) -> set[str]:
    """Decode it by each encoding it may be of, as it is and without escapes of JSON and links."""
    decoded = {raw.decode("utf-8", "replace")}
    if "\ufffd" in next(iter(decoded)):
        decoded.add(raw.decode("latin-1"))
    if b"\0" in raw:
        # A line that was cut at its line break's byte begins in the middle of a character.
        decoded |= {
            raw[start:].decode(encoding, "replace")
            for encoding in ("utf-16-le", "utf-16-be")
            for start in (0, 1)
        }
    plain = {_unescaped(text) for text in decoded}
    return decoded | plain | {unquote(text) for text in plain}


def _unescaped(text: str) -> str:
    if "\\" not in text:
        return text
    text = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text).replace("\\/", "/")
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _fields(text: str) -> Iterator[str]:
    """Go over the values as CSV and as JSON have them: a comma may be part of one."""
    for delimiter in ",;|":
        with contextlib.suppress(csv.Error):
            for row in csv.reader(text.splitlines(), delimiter=delimiter):
                yield from row
    with contextlib.suppress(ValueError, RecursionError):
        yield from _leaves(json.loads(text))


def _leaves(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield name
            yield from _leaves(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _leaves(inner)
    elif isinstance(value, str):
        yield value
