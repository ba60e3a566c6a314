"""Which one edge holds a cluster together: where a steward looks first when one is too large."""

from __future__ import annotations

import json

import networkx as nx


def even_split(edges: str | None) -> str | None:
    """Return the edge whose removal divides a connected graph most evenly, and the two sizes.

    `edges` is a JSON array of "left right", each a node's number; the answer is "left right
    left_size right_size", or None where no single edge divides the graph. Of edges that divide it
    alike the smallest by number is the answer.
    """
    if not edges:
        return None
    pairs = [tuple(map(int, edge.split())) for edge in json.loads(edges)]
    if not pairs:
        return None
    graph = nx.Graph(pairs)
    bridges = set(nx.bridges(graph))
    whole = graph.number_of_nodes()
    sizes = _sizes_below(graph)
    best: tuple[int, int, int, int] | None = None
    for left, right in sorted(pairs):
        if (left, right) not in bridges and (right, left) not in bridges:
            continue
        # A bridge is an edge of every spanning tree: below it hangs one of the two parts.
        below = min(sizes[left], sizes[right])
        is_left_below = sizes[left] < sizes[right]
        part = below if is_left_below else whole - below
        candidate = (min(part, whole - part), -left, -right, part)
        if best is None or candidate > best:
            best = candidate
    if best is None:
        return None
    _, left, right, part = best
    return f"{-left} {-right} {part} {whole - part}"


def _sizes_below(graph: nx.Graph[int]) -> dict[int, int]:
    """Return for each node how many nodes hang below it in a spanning tree, itself included."""
    root = min(graph.nodes)
    parents = dict(nx.bfs_predecessors(graph, root))
    sizes = dict.fromkeys(graph.nodes, 1)
    for node in reversed([root, *parents]):
        if node != root:
            sizes[parents[node]] += sizes[node]
    return sizes
