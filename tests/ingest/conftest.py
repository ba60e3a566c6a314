"""Fixtures of the ingest tests."""

from __future__ import annotations

from pathlib import Path

import pytest
from ingest_shop import Shop, make_shop


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "realdata: needs the folder that ROLLCALL_REALDATA names")


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return make_shop(tmp_path)


@pytest.fixture(autouse=True)
def _no_wait_for_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Syncing to disk is most of a small ingest's time, and no test pulls the plug."""
    monkeypatch.setattr("os.fsync", lambda _: None)
