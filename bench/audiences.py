"""The whole build with 200 audiences against the same build with 10.

A sample shop is made and read into the raw zone once. The project is copied twice: with ten of its
own audiences, and with those, the shop's others and variations of their predicates, 200 in all.
Each copy builds all of it from nothing by Rollcall's own build (parse, seeds, models, data tests)
in a process of its own, in turn; the ratio of the medians is held to a goal.

dbt's own time is told apart: to parse, and of each node what is left of its seconds without the
statements that DuckDB ran for it.

    python -m bench.audiences [--customers N] [--days N] [--rounds N]
"""

from __future__ import annotations

import argparse
import json
import re
import resource
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path("build/bench/audiences")
PROJECT = Path(__file__).resolve().parent.parent
PARTS = ("bench", "rollcall", "macros", "models", "seeds", "tests/dbt", "config")
FILES = ("dbt_project.yml", "profiles.yml")
SIZES = (10, 200)
SUPPRESSIONS = 2
GOAL = 1.5
UNTIL = "2026-07-01T00:00:00Z"
_CONFIG = Path("config/shop")
_MEGABYTE = 1 << 10
_DAYS = re.compile(r"days_before_as_of\((\d+)\)")


def _shop_audiences(project: Path) -> dict[str, tuple[dict[str, Any], str]]:
    """Return the block and the SQL of every audience of a shop, suppression lists first."""
    industries = {
        "any",
        *yaml.safe_load((project / _CONFIG / "rollcall.yml").read_text())["industries"],
    }
    blocks = [
        block
        for path in sorted((project / "models" / "audiences").rglob("_*__audiences.yml"))
        for block in yaml.safe_load(path.read_text())["models"]
    ]
    files = {path.stem: path for path in (project / "models" / "audiences").rglob("aud_*.sql")}
    found = {
        block["name"]: (block, files[block["name"]].read_text())
        for block in blocks
        if industries & set(block["config"]["meta"]["industry"])
    }
    return dict(sorted(found.items(), key=lambda item: (not _suppresses(item[1][0]), item[0])))


def _suppresses(block: dict[str, Any]) -> bool:
    return bool(block["config"]["meta"].get("suppresses"))


def _variation(block: dict[str, Any], sql: str, number: int) -> tuple[dict[str, Any], str]:
    """Return a predicate with longer windows, of those who were there more or less lately."""
    varied = _DAYS.sub(lambda found: f"days_before_as_of({int(found[1]) + 2 * number})", sql)
    head, predicate = varied.split("where", 1)
    latest = f"last_activity_at >= {{{{ days_before_as_of({400 - 15 * number}) }}}}"
    name = f"{block['name']}_{number}"
    return {**block, "name": name}, f"{head}where ({predicate.strip()}) and {latest}\n"


