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

import random
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
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


# --- graphs --------------------------------------------------------------------------------------

_TABLES = ("input", "groups", "holdings", "labels", "edges", "choices", "parents", "next")
_NAMES = "{" + ", ".join(f"'{name}': '{name}'" for name in _TABLES) + "}"
# A changed step may never come to an end; graphs as small as these do in fewer rounds and rows.
_ROUNDS, _ROWS = 12, 300


class _RunawayError(Exception):
    """The loop does not come to an end."""


class _Loop:
    """The working tables, filled by steps as the materializations fill them."""

    def __init__(self, connection: DuckDBPyConnection, steps: Mapping[str, str]) -> None:
        self._connection, self._steps = connection, steps

    def make(self, table: str, step: str) -> None:
        """Fill a table by a step, or by another table."""
        query = self._steps.get(step, f"select * from {step}")
        self._connection.execute(f"create or replace table {table} as {query}")
        if self.count(table) > _ROWS:
            raise _RunawayError

    def count(self, step: str) -> int:
        """Return how many rows a step, or a table, has."""
        query = self._steps.get(step, f"select * from {step}")
        [(rows,)] = self._connection.execute(f"select count(*) from ({query}) as q").fetchall()
        return int(rows)

    def follow_parents(self) -> None:
        for _ in range(_ROUNDS):
            self.make("next", "grandparents")
            moved = self.count("moved_parents")
            self.make("parents", "next")
            if not moved:
                return
        raise _RunawayError

    def while_edges(self, round_: Callable[[], None]) -> None:
        """Go round while edges are left; the materializations stop where they get no fewer."""
        left = self.count("edges")
        while left:
            round_()
            before, left = left, self.count("edges")
            if left >= before:
                raise _RunawayError


def _given(
    connection: DuckDBPyConnection, columns: str, rows: Iterable[tuple[object, ...]]
) -> None:
    values = ", ".join(
        "(" + ", ".join("null" if part is None else repr(part) for part in row) + ")"
        for row in rows
    )
    connection.execute(f"create table input as select * from (values {values}) as r ({columns})")


def _components_hold(connection: DuckDBPyConnection, steps: Mapping[str, str]) -> bool:
    # A chain against the order of its numbers, a ring, a pair given twice, one that is alone.
    pairs = [(9, 4), (4, 7), (7, 1), (1, 8), (20, 21), (21, 22), (22, 20), (31, 30), (31, 30)]
    _given(connection, "node_id, neighbour_id", [*pairs, (40, 40)])
    loop = _Loop(connection, steps)

    def contract() -> None:
        loop.make("parents", "smallest_neighbours")
        loop.follow_parents()
        loop.make("next", "followed_labels")
        loop.make("labels", "next")
        loop.make("next", "contracted_edges")
        loop.make("edges", "next")

    try:
        loop.make("labels", "own_labels")
        loop.make("edges", "edges_both_ways")
        loop.while_edges(contract)
    except _RunawayError:
        return False
    found = connection.execute("select node_id, component_id from labels").fetchall()
    components = dict.fromkeys((1, 4, 7, 8, 9), 1) | dict.fromkeys((20, 21, 22), 20)
    components |= {30: 30, 31: 30, 40: 40}
    return sorted(found) == sorted(components.items())


def _accounts_hold(connection: DuckDBPyConnection, steps: Mapping[str, str], *, limit: int) -> bool:
    """Against the order itself: edges one at a time, left out where they would join too many."""
    chance = random.Random(5)
    nodes = {node: chance.choice(["a", "a", "b", None, None]) for node in range(60)}
    # Twenty nodes a graph; some edges twice and from either end, some from a node to itself.
    ends = [(chance.randrange(20), chance.randrange(20), 20 * (n % 3)) for n in range(90)]
    edges = [(left + start, right + start) for left, right, start in ends]
    own = [(node, node, None, namespace) for node, namespace in nodes.items()]
    ranked = [(left, right, rank, None) for rank, (left, right) in enumerate(edges, 1)]
    _given(connection, "node_id, neighbour_id, edge_rank, account_namespace", [*own, *ranked])
    group = {node: {node} for node in nodes}
    for left, right in edges:
        both = group[left] | group[right]
        held = Counter(nodes[node] for node in both if nodes[node])
        if max(held.values(), default=0) <= limit:
            group |= dict.fromkeys(both, both)
    loop = _Loop(connection, steps)

    def join() -> None:
        loop.make("choices", "first_edges")
        loop.make("parents", "joined_groups")
        loop.follow_parents()
        loop.make("next", "regrouped_nodes")
        loop.make("groups", "next")
        loop.make("next", "regrouped_holdings")
        loop.make("holdings", "next")
        loop.make("next", "regrouped_edges")
        loop.make("edges", "joinable_edges")

    try:
        loop.make("groups", "single_groups")
        loop.make("holdings", "single_holdings")
        loop.make("next", "ranked_edges")
        loop.make("edges", "joinable_edges")
        loop.while_edges(join)
    except _RunawayError:
        return False
    found: dict[int, set[int]] = {}
    rows = connection.execute("select node_id, group_id from groups").fetchall()
    for node, group_id in rows:
        found.setdefault(group_id, set()).add(node)
    expected = {frozenset(members) for members in group.values()}
    return len(rows) == len(nodes) and {frozenset(part) for part in found.values()} == expected


def _one_account(connection: DuckDBPyConnection, steps: Mapping[str, str]) -> bool:
    return _accounts_hold(connection, steps, limit=1)


def _two_accounts(connection: DuckDBPyConnection, steps: Mapping[str, str]) -> bool:
    return _accounts_hold(connection, steps, limit=2)


def _calls(*steps: str, **more: str) -> dict[str, str]:
    """Return the Jinja that writes each step over the working tables, named as they are."""
    return {step: f"{{{{ {step}({_NAMES}{more.get(step, '')}) }}}}" for step in steps}


_FOLLOWING = ("grandparents", "moved_parents")
_COMPONENTS = (
    *("own_labels", "edges_both_ways", "smallest_neighbours", "followed_labels"),
    *("contracted_edges", *_FOLLOWING),
)
_ACCOUNTS = (
    *("single_groups", "single_holdings", "ranked_edges", "joinable_edges", "first_edges"),
    *("joined_groups", "regrouped_nodes", "regrouped_holdings", "regrouped_edges", *_FOLLOWING),
)

COVERS: tuple[Cover, ...] = (
    Cover(_calls(*_COMPONENTS), _components_hold),
    Cover(_calls(*_ACCOUNTS, joinable_edges=", 1"), _one_account),
    Cover(_calls(*_ACCOUNTS, joinable_edges=", 2"), _two_accounts),
)
