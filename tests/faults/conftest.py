"""Homes that faults are injected into, made once for all tests of this folder."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from children import Children
from kept_homes import KeptHomes
from kill_points import watched

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what lies here: whole runs under faults take minutes."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.faults)


@pytest.fixture(scope="session")
def kept(tmp_path_factory: pytest.TempPathFactory) -> KeptHomes:
    """Return the kept homes; ROLLCALL_FAULT_HOMES names a folder that keeps them for next time."""
    given = os.environ.get("ROLLCALL_FAULT_HOMES")
    folder = Path(given) if given else tmp_path_factory.mktemp("faults")
    homes = KeptHomes(folder, Children(folder / "children"))
    if not homes.is_made():
        homes.make(watched())
    return homes
