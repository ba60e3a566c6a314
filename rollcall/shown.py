"""Text that others wrote, made harmless before it reaches a terminal or a spreadsheet."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment

# What a terminal obeys instead of showing it: control characters, marks that turn the direction of
# writing, line breaks of other scripts; and what no terminal can write: half a character.
_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)
_UNSAFE_IN_A_CELL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
# The last four are those of East Asian keyboards, which spreadsheets there read as the first.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def _escaped(found: re.Match[str]) -> str:
    return found[0].encode("unicode_escape").decode()


def printable(text: str) -> str:
    """Return one line that a terminal shows as it stands: `\\x1b` for the byte that it obeys."""
    return _UNSAFE.sub(_escaped, text)


def printable_lines(text: str) -> str:
    """Return `text` as `printable` does, with its line breaks."""
    return "\n".join(map(printable, text.split("\n")))


def spreadsheet_cell(value: Any) -> Any:
    """Return a value of a CSV that people open: a text that would run as a formula is quoted."""
    if not isinstance(value, str):
        return value
    text = _UNSAFE_IN_A_CELL.sub(_escaped, value)
    return f"'{text}" if text.startswith(_FORMULA) else text


class SafeConsole(Console):
    """A console on which no text but Rich's own commands the terminal."""

    def render(
        self, renderable: RenderableType, options: ConsoleOptions | None = None
    ) -> Iterator[Segment]:
        """Render as Rich does; what a terminal would obey is escaped."""
        for segment in super().render(renderable, options):
            if segment.control:
                yield segment
            else:
                yield Segment(printable_lines(segment.text), segment.style)
