"""A first run, and a release older than a column, need no special case in SQL."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import duckdb
import pytest

from rollcall.errors import SettingsError
from rollcall.home import Home
from rollcall.release import Manifest, prepare_previous


def source(name: str, **columns: str | None) -> dict[str, Any]:
    return {
        "source_name": "previous_release",
        "name": name,
        "original_file_path": "models/staging/previous_release/_sources.yml",
        "columns": {
            column: {"name": column, "data_type": data_type}
            for column, data_type in columns.items()
        },
    }


MEMBERS = source("members", customer_id="varchar", entered_at="timestamp")


def described(home: Home) -> list[tuple[str, str]]:
    query = f"describe select * from '{home.previous}/members.parquet'"
    return [(name, kind) for name, kind, *_ in duckdb.execute(query).fetchall()]


def read(home: Home) -> list[tuple[Any, ...]]:
    return duckdb.execute(f"select * from '{home.previous}/members.parquet'").fetchall()


def test_first_run_reads_no_rows_of_the_declared_types(home: Home) -> None:
    prepare_previous(home, {"sources": {"s": MEMBERS}})
    assert described(home) == [("customer_id", "VARCHAR"), ("entered_at", "TIMESTAMP")]
    assert read(home) == []
    assert home.previous.stat().st_mode & 0o077 == 0


def test_later_run_reads_the_release_and_null_for_a_new_column(
    home: Home, release: Callable[..., Manifest]
) -> None:
    release()
    prepare_previous(home, {"sources": {"s": MEMBERS}})
    assert described(home) == [("customer_id", "VARCHAR"), ("entered_at", "TIMESTAMP")]
    assert read(home) == [("c1", None), ("c2", None)]


def test_column_without_a_type_is_named(home: Home) -> None:
    broken = source("members", customer_id=None)
    with pytest.raises(SettingsError, match=r"_sources\.yml.*customer_id has no data_type"):
        prepare_previous(home, {"sources": {"s": broken}})
