"""Who is planted for the audiences that keep people out of others."""

from __future__ import annotations

from rollcall.sample.clock import DAY, HOUR
from rollcall.sample.planted.script import (
    Plan,
    Ticket,
    clicked,
    complained,
    event,
    opened,
    sent,
    who,
)

# In the words of what is written, since a company without cool-offs has none to write.
_VULNERABLE = (
    "a ticket of vulnerability, bereavement or hardship in the last 365 days, or a cool-off"
)

VULNERABLE_CUSTOMERS = Plan(
    "vulnerable_customers",
    planted=[
        who(Ticket(365 * DAY, "vulnerability", 300 * DAY)),
        who(Ticket(1, "bereavement")),
        who(Ticket(100 * DAY, "hardship", 99 * DAY)),
        who(event("cool_off_started", 90 * DAY)),
        who(event("cool_off_started", 1)),
    ],
    near_misses={
        _VULNERABLE: [
            who(Ticket(365 * DAY + 1, "vulnerability", 300 * DAY)),
            who(Ticket(366 * DAY, "bereavement")),
            who(Ticket(400 * DAY, "hardship", 1)),
            who(Ticket(0, "vulnerability")),
            who(Ticket(10 * DAY, "complaint")),
            who(Ticket(10 * DAY, "payment", 5 * DAY)),
            who(event("cool_off_started", 90 * DAY + 1)),
            who(event("cool_off_started", 300 * DAY)),
            who(event("cool_off_started", 0)),
            who(complained(10 * DAY)),
        ]
    },
)

RECENT_COMPLAINERS = Plan(
    "recent_complainers",
    planted=[
        who(complained(30 * DAY)),
        who(complained(1)),
        who(Ticket(30 * DAY, "complaint", 20 * DAY)),
        who(Ticket(1, "complaint")),
    ],
    near_misses={
        "complained in the last 30 days": [
            *(who(complained(ago)) for ago in (30 * DAY + 1, 31 * DAY, 300 * DAY, 0)),
            *(who(Ticket(ago, "complaint")) for ago in (30 * DAY + 1, 300 * DAY, 0)),
            who(Ticket(31 * DAY, "complaint", DAY)),
            who(Ticket(10 * DAY, "payment")),
            who(sent(DAY), opened(DAY), clicked(DAY)),
        ]
    },
)

OPEN_TICKETS = Plan(
    "open_tickets",
    planted=[
        who(Ticket(1, "other")),
        who(Ticket(300 * DAY, "payment")),
        who(Ticket(10 * DAY, "other", 5 * DAY), Ticket(9 * DAY, "payment")),
        # It is closed at the end, which is not over yet.
        who(Ticket(10 * DAY, "other", 0)),
    ],
    near_misses={
        "an open ticket": [
            *(who(Ticket(10 * DAY, "other", ago)) for ago in (10 * DAY - 1, 9 * DAY, DAY, HOUR, 1)),
            who(Ticket(300 * DAY, "other", 200 * DAY)),
            who(Ticket(10 * DAY, "other", 9 * DAY), Ticket(8 * DAY, "payment", 7 * DAY)),
            who(Ticket(0, "other")),
            who(complained(DAY)),
            who(event("app_opened", DAY)),
        ]
    },
)

_EIGHT = sent(*(day * DAY for day in range(1, 9)))

MESSAGE_FATIGUED = Plan(
    "message_fatigued",
    planted=[
        who(sent(28 * DAY, 20 * DAY, 10 * DAY, 9 * DAY, 8 * DAY, 3, 2, 1)),
        who(_EIGHT, opened(28 * DAY + 1), clicked(28 * DAY + 1)),
        who(_EIGHT, opened(DAY, is_machine=True)),
        who(sent(*(day * DAY for day in range(1, 40)))),
    ],
    near_misses={
        "at least 8 messages in the last 28 days": [
            who(sent(*(day * DAY for day in range(1, 8)))),
            who(sent(*(day * DAY for day in range(1, 8)), 28 * DAY + 1)),
            who(sent(*(day * DAY for day in range(1, 8)), 0)),
            who(sent(*(day * DAY for day in range(29, 60)))),
        ],
        "none opened in the last 28 days": [
            who(_EIGHT, opened(ago)) for ago in (28 * DAY, 10 * DAY, 1)
        ],
        "none clicked in the last 28 days": [
            who(_EIGHT, clicked(ago)) for ago in (28 * DAY, 10 * DAY, 1)
        ],
    },
)

PLANS = (VULNERABLE_CUSTOMERS, RECENT_COMPLAINERS, OPEN_TICKETS, MESSAGE_FATIGUED)
