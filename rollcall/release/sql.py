"""SQL with names and paths put in as quoted identifiers and literals, never as they come."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path


def name(text: str) -> str:
    """Return `text` as a quoted identifier."""
    return '"' + text.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Return `text` as a text literal."""
    return "'" + text.replace("'", "''") + "'"


def statement(template: str, **parts: str | Path | Sequence[str]) -> str:
    """Fill `{part}` in `template`: a path as a literal, other text as a quoted identifier.

    A sequence holds SQL that the caller has made of quoted parts already; its items are joined
    by commas.
    """
    filled = {}
    for key, part in parts.items():
        if isinstance(part, Path):
            filled[key] = literal(str(part))
        elif isinstance(part, str):
            filled[key] = name(part)
        else:
            filled[key] = ", ".join(part)
    return template.format(**filled)
