"""What the models rest on, alike on both engines: sources, seeds, macros/engine, components.

The rows are those that a sample company does not hold: odd texts, halves, graphs of every shape.
"""

from __future__ import annotations

import json
import math
import os
import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import networkx
import pytest
from engines import Comparison, tables_of

from rollcall.errors import SettingsError
from rollcall.home import Home
from rollcall.spark import register_sources, spark_session

if TYPE_CHECKING:
    from dbt.cli.main import dbtRunnerResult
    from pyspark.sql import SparkSession

pytestmark = pytest.mark.spark

PROJECT = Path(__file__).resolve().parent / "lab"
GRAPHS = 18
_SPACES = ["", " ", "\u00a0", "\u3000", "\t", "\n", "\u200b"]
_NUMBERS = [
    *("0", "1", "-1", "+1", "007", "1.", ".5", "-0", "1.0", "12345.0", "1.5", "2.5", "-1.5", "0.5"),
    *("1e3", "1E+3", "1.5e1", "1e-3", "1_000", "1,000", "1 000", "--1", "1-", "e5", "nan"),
    *("1.23455", "1.23445", "-1.23455", "0.00005", "0.00004", "1.99995", "99999999999999.9999"),
    *("99999999999999.99999", "123456789012345", "9223372036854775807", "9223372036854775808"),
    *("1e400", "£1", "1$", "1d", "1L", "1.2.3"),
]
_BOOLEANS = ["true", "FALSE", "t", "f", "yes", "No", "y", "n", "1", "0", "on", "off", "2", "null"]
_TIMES = [
    *("2026-01-02", "2026-1-2", "2026/01/02", "2026-02-29", "2024-02-29", "2026-13-01", "20260102"),
    *("2026", "2026-01", "03:04:05", "02.01.2026", "01/02/2026", "1767322445", "0001-01-01"),
    *("2026-01-02 03:04:05", "2026-01-02T03:04:05Z", "2026-01-02T03:04", "2026-01-02 3:4:5"),
    *("2026-01-02T03", "2026-01-02 25:00:00", "2026-01-02 23:59:60", "2026/01/02 03:04:05"),
    *("2026-01-02T03:04:05+01:00", "2026-01-02 03:04:05-0530", "2026-01-02T03:04:05+01"),
    *("2026-01-02 03:04:05 +01:00", "2026-01-02 03:04:05 Z", "2026-01-02T03:04:05+1"),
    *("2026-01-02 03:04:05.1", "2026-01-02 03:04:05.123456", "2026-01-02 03:04:05.1234567"),
    *("2026-01-02 03:04:05.9999999", "2026-01-02 03:04:05.", "2026-01-02  03:04:05", "today"),
    *("2026-01-02 03:04:05 AM", "2026-01-02Z", "2026-01-02T", "2026-W01-1", "2026-01-02, late"),
]
_TEXTS = [
    *(
        "",
        "null",
        "NULL",
        "null\n",
        "plain",
        "Ann@Example.ORG",
        " ann@example.org ",
        "+44 (0)20 7946-0000",
    ),
    *(
        "Straße",
        "ΟΔΥΣΣΕΥΣ@example.gr",
        "İstanbul@example.tr",
        "I",
        "ǅ",
        "日本",
        "👩‍👩‍👧",
        "e\u0301",
        "नमस्ते",
    ),
    *("u00017", "u000171", "1 2-3.4/5:6", "n" * 100, "n" * 101, "wish\n", "日" * 100, "ada@b"),
    *("it's", '"quoted"', "back\\slash", "\\.0$", "a/b", "tab\there", "line\nbreak", "{}", "[1]"),
    *("\x01", "\x1f", "\x7f", "\u2028", "<a&b>", "$1", "${x}", "%s", "{{ x }}", "-- no comment"),
]


