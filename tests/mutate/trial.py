"""Unit tests without dbt: a model's SQL, changed or not, on a test's rows in an empty database."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any
from unittest.mock import patch

import duckdb
from compiled import UnitTest
from model_lab import SECRET

from rollcall.duckdb_plugin import Plugin


class Verdict(Enum):
    """What became of a mutant."""

    NOTICED = "noticed"
    SURVIVED = "survived"
    # No SQL any more, or SQL that stops: an error shows without any test.
    INVALID = "invalid"


@dataclass(frozen=True)
class Ending:
    """A verdict, and the test or the error that gave it."""

    verdict: Verdict
    by: str = ""


def connect() -> duckdb.DuckDBPyConnection:
    """Open an empty database that is set as profiles.yml and its plugin set dbt's."""
    # A changed loop may grow without end: it had better stop with an error.
    limits = {"threads": 1, "memory_limit": "1GB", "max_temp_directory_size": "0KB"}
    connection = duckdb.connect(":memory:", config=limits)
    connection.execute("set TimeZone = 'UTC'")
    plugin = Plugin("rollcall", {})
    with patch.dict(os.environ, {"ROLLCALL_ID_SECRET": SECRET}):
        plugin.configure_connection(connection)
        plugin.configure_cursor(connection)
    return connection


class Trial:
    """The unit tests of one model, their rows in place."""

    def __init__(self, tests: Sequence[UnitTest]) -> None:
        """Make the tables of every test, each in a schema of its own."""
        self._tests = tests
        self._connection = connect()
        self._expected: list[Counter[Any] | None] = []
        for number, test in enumerate(tests):
            self._connection.execute(f"create schema test_{number}")
            self._connection.execute(f"use test_{number}")
            for name, sql in test.fixtures.items():
                self._make(name, sql)
            expected = f"select {', '.join(test.columns)} from ({test.expected}) as expected"
            self._expected.append(self._rows(expected) if test.expected else Counter())

    def ending(self, sql: str) -> Ending:
        """Say what the tests make of this SQL in the model's place."""
        error = ""
        for number, (test, expected) in enumerate(zip(self._tests, self._expected, strict=True)):
            self._connection.execute(f"use test_{number}")
            try:
                rows = self._rows(f"select {', '.join(test.columns)} from ({sql}) as actual")
            except duckdb.Error as broken:
                error = error or f"{test.name}: {str(broken).splitlines()[0]}"
                continue
            if rows != expected:
                return Ending(Verdict.NOTICED, test.name)
        return Ending(Verdict.INVALID, error) if error else Ending(Verdict.SURVIVED)

    def _make(self, name: str, sql: str) -> None:
        columns = self._connection.execute(f"describe {sql}").fetchall()
        # A table would give a bare null a type, integer, that the CTE it stands for does not have.
        is_typed = all(kind != '"NULL"' for _, kind, *_ in columns)
        self._connection.execute(f'create {"table" if is_typed else "view"} "{name}" as {sql}')

    def _rows(self, sql: str) -> Counter[Any]:
        return Counter(map(_hashable, self._connection.execute(sql).fetchall()))


def _hashable(value: Any) -> Any:
    if isinstance(value, dict):
        return tuple((key, _hashable(part)) for key, part in value.items())
    if isinstance(value, list | tuple):
        return tuple(map(_hashable, value))
    return value
