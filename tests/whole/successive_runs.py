"""Runs one after the other in one process, as a scheduler that stays up does: CONFIG HOME RUN….

Each RUN is `<as_of>=<landing folder>`. Starting Python, Dagster and dbt anew takes longer than all
that a small run then does. Data tests and expectations are held against the last candidate alone.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from expectations.runner import ExpectationResult, validate
from orchestration.job import execute
from rollcall import build
from rollcall.home import Home
from rollcall.run import open_run
from rollcall.settings import parse_as_of, resolve


def unvalidated(_: Home, tables: Sequence[str]) -> list[ExpectationResult]:
    """Hold no expectation against the candidate."""
    return [ExpectationResult(table, "none", "warn", True, 0) for table in tables]


def without_tests(arguments: list[str], **options: Any) -> Any:
    """Call dbt as a run does, but for the data tests."""
    kinds = ["--exclude-resource-type", "test"] if arguments[0] == "build" else []
    return _INVOKE([*arguments, *kinds], **options)


_INVOKE = build._invoke


def main(config: Path, home: Path, runs: list[str]) -> None:
    """Make a release of each run."""
    for run in runs:
        as_of, landing = run.split("=", 1)
        settings = resolve(
            Home.at(home), landings=[Path(landing)], config=config, as_of=parse_as_of(as_of)
        )
        is_last = run == runs[-1]
        validator = validate if is_last else unvalidated
        build._invoke = _INVOKE if is_last else without_tests
        with open_run(settings, validator=validator) as opened:
            execute(opened)
        # A home keeps its last three releases; whoever compares them wants all.
        version = (home / "current").resolve().name
        shutil.copytree(home / "releases" / version, home / "kept" / version)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:])
