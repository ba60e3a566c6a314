"""Who is planted for the audiences of how people use an app's features."""

from __future__ import annotations

from collections.abc import Sequence

from rollcall.sample.clock import DAY
from rollcall.sample.company import Company
from rollcall.sample.planted.script import Event, Plan, Script, event, who

# All companies that are apps have these states, whatever their features are.
_CASUAL, _CORE, _POWER = 2, 4, 5


class _App:
    """What people can do in one company's app."""

    def __init__(self, company: Company) -> None:
        self._features = [step.event for step in company.features.values()]
        self.setups = [step.event for step in company.setups.values()]
        self.feature_count = len(self._features)

    def use(self, features: int, *agos: int, after: int = 0) -> list[Event]:
        """Use so many features at each of these times, leaving out the first `after`."""
        names = self._features[after : after + features]
        return [once for name in names for once in event(name, *agos)]


def _open(*agos: int) -> list[Event]:
    """Open the app and use nothing."""
    return event("app_opened", *agos)


def plans_of(company: Company) -> Sequence[Plan]:
    """Return who is planted for each audience, with the company's own features."""
    app = _App(company)
    return (
        _power_users(app),
        _casual_ready_for_core(app),
        _one_feature_short_of_power(app),
        _lapsed_feature_users(app),
        _next_feature_candidates(app),
        _rising_customers(app),
        _slipping_customers(app),
        _setup_unfinished(app),
    )


def _power_users(app: _App) -> Plan:
    four = app.use(4, DAY)
    return Plan(
        "power_users",
        planted=[
            who(app.use(_POWER, 28 * DAY)),
            who(app.use(_POWER, 1)),
            who(app.use(app.feature_count, 10 * DAY)),
            who(four, app.use(1, 28 * DAY, after=4)),
        ],
        near_misses={
            "at least 5 features in the last 28 days": [
                who(four, app.use(1, 28 * DAY + 1, after=4)),
                who(four, app.use(1, 0, after=4)),
                who(app.use(4, 28 * DAY, 14 * DAY, DAY)),
                who(four),
                who(app.use(3, DAY), app.use(2, 29 * DAY, after=3)),
                who(app.use(2, DAY)),
                who(app.use(1, *(day * DAY for day in range(1, 28)))),
                who(_open(*(day * DAY for day in range(1, 28)))),
                who(app.use(app.feature_count, 28 * DAY + 1)),
                who(app.use(app.feature_count, 100 * DAY)),
            ]
        },
    )


def _casual_ready_for_core(app: _App) -> Plan:
    three_days = (3 * DAY, 2 * DAY, DAY)
    return Plan(
        "casual_ready_for_core",
        planted=[
            who(app.use(_CASUAL, *three_days)),
            who(app.use(_CASUAL, 28 * DAY), _open(7 * DAY, 4 * DAY, 1)),
            who(app.use(_CORE, 28 * DAY + 1), app.use(_CASUAL, *three_days)),
        ],
        near_misses={
            "casual": [
                # Short of one feature as well, but core.
                who(app.use(_CORE, *three_days)),
                who(app.use(_CORE, 28 * DAY), _open(*three_days)),
                who(app.use(_CASUAL, *three_days), app.use(2, 28 * DAY, after=2)),
            ],
            "one feature short of core": [
                who(app.use(1, *three_days)),
                who(app.use(1, *three_days), app.use(1, 28 * DAY + 1, after=1)),
                who(app.use(1, *three_days), app.use(1, 0, after=1)),
            ],
            "active on at least 3 of the last 7 days": [
                who(app.use(_CASUAL, 2 * DAY, DAY)),
                who(app.use(_CASUAL, 7 * DAY + 1, 2 * DAY, DAY)),
                who(app.use(_CASUAL, 2 * DAY, DAY, 0)),
                who(app.use(_CASUAL, 28 * DAY)),
            ],
        },
    )


def _one_feature_short_of_power(app: _App) -> Plan:
    return Plan(
        "one_feature_short_of_power",
        planted=[
            who(app.use(_CORE, 28 * DAY)),
            who(app.use(_CORE, 1)),
            who(app.use(_CORE, DAY), app.use(1, 28 * DAY + 1, after=4)),
        ],
        near_misses={
            "core": [
                # Short of one feature as well, but casual.
                who(app.use(_CASUAL, DAY)),
                who(app.use(_CASUAL, 28 * DAY)),
                who(app.use(_CASUAL, DAY), app.use(2, 28 * DAY + 1, after=2)),
                who(app.use(_CASUAL, DAY), app.use(2, 0, after=2)),
                who(app.use(_CASUAL, DAY), app.use(_POWER, 100 * DAY)),
            ],
            "one feature short of power": [
                who(app.use(3, DAY)),
                who(app.use(3, 28 * DAY)),
                who(app.use(3, DAY), app.use(1, 28 * DAY + 1, after=3)),
                who(app.use(3, DAY), app.use(1, 0, after=3)),
                who(app.use(3, DAY), app.use(_POWER, 100 * DAY)),
            ],
        },
    )


