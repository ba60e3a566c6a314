"""Faults injected into real runs: a named error, the old release served, recovery by the next run.

Each fault hits a home with three releases; the next run's tables must be, byte for byte, those of a
run that nothing ever happened to.
"""

from __future__ import annotations

import functools
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest
from children import Child, Point
from kept_homes import (
    BEFORE,
    NEXT,
    KeptHomes,
    assert_recovered,
    open_runs,
    seen_by_readers,
    without_build,
    without_build_and_checks,
    without_checks,
)
from machine import (
    clock_at,
    fill,
    limit_database,
    limit_files,
    limit_memory,
    read_only,
    small_disk,
)

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def _refused(child: Child, code: int, *said: str) -> str:
    """Hold a run's end against an exit code and what its error must say."""
    assert child.ended() == code, child.output()[-3000:]
    output = " ".join(child.output().split())
    for text in said:
        assert text.lower() in output.lower(), child.output()[-3000:]
    assert "Traceback" not in output, child.output()[-3000:]
    return output


def _recovers(
    kept: KeptHomes, home: Path | None = None, prepare: Callable[[], None] = without_checks
) -> None:
    child = kept.children.run(*kept.arguments(home=home), prepare=prepare)
    assert child.ended() == 0, child.output()[-3000:]
    assert_recovered(kept, NEXT, home)


def _publishes_built(kept: KeptHomes) -> Callable[[], None]:
    return functools.partial(without_build_and_checks, kept.outcomes)


@pytest.fixture(scope="module")
def home(kept: KeptHomes) -> Path:
    """Return a home whose candidate is built; what is refused before a run begins leaves it so."""
    return kept.fresh("built")


# What is refused before anything is done.


def test_second_run_is_refused_and_a_dead_one_blocks_nobody(kept: KeptHomes) -> None:
    home = kept.fresh("built")
    first = kept.children.start(*kept.arguments(), stop=Point("rollcall.run:Run.build")).stopped()
    second = kept.children.run(*kept.arguments())
    _refused(second, 7, f"process {first.pid} is running on this home", "pass --wait")
    first.kill()
    assert seen_by_readers(home).version == BEFORE
    assert home.joinpath("lock").read_text(encoding="ascii") == f"{first.pid}\n"
    (dead,) = open_runs(home)
    _recovers(kept, prepare=_publishes_built(kept))
    with sqlite3.connect(home / "dagster" / "history" / "runs.db") as runs:
        query = "select status from runs where run_id = ?"
        assert runs.execute(query, [dead]).fetchall() == [("FAILURE",)]


@pytest.fixture
def other_program() -> Iterator[Callable[[Path], subprocess.Popen[str]]]:
    """Start another program that has a DuckDB file open; end all of them afterwards."""
    code = (
        "import duckdb, sys\n"
        "reader = duckdb.connect(sys.argv[1], read_only=True)\n"
        "query = 'select count(*) from customer_360'\n"
        "print(reader.execute(query).fetchone()[0], flush=True)\n"
        "sys.stdin.readline()\n"
        "print(reader.execute(query).fetchone()[0], flush=True)\n"
    )
    started = []

    def start(path: Path) -> subprocess.Popen[str]:
        command = [sys.executable, "-c", code, str(path)]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        started.append(subprocess.Popen(command, **pipes))
        assert int(started[-1].stdout.readline()) > 0
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()


def test_program_that_holds_the_work_file_is_named(
    kept: KeptHomes, home: Path, other_program: Callable[[Path], subprocess.Popen[str]]
) -> None:
    reader = other_program(home / "work.duckdb")
    child = kept.children.run(*kept.arguments())
    _refused(child, 8, f"PID {reader.pid}", "Close it and run again", "current/serving.duckdb")
    assert seen_by_readers(home).version == BEFORE


def test_clock_that_jumped_back_is_refused(kept: KeptHomes, home: Path) -> None:
    arguments = kept.arguments()
    without_as_of = arguments[: arguments.index("--as-of")]
    prepare = functools.partial(clock_at, "rollcall.settings", LONG_AGO)
    child = kept.children.run(*without_as_of, prepare=prepare)
    _refused(child, 2, "--as-of 2020-01-01", "before the current release's 2026-06-30")
    assert seen_by_readers(home).version == BEFORE


def test_read_only_home_is_named_and_still_read(kept: KeptHomes, home: Path) -> None:
    with read_only(home):
        _refused(kept.children.run(*kept.arguments()), 8, "cannot be written to", "--home")
        status = kept.children.run("status", "--home", home)
        assert status.ended() == 0, status.output()
        assert f"Release {BEFORE}" in status.output()
        query = "select count(*) as people from customer_360"
        asked = kept.children.run("query", query, "--home", home, "--format", "json")
        assert '{"people": ' in asked.output()


def _flip_a_byte(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def _cut_short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:100])


