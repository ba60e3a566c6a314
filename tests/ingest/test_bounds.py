"""What a column's bounds refuse: a value that casts and is still none that it can have."""

from __future__ import annotations

import duckdb
import pytest

from rollcall.ingest.checks import fault, literal
from rollcall.sources import ColumnSpec

_TIME = ColumnSpec("at", "timestamp")
_DAY = ColumnSpec("at", "date")
_AMOUNT = ColumnSpec("at", "decimal(18,4)")
_RATE = ColumnSpec("at", "decimal(18,4)", minimum=0, maximum=1)
_NUMBER = ColumnSpec("at", "bigint", minimum=1)


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        (_TIME, "1970-01-01T00:00:00Z", None),
        (_TIME, "1969-12-31T23:59:59Z", "column at: not of 1970 to 9999"),
        (_TIME, " 9999-12-31T23:59:59Z ", None),
        (_TIME, "10000-01-01", "column at: not of 1970 to 9999"),
        (_TIME, "soon", "column at: not a timestamp"),
        (_TIME, " ", None),
        (_DAY, "1899-05-05", None),
        (_DAY, "10000-01-01", "column at: not of the year 9999 or before"),
        (_AMOUNT, "-99999999999", None),
        (_AMOUNT, "100000000000", "column at: not at least -99999999999 and at most 99999999999"),
        (_RATE, "1", None),
        (_RATE, "1.01", "column at: not at least 0 and at most 1"),
        (_NUMBER, "1", None),
        (_NUMBER, "0", "column at: not at least 1"),
        (_NUMBER, "", None),
    ],
)
def test_bounds(column: ColumnSpec, value: str, reason: str | None) -> None:
    sql = fault({"at": column}, {"at": literal(value)})
    assert duckdb.sql(f"select {sql}").fetchall() == [(reason,)]
