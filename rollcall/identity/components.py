"""Connected components with SciPy, between two tables of one DuckDB connection."""

from __future__ import annotations

from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import connected_components

_RESULT = "rollcall_components"


def smallest_of_component(
    left: NDArray[Any], right: NDArray[Any]
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return every node of the undirected edges `left`-`right`, and its component's smallest node.

    Nodes are whole numbers that need no order and may leave gaps; an edge from a node to itself
    only names it.
    """
    if not len(left):
        return left, left
    low, high = min(left.min(), right.min()), max(left.max(), right.max())
    if high - low < 2 * len(left):
        # Dense numbers, as SQL gives them, are their own positions.
        size = int(high - low) + 1
        nodes = np.arange(low, high + 1)
        ends = left - low, right - low
        is_node = np.zeros(size, dtype=bool)
        is_node[ends[0]] = is_node[ends[1]] = True
    else:
        nodes, places = np.unique(np.concatenate([left, right]), return_inverse=True)
        size = len(nodes)
        ends = places[: len(left)], places[len(left) :]
        is_node = np.ones(size, dtype=bool)
    kind = np.int32 if size < 2**31 else np.int64
    graph = sparse.coo_array(
        (np.ones(len(left), dtype=np.int8), tuple(end.astype(kind) for end in ends)),
        shape=(size, size),
    )
    count, labels = connected_components(graph, directed=False)
    smallest = np.empty(count, dtype=nodes.dtype)
    # Of several values for one place the last stays: the smallest, written backwards.
    smallest[labels[::-1]] = nodes[::-1]
    return nodes[is_node], smallest[labels][is_node]


def label_components(connection: duckdb.DuckDBPyConnection, query: str, target: str) -> None:
    """Create the table `target` (node_id, component_id) from a query of node_id, neighbour_id.

    Both are bigint, without nulls; `component_id` is the smallest node_id of the component.
    """
    edges = connection.execute(query).fetchnumpy()
    node_ids, component_ids = smallest_of_component(
        np.asarray(edges["node_id"]), np.asarray(edges["neighbour_id"])
    )
    table = pa.table({"node_id": node_ids, "component_id": component_ids})
    connection.register(_RESULT, table)
    try:
        connection.execute(
            f"create table {target} as select node_id, component_id from {_RESULT}"  # noqa: S608
        )
    finally:
        connection.unregister(_RESULT)
