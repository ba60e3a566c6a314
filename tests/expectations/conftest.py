"""One good candidate, copied for every test that breaks it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from small_candidate import write_candidate

from rollcall.home import Home


@pytest.fixture(scope="session")
def good_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a home with the good candidate; nobody writes to it."""
    root = tmp_path_factory.mktemp("good")
    write_candidate(Home.at(root))
    return root


@pytest.fixture
def home(good_root: Path, tmp_path: Path) -> Home:
    """Return a home of the test's own with a copy of the good candidate."""
    shutil.copytree(good_root, tmp_path / "home")
    return Home.at(tmp_path / "home")
