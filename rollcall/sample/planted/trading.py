"""Who is planted for the audiences of a trading app."""

from __future__ import annotations

from rollcall.sample.clock import DAY, HOUR
from rollcall.sample.planted.script import Plan, event, who

_TRADE, _NEWS, _DEPOSIT = "trade_executed", "news_read", "deposit"
_ALERT, _WATCH, _CONNECT = "alert_created", "price_tracked", "portfolio_connected"

ALERT_WATCHERS = Plan(
    "alert_watchers",
    planted=[
        who(event(_ALERT, 14 * DAY, 7 * DAY, 1)),
        who(event(_WATCH, 3, 2, 1)),
        who(event(_ALERT, 3 * DAY), event(_WATCH, 2 * DAY, DAY)),
        who(event(_ALERT, 3 * DAY, 2 * DAY, DAY), event(_TRADE, 30 * DAY + 1)),
    ],
    near_misses={
        "at least 3 prices watched in the last 14 days": [
            who(event(_ALERT, 3 * DAY, 2 * DAY)),
            who(event(_ALERT, 14 * DAY + 1, 3 * DAY, 2 * DAY)),
            who(event(_WATCH, 3 * DAY, 2 * DAY, 0)),
            who(event(_ALERT, 2 * DAY), event(_WATCH, DAY)),
            who(event(_ALERT, 100 * DAY, 50 * DAY, 20 * DAY)),
        ],
        "no trade in the last 30 days": [
            who(event(_ALERT, 3 * DAY, 2 * DAY, DAY), event(_TRADE, ago))
            for ago in (30 * DAY, 30 * DAY - 1, 10 * DAY, DAY, 1)
        ],
    },
)

_THREE_TRADES = event(_TRADE, 20 * DAY, 10 * DAY, DAY)

UNCONNECTED_TRADERS = Plan(
    "unconnected_traders",
    planted=[
        who(event(_TRADE, 28 * DAY, 14 * DAY, 1)),
        who(event(_TRADE, 3, 2, 1)),
        who(_THREE_TRADES, event(_CONNECT, 0)),
    ],
    near_misses={
        "at least 3 trades in the last 28 days": [
            who(event(_TRADE, 20 * DAY, 10 * DAY)),
            who(event(_TRADE, 28 * DAY + 1, 20 * DAY, 10 * DAY)),
            who(event(_TRADE, 20 * DAY, 10 * DAY, 0)),
            who(event(_TRADE, 100 * DAY, 90 * DAY, 80 * DAY)),
            who(event("portfolio_viewed", 3 * DAY, 2 * DAY, DAY)),
        ],
        "never connected a portfolio": [
            who(_THREE_TRADES, event(_CONNECT, ago))
            for ago in (400 * DAY, 28 * DAY + 1, 15 * DAY, HOUR, 1)
        ],
    },
)

FUNDED_NOT_TRADED = Plan(
    "funded_not_traded",
    planted=[
        who(event(_DEPOSIT, 14 * DAY, pence=5_000)),
        who(event(_DEPOSIT, 72 * HOUR, pence=5_000)),
        who(event(_TRADE, 7 * DAY + 1), event(_DEPOSIT, 7 * DAY, pence=5_000)),
        who(event(_DEPOSIT, 40 * DAY, 5 * DAY, pence=5_000), event(_TRADE, 39 * DAY)),
    ],
    near_misses={
        "a deposit in the last 14 days": [
            who(event(_DEPOSIT, 14 * DAY + more, pence=5_000)) for more in (1, HOUR, 100 * DAY)
        ],
        "72 hours to trade in are over": [
            who(event(_DEPOSIT, ago, pence=5_000)) for ago in (72 * HOUR - 1, DAY, 1)
        ],
        "no trade since": [
            who(event(_DEPOSIT, 10 * DAY, pence=5_000), event(_TRADE, ago))
            for ago in (7 * DAY, 7 * DAY - 1, DAY, 1)
        ],
    },
)

READERS_WITHOUT_TRADE = Plan(
    "readers_without_trade",
    planted=[
        who(event(_NEWS, 28 * DAY, 20 * DAY, 10 * DAY, 2, 1)),
        who(event(_NEWS, 5, 4, 3, 2, 1)),
        who(event(_NEWS, *(day * DAY for day in range(1, 10))), event(_TRADE, 0)),
    ],
    near_misses={
        "at least 5 news read in the last 28 days": [
            who(event(_NEWS, 4, 3, 2, 1)),
            who(event(_NEWS, 28 * DAY + 1, 4, 3, 2, 1)),
            who(event(_NEWS, 4, 3, 2, 1, 0)),
            who(event(_NEWS, *(day * DAY for day in range(29, 40)))),
            who(event("coin_analytics_viewed", 5, 4, 3, 2, 1)),
        ],
        "never traded": [
            who(event(_NEWS, *(day * DAY for day in range(1, 6))), event(_TRADE, ago))
            for ago in (400 * DAY, 100 * DAY, 28 * DAY + 1, DAY, 1)
        ],
    },
)

PLANS = (ALERT_WATCHERS, UNCONNECTED_TRADERS, FUNDED_NOT_TRADED, READERS_WITHOUT_TRADE)
