"""What whole runs share: `rollcall` as a person calls it, in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pytest

PROJECT = Path(__file__).resolve().parent.parent

Rollcall = Callable[..., subprocess.CompletedProcess[str]]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest files first: begun last, one worker would wait minutes for the other."""
    longest = ("whole", "models")
    items.sort(key=lambda item: [folder not in item.path.parts for folder in longest])


def _rollcall(
    *arguments: str | Path,
    project: Path = PROJECT,
    check: bool = True,
    environment: Mapping[str, str] | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run the command line of the project that lies at `project`, with no settings but these."""
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("ROLLCALL_", "DBT_"))}
    done = subprocess.run(
        [sys.executable, "-c", "from rollcall.cli import app; app()", *map(str, arguments)],
        cwd=project,
        env={**inherited, **(environment or {}), "PYTHONPATH": str(project)},
        capture_output=True,
        text=True,
        check=False,
    )
    if check and done.returncode:
        pytest.fail(f"rollcall {arguments[0]} left with {done.returncode}\n{done.stderr[-4000:]}")
    return done


@pytest.fixture(scope="session")
def rollcall() -> Rollcall:
    """Return a function that runs `rollcall …` and fails the test where it leaves with an error."""
    return _rollcall


def _ask(path: Path, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(path), read_only=True) as connection:
        return connection.execute(sql).fetchall()


@pytest.fixture(scope="session")
def released() -> Callable[[Path, str], list[tuple[Any, ...]]]:
    """Return a function that asks a home's current release."""
    return lambda home, sql: _ask(home / "current" / "serving.duckdb", sql)


@pytest.fixture(scope="session")
def worked() -> Callable[[Path, str], list[tuple[Any, ...]]]:
    """Return a function that asks what a home's last run built."""
    return lambda home, sql: _ask(home / "work.duckdb", sql)


@pytest.fixture(scope="session")
def landing() -> Callable[[Path, str, Sequence[str]], None]:
    """Return a function that writes one landing file's lines."""

    def write(root: Path, name: str, lines: Sequence[str]) -> None:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")

    return write
