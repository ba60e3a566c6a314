"""Real data, read where ROLLCALL_REALDATA says it lies."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def realdata() -> Path:
    """Return the folder of the real data; skip where there is none."""
    place = os.environ.get("ROLLCALL_REALDATA")
    if not place:
        pytest.skip("ROLLCALL_REALDATA is not set: no real data to run on")
    return Path(place)


@pytest.fixture(scope="session")
def company(
    rollcall, realdata: Path, tmp_path_factory: pytest.TempPathFactory
) -> Callable[..., Path]:
    """Return a function that runs a company by its landing and configuration of one name."""

    def run(name: str, as_of: str, *flags: str) -> Path:
        home = tmp_path_factory.mktemp(name) / "home"
        rollcall(
            *("run", "--landing", realdata / name / "landing", "--config", f"config/{name}"),
            *(*flags, "--home", home, "--as-of", as_of),
        )
        return home

    return run
