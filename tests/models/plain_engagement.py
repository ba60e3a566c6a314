"""Engagement states written down anew in plain Python, to hold the models against."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

DAY = timedelta(days=1)
WINDOW = 28 * DAY
WEEK = 7 * DAY


@dataclass(frozen=True)
class Event:
    """What a customer did, and when."""

    occurred_at: datetime
    event_name: str


@dataclass(frozen=True)
class Rules:
    """The three seeds, as a marketer reads them."""

    features: Mapping[str, str]
    setup: Mapping[str, str]
    states: Sequence[tuple[str, int, int]]
    sets: Mapping[str, frozenset[str]]

    def used(self, events: Sequence[Event], begin: datetime, end: datetime) -> frozenset[str]:
        """Return the features used in [begin, end)."""
        return frozenset(
            self.features[event.event_name]
            for event in events
            if event.event_name in self.features and begin <= event.occurred_at < end
        )

    def state(self, count: int) -> str:
        """Return the state of so many features."""
        return next((name for name, low, high in self.states if low <= count <= high), "inactive")

    def state_at(self, events: Sequence[Event], moment: datetime) -> str:
        """Return the state that is measured at a moment."""
        return self.state(len(self.used(events, moment - WINDOW, moment)))


@dataclass
class Told:
    """All that the models have to say of some customers."""

    states: dict[str, tuple[object, ...]] = field(default_factory=dict)
    history: set[tuple[str, str, datetime, datetime]] = field(default_factory=set)
    levels: Counter[tuple[datetime, str]] = field(default_factory=Counter)
    transitions: Counter[tuple[datetime, str, str]] = field(default_factory=Counter)
    lifecycle: Counter[tuple[datetime, str]] = field(default_factory=Counter)
    stickiness: Counter[tuple[int, int, int]] = field(default_factory=Counter)


def read_rules(folder: Path) -> Rules:
    """Read the seeds of a folder."""

    def rows(name: str) -> list[dict[str, str]]:
        with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    sets: dict[str, set[str]] = defaultdict(set)
    for row in rows("engagement_feature_sets"):
        sets[row["flag"]].add(row["feature"])
    by_kind = {
        kind: {r["event_name"]: r["feature"] for r in rows("features") if r["kind"] == kind}
        for kind in ("usage", "setup")
    }
    return Rules(
        by_kind["usage"],
        by_kind["setup"],
        [
            (r["engagement_state"], int(r["minimum_features"]), int(r["maximum_features"]))
            for r in rows("engagement_state_rules")
        ],
        {flag: frozenset(features) for flag, features in sets.items()},
    )


def _midnight(moment: datetime) -> datetime:
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)


def _monday(moment: datetime) -> datetime:
    return _midnight(moment) - moment.weekday() * DAY


def _measured(
    rules: Rules, events: Sequence[Event], as_of: datetime
) -> Iterator[tuple[datetime, str]]:
    """Each state with the moment from which on it holds; the first day by what was done in it."""
    first = events[0].occurred_at
    moment = min(_midnight(first) + DAY, as_of)
    yield first, rules.state_at(events, moment)
    while (moment := moment + DAY) <= as_of:
        yield moment, rules.state_at(events, moment)


def _intervals(
    rules: Rules, events: Sequence[Event], as_of: datetime
) -> list[tuple[str, datetime]]:
    found: list[tuple[str, datetime]] = []
    for moment, state in _measured(rules, events, as_of):
        if not found or found[-1][0] != state:
            found.append((state, moment))
    return found


def _lifecycles(events: Sequence[Event], as_of: datetime) -> dict[datetime, str]:
    active = {_monday(event.occurred_at) for event in events}
    found = {}
    week = min(active)
    while week < as_of:
        if week in active:
            is_new, was_there = week == min(active), week - WEEK in active
            found[week] = "new" if is_new else "returning" if was_there else "resurrecting"
        elif week - WEEK in active:
            found[week] = "dormant"
        week += WEEK
    return found


def _state_row(
    rules: Rules, events: Sequence[Event], as_of: datetime, intervals: list[tuple[str, datetime]]
) -> tuple[object, ...]:
    now = rules.used(events, as_of - WINDOW, as_of)
    before = len(rules.used(events, as_of - 2 * WINDOW, as_of - WINDOW))
    days = {e.occurred_at.date() for e in events if e.occurred_at >= as_of - WEEK}
    days_before = {
        e.occurred_at.date() for e in events if as_of - 2 * WEEK <= e.occurred_at < as_of - WEEK
    }
    state, (last_state, since) = rules.state(len(now)), intervals[-1]
    trend = (len(now), len(days)), (before, len(days_before))
    week = _monday(as_of if as_of != _monday(as_of) else as_of - DAY)
    return (
        state,
        tuple(sorted(now)),
        tuple(sorted(flag for flag, wanted in rules.sets.items() if wanted <= now)),
        tuple(sorted({rules.setup[e.event_name] for e in events if e.event_name in rules.setup})),
        len(days),
        _lifecycles(events, as_of).get(week, "inactive"),
        (as_of.date() - since.date()).days if state == last_state else 0,
        last_state if state != last_state else intervals[-2][0] if len(intervals) > 1 else None,
        trend[0] > trend[1],
        trend[0] < trend[1],
    )


def tell(customers: Mapping[str, Sequence[Event]], rules: Rules, as_of: datetime) -> Told:
    """Say everything of customers by their events; nothing at or after `as_of` counts."""
    told = Told()
    for customer, all_events in customers.items():
        counting = [event for event in all_events if event.occurred_at < as_of]
        events = sorted(counting, key=lambda event: event.occurred_at)
        if not events:
            continue
        intervals = _intervals(rules, events, as_of)
        told.states[customer] = _state_row(rules, events, as_of, intervals)
        ends = [begin for _, begin in intervals[1:]] + [as_of]
        told.history |= {
            (customer, state, begin, end)
            for (state, begin), end in zip(intervals, ends, strict=True)
            if begin < end
        }
        for week, lifecycle in _lifecycles(events, as_of).items():
            told.lifecycle[week, lifecycle] += 1
        days = {event.occurred_at.date() for event in events}
        for (year, month), count in Counter((day.year, day.month) for day in days).items():
            told.stickiness[year, month, count] += 1
        monday = _monday(events[0].occurred_at) + WEEK
        before = "new"
        while monday <= as_of:
            state = rules.state_at(events, monday)
            told.levels[monday, state] += 1
            told.transitions[monday, before, state] += 1
            before, monday = state, monday + WEEK
    return told
