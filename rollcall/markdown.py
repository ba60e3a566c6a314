"""Tables of the pages that are written from what the project declares."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def _row(cells: Sequence[str]) -> str:
    # One line a row, and a bar would end its cell.
    return "| " + " | ".join(" ".join(cell.replace("|", "\\|").split()) for cell in cells) + " |"


def markdown_table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table of texts as Markdown, without a line break at its end."""
    return "\n".join((_row(columns), f"|{'---|' * len(columns)}", *map(_row, rows)))
