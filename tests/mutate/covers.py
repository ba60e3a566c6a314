"""Macros that no unit test sees, and the Python check that covers them.

A looping materialization has no unit test: dbt tests a model's select, not what a loop makes of
it. Where each step of a loop is a macro that writes one select over relations named by its
arguments, `make mutate` changes the steps in turn, and a check says whether the loop still comes
to the right end:

    def _components_hold(connection, steps):
        connection.execute("create table edges as select …")
        for _ in range(10):  # A changed step may never come to an end.
            connection.execute(f"create table parents as {steps['smallest_neighbours']}")
            …
        return connection.execute("select …").fetchall() == [...]

    COVERS = (
        Cover(
            steps={"smallest_neighbours": "{{ smallest_neighbours({'edges': 'edges'}) }}"},
            holds=_components_hold,
        ),
    )
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from duckdb import DuckDBPyConnection

# Given an empty database and the SQL of every step by name, one of them changed or none: whether
# the outcome is right.
Check = Callable[[DuckDBPyConnection, Mapping[str, str]], bool]


@dataclass(frozen=True)
class Cover:
    """The steps of one loop, each macro by the Jinja that writes its SQL, and what holds them."""

    steps: Mapping[str, str]
    holds: Check


COVERS: tuple[Cover, ...] = ()