def _lapsed_feature_users(app: _App) -> Plan:
    return Plan(
        "lapsed_feature_users",
        planted=[
            who(app.use(3, 56 * DAY), app.use(2, 28 * DAY), _open(7 * DAY)),
            who(app.use(1, 28 * DAY + 1), _open(1)),
            who(app.use(4, 40 * DAY), app.use(3, DAY)),
        ],
        near_misses={
            "fewer features than in the 28 days before": [
                who(app.use(2, 40 * DAY, DAY)),
                who(app.use(2, 40 * DAY), app.use(3, DAY)),
                who(app.use(2, 40 * DAY), app.use(2, DAY, after=2)),
                # One second too early, and one too late, to have been used before.
                who(app.use(3, 56 * DAY + 1), app.use(2, 40 * DAY, DAY)),
                who(app.use(3, 28 * DAY), _open(DAY)),
            ],
            "active in the last 7 days": [
                who(app.use(3, 40 * DAY), _open(7 * DAY + 1)),
                who(app.use(3, 40 * DAY), app.use(2, 8 * DAY)),
                who(app.use(3, 40 * DAY), _open(0)),
                who(app.use(3, 56 * DAY), app.use(1, 28 * DAY)),
                who(app.use(1, 40 * DAY)),
            ],
        },
    )


def _next_feature_candidates(app: _App) -> Plan:
    everything = app.feature_count
    return Plan(
        "next_feature_candidates",
        planted=[
            who(app.use(1, 7 * DAY), joined=14 * DAY + 1),
            who(app.use(everything - 1, 1)),
            who(_open(3 * DAY)),
            who(app.use(everything, 28 * DAY + 1), _open(DAY)),
        ],
        near_misses={
            "first seen more than 14 days ago": [
                who(app.use(1, DAY), joined=14 * DAY),
                who(app.use(1, 7 * DAY), joined=13 * DAY),
                who(app.use(1, DAY), joined=2 * DAY),
            ],
            "a feature is left to be used": [
                who(app.use(everything, DAY)),
                who(app.use(everything, 28 * DAY), _open(DAY)),
                who(app.use(2, 20 * DAY), app.use(everything - 2, 1, after=2)),
            ],
            "active in the last 7 days": [
                who(app.use(1, 7 * DAY + 1)),
                who(app.use(1, 8 * DAY)),
                who(app.use(1, 100 * DAY)),
                who(app.use(1, 8 * DAY), _open(0)),
            ],
        },
    )


def _same_before(app: _App) -> list[Event]:
    """Use one feature in both of the last two windows of 28 days, but in neither of two weeks."""
    return app.use(1, 40 * DAY, 20 * DAY)


def _more(app: _App) -> list[Script]:
    return [
        who(app.use(1, 28 * DAY + 1), app.use(2, 28 * DAY)),
        who(app.use(1, 1)),
        who(app.use(1, 40 * DAY, DAY), app.use(2, DAY, after=1)),
        # As many features, on more days.
        who(_same_before(app), _open(10 * DAY, 7 * DAY, 1)),
        who(_same_before(app), _open(3 * DAY)),
    ]


def _fewer(app: _App) -> list[Script]:
    return [
        who(app.use(2, 28 * DAY + 1), app.use(1, 28 * DAY)),
        who(app.use(1, 40 * DAY)),
        who(app.use(3, 56 * DAY), app.use(2, DAY)),
        # As many features, on fewer days.
        who(_same_before(app), _open(14 * DAY, 8 * DAY, 3 * DAY)),
        who(_same_before(app), _open(7 * DAY + 1)),
    ]


def _alike(app: _App) -> list[Script]:
    return [
        who(_same_before(app)),
        who(_same_before(app), _open(10 * DAY, 3 * DAY)),
        who(_same_before(app), _open(14 * DAY, 7 * DAY)),
        who(app.use(2, 56 * DAY + 1)),
        who(_open(100 * DAY)),
    ]


def _rising_customers(app: _App) -> Plan:
    clause = "more features than in the 28 days before, or as many on more days than a week before"
    return Plan("rising_customers", _more(app), {clause: [*_fewer(app), *_alike(app)]})


def _slipping_customers(app: _App) -> Plan:
    clause = (
        "fewer features than in the 28 days before, or as many on fewer days than a week before"
    )
    return Plan("slipping_customers", _fewer(app), {clause: [*_more(app), *_alike(app)]})


def _setup_unfinished(app: _App) -> Plan:
    return Plan(
        "setup_unfinished",
        planted=[
            who(_open(DAY), joined=7 * DAY + 1),
            who(_open(28 * DAY)),
            who(app.use(3, 1)),
            who(app.use(1, DAY), event(app.setups[0], 0)),
        ],
        near_misses={
            "first seen more than 7 days ago": [
                who(_open(DAY), joined=7 * DAY),
                who(app.use(2, 1), joined=3 * DAY),
                who(app.use(1, 6 * DAY), joined=6 * DAY),
            ],
            "nothing set up": [
                who(_open(DAY), event(app.setups[0], 1)),
                who(_open(DAY), event(app.setups[-1], 100 * DAY)),
                who(_open(DAY), *(event(setup, 50 * DAY) for setup in app.setups)),
                who(app.use(3, DAY), event(app.setups[-1], 28 * DAY)),
            ],
            "active in the last 28 days": [
                who(_open(28 * DAY + 1)),
                who(app.use(3, 50 * DAY)),
                who(_open(100 * DAY, 0)),
            ],
        },
    )
