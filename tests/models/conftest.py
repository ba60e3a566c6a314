"""The lab is built once for all tests here: an empty home takes longer than any test on it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from model_lab import Lab, prepare_lab


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Lab:
    """A home where every relation exists and holds nothing."""
    return prepare_lab(tmp_path_factory.mktemp("model_lab"))


@pytest.fixture
def given(lab: Lab) -> Iterator[Lab]:
    """The lab, for a test that gives it rows; it has to build every table that it reads."""
    with lab.restoring_views():
        yield lab
