"""A handful of the kills that `make soak` goes through by the hundred."""

from __future__ import annotations

import pytest
from kept_homes import KeptHomes
from kill_points import STAGES, kill, watched
from kills import carry_out

SEED = 7
# Ingest write, build, table write, between rename and flip, pruning.
NUMBERS = (0, 1, 4, 6, 7)


@pytest.mark.parametrize("number", NUMBERS)
def test_killed_run_is_survived(kept: KeptHomes, number: int) -> None:
    told = carry_out(kept, kill(SEED, number, kept.expected["trace"]))
    assert told.stage == STAGES[number].name


def test_every_point_is_one_that_a_run_goes_through(kept: KeptHomes) -> None:
    called = {(line[2], line[3]) for line in kept.expected["trace"]}
    assert set(watched()) - called == set()
