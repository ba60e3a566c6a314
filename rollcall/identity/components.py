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
    low, high = int(min(left.min(), right.min())), int(max(left.max(), right.max()))
    if high - low < 2 * len(left):
        # Dense numbers, as SQL gives them, are their own positions.
        nodes = np.arange(low, high + 1)
        ends = _positions(left, low, len(nodes)), _positions(right, low, len(nodes))
    else:
        nodes = np.unique(np.concatenate([left, right]))
        places = np.searchsorted(nodes, np.concatenate([left, right]))
        ends = places[: len(left)], places[len(left) :]
    is_node = np.zeros(len(nodes), dtype=bool)
    is_node[ends[0]] = is_node[ends[1]] = True
    ties = ends[0] != ends[1]
    count, labels = _labels(ends[0][ties], ends[1][ties], len(nodes))
    smallest = np.empty(count, dtype=nodes.dtype)
    # Of several values for one place the last stays: the smallest, written backwards.
    smallest[labels[::-1]] = nodes[::-1]
    components = smallest[labels]
    if is_node.all():
        return nodes, components
    return nodes[is_node], components[is_node]


def _positions(ids: NDArray[Any], low: int, size: int) -> NDArray[Any]:
    # Half the bytes where they suffice: SciPy would make them so, at the cost of a copy.
    return (ids - low).astype(np.int32 if size < 2**31 else np.int64)


def _labels(left: NDArray[Any], right: NDArray[Any], size: int) -> tuple[int, NDArray[Any]]:
    weights = np.ones(len(left), dtype=np.int8)
    graph = sparse.coo_array((weights, (left, right)), shape=(size, size))
    count, labels = connected_components(graph, directed=False)
    return int(count), labels


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