@pytest.mark.parametrize(
    ("name", "spoil", "said"),
    [
        ("tables/customer_360.parquet", _flip_a_byte, "customer_360.parquet: differs from"),
        ("tables/customer_360.parquet", Path.unlink, "customer_360.parquet: listed in"),
        ("serving.duckdb", _flip_a_byte, "serving.duckdb: differs from"),
        ("MANIFEST.json", _cut_short, "MANIFEST.json: not a release manifest"),
        ("", lambda folder: folder.rename(folder.with_name("aside")), "current"),
    ],
)
def test_corrupt_release_is_shown_and_not_carried_forward(
    kept: KeptHomes, home: Path, name: str, spoil: Callable[[Path], None], said: str
) -> None:
    whole = home / "releases" / BEFORE
    spared = whole.with_name("spared")
    shutil.copytree(whole, spared)
    spoil(whole / name)
    try:
        _refused(kept.children.run("status", "--home", home), 6, said)
        _refused(kept.children.run(*kept.arguments()), 6, said, "rollcall r")
    finally:
        shutil.rmtree(home / "releases" / "aside", ignore_errors=True)
        shutil.rmtree(whole, ignore_errors=True)
        spared.rename(whole)


def test_all_that_was_refused_left_nothing_behind(
    kept: KeptHomes, home: Path, other_program: Callable[[Path], subprocess.Popen[str]]
) -> None:
    """And a reader that holds the release's files open neither stops the next run nor notices it.

    The clock by which files are loaded decides nothing either: it stands in 2020 here.
    """
    with duckdb.connect(str(home / "current" / "serving.duckdb"), read_only=True) as serving:
        (people,) = serving.execute("select count(*) from customer_360").fetchone()
    reader = other_program(home / "current" / "serving.duckdb")

    _recovers(kept, prepare=functools.partial(_publish_built_in_2020, kept.outcomes))
    reader.stdin.write("\n")
    reader.stdin.flush()
    assert int(reader.stdout.readline()) == people


def _publish_built_in_2020(outcomes: Path) -> None:
    without_build_and_checks(outcomes)
    clock_at("rollcall.ingest.run", LONG_AGO)


# A disk that fills up.

DISK_STAGES = [
    # Where the disk fills, how many bytes are left, which home, how the run ends.
    ("rollcall.run:Run.ingest", 40_000, "base", 8),
    ("rollcall.build:build", 1_000_000, "base", 4),
    ("rollcall.release.publish:_write_files", 100_000, "built", 6),
]


@pytest.mark.parametrize(("function", "left_bytes", "kind", "code"), DISK_STAGES)
def test_full_disk(
    kept: KeptHomes, tmp_path: Path, function: str, left_bytes: int, kind: str, code: int
) -> None:
    built = functools.partial(without_build, kept.outcomes)
    with small_disk(tmp_path / "disk") as is_mounted:
        home = kept.fresh(kind, tmp_path / "disk" / "home" if is_mounted else None)
        begin = built if kind == "built" else None
        if is_mounted:
            child = kept.children.start(
                *kept.arguments(home=home), stop=Point(function), prepare=begin
            )
            child.stopped()
            ballast = fill(tmp_path / "disk", left_bytes)
            child.goes_on().ended()
        else:
            limit = functools.partial(_both, begin, functools.partial(limit_files, function, 2_000))
            child = kept.children.run(*kept.arguments(home=home), prepare=limit)
        _refused(child, code, "The disk is full. Make room", "The old release stands")
        assert seen_by_readers(home).version == BEFORE
        if is_mounted:
            ballast.unlink()
        following = without_checks if kind == "base" else _publishes_built(kept)
        _recovers(kept, home, following)


def _both(first: Callable[[], None] | None, second: Callable[[], None]) -> None:
    if first is not None:
        first()
    second()


# Memory that ends. Where a process is starved while it starts threads, as in a build, the C library
# may abort it without a word: that is a kill, and the next run recovers as from any other.


def _none_for_the_process() -> None:
    limit_memory("rollcall.ingest.load:Loader.load", 8 << 20)


def _little_for_the_build() -> None:
    limit_database("12MB")


@pytest.mark.parametrize(
    ("limit", "code"), [(_none_for_the_process, 8), (_little_for_the_build, 4)]
)
def test_no_memory(kept: KeptHomes, limit: Callable[[], None], code: int) -> None:
    home = kept.fresh()
    child = kept.children.run(*kept.arguments(), prepare=limit)
    _refused(child, code, "Memory ran out. Run again", "The old release stands")
    assert seen_by_readers(home).version == BEFORE
    _recovers(kept)


# A raw zone that lost something.


def test_lost_raw_file_is_loaded_anew_or_named(kept: KeptHomes) -> None:
    home = kept.fresh("built")
    raw = home / "raw" / "shop" / "orders"
    lost = sorted(path for path in raw.glob("*.parquet") if path.stem != "_schema")[0]
    lost.unlink()
    landings = kept.landing.rename(kept.landing.with_name("aside"))
    try:
        kept.landing.mkdir()
        for folder in ("first", "second"):
            (kept.landing / folder).mkdir()
        child = kept.children.run(*kept.arguments())
        said = f"{lost}: gone", "Put the landing files back", "the old release stands"
        _refused(child, 3, *said)
    finally:
        shutil.rmtree(kept.landing)
        landings.rename(kept.landing)
    assert seen_by_readers(home).version == BEFORE
    _recovers(kept, prepare=_publishes_built(kept))
    assert lost.exists()
