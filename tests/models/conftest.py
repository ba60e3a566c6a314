"""The lab is built once for all tests here: an empty home takes longer than any test on it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

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


@pytest.fixture(scope="module")
def _copy(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> Lab:
    return replace(lab.copied(tmp_path_factory.mktemp("apart")), project=lab.project)


@pytest.fixture
def apart(_copy: Lab) -> Iterator[Lab]:
    """A copy of the lab, for a test that builds what would be in the way of others."""
    with _copy.restoring_views():
        yield _copy
