"""The edge whose removal divides a cluster most evenly, against taking each away in turn."""

from __future__ import annotations

import json

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rollcall.identity.even_split import even_split

Pairs = list[tuple[int, int]]


def _asked(pairs: Pairs) -> str | None:
    return even_split(json.dumps([f"{left} {right}" for left, right in pairs]))


def _by_trying(pairs: Pairs) -> str | None:
    best: tuple[int, int, int, int] | None = None
    whole = nx.Graph(pairs).number_of_nodes()
    for left, right in sorted(pairs):
        rest = nx.Graph(pairs)
        rest.remove_edge(left, right)
        if nx.has_path(rest, left, right):
            continue
        part = len(nx.node_connected_component(rest, left))
        candidate = (min(part, whole - part), -left, -right, part)
        best = max(best or candidate, candidate)
    if best is None:
        return None
    return f"{-best[1]} {-best[2]} {best[3]} {whole - best[3]}"


@st.composite
def _connected(draw: st.DrawFn) -> Pairs:
    """A tree of a few nodes, some edges more, each told once and from either end."""
    size = draw(st.integers(2, 12))
    edges = {(draw(st.integers(0, node - 1)), node) for node in range(1, size)}
    for _ in range(draw(st.integers(0, 4))):
        left, right = draw(st.integers(0, size - 1)), draw(st.integers(0, size - 1))
        if left != right:
            edges.add((min(left, right), max(left, right)))
    return [edge if draw(st.booleans()) else edge[::-1] for edge in sorted(edges)]


@given(_connected())
def test_as_when_each_edge_is_taken_away(pairs: Pairs) -> None:
    assert _asked(pairs) == _by_trying(pairs)


@pytest.mark.parametrize("nothing", [None, "", "[]"])
def test_nothing_divides_nothing(nothing: str | None) -> None:
    assert even_split(nothing) is None


def test_two_families_and_the_phone_between_them() -> None:
    ring = [(1, 2), (2, 3), (3, 1), (4, 5), (5, 6), (6, 4), (6, 7)]
    assert _asked([*ring, (3, 4)]) == "3 4 3 4"