def write_project(folder: Path, size: int) -> None:
    """Copy the project with so many audiences instead of its own."""
    shutil.rmtree(folder, ignore_errors=True)
    for part in PARTS:
        shutil.copytree(PROJECT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
    for name in FILES:
        shutil.copy(PROJECT / name, folder)
    shutil.rmtree(folder / "models" / "audiences")
    shipped = _shop_audiences(PROJECT)
    lists = [name for name, (block, _) in shipped.items() if _suppresses(block)]
    others = [name for name in shipped if name not in lists]
    chosen = [shipped[name] for name in lists[:SUPPRESSIONS] + others]
    number = 1
    while len(chosen) < size:
        chosen += [_variation(*shipped[name], number) for name in others]
        number += 1
    target = folder / "models" / "audiences" / "bench"
    target.mkdir(parents=True)
    for block, sql in chosen[:size]:
        (target / f"{block['name']}.sql").write_text(sql)
    declared = {"version": 2, "models": [block for block, _ in chosen[:size]]}
    (target / "_bench__audiences.yml").write_text(yaml.safe_dump(declared))


def _settings(home: Path, landings: list[Path]) -> Any:
    from rollcall.home import Home
    from rollcall.settings import parse_as_of, resolve

    return resolve(Home.at(home), landings=landings, config=_CONFIG, as_of=parse_as_of(UNTIL))


def ingest(home: Path, landing: Path) -> None:
    """Read the landing folders into the raw zone of a home."""
    from rollcall.run import open_run

    with open_run(_settings(home, [landing])) as run:
        run.ingest()


def contend(home: Path) -> None:
    """Build the project of the working directory on a home and print what it took, as JSON."""
    from rollcall import build
    from rollcall.run import open_run

    sql_seconds = 0.0
    make_reporter = build._reporter

    def reporter(*arguments: Any) -> Any:
        report = make_reporter(*arguments)

        def listen(event: Any) -> None:
            nonlocal sql_seconds
            if event.info.name == "SQLQueryStatus":
                sql_seconds += event.data.elapsed
            report(event)

        return listen

    build._reporter = reporter
    start = time.perf_counter()
    with open_run(_settings(home, [])) as run:
        prepared = time.perf_counter()
        outcomes = run.build()
        built = time.perf_counter()
        run.check_build()
        audiences = len(_audiences_of(run.manifest))
    used = resource.getrusage(resource.RUSAGE_SELF)
    node_seconds = {outcome.unique_id: outcome.seconds for outcome in outcomes}
    print(
        json.dumps(
            {
                "seconds": built - start,
                "prepare": prepared - start,
                "nodes": node_seconds,
                "sql": sql_seconds,
                "audiences": audiences,
                "cpu": used.ru_utime + used.ru_stime,
                "megabytes": used.ru_maxrss / _MEGABYTE,
            }
        )
    )


def _audiences_of(manifest: Any) -> list[str]:
    return [
        node["name"]
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and "audiences" in node["fqn"][:-1]
    ]


def measure(project: Path, raw: Path) -> dict[str, Any]:
    """Build a project in a process of its own, on a new home that holds what was read alone."""
    home = project.parent / "home"
    shutil.rmtree(home, ignore_errors=True)
    shutil.copytree(raw, home)
    done = subprocess.run(
        [sys.executable, "-m", "bench.audiences", "--contend", str(home)],
        cwd=project,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        sys.exit(done.stdout[-2000:] + done.stderr[-4000:])
    shutil.rmtree(home)
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def compare(customers: int, days: int, rounds: int, details: bool) -> bool:
    """Measure both in turn, print medians and the ratio, and say whether it meets the goal."""
    folder = FOLDER.resolve()
    shutil.rmtree(folder, ignore_errors=True)
    sample = ["--customers", str(customers), "--days", str(days), "--until", UNTIL, "--seed", "1"]
    make = [sys.executable, "-c", "from rollcall.cli import app; app()", "sample", "--kind", "shop"]
    subprocess.run([*make, "--out", str(folder / "sample"), *sample], check=True, stdout=sys.stderr)
    for size in SIZES:
        write_project(folder / f"project_{size}", size)
    read = [sys.executable, "-m", "bench.audiences", "--ingest", folder / "home", folder / "sample"]
    subprocess.run(read, cwd=folder / f"project_{SIZES[0]}", check=True, stdout=sys.stderr)
    raw = folder / "raw_home"
    (folder / "home").rename(raw)
    # What dbt wrote while it ingested was one project's.
    shutil.rmtree(raw / "dbt")
    shutil.rmtree(folder / "sample")
    runs: dict[int, list[dict[str, Any]]] = {size: [] for size in SIZES}
    for _ in range(rounds):
        for size in SIZES:
            runs[size].append(measure(folder / f"project_{size}", raw))
    shutil.rmtree(folder)
    print(f"\n{customers:,} customers, {days} days, {rounds} rounds")
    print(
        f"{'audiences':>9}{'seconds (min, median, max)':>30}{'of it to parse':>16}"
        f"{'CPU s':>8}{'nodes':>8}{'in DuckDB':>11}{'dbt, s a node':>15}{'peak MB':>10}"
    )
    for taken in runs.values():
        seconds = sorted(run["seconds"] for run in taken)
        spread = ", ".join(
            f"{one:.1f}" for one in (seconds[0], statistics.median(seconds), seconds[-1])
        )
        own = statistics.median(
            (sum(run["nodes"].values()) - run["sql"]) / len(run["nodes"]) for run in taken
        )
        print(
            f"{taken[0]['audiences']:>9}{spread:>30}"
            f"{statistics.median(run['prepare'] for run in taken):>16.1f}"
            f"{statistics.median(run['cpu'] for run in taken):>8.1f}"
            f"{len(taken[0]['nodes']):>8}{statistics.median(run['sql'] for run in taken):>11.1f}"
            f"{own:>15.3f}{max(run['megabytes'] for run in taken):>10,.0f}"
        )
    if details:
        _print_details(runs)
    few, many = (statistics.median(run["seconds"] for run in runs[size]) for size in SIZES)
    is_met = many / few <= GOAL
    print(
        f"{SIZES[1]} / {SIZES[0]}: {many / few:.2f}, goal {GOAL}: {'met' if is_met else 'MISSED'}"
    )
    return is_met


def _print_details(runs: dict[int, list[dict[str, Any]]]) -> None:
    """Print the nodes that take longer with many audiences."""
    few, many = ({} for _ in SIZES)
    for size, seconds in zip(SIZES, (few, many), strict=True):
        for node in runs[size][0]["nodes"]:
            seconds[node] = statistics.median(run["nodes"].get(node, 0) for run in runs[size])
    for node in sorted(many, key=lambda node: few.get(node, 0) - many[node])[:25]:
        print(f"    {node[:70]:70}{few.get(node, 0):>8.2f}{many[node]:>8.2f}")


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--customers", type=int, default=100_000)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--details", action="store_true", help="nodes that take longer with 200")
    parser.add_argument("--ingest", nargs=2, type=Path, metavar=("HOME", "LANDING"))
    parser.add_argument("--contend", type=Path, metavar="HOME")
    arguments = parser.parse_args()
    if arguments.ingest:
        ingest(*arguments.ingest)
    elif arguments.contend:
        contend(arguments.contend)
    elif not compare(arguments.customers, arguments.days, arguments.rounds, arguments.details):
        sys.exit(1)


if __name__ == "__main__":
    main()