def _write(path: Path, columns: str, rows: Sequence[Sequence[Any]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as connection:
        connection.execute(f"create table given ({columns})")
        if rows:
            marks = ", ".join("?" * len(rows[0]))
            connection.executemany(f"insert into given values ({marks})", rows)
        connection.execute(f"copy given to '{path}' (format parquet)")


def _copy(path: Path, query: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    duckdb.execute(f"copy ({query}) to '{path}' (format parquet)")


def _texts() -> list[str | None]:
    padded = [before + "x" + after for before in _SPACES for after in _SPACES]
    return [None, *_SPACES, *padded, *_NUMBERS, *_BOOLEANS, *_TIMES, *_TEXTS]


def _graphs() -> networkx.Graph:
    """Return random graphs side by side: chains, rings, stars, trees, clouds, lone nodes."""
    whole = networkx.Graph()
    for number in range(GRAPHS):
        size = 3 + 7 * number
        shape = (
            networkx.path_graph(size),
            networkx.cycle_graph(size),
            networkx.star_graph(size),
            networkx.random_labeled_tree(size, seed=number),
            # About one edge a node: where components of every size are.
            networkx.gnm_random_graph(size, size // 2, seed=number),
            networkx.gnm_random_graph(size, size, seed=number),
        )[number % 6]
        whole = networkx.disjoint_union(whole, shape)
    # The numbers of the nodes say nothing of where they are.
    names = random.Random(7).sample(range(-(10**12), 10**12), len(whole))
    return networkx.relabel_nodes(whole, dict(zip(whole, names, strict=True)))


def _edges(graph: networkx.Graph) -> list[tuple[int, int]]:
    generator = random.Random(8)
    edges = [pair if generator.random() < 0.5 else pair[::-1] for pair in graph.edges]
    # Told twice and from the other end, and a node that names itself, as every lone one does.
    again = [pair[::-1] for pair in edges[::5]] + edges[::7]
    itself = [(node, node) for node in graph if not graph[node] or generator.random() < 0.1]
    return edges + again + itself


@pytest.fixture(scope="module")
def graph() -> networkx.Graph:
    return _graphs()


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory, graph: networkx.Graph) -> Home:
    """A home with the lab's raw zone, files of different columns in it."""
    home = Home.at(tmp_path_factory.mktemp("lab"))
    raw = home.raw / "lab"
    texts = list(enumerate(_texts()))
    half = len(texts) // 2
    _write(raw / "texts" / "a.parquet", "number bigint, text varchar", texts[:half])
    noted = [(number, text, f"note {number}") for number, text in texts[half:]]
    _write(raw / "texts" / "b.parquet", "note varchar, number bigint, text varchar", [])
    _write(raw / "texts" / "c.parquet", "number bigint, text varchar, note varchar", noted)
    # Among them every half that a sum of cents leaves when it is divided.
    _copy(
        raw / "amounts" / "a.parquet",
        "select range as number, range % 700 as divisor,"
        " cast((range * 7919 % 2000001 - 1000000) / 100 as decimal(18, 4)) as amount"
        " from range(20000)",
    )
    moments = ["2026-01-31 00:00:00", "2026-01-30 23:59:59.999999", "2025-12-31 12:00:00.5"]
    moments += ["2024-02-29 00:00:00.000001", "1969-12-31 23:59:59", "2026-01-03 00:00:00", None]
    times = [(a, b) for a in moments for b in moments]
    columns = "number bigint, begin_at timestamp, end_at timestamp"
    _write(raw / "times" / "a.parquet", columns, [(n, *pair) for n, pair in enumerate(times)])
    _write(raw / "edges" / "a.parquet", "node_id bigint, neighbour_id bigint", _edges(graph))
    # Hidden from Spark by its name, as ingest's own is.
    nothing = raw / "nothing" / "_schema.parquet"
    _write(nothing, "node_id bigint, neighbour_id bigint", [])
    own = home.root / "own" / "lab_rules.csv"
    own.parent.mkdir()
    own.write_text(
        "rule,pattern,rank,is_on,since,rate\n"
        'comma,"^a,b$",1,true,2026-01-01,0.87\n'
        "backslash,^\\d+\\.0$,-2,false,,1.00000001\n"
        'quotes,"it\'s ""so""",,,2024-02-29,\n'
        '"two\nlines",,3,true,,0\n'
        "Zürich,(?i)^ü$,4,false,,12345.6789\n",
        encoding="utf-8",
    )
    return home


def _dbt(home: Home, target: str, *arguments: str, **more: Any) -> dbtRunnerResult:
    from dbt.cli.main import dbtRunner

    os.environ["ROLLCALL_HOME"] = str(home.root)
    os.environ["DBT_TARGET_PATH"] = os.environ["DBT_LOG_PATH"] = str(home.root / "dbt" / target)
    place = ["--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT.parents[2])]
    quiet = ["--log-level", "none", "--log-level-file", "none", "--target", target]
    result = dbtRunner(**more).invoke([*quiet, *arguments, *place])
    failed = [
        f"{r.node.name}: {r.message}"
        for r in getattr(result.result, "results", [])
        if str(r.status) not in {"success", "pass"}
    ]
    assert result.success, (result.exception, failed)
    return result


@pytest.fixture(scope="module")
def built(session: SparkSession, lab: Home, spark_home: Home) -> Iterator[Comparison]:
    """The lab, built by dbt on both engines."""
    _dbt(lab, "duckdb", "build")
    manifest = _dbt(lab, "spark", "parse").result
    written = (lab.root / "dbt" / "spark" / "manifest.json").read_text(encoding="utf-8")
    register_sources(session, json.loads(written))
    _dbt(lab, "spark", "build", manifest=manifest)
    with Comparison(lab.work, spark_home.spark / "warehouse" / "main.db") as comparison:
        yield comparison


def test_every_table_is_the_same_on_both_engines(built: Comparison, lab: Home) -> None:
    """A text, a rounded half or a list read unlike would make two engines two companies."""
    assert built.differences(tables_of(lab.work)) == {}
    assert built.equal_rows.pop("lab_no_components") == 0
    assert built.equal_rows.keys() >= {"lab_texts", "lab_lists", "lab_amounts", "lab_times"}
    assert built.equal_rows.keys() >= {
        "lab_rules", "lab_reference", "lab_components", "lab_accounts",
    }  # fmt: skip
    assert min(built.equal_rows.values()) > 0


def test_components_are_those_of_networkx(
    built: Comparison, session: SparkSession, graph: networkx.Graph
) -> None:
    """Two people in one component, or one in two, is the fault that all else would inherit."""
    expected = {
        node: min(component)
        for component in networkx.connected_components(graph)
        for node in component
    }
    rows = session.table("main.lab_components").collect()
    assert len(rows) == len(expected) > 1_000
    assert {row.node_id: row.component_id for row in rows} == expected
    # Divided by accounts they are more, and none is told to be of two.
    parts = {row.node_id: row.component_id for row in session.table("main.lab_accounts").collect()}
    assert parts.keys() == expected.keys()
    assert len(set(parts.values())) > len(set(expected.values()))
    for namespace in (0, 1):
        # As SQL divides: what is left has the sign of the number.
        accounts = [part for node, part in parts.items() if math.fmod(node, 5) == namespace]
        assert len(accounts) == len(set(accounts)) > 100
    left = [row.tableName for row in session.sql("show tables in main").collect()]
    assert [name for name in left if "__" in name] == []


def test_a_process_has_one_session(session: SparkSession, lab: Home) -> None:
    """A second one would be the first: what is built for one home would lie in another."""
    with pytest.raises(SettingsError, match="has a Spark session already"):
        spark_session(lab)
    assert not lab.spark.exists()
