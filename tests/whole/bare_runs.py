"""Runs of several homes in one process, each RUN `<home>=<config>`: LANDING AS_OF RUN….

They make the tables and no more: neither data tests nor expectations are held against them.
"""

from __future__ import annotations

import sys
from pathlib import Path

from rich.console import Console
from successive_runs import unvalidated, without_tests

from orchestration.job import execute
from rollcall import build
from rollcall.home import Home
from rollcall.run import open_run
from rollcall.screen import show_warnings
from rollcall.settings import parse_as_of, resolve


def main(landing: Path, as_of: str, runs: list[str]) -> None:
    """Make a release in each home, and print what its run warned of."""
    build._invoke = without_tests
    for run in runs:
        home, config = run.split("=", 1)
        settings = resolve(
            Home.at(home), landings=[landing], config=Path(config), as_of=parse_as_of(as_of)
        )
        with open_run(settings, validator=unvalidated) as opened:
            show_warnings(Console(), opened)
            execute(opened)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3:])
