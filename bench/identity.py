"""Connected components of identity's graph: Rollcall, Splink and bare SciPy on the same edges.

Each contender is a process of its own that opens a copy of one DuckDB file with the tables nodes
(node_id) and edges (node_id, neighbour_id), and leaves a table components (node_id, component_id)
in it: reading and writing count, importing libraries does not. They run in turn, several times;
ratios are taken round by round, so that they hold where the machine's speed drifts.

    python -m bench.identity [--edges N …] [--rounds N]
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import duckdb

FOLDER = Path("build/bench/identity")
CONTENDERS = ("rollcall", "scipy", "splink")
_MEGABYTE = 1 << 10


def make_graph(path: Path, edge_count: int) -> None:
    """Write a graph such as identity has: many small stars round accounts, some in chains.

    Four edges a customer on average, one customer in ten tied to the next one, and one chain of a
    thousandth of all edges.
    """
    path.unlink(missing_ok=True)
    customers = edge_count // 4
    chain = edge_count // 1_000
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            f"""
            create table edges as
            select node_id, neighbour_id
            from (
                select
                    hash(range) % {customers} as node_id,
                    case
                        when hash(range + 7) % 10 = 0 and range % 4 = 0
                            then (hash(range) + 1) % {customers}
                        else {customers} + range
                    end as neighbour_id,
                    hash(range + 13) as place
                from range({edge_count - chain})
                union all
                select
                    {customers + edge_count} + range,
                    {customers + edge_count} + range + 1,
                    hash(range + 17)
                from range({chain})
            ) as edges
            order by place
            """
        )
        connection.execute("alter table edges alter node_id type bigint")
        connection.execute("alter table edges alter neighbour_id type bigint")
        # Numbers without gaps, as the models give them.
        connection.execute(
            """
            create table numbers as
            select id, row_number() over (order by id) as node_id
            from (select node_id as id from edges union select neighbour_id from edges) as ids
            """
        )
        connection.execute(
            """
            create or replace table edges as
            select left_ends.node_id, right_ends.node_id as neighbour_id
            from edges
            inner join numbers as left_ends on edges.node_id = left_ends.id
            inner join numbers as right_ends on edges.neighbour_id = right_ends.id
            """
        )
        connection.execute("create table nodes as select node_id from numbers")
        connection.execute("drop table numbers")


def run_rollcall(connection: duckdb.DuckDBPyConnection) -> None:
    """Label components as the model int_identity__components does: edges, and every node itself."""
    from rollcall.identity.components import label_components

    query = "select node_id, neighbour_id from edges union all select node_id, node_id from nodes"
    label_components(connection, query, "components")


def run_scipy(connection: duckdb.DuckDBPyConnection) -> None:
    """Do the least that gives the table: arrays out, SciPy, array in."""
    import numpy as np
    import pyarrow as pa
    from scipy import sparse
    from scipy.sparse.csgraph import connected_components

    edges = connection.execute("select node_id, neighbour_id from edges").fetchnumpy()
    nodes = connection.execute("select node_id from nodes").fetchnumpy()["node_id"]
    size = int(nodes.max()) + 1
    ends = (edges["node_id"].astype(np.int32), edges["neighbour_id"].astype(np.int32))
    graph = sparse.coo_array((np.ones(len(ends[0]), dtype=np.int8), ends), shape=(size, size))
    _, labels = connected_components(graph, directed=False)
    found = pa.table({"node_id": nodes, "component_id": labels[nodes]})  # noqa: F841
    connection.execute("create table components as select * from found")


def run_splink(connection: duckdb.DuckDBPyConnection) -> None:
    """Cluster with Splink's own function, on the same connection."""
    from splink import DuckDBAPI
    from splink.clustering import cluster_pairwise_predictions_at_threshold

    clusters = cluster_pairwise_predictions_at_threshold(
        connection.table("nodes"),
        connection.table("edges"),
        DuckDBAPI(connection=connection),
        node_id_column_name="node_id",
        edge_id_column_name_left="node_id",
        edge_id_column_name_right="neighbour_id",
    )
    connection.execute(
        "create table components as select node_id, cluster_id as component_id"
        f" from {clusters.physical_name}"
    )


def contend(contender: str, database: Path) -> None:
    """Run one contender on a database and print what it took, as JSON."""
    functions = {"rollcall": run_rollcall, "scipy": run_scipy, "splink": run_splink}
    # Imports are paid once a process; a first call on a tiny graph makes them.
    with duckdb.connect() as warm:
        warm.execute("create table edges as select 1::bigint node_id, 2::bigint neighbour_id")
        warm.execute("create table nodes as select unnest([1, 2])::bigint as node_id")
        functions[contender](warm)
    with duckdb.connect(str(database)) as connection:
        start = time.perf_counter()
        functions[contender](connection)
        seconds = time.perf_counter() - start
        ((count, components),) = connection.execute(
            "select count(*), count(distinct component_id) from components"
        ).fetchall()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _MEGABYTE
    print(json.dumps({"seconds": seconds, "megabytes": peak, "found": [count, components]}))


def measure(contender: str, graph: Path) -> dict[str, Any]:
    """Run one contender in a process of its own on a fresh copy of the graph."""
    copy = graph.with_suffix(".copy.duckdb")
    shutil.copy(graph, copy)
    done = subprocess.run(
        [sys.executable, "-m", "bench.identity", "--contend", contender, str(copy)],
        check=True,
        capture_output=True,
        text=True,
    )
    copy.unlink()
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def compare(edge_count: int, rounds: int) -> None:
    """Measure all contenders in turn on one graph, and print medians and ratios."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    graph = FOLDER / f"graph_{edge_count}.duckdb"
    make_graph(graph, edge_count)
    taken: dict[str, list[dict[str, Any]]] = {name: [] for name in CONTENDERS}
    for _ in range(rounds):
        for name in CONTENDERS:
            taken[name].append(measure(name, graph))
    graph.unlink()
    found = {tuple(run["found"]) for runs in taken.values() for run in runs}
    if len(found) != 1:
        sys.exit(f"the contenders do not agree: {found}")
    ((nodes, components),) = found
    print(f"\n{edge_count:,} edges, {nodes:,} nodes, {components:,} components, {rounds} rounds")
    print(f"{'':10}{'seconds (min, median, max)':>32}{'peak MB':>10}{'ours / theirs':>16}")
    for name in CONTENDERS:
        seconds = sorted(run["seconds"] for run in taken[name])
        ratio = statistics.median(
            ours["seconds"] / theirs["seconds"]
            for ours, theirs in zip(taken["rollcall"], taken[name], strict=True)
        )
        spread = f"{seconds[0]:.2f}, {statistics.median(seconds):.2f}, {seconds[-1]:.2f}"
        peak = max(run["megabytes"] for run in taken[name])
        print(f"{name:10}{spread:>32}{peak:>10,.0f}{ratio:>16.2f}")


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--edges", type=int, nargs="+", default=[1_000_000, 10_000_000])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--contend", nargs=2, metavar=("CONTENDER", "DATABASE"))
    arguments = parser.parse_args()
    if arguments.contend:
        contend(arguments.contend[0], Path(arguments.contend[1]))
        return
    for edge_count in arguments.edges:
        compare(edge_count, arguments.rounds)


if __name__ == "__main__":
    main()
