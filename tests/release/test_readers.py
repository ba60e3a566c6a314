"""Readers in a loop while releases are published: each read is whole and of one version.

Three releases are kept, so whoever has resolved `current` may read on through two publishes.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import reader

from rollcall.home import Home
from rollcall.release import Manifest, next_version, verify

PUBLISHES = 20
READERS = 2
# A reader is safe through this many publishes: the last three releases stay.
_AT_ONCE = 2
Release = Callable[..., Manifest]
Change = Callable[[str], None]


def _mark(home: Home, change: Change) -> None:
    version = next_version(home)
    for table in ("customers", "members", "audiences"):
        change(
            f"create or replace table {table} as "
            f"select * exclude (mark), '{version}' as mark from {table}"
        )


@contextmanager
def _readers(home: Home, folder: Path) -> Iterator[tuple[list[Path], list[dict[str, Any]]]]:
    """Let readers read for the length of the block; afterwards the list holds what they saw."""
    stop = folder / "stop"
    counts = [folder / f"{number}.count" for number in range(READERS)]
    running = [
        subprocess.Popen(
            [sys.executable, reader.__file__, str(home.root), str(stop), str(count)],
            stdout=subprocess.PIPE,
            text=True,
        )
        for count in counts
    ]
    told: list[dict[str, Any]] = []
    try:
        _wait_for_reads(counts)
        yield counts, told
    finally:
        stop.touch()
        outputs = [process.communicate(timeout=60)[0] for process in running]
    told += [json.loads(output) for output in outputs]


def _wait_for_reads(counts: list[Path], more: int = 1) -> None:
    """Wait until each reader has done `more` reads."""

    def done() -> list[int]:
        return [int(path.read_text(encoding="ascii")) if path.exists() else 0 for path in counts]

    begun, end = done(), time.monotonic() + 60
    while any(now < then + more for now, then in zip(done(), begun, strict=True)):
        assert time.monotonic() < end, "a reader stands still"
        time.sleep(0.005)


def test_readers_see_whole_single_versions(
    home: Home,
    release: Release,
    change: Change,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Asking git takes longer than all else of a small release.
    monkeypatch.setattr(sys.modules["rollcall.release.publish"], "code_version", lambda: "tested")
    for table in ("customers", "members", "audiences"):
        change(f"alter table {table} add column mark varchar")
    _mark(home, change)
    release()
    with _readers(home, tmp_path) as (counts, told):
        for number in range(PUBLISHES):
            _mark(home, change)
            release()
            if number % _AT_ONCE == _AT_ONCE - 1:
                _wait_for_reads(counts)
    assert len(told) == READERS
    for one in told:
        assert one["reads"] >= PUBLISHES
        assert (one["failed"], one["mixed"]) == (0, 0)
        # Nothing is proved by a reader that slept: each saw most of what was published.
        assert len(one["seen"]) > PUBLISHES // _AT_ONCE


def test_reader_that_resolved_reads_on_through_two_publishes(home: Home, release: Release) -> None:
    release()
    resolved = home.current.resolve()
    for _ in range(_AT_ONCE):
        release()
    assert verify(resolved).version == "000001"
