"""Who is planted for the audiences of what people buy."""

from __future__ import annotations

from rollcall.sample.clock import DAY, HOUR, MINUTE
from rollcall.sample.planted.script import (
    Plan,
    Ticket,
    cancelled,
    event,
    orders,
    returned,
    views,
    who,
)

NEW_CUSTOMERS = Plan(
    "new_customers",
    planted=[
        who(orders(30 * DAY)),
        who(orders(1)),
        who(cancelled(200 * DAY), orders(12 * DAY)),
        who(orders(12 * DAY), returned(2 * DAY)),
    ],
    near_misses={
        "first purchase in the last 30 days": [
            who(orders(30 * DAY + more)) for more in (1, MINUTE, HOUR, DAY, 300 * DAY)
        ],
        "exactly one purchase": [
            who(orders(30 * DAY, 1)),
            who(orders(20 * DAY, 20 * DAY)),
            who(orders(5 * DAY, 5 * DAY - 1)),
            who(orders(2, 1)),
            who(orders(25 * DAY, 15 * DAY, 5 * DAY)),
        ],
    },
)

RETURNING_CUSTOMERS = Plan(
    "returning_customers",
    planted=[
        who(orders(400 * DAY, 90 * DAY)),
        who(orders(2, 1)),
        who(orders(90 * DAY, 90 * DAY)),
        who(orders(300 * DAY, 200 * DAY, 45 * DAY)),
    ],
    near_misses={
        "at least 2 purchases": [
            who(orders(90 * DAY)),
            who(orders(1)),
            who(orders(45 * DAY)),
            who(cancelled(200 * DAY), orders(10 * DAY)),
            who(orders(10 * DAY), returned(5 * DAY)),
        ],
        "last purchase in the last 90 days": [
            who(orders(200 * DAY, 90 * DAY + more)) for more in (1, MINUTE, HOUR, DAY, 60 * DAY)
        ],
    },
)

RECENT_PURCHASERS = Plan(
    "recent_purchasers",
    planted=[
        who(orders(14 * DAY)),
        who(orders(1)),
        who(orders(300 * DAY, 7 * DAY)),
    ],
    near_misses={
        "last purchase in the last 14 days": [
            *(who(orders(14 * DAY + more)) for more in (1, MINUTE, HOUR, DAY, 300 * DAY)),
            who(orders(400 * DAY, 14 * DAY + 1)),
            who(orders(14 * DAY + 1), cancelled(3 * DAY)),
            who(orders(60 * DAY), returned(3 * DAY)),
            who(orders(20 * DAY, 0)),
            who(orders(20 * DAY), views(DAY)),
        ]
    },
)

# Scores depend on everybody: these people lie far to the side on which they are planted.
_OFTEN = [day * DAY for day in range(2, 82, 2)]

HIGH_VALUE_CUSTOMERS = Plan(
    "high_value_customers",
    planted=[
        who(orders(*_OFTEN, pence=50_000)),
        who(orders(*(ago + 200 * DAY for ago in _OFTEN), pence=60_000)),
        who(orders(*_OFTEN, 1, pence=70_000)),
    ],
    near_misses={
        "the highest score for money": [
            who(orders(*(ago + days * DAY for ago in _OFTEN), pence=1))
            for days in (0, 10, 50, 100, 200)
        ],
        "a score for frequency of at least 4": [
            who(orders(days * DAY, pence=2_000_000)) for days in (1, 10, 50, 100, 300)
        ],
    },
)

_LONG_AGO = [(900 + day) * DAY for day in range(20)]

AT_RISK_CUSTOMERS = Plan(
    "at_risk_customers",
    planted=[
        who(orders(*_LONG_AGO)),
        who(orders(*(ago + 50 * DAY for ago in _LONG_AGO))),
        who(orders(*_LONG_AGO, *(ago + 50 * DAY for ago in _LONG_AGO))),
    ],
    near_misses={
        "a score for frequency of at least 3": [
            who(orders((900 + more) * DAY)) for more in (0, 1, 10, 50, 100)
        ],
        "a score for recency of at most 2": [
            who(orders(*_LONG_AGO, ago)) for ago in (1, MINUTE, HOUR, DAY, DAY + 1)
        ],
    },
)

SEASONAL_BUYERS = Plan(
    "seasonal_buyers",
    planted=[
        who(orders(395 * DAY)),
        who(orders(335 * DAY + 1)),
        who(orders(760 * DAY)),
        who(orders(700 * DAY + 1)),
        who(orders(365 * DAY, 30 * DAY + 1)),
    ],
    near_misses={
        "a purchase in this season of a former year": [
            who(orders(395 * DAY + 1)),
            who(orders(335 * DAY)),
            who(orders(760 * DAY + 1)),
            who(orders(700 * DAY)),
            who(orders(550 * DAY, 100 * DAY)),
            who(cancelled(365 * DAY), orders(200 * DAY)),
        ],
        "no purchase in the last 30 days": [
            who(orders(365 * DAY, 30 * DAY)),
            who(orders(365 * DAY, 1)),
            who(orders(730 * DAY, 15 * DAY)),
            who(orders(395 * DAY, 100 * DAY, 30 * DAY)),
        ],
    },
)

