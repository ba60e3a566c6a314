"""What stopped a run is told, also where Dagster could not even note it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from orchestration import job
from rollcall.errors import BuildError, HomeError, ReleaseError

FULL = OSError(28, "No space left on device")


def run_of(**what: Any) -> Any:
    return SimpleNamespace(**{"error": None, "released": None, "check_build": lambda: None, **what})


def test_stage_that_failed_comes_first() -> None:
    with pytest.raises(ReleaseError, match="could not be written"):
        job._raise_cause(run_of(error=ReleaseError("could not be written")), FULL)


def test_build_that_failed_is_told_though_its_end_was_never_noted() -> None:
    def check_build() -> None:
        raise BuildError("dbt: the build failed")

    with pytest.raises(BuildError):
        job._raise_cause(run_of(check_build=check_build), FULL)


def test_release_that_is_current_is_not_denied() -> None:
    with pytest.raises(HomeError, match="release 000007 is current") as caught:
        job._raise_cause(run_of(released=SimpleNamespace(version="000007")), FULL)
    assert "The disk is full" in str(caught.value)
    assert "The old release stands" not in str(caught.value)


def test_defect_of_ours_passes() -> None:
    job._raise_cause(run_of(), KeyError("x"))
