"""The seeds that people tune, read by row."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from rollcall.errors import SettingsError

# (line in its file, the row)
Rows = list[tuple[int, dict[str, str]]]


def utf8_text(path: Path) -> str:
    """Return a file's text, without a byte order mark. Raises SettingsError naming the line."""
    content = path.read_bytes()
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise SettingsError(
            f"{path}:{line}: byte {content[error.start]:#04x} is not UTF-8. Save the file as UTF-8."
        ) from error


def seed_rows(path: Path) -> Rows:
    """Return a seed's rows, each with its line in the file.

    Raises SettingsError naming the line that is no row of the file's columns. No value of it is
    told: a list of blocked addresses holds addresses.
    """
    way_out = (
        "Put a text that holds a comma or a quote in quotes, with each quote in it doubled, and "
        "leave no column out: one without a value is empty between its commas."
    )
    # Spaces of a line that says nothing else are a value to the engines too.
    reader = csv.reader(io.StringIO(utf8_text(path), newline=""), strict=True)
    rows: Rows = []
    line = 1
    try:
        header = next(reader, [])
        line = reader.line_num + 1
        for values in reader:
            if values and len(values) != len(header):
                raise SettingsError(
                    f"{path}:{line}: {len(values)} values for {len(header)} columns. {way_out}"
                )
            if values:
                rows.append((line, dict(zip(header, values, strict=True))))
            line = reader.line_num + 1
    except csv.Error as error:
        raise SettingsError(f"{path}:{line}: {error}. {way_out}") from error
    return rows
