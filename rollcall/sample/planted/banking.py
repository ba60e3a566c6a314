"""Who is planted for the audiences of a bank."""

from __future__ import annotations

from rollcall.sample.clock import DAY, HOUR
from rollcall.sample.planted.script import Event, Plan, event, who

_OVERDRAWN, _MISSED, _PAID = "overdraft_entered", "repayment_missed", "repayment_made"

OVERDRAFT_RISK = Plan(
    "overdraft_risk",
    planted=[
        who(event(_OVERDRAWN, 90 * DAY, 30 * DAY)),
        who(event(_OVERDRAWN, 2, 1)),
        who(event(_OVERDRAWN, 300 * DAY, 60 * DAY, 45 * DAY, 15 * DAY)),
    ],
    near_misses={
        "overdrawn at least 2 times in the last 90 days": [
            who(event(_OVERDRAWN, 30 * DAY)),
            who(event(_OVERDRAWN, 1)),
            who(event(_OVERDRAWN, 90 * DAY + 1, 10 * DAY)),
            who(event(_OVERDRAWN, 300 * DAY, 200 * DAY, 10 * DAY)),
            who(event(_OVERDRAWN, 10 * DAY, 0)),
        ],
        "the last time in the last 30 days": [
            who(event(_OVERDRAWN, 60 * DAY, 30 * DAY + more)) for more in (1, HOUR, DAY, 10 * DAY)
        ]
        + [who(event(_OVERDRAWN, 90 * DAY, 60 * DAY, 0))],
    },
)

REPAYMENTS_LATE = Plan(
    "repayments_late",
    planted=[
        who(event(_MISSED, 60 * DAY)),
        who(event(_MISSED, 7 * DAY)),
        who(event(_PAID, 30 * DAY + 1), event(_MISSED, 30 * DAY)),
        who(event(_MISSED, 90 * DAY, 30 * DAY), event(_PAID, 89 * DAY)),
    ],
    near_misses={
        "missed in the last 60 days": [
            who(event(_MISSED, 60 * DAY + more)) for more in (1, HOUR, 100 * DAY)
        ],
        "7 days to make up for it are over": [
            who(event(_MISSED, ago)) for ago in (7 * DAY - 1, DAY, 1)
        ],
        "not paid since": [
            who(event(_MISSED, 30 * DAY), event(_PAID, ago))
            for ago in (23 * DAY, 23 * DAY - 1, DAY, 1)
        ],
    },
)


def _save(*agos: int, pence: int = 10_000) -> list[Event]:
    return event("savings_added", *agos, pence=pence)


SAVINGS_GROWERS = Plan(
    "savings_growers",
    planted=[
        who(_save(28 * DAY + 1), _save(28 * DAY, pence=10_001)),
        who(_save(56 * DAY), _save(2, 1)),
        who(_save(100 * DAY, pence=99_999), _save(40 * DAY, 20 * DAY, 10 * DAY)),
    ],
    near_misses={
        "more saved than in the 28 days before": [
            who(_save(40 * DAY, 10 * DAY)),
            who(_save(40 * DAY, pence=10_001), _save(10 * DAY)),
            who(_save(40 * DAY, 30 * DAY), _save(10 * DAY)),
            who(_save(40 * DAY), _save(0, pence=20_000)),
            # A second earlier than what would count now.
            who(_save(28 * DAY + 1, pence=20_000), _save(DAY)),
        ],
        "something saved in the 28 days before": [
            who(_save(10 * DAY)),
            who(_save(28 * DAY)),
            who(_save(56 * DAY + 1), _save(DAY)),
            who(_save(100 * DAY, 20 * DAY, DAY)),
            who(_save(28 * DAY, 1)),
        ],
    },
)

_ACTIVATE, _PAY = "card_activated", "card_payment"

IDLE_CARDS = Plan(
    "idle_cards",
    planted=[
        who(event(_ACTIVATE, 30 * DAY + 1)),
        who(event(_ACTIVATE, 300 * DAY)),
        who(event(_ACTIVATE, 100 * DAY), event(_PAY, 30 * DAY + 1)),
        who(event(_ACTIVATE, 100 * DAY), event(_PAY, 0)),
    ],
    near_misses={
        "a card activated more than 30 days ago": [
            who(event(_ACTIVATE, 30 * DAY)),
            who(event(_ACTIVATE, 10 * DAY)),
            who(event(_ACTIVATE, 1)),
            who(event("app_opened", 100 * DAY)),
            who(event(_PAY, 100 * DAY)),
        ],
        "no payment by card in the last 30 days": [
            who(event(_ACTIVATE, 100 * DAY), event(_PAY, ago))
            for ago in (30 * DAY, 30 * DAY - 1, 10 * DAY, DAY, 1)
        ],
    },
)

PLANS = (OVERDRAFT_RISK, REPAYMENTS_LATE, SAVINGS_GROWERS, IDLE_CARDS)
