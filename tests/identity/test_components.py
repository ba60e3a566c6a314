"""Connected components as DuckDB gets them, against networkx."""

from __future__ import annotations

import duckdb
import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rollcall.identity.components import label_components, smallest_of_component

_NODES = st.one_of(st.integers(1, 20), st.integers(-(2**62), 2**62))


@given(st.lists(st.tuples(_NODES, _NODES), max_size=60))
def test_every_node_and_the_smallest_of_its_component(edges: list[tuple[int, int]]) -> None:
    """Numbers with and without gaps; an edge from a node to itself only names it."""
    left = np.array([one for one, _ in edges], dtype=np.int64)
    right = np.array([other for _, other in edges], dtype=np.int64)
    found = dict(zip(*(part.tolist() for part in smallest_of_component(left, right)), strict=True))
    graph = nx.Graph(edges)
    assert found == {
        node: min(component) for component in nx.connected_components(graph) for node in component
    }


@pytest.mark.parametrize("rows", ["(1, 2), (3, 3)", "(1, 1)"])
def test_from_table_to_table(rows: str) -> None:
    with duckdb.connect() as connection:
        query = f"select * from (values {rows}) as edges (node_id, neighbour_id)"
        label_components(connection, query, "components")
        found = connection.execute("from components order by all").fetchall()
    assert found == ([(1, 1), (2, 1), (3, 3)] if "2" in rows else [(1, 1)])


def test_no_edges_are_no_nodes() -> None:
    with duckdb.connect() as connection:
        query = "select 1::bigint as node_id, 1::bigint as neighbour_id where false"
        label_components(connection, query, "components")
        assert connection.execute("from components").fetchall() == []
