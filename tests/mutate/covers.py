"""Macros that no unit test sees, and the Python check that covers them.

A looping materialization has no unit test: dbt tests a model's select, not what a loop makes of
it. Where each step of a loop is a macro that writes one select over the relations named by its
arguments, `make mutate` changes the steps in turn and a check here says whether the loop still
comes to the right end. To cover one, write

    def _labels_hold(connection, steps):
        # Make small tables, run steps["…"] in the order of the loop, look at the end.
        # Bound the rounds: a changed step may never come to one.
        return connection.execute("select …").fetchall() == [...]

and name it in COVERS:

    Cover(
        path="macros/engine/connected_components.sql",
        steps={"smallest_neighbours": "{{ smallest_neighbours('edges') }}"},
        holds=_labels_hold,
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
    """The steps of one macro file, each by the Jinja that writes it, and what holds them."""

    path: str
    steps: Mapping[str, str]
    holds: Check


COVERS: tuple[Cover, ...] = ()
