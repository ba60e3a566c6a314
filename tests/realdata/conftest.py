"""Real data, read where ROLLCALL_REALDATA says it lies."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def realdata() -> Path:
    """Return the folder of the real data; skip where there is none."""
    place = os.environ.get("ROLLCALL_REALDATA")
    if not place:
        pytest.skip("ROLLCALL_REALDATA is not set: no real data to run on")
    return Path(place)
