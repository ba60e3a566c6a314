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
}
_DECIMAL = re.compile(r"decimal\(\s*\d+\s*,\s*\d+\s*\)")


def quoted(name: str) -> str:
    """Return `name` as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Return `text` as an SQL string."""
    return "'" + text.replace("'", "''") + "'"


def fault(columns: Mapping[str, ColumnSpec], received: Mapping[str, str]) -> str:
    """Return SQL that says what is wrong with a row, null where nothing is.

    `received` maps a declared column's name to the SQL that holds its text; a column that is not
    there is not checked. Raises SettingsError for a data type that ingest does not know.
    """
    cases = []
    for name, spec in columns.items():
        if name not in received:
            continue
        value = f"nullif(trim({received[name]}, {_WHITESPACE}), '')"
        if spec.is_required:
            cases.append(f"when {value} is null then {literal(f'column {name}: empty')}")
        cast, wanted = _cast(spec, value)
        if cast:
            reason = literal(f"column {name}: not {wanted}")
            cases.append(f"when {value} is not null and not ({cast}) then {reason}")
    return f"case {' '.join(cases)} end" if cases else "null::varchar"


def _cast(spec: ColumnSpec, value: str) -> tuple[str, str]:
    """Return SQL that is true where `value` casts, never null, and the type in words."""
    kind = spec.data_type.lower().strip()
    if kind in _TEXT:
        return "", ""
    if kind in {"timestamp", "date", "double"}:
        # A timestamp may carry an offset or Z. Infinity casts too, and is none of the three.
        return f"coalesce(isfinite(try_cast({value} as {kind})), false)", _NAMES[kind]
    if kind in _NAMES:
        return f"try_cast({value} as {kind}) is not null", _NAMES[kind]
    if _DECIMAL.fullmatch(kind):
        return f"try_cast({value} as {kind}) is not null", "a number"
    raise SettingsError(
        f"column {spec.name}: ingest knows no data_type {spec.data_type!r}. Use string, timestamp, "
        "date, bigint, integer, decimal(p,s), double, or boolean."
    )