REPLENISHMENT_DUE = Plan(
    "replenishment_due",
    planted=[
        who(orders(30 * DAY, 20 * DAY, 10 * DAY)),
        who(orders(40 * DAY - 1, 30 * DAY - 1, 20 * DAY - 1)),
        # The gaps are 5 and 15 days: their average is what counts.
        who(orders(31 * DAY, 26 * DAY, 11 * DAY)),
        who(orders(3 * DAY, 2 * DAY, DAY)),
    ],
    near_misses={
        "at least 3 purchases": [
            who(orders(20 * DAY, 10 * DAY)),
            who(orders(50 * DAY, 20 * DAY), cancelled(30 * DAY)),
        ],
        "at least a day between purchases": [
            who(orders(3 * DAY - 3, 2 * DAY - 2, DAY - 1)),
            who(orders(36 * HOUR, 24 * HOUR, 12 * HOUR)),
        ],
        "as long ago as the purchases lie apart": [
            who(orders(30 * DAY - 1, 20 * DAY - 1, 10 * DAY - 1)),
            who(orders(25 * DAY, 15 * DAY, 5 * DAY)),
            who(orders(20 * DAY + 1, 10 * DAY + 1, 1)),
        ],
        "not twice as long ago": [
            who(orders(40 * DAY, 30 * DAY, 20 * DAY)),
            who(orders(41 * DAY, 31 * DAY, 21 * DAY)),
            who(orders(4 * DAY, 3 * DAY, 2 * DAY)),
        ],
    },
)

POST_PURCHASE_FOLLOW_UP = Plan(
    "post_purchase_follow_up",
    planted=[
        who(orders(10 * DAY)),
        who(orders(3 * DAY + 1)),
        who(orders(100 * DAY, 5 * DAY), Ticket(5 * DAY, "delivery", 1)),
        who(orders(5 * DAY), cancelled(DAY)),
    ],
    near_misses={
        "last purchase in the last 10 days": [
            who(orders(10 * DAY + 1)),
            who(orders(100 * DAY, 11 * DAY)),
            who(orders(300 * DAY)),
        ],
        "last purchase at least 3 days ago": [
            who(orders(3 * DAY)),
            who(orders(5 * DAY, 3 * DAY)),
            who(orders(10 * DAY, 1)),
        ],
        "no open ticket": [
            who(orders(5 * DAY), Ticket(4 * DAY, "delivery")),
            who(orders(10 * DAY), Ticket(1, "returns")),
            who(orders(5 * DAY), Ticket(300 * DAY, "other")),
            # It is closed at the end, which is not over yet.
            who(orders(5 * DAY), Ticket(4 * DAY, "delivery", 0)),
        ],
    },
)

_COUPON = "coupon_applied"

COUPON_USERS = Plan(
    "coupon_users",
    planted=[
        who(event(_COUPON, 90 * DAY, 1), orders(90 * DAY)),
        who(event(_COUPON, 2, 1), orders(1)),
        who(event(_COUPON, 300 * DAY, 60 * DAY, 30 * DAY), orders(300 * DAY, 45 * DAY)),
    ],
    near_misses={
        "a coupon at least 2 times in the last 90 days": [
            who(orders(10 * DAY)),
            who(event(_COUPON, 10 * DAY), orders(10 * DAY)),
            who(event(_COUPON, 90 * DAY + 1, 10 * DAY), orders(10 * DAY)),
            who(event(_COUPON, 10 * DAY, 0), orders(10 * DAY)),
            who(event(_COUPON, 300 * DAY, 200 * DAY), orders(10 * DAY)),
        ],
        "a purchase in the last 90 days": [
            who(event(_COUPON, 20 * DAY, 10 * DAY)),
            who(event(_COUPON, 20 * DAY, 10 * DAY), orders(90 * DAY + 1)),
            who(event(_COUPON, 20 * DAY, 10 * DAY), orders(300 * DAY, 91 * DAY)),
            who(event(_COUPON, 20 * DAY, 10 * DAY), orders(0)),
            who(event(_COUPON, 20 * DAY, 10 * DAY), cancelled(10 * DAY)),
        ],
    },
)

_THREE_ORDERS = orders(200 * DAY, 100 * DAY, 50 * DAY)

FULL_PRICE_BUYERS = Plan(
    "full_price_buyers",
    planted=[
        who(orders(300 * DAY, 200 * DAY, 90 * DAY)),
        who(orders(3, 2, 1)),
        who(_THREE_ORDERS, event(_COUPON, 180 * DAY + 1)),
        who(_THREE_ORDERS, event("coupon_denied", 50 * DAY)),
    ],
    near_misses={
        "no coupon in the last 180 days": [
            who(_THREE_ORDERS, event(_COUPON, ago)) for ago in (180 * DAY, 100 * DAY, 50 * DAY, 1)
        ],
        "at least 3 purchases": [
            who(orders(100 * DAY, 50 * DAY)),
            who(orders(50 * DAY)),
            who(orders(100 * DAY, 50 * DAY), cancelled(40 * DAY)),
        ],
        "last purchase in the last 90 days": [
            who(orders(300 * DAY, 200 * DAY, 90 * DAY + more)) for more in (1, HOUR, 30 * DAY)
        ],
    },
)

PLANS = (
    NEW_CUSTOMERS,
    RETURNING_CUSTOMERS,
    RECENT_PURCHASERS,
    HIGH_VALUE_CUSTOMERS,
    AT_RISK_CUSTOMERS,
    SEASONAL_BUYERS,
    REPLENISHMENT_DUE,
    POST_PURCHASE_FOLLOW_UP,
    COUPON_USERS,
    FULL_PRICE_BUYERS,
)
