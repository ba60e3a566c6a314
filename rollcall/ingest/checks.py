"""The typed checks of a line, as one SQL expression over all lines of a file."""

from __future__ import annotations

import re
from collections.abc import Mapping

from rollcall.errors import SettingsError
from rollcall.sources import ColumnSpec

_WHITESPACE = "chr(9) || chr(10) || chr(13) || ' '"
_TEXT = {"string", "varchar", "text"}
_NAMES = {
    "timestamp": "a timestamp",
    "date": "a date",
    "bigint": "a whole number",
    "integer": "a whole number",
    "double": "a number",
    "boolean": "a boolean",
    "array<string>": "a JSON array of texts",
}
# The last of each that every engine, and Python, can hold.
_LATEST = {"timestamp": "9999-12-31 23:59:59.999999", "date": "9999-12-31"}
# What a single amount may come to: a year's sum of it, by the day, still fits in decimal(18,4).
_LARGEST = 99_999_999_999
_DECIMAL = re.compile(r"decimal\(\s*\d+\s*,\s*\d+\s*\)")


def quoted(name: str) -> str:
    """Return `name` as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Return `text` as an SQL string."""
    return "'" + text.replace("'", "''") + "'"


def trimmed(value: str) -> str:
    """Return SQL for a text without the white space around it, as staging reads it."""
    return f"trim({value}, {_WHITESPACE})"


def fault(columns: Mapping[str, ColumnSpec], received: Mapping[str, str]) -> str:
    """Return SQL that says what is wrong with a row, null where nothing is.

    `received` maps a declared column's name to the SQL that holds its text; a column that is not
    there is not checked. Raises SettingsError for a data type that ingest does not know.
    """
    checks = []
    for name, spec in columns.items():
        if name not in received:
            continue
        value = received[name]
        bare = trimmed(value)
        if spec.is_required:
            empty = literal(f"column {name}: empty")
            checks.append(f"case when {value} is null or {bare} = '' then {empty} end")
        if spec.allowed:
            words = ", ".join(literal(word) for word in spec.allowed)
            unknown = literal(f"column {name}: not one of {', '.join(spec.allowed)}")
            checks.append(
                f"case when {value} is null or lower({bare}) in ('', {words}) then null "
                f"else {unknown} end"
            )
        if spec.needs:
            other = trimmed(received.get(spec.needs, "null"))
            lone = literal(f"column {name}: given without {spec.needs}")
            checks.append(f"case when {bare} <> '' and coalesce({other}, '') = '' then {lone} end")
        for holds, wanted in (_cast(spec), _bounds(spec)):
            if holds:
                # The plain text settles nearly every row; the costlier branches see the rest alone.
                reason = literal(f"column {name}: not {wanted}")
                checks.append(
                    f"case when {holds.format(value)} or {value} is null then null "
                    f"when {bare} = '' or {holds.format(bare)} then null else {reason} end"
                )
    return f"coalesce({', '.join(checks)}, null)" if checks else "null::varchar"


def _bounds(spec: ColumnSpec) -> tuple[str, str]:
    """Return SQL that is true where `{}` is within the column's bounds, and those in words."""
    kind = spec.data_type.lower().strip()
    if kind in _LATEST:
        bounds = [f"<= {kind} '{_LATEST[kind]}'"]
        # A birth may lie before it; nothing else that a system tells of does.
        bounds += [f">= {kind} '1970-01-01'"] if kind == "timestamp" else []
        words = "of 1970 to 9999" if kind == "timestamp" else "of the year 9999 or before"
    else:
        lowest, highest = spec.minimum, spec.maximum
        if _DECIMAL.fullmatch(kind):
            lowest = -_LARGEST if lowest is None else lowest
            highest = _LARGEST if highest is None else highest
        told = (("at least", ">=", lowest), ("at most", "<=", highest))
        bounds = [f"{sign} {bound}" for _, sign, bound in told if bound is not None]
        words = " and ".join(f"{word} {bound}" for word, _, bound in told if bound is not None)
    each = [f"coalesce(try_cast({{0}} as {kind}) {bound}, false)" for bound in bounds]
    return f"({' and '.join(each)})" if each else "", words


def _cast(spec: ColumnSpec) -> tuple[str, str]:
    """Return SQL that is true where `{}` casts, never null, and the type in words."""
    kind = spec.data_type.lower().strip()
    if kind in _TEXT:
        return "", ""
    if kind in {"timestamp", "date", "double"}:
        # A timestamp may carry an offset or Z. Infinity casts too, and is none of the three.
        return f"coalesce(isfinite(try_cast({{}} as {kind})), false)", _NAMES[kind]
    if kind == "array<string>":
        return "(try_cast(try_cast({} as json) as varchar[]) is not null)", _NAMES[kind]
    if kind in _NAMES:
        return f"(try_cast({{}} as {kind}) is not null)", _NAMES[kind]
    if _DECIMAL.fullmatch(kind):
        return f"(try_cast({{}} as {kind}) is not null)", "a number"
    raise SettingsError(
        f"column {spec.name}: ingest knows no data_type {spec.data_type!r}. Use string, timestamp, "
        "date, bigint, integer, decimal(p,s), double, boolean, or array<string>."
    )
