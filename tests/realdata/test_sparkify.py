"""A month of a streaming app: states, their history and who moved, as counted by hand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

pytestmark = pytest.mark.realdata

AS_OF = "2018-12-01T00:00:00Z"


@pytest.fixture(scope="module")
def home(company: Callable[..., Path]) -> Path:
    return company("sparkify", AS_OF, "--source", "sparkify")


def test_states(home: Path, worked) -> None:
    states = worked(home, "select engagement_state, count(*) from engagement_states group by 1")
    assert dict(states) == {"casual": 59, "core": 22, "power": 15, "inactive": 1}


def test_flags(home: Path, worked) -> None:
    """A flag is not exclusive: who plans listens too."""
    flags = worked(
        home,
        "select count(*) filter (where flags like '%\"listener\"%'),"
        " count(*) filter (where flags like '%\"planner\"%') from engagement_states",
    )
    assert flags == [(84, 14)]


def test_levels_and_transitions(home: Path, worked) -> None:
    levels = worked(
        home,
        "select engagement_state, list(customer_count order by measured_at)"
        " from engagement_state_levels where measured_at >= '2018-11-12' group by 1",
    )
    assert dict(levels) == {"casual": [58, 58, 57], "core": [21, 22, 21], "power": [1, 9, 14]}
    moves = worked(
        home,
        "select from_state || '-' || to_state, customer_count from engagement_transitions"
        " where measured_at = '2018-11-26'",
    )
    assert dict(moves) == {
        "casual-casual": 54,
        "casual-core": 4,
        "core-core": 17,
        "core-power": 5,
        "power-power": 9,
        "new-casual": 3,
    }


def test_lifecycle(home: Path, worked) -> None:
    weeks = "select distinct interval_start_at from engagement_lifecycle"
    found = worked(
        home,
        "select lifecycle, list(coalesce(customer_count, 0) order by interval_start_at)"
        f" from ({weeks}) cross join (select distinct lifecycle from engagement_lifecycle)"
        " left join engagement_lifecycle using (interval_start_at, lifecycle) group by 1",
    )
    assert dict(found) == {
        "new": [46, 34, 9, 3, 5],
        "returning": [0, 41, 55, 58, 54],
        "resurrecting": [0, 0, 2, 16, 8],
        "dormant": [0, 5, 20, 8, 23],
    }


def test_stickiness(home: Path, worked) -> None:
    days = dict(
        worked(
            home,
            "select active_days_count, customer_count from engagement_stickiness"
            " where month = '2018-11-01'",
        )
    )
    assert (days[1], days[2], days[3], days[28]) == (9, 9, 14, 1)
    active = sum(days.values())
    assert active == 97
    assert round(sum(count * people for count, people in days.items()) / 30 / active, 4) == 0.2430


def test_the_history_has_neither_hole_nor_overlap(home: Path, worked) -> None:
    torn = worked(
        home,
        "select count(*) from (select valid_to, lead(valid_from) over"
        " (partition by customer_id order by valid_from) as next_from"
        f" from engagement_state_history) where valid_to <> coalesce(next_from, '{AS_OF[:10]}')",
    )
    assert torn == [(0,)]
    people = worked(home, "select count(distinct customer_id) from engagement_state_history")
    assert people == [(97,)]
