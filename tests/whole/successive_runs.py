"""Runs one after the other in one process, as a scheduler that stays up does: CONFIG HOME RUN….

Each RUN is `<as_of>=<landing folder>`. Starting Python, Dagster and dbt anew takes longer than all
that a small run then does.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from orchestration.job import execute
from rollcall.home import Home
from rollcall.run import open_run
from rollcall.settings import parse_as_of, resolve


def main(config: Path, home: Path, runs: list[str]) -> None:
    """Make a release of each run."""
    for run in runs:
        as_of, landing = run.split("=", 1)
        settings = resolve(
            Home.at(home), landings=[Path(landing)], config=config, as_of=parse_as_of(as_of)
        )
        with open_run(settings) as opened:
            execute(opened)
        # A home keeps its last three releases; whoever compares them wants all.
        version = (home / "current").resolve().name
        shutil.copytree(home / "releases" / version, home / "kept" / version)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:])
