"""Who is planted for the audiences of what people subscribe to."""

from __future__ import annotations

from rollcall.sample.clock import DAY, HOUR
from rollcall.sample.planted.script import Moment, Phase, Plan, event, orders, who

TRIAL_ENDING = Plan(
    "trial_ending",
    planted=[
        who(Phase(27 * DAY, "trial", -3 * DAY + 1)),
        who(Phase(30 * DAY, "trial", 0)),
        who(Phase(5 * DAY, "trial", -DAY)),
        who(Phase(300 * DAY, "cancelled", 200 * DAY), Phase(DAY, "trial", -2 * DAY, name="again")),
    ],
    near_misses={
        "on trial": [
            who(Phase(27 * DAY, "active", -2 * DAY)),
            who(Phase(27 * DAY, "past_due", -2 * DAY)),
            who(Phase(27 * DAY, "cancelled", -2 * DAY)),
            who(Phase(27 * DAY, "trial", 5 * DAY), Phase(5 * DAY, "active", -2 * DAY)),
        ],
        "which ends in the next 3 days": [
            *(
                who(Phase(10 * DAY, "trial", -ahead))
                for ahead in (3 * DAY, 3 * DAY + HOUR, 4 * DAY, 7 * DAY, 30 * DAY)
            ),
            who(Phase(1, "trial", -14 * DAY)),
        ],
    },
)

PAYMENT_FAILED = Plan(
    "payment_failed",
    planted=[
        who(Phase(1, "past_due")),
        who(Phase(300 * DAY, "past_due")),
        who(Phase(60 * DAY, "active", 5 * DAY), Phase(5 * DAY, "past_due")),
    ],
    near_misses={
        "the last payment failed": [
            who(Phase(100 * DAY, "active")),
            who(Phase(1, "active")),
            who(Phase(5 * DAY, "trial", -9 * DAY)),
            who(Phase(100 * DAY, "cancelled", 10 * DAY)),
            who(Phase(100 * DAY, "past_due", 10 * DAY), Phase(10 * DAY, "active")),
            who(Phase(100 * DAY, "past_due", 1), Phase(1, "active")),
            who(Phase(100 * DAY, "active", 0), Phase(0, "past_due")),
            who(Phase(100 * DAY, "past_due", 10 * DAY), Phase(10 * DAY, "trial", -4 * DAY)),
            who(orders(10 * DAY)),
            who(event("signed_in", 10 * DAY)),
        ]
    },
)


def _comes(*days: int) -> list[Moment]:
    return [*event("page_viewed", *(day * DAY for day in days))]


_TEN_DAYS = _comes(*range(1, 11))

LIKELY_UPGRADERS = Plan(
    "likely_upgraders",
    planted=[
        who(Phase(60 * DAY + 1, "active"), _TEN_DAYS),
        who(Phase(300 * DAY, "active"), _comes(*range(10, 28), 28)),
        who(Phase(100 * DAY, "active"), _comes(28, *range(1, 10))),
        who(Phase(90 * DAY, "trial", 70 * DAY), Phase(70 * DAY, "active"), _TEN_DAYS),
    ],
    near_misses={
        "active": [
            who(Phase(100 * DAY, "past_due"), _TEN_DAYS),
            who(Phase(100 * DAY, "trial", -DAY), _TEN_DAYS),
            who(Phase(100 * DAY, "active", 10 * DAY), Phase(10 * DAY, "past_due"), _TEN_DAYS),
        ],
        "on the plan for more than 60 days": [
            who(Phase(60 * DAY, "active"), _TEN_DAYS),
            who(Phase(10 * DAY, "active"), _TEN_DAYS),
            who(
                Phase(100 * DAY, "active", 30 * DAY),
                Phase(30 * DAY, "active", plan="plus_home"),
                _TEN_DAYS,
            ),
        ],
        "active on at least 10 of the last 28 days": [
            who(Phase(100 * DAY, "active"), _comes(*range(1, 10))),
            who(Phase(100 * DAY, "active"), _comes(*range(1, 10), 29)),
            who(Phase(100 * DAY, "active"), _comes(*range(1, 10), 0)),
            who(Phase(100 * DAY, "active")),
        ],
    },
)

LAPSED_SUBSCRIBERS = Plan(
    "lapsed_subscribers",
    planted=[
        who(Phase(300 * DAY, "cancelled", 60 * DAY)),
        who(Phase(300 * DAY, "cancelled", 1)),
        who(Phase(100 * DAY, "active", 70 * DAY), Phase(70 * DAY, "cancelled", 30 * DAY)),
        # The end as a row of its own.
        who(Phase(100 * DAY, "active"), Phase(30 * DAY, "cancelled")),
    ],
    near_misses={
        "churned": [
            who(Phase(300 * DAY, "active")),
            who(Phase(300 * DAY, "past_due")),
            # Called off, yet paid for a while.
            who(Phase(300 * DAY, "cancelled", -4 * DAY)),
            who(Phase(100 * DAY, "active", 30 * DAY), Phase(30 * DAY, "active", plan="plus_home")),
            who(orders(30 * DAY)),
        ],
        "in the last 60 days": [
            who(Phase(300 * DAY, "cancelled", 60 * DAY + more))
            for more in (1, HOUR, DAY, 30 * DAY, 200 * DAY)
        ],
    },
)

PLANS = (TRIAL_ENDING, PAYMENT_FAILED, LIKELY_UPGRADERS, LAPSED_SUBSCRIBERS)
