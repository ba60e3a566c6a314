"""Engagement states, history and transitions on random events, held against plain Python."""

from __future__ import annotations

import json
import os
import random
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from model_lab import Lab
from plain_engagement import DAY, WEEK, WINDOW, Event, Rules, read_rules, tell

from rollcall.sources import PROJECT_ROOT

MIDNIGHT = datetime(2026, 1, 31)
# A Monday, a moment in the middle of a day.
MONDAY, NOON = datetime(2026, 1, 26), datetime(2026, 1, 28, 12, 30)
TICK = timedelta(microseconds=1)
MODELS = (
    "int_unified__events",
    "path:models/intermediate/activity",
    "path:models/intermediate/engagement",
    "path:models/marts/engagement",
    "int_customers__known",
    "int_customers__profiled",
    "int_customers__activity",
    "int_unified__identity_cuts",
    "int_unified__erasure_requests",
    "path:models/intermediate/identity",
)
_QUIET = settings(
    max_examples=int(os.environ.get("ROLLCALL_EXAMPLES", "1")),
    # The same few in every quick run; `make test-slow` asks for many, and for others each time.
    derandomize="ROLLCALL_EXAMPLES" not in os.environ,
    deadline=None,
    # An example is a build: to look for a smaller one takes longer than to read this one's seed.
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture(scope="module")
def rules() -> Rules:
    return read_rules(PROJECT_ROOT / "seeds" / "reference")


at_noon = pytest.mark.parametrize("moment", [NOON], ids=["noon"], indirect=True)


class Moment:
    """A lab with its now; what Hypothesis prints of it is short."""

    def __init__(self, lab: Lab, as_of: datetime) -> None:
        self.lab, self.as_of = lab, as_of


@pytest.fixture(scope="module", params=[MIDNIGHT, MONDAY, NOON], ids=["midnight", "monday", "noon"])
def moment(
    request: pytest.FixtureRequest, lab: Lab, tmp_path_factory: pytest.TempPathFactory
) -> Moment:
    copy = replace(lab.copied(tmp_path_factory.mktemp("engagement")), project=lab.project)
    return Moment(copy.at(f"{request.param.isoformat()}Z"), request.param)


def _moments(rng: random.Random, as_of: datetime) -> datetime:
    """Return a time; often one on an edge of a window, a day or a week, or just beside it."""
    edges = (as_of, as_of - WINDOW, as_of - 2 * WINDOW, as_of - WEEK, as_of - 2 * WEEK)
    if rng.random() < 0.3:
        return rng.choice(edges) + rng.choice((-TICK, TICK, timedelta()))
    day = datetime(as_of.year, as_of.month, as_of.day) - rng.randrange(-1, 100) * DAY
    if rng.random() < 0.3:
        return day + rng.choice((-TICK, timedelta()))
    return day + timedelta(seconds=rng.randrange(86_400))


def _people(seed: int, as_of: datetime, rules: Rules) -> dict[str, list[Event]]:
    rng = random.Random(seed)
    names = [*rules.features, *rules.setup, "page_viewed", "app_opened"]
    people = {}
    for number in range(150):
        own = rng.sample(names, rng.randrange(1, len(names)))
        count = rng.choice((1, 1, 2, 5, 20, 60))
        people[f"u{number}"] = [Event(_moments(rng, as_of), rng.choice(own)) for _ in range(count)]
    return people


def _give(lab: Lab, people: dict[str, list[Event]], rng: random.Random) -> None:
    """Write the events as a source would: before and after signing up, on two devices, twice."""
    rows: list[dict[str, Any]] = []
    for user, events in people.items():
        first_at = min(event.occurred_at for event in events)
        for number, event in enumerate(events):
            # Some know only the device, which the first event ties to the account.
            is_signed_in = event.occurred_at == first_at or rng.random() < 0.5
            row = {
                "event_id": f"{user}-{number}",
                "occurred_at": event.occurred_at.isoformat(sep=" "),
                "event_name": event.event_name,
                "user_id": user if is_signed_in else None,
                "anonymous_id": f"d-{user}",
                "updated_at": "2025-01-01",
            }
            rows += [row, row] if rng.random() < 0.2 else [row]
    rng.shuffle(rows)
    lab.give("int_web__events", rows)


def _build(lab: Lab) -> None:
    outcomes = lab.run(*MODELS)
    failed = [f"{outcome.name}: {outcome.message}" for outcome in outcomes if not outcome.is_good]
    assert not failed, failed


def _list(text: str) -> tuple[str, ...]:
    return tuple(json.loads(text))


def _assert_told(lab: Lab, people: dict[str, list[Event]], rules: Rules, as_of: datetime) -> None:
    expected = tell(people, rules, as_of)
    users = dict(
        lab.rows(
            "select customer_id, identifier_value from int_identity__living_clusters"
            " where identifier_type = 'user_id'"
        )
    )
    states = {
        users[row[0]]: (
            row[1], *map(_list, row[2:5]), *row[5:],
        )
        for row in lab.rows(
            "select customer_id, engagement_state, features, flags, setup_features,"
            " active_days_7_days, lifecycle, state_days_count, previous_state, is_rising,"
            " is_slipping from engagement_states"
        )
    }  # fmt: skip
    assert states == expected.states
    history = lab.rows(
        "select customer_id, engagement_state, valid_from, valid_to from engagement_state_history"
    )
    assert {(users[row[0]], *row[1:]) for row in history} == expected.history
    levels = lab.rows(
        "select measured_at, engagement_state, customer_count from engagement_state_levels"
    )
    assert {tuple(row[:-1]): row[-1] for row in levels} == expected.levels
    moves = lab.rows(
        "select measured_at, from_state, to_state, customer_count from engagement_transitions"
    )
    assert {tuple(row[:-1]): row[-1] for row in moves} == expected.transitions
    lifecycle = lab.rows(
        "select interval_start_at, lifecycle, customer_count from engagement_lifecycle"
    )
    assert {tuple(row[:-1]): row[-1] for row in lifecycle} == expected.lifecycle
    stickiness = lab.rows(
        "select year(month), month(month), active_days_count, customer_count"
        " from engagement_stickiness"
    )
    assert {tuple(row[:-1]): row[-1] for row in stickiness} == expected.stickiness


@_QUIET
@given(seed=st.integers(0, 2**32))
def test_random_events(moment: Moment, rules: Rules, seed: int) -> None:
    """Window edges, duplicates, devices that became accounts, at midnight, on Monday, at noon."""
    lab, as_of = moment.lab, moment.as_of
    people = _people(seed, as_of, rules)
    with lab.restoring_views():
        _give(lab, people, random.Random(seed))
        _build(lab)
        _assert_told(lab, people, rules, as_of)


@at_noon
def test_late_events_mend_the_past(moment: Moment, rules: Rules) -> None:
    """What was built without them, built again with them, is as if they had always been there."""
    lab, as_of = moment.lab, moment.as_of
    people = _people(1, as_of, rules)
    punctual = {user: events[: (len(events) + 1) // 2] for user, events in people.items()}
    with lab.restoring_views():
        for known in (punctual, people):
            _give(lab, known, random.Random(1))
            _build(lab)
            _assert_told(lab, known, rules, as_of)


@at_noon
def test_a_customer_merged_from_two_has_one_history(moment: Moment, rules: Rules) -> None:
    """An account, and an address that another source knows, are one, with all that both did."""
    lab, as_of = moment.lab, moment.as_of
    one = [Event(as_of - 3 * DAY, "news_read"), Event(as_of - 40 * DAY, "trade_executed")]
    other = [Event(as_of - 2 * DAY, "price_tracked"), Event(as_of - 5 * DAY, "wallet_added")]
    columns = ("event_id", "occurred_at", "event_name", "user_id", "email", "updated_at")
    with lab.restoring_views():
        for source, user, events in (("web", "u1", one), ("app", None, other)):
            rows = [
                dict(
                    zip(
                        columns,
                        (
                            f"{source}{number}",
                            event.occurred_at.isoformat(sep=" "),
                            event.event_name,
                            user,
                            "one@example.com",
                            "2025-01-01",
                        ),
                        strict=True,
                    )
                )
                for number, event in enumerate(events)
            ]
            lab.give(f"int_{source}__events", rows)
        _build(lab)
        _assert_told(lab, {"u1": [*one, *other]}, rules, as_of)
