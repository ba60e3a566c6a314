"""Who is planted for the audiences of a gaming app."""

from __future__ import annotations

from rollcall.sample.clock import DAY, HOUR, MINUTE
from rollcall.sample.planted.script import Event, Goods, Plan, event, who

_OFFER, _CLAIM, _DEPOSIT, _ENTER = (
    "bonus_offered",
    "bonus_claimed",
    "deposit",
    "tournament_entered",
)

BONUS_SKIPPERS = Plan(
    "bonus_skippers",
    planted=[
        who(event(_OFFER, 28 * DAY, 14 * DAY, 1)),
        who(event(_OFFER, 3, 2, 1)),
        who(event(_OFFER, 20 * DAY, 10 * DAY, DAY), event(_CLAIM, 28 * DAY + 1)),
    ],
    near_misses={
        "at least 3 bonuses offered in the last 28 days": [
            who(event(_OFFER, 20 * DAY, 10 * DAY)),
            who(event(_OFFER, 28 * DAY + 1, 20 * DAY, 10 * DAY)),
            who(event(_OFFER, 20 * DAY, 10 * DAY, 0)),
            who(event(_OFFER, 20 * DAY)),
            who(event(_OFFER, 100 * DAY, 50 * DAY, 29 * DAY)),
        ],
        "none claimed in the last 28 days": [
            who(event(_OFFER, 20 * DAY, 10 * DAY, DAY), event(_CLAIM, ago))
            for ago in (28 * DAY, 20 * DAY - 1, 10 * DAY, DAY, 1)
        ],
    },
)


def _bet(*agos: int, pence: int = -500) -> list[Event]:
    return event("bet_settled", *agos, pence=pence)


def _lose_three(ago: int) -> list[Event]:
    """Lose three bets in a row, the last one at this time."""
    return _bet(ago + 2 * MINUTE, ago + MINUTE, ago)


def _win(*agos: int) -> list[Event]:
    return _bet(*agos, pence=500)


LOSS_QUITTERS = Plan(
    "loss_quitters",
    planted=[
        who(_lose_three(7 * DAY)),
        who(_lose_three(1)),
        who(_lose_three(3 * DAY), event("app_opened", 3 * DAY - 10 * MINUTE + 1)),
        who(_win(3 * DAY + HOUR), _bet(3 * DAY + 3), _lose_three(3 * DAY)),
    ],
    near_misses={
        "at least 3 losing bets in a row": [
            who(_bet(3 * DAY + MINUTE, 3 * DAY)),
            who(_bet(3 * DAY + 9, 3 * DAY + 6), _win(3 * DAY + 3), _bet(3 * DAY)),
            # Neither won nor lost.
            who(_bet(3 * DAY + 9, 3 * DAY + 6), _bet(3 * DAY + 3, pence=0), _bet(3 * DAY)),
            who(_win(3 * DAY + 9, 3 * DAY + 6, 3 * DAY)),
        ],
        "in the last 7 days": [
            who(_lose_three(7 * DAY + 1)),
            who(_lose_three(8 * DAY)),
            who(_lose_three(100 * DAY)),
        ],
        "left less than 10 minutes later": [
            who(_lose_three(3 * DAY), event("app_opened", 3 * DAY - 10 * MINUTE)),
            who(_lose_three(3 * DAY), event("app_opened", 3 * DAY - HOUR)),
            who(_lose_three(3 * DAY), event("game_started", 1)),
        ],
    },
)


def _play(games: str, *agos: int) -> list[Event]:
    """Start the games of these letters, one at each time."""
    return [
        Event(ago, "game_started", Goods(f"game-p{letter}", "slots"))
        for letter, ago in zip(games, agos, strict=True)
    ]


GAME_SWITCHERS = Plan(
    "game_switchers",
    planted=[
        who(_play("abc", 7 * DAY, DAY, 1)),
        who(_play("abc", 3, 2, 1)),
        who(_play("aabbcd", *(day * DAY for day in range(6, 0, -1)))),
    ],
    near_misses={
        "at least 3 different games in the last 7 days": [
            who(_play("ab", 2 * DAY, DAY)),
            who(_play("aab", 3 * DAY, 2 * DAY, DAY)),
            who(_play("aaaa", 4 * DAY, 3 * DAY, 2 * DAY, DAY)),
            who(_play("abab", 4 * DAY, 3 * DAY, 2 * DAY, DAY)),
            who(_play("abc", 7 * DAY + 1, 2 * DAY, DAY)),
            who(_play("abc", 2 * DAY, DAY, 0)),
            who(_play("abc", 10 * DAY, 9 * DAY, 8 * DAY)),
            who(_play("abcab", 10 * DAY, 9 * DAY, 8 * DAY, 2 * DAY, DAY)),
            # Games that have no name are not told apart.
            who(event("game_started", 3 * DAY, 2 * DAY, DAY)),
            who(_play("ab", 2 * DAY, DAY), event("game_started", 1)),
        ]
    },
)

DISENGAGED_VIPS = Plan(
    "disengaged_vips",
    planted=[
        who(event(_DEPOSIT, 14 * DAY + 1, pence=100_000)),
        who(event(_DEPOSIT, 300 * DAY, 200 * DAY, pence=50_000)),
        who(event(_DEPOSIT, 100 * DAY, pence=500_000), event("app_opened", 15 * DAY, 0)),
    ],
    near_misses={
        "deposits of at least 1,000": [
            who(event(_DEPOSIT, 50 * DAY, pence=99_999)),
            who(event(_DEPOSIT, 300 * DAY, 200 * DAY, pence=49_999)),
            who(event(_DEPOSIT, 50 * DAY, pence=2_000)),
            who(event("withdrawal", 50 * DAY, pence=500_000)),
            who(event(_DEPOSIT, 50 * DAY, pence=90_000), event(_DEPOSIT, 0, pence=90_000)),
        ],
        "last active more than 14 days ago": [
            who(event(_DEPOSIT, 100 * DAY, pence=100_000), event("app_opened", ago))
            for ago in (14 * DAY, 14 * DAY - 1, 7 * DAY, DAY, 1)
        ],
    },
)


def _pay_in(*agos: int) -> list[Event]:
    return event(_DEPOSIT, *agos, pence=2_000)


DEPOSIT_AND_NO_RETURN = Plan(
    "deposit_and_no_return",
    planted=[
        who(_pay_in(37 * DAY - 1, 32 * DAY, 30 * DAY)),
        who(_pay_in(72 * HOUR + 2, 72 * HOUR + 1, 72 * HOUR)),
        who(_pay_in(12 * DAY, 11 * DAY, 10 * DAY), event("game_started", 10 * DAY + 1)),
        who(_pay_in(200 * DAY, 12 * DAY, 11 * DAY, 10 * DAY)),
    ],
    near_misses={
        "a third deposit": [
            who(_pay_in(11 * DAY, 10 * DAY)),
            who(_pay_in(10 * DAY)),
        ],
        "within 7 days": [
            who(_pay_in(17 * DAY, 12 * DAY, 10 * DAY)),
            who(_pay_in(100 * DAY, 12 * DAY, 10 * DAY)),
        ],
        "in the last 30 days": [
            who(_pay_in(32 * DAY, 31 * DAY, 30 * DAY + 1)),
            who(_pay_in(102 * DAY, 101 * DAY, 100 * DAY)),
        ],
        "72 hours to come back in are over": [
            who(_pay_in(5 * DAY, 4 * DAY, 72 * HOUR - 1)),
            who(_pay_in(3, 2, 1)),
        ],
        "nothing since": [
            who(_pay_in(12 * DAY, 11 * DAY, 10 * DAY), event("app_opened", 7 * DAY)),
            who(_pay_in(12 * DAY, 11 * DAY, 10 * DAY), event("app_opened", 1)),
        ],
    },
)

TOURNAMENT_FANS = Plan(
    "tournament_fans",
    planted=[
        who(event(_ENTER, 28 * DAY, 14 * DAY, 1)),
        who(event(_ENTER, 3, 2, 1)),
        who(event(_ENTER, *(day * DAY for day in range(1, 40)))),
    ],
    near_misses={
        "at least 3 tournaments in the last 28 days": [
            who(event(_ENTER, 28 * DAY + 1, 14 * DAY, 1)),
            who(event(_ENTER, 14 * DAY, DAY, 0)),
            who(event(_ENTER, 2, 1)),
            who(event(_ENTER, 28 * DAY, 1)),
            who(event(_ENTER, 1)),
            who(event(_ENTER, 100 * DAY, 50 * DAY, 28 * DAY)),
            who(event(_ENTER, 31 * DAY, 30 * DAY, 29 * DAY)),
            who(event(_ENTER, *(day * DAY for day in range(29, 40)), 2 * DAY, DAY)),
            who(event("game_started", 3 * DAY, 2 * DAY, DAY)),
            who(event(_ENTER, 2 * DAY, DAY), event("game_started", DAY)),
        ]
    },
)

FIRST_DEPOSITORS = Plan(
    "first_depositors",
    planted=[
        who(_pay_in(7 * DAY)),
        who(_pay_in(1)),
        who(_pay_in(5 * DAY, 3 * DAY, DAY)),
    ],
    near_misses={
        "first deposit in the last 7 days": [
            who(_pay_in(7 * DAY + 1)),
            who(_pay_in(8 * DAY)),
            who(_pay_in(100 * DAY)),
            who(_pay_in(7 * DAY + 1, 7 * DAY)),
            who(_pay_in(300 * DAY, DAY)),
            who(_pay_in(30 * DAY, 20 * DAY, 10 * DAY, 1)),
            who(_pay_in(0)),
            who(_pay_in(8 * DAY, 0)),
            who(event("withdrawal", DAY, pence=2_000)),
            who(event("bonus_claimed", DAY, pence=2_000)),
        ]
    },
)


def _chase(*agos: int, after: int = 10 * MINUTE) -> list[Event]:
    """Pay in at each of these times, so many seconds after a lost bet."""
    return [*_bet(*(ago + after for ago in agos)), *_pay_in(*agos)]


def _play_at_night(times: int) -> list[Event]:
    """Play twice a night, at 2 and at 3 o'clock UTC, where it is night in London all year."""
    return event(
        "game_started", *(night // 2 * DAY + (21 + night % 2) * HOUR for night in range(times))
    )


_CALL_OFF = "withdrawal_cancelled"

RESPONSIBLE_PLAY = Plan(
    "responsible_play",
    planted=[
        who(_chase(30 * DAY, 29 * DAY, 28 * DAY - 1)),
        who(_chase(10 * DAY - 1, 5 * DAY, 3 * DAY, after=15 * MINUTE - 1)),
        who(_play_at_night(20)),
        who(event(_CALL_OFF, 20 * DAY - 1, 10 * DAY, 6 * DAY, pence=2_000)),
        who(_pay_in(50 * DAY), event(_DEPOSIT, 20 * DAY, 15 * DAY, 10 * DAY, 1, pence=1_000)),
    ],
    near_misses={
        "3 deposits within 15 minutes of a lost bet, within 7 days": [
            who(_chase(2 * DAY, DAY)),
            who(_chase(10 * DAY, 5 * DAY, 3 * DAY)),
            who(_chase(3 * DAY, 2 * DAY, DAY, after=15 * MINUTE)),
        ],
        "20 plays at night, within 14 days": [
            who(_play_at_night(19)),
            who(_play_at_night(19), event("game_started", 12 * HOUR)),
        ],
        "3 withdrawals called off, within 14 days": [
            who(event(_CALL_OFF, 2 * DAY, DAY, pence=2_000)),
            who(event(_CALL_OFF, 20 * DAY, 10 * DAY, 6 * DAY, pence=2_000)),
        ],
        "at least 4 deposits in 28 days": [
            who(_pay_in(50 * DAY), event(_DEPOSIT, 20 * DAY, 10 * DAY, DAY, pence=9_000)),
        ],
        "twice as much as in the 28 days before": [
            who(
                _pay_in(50 * DAY),
                event(_DEPOSIT, 20 * DAY, 15 * DAY, 10 * DAY, pence=1_000),
                event(_DEPOSIT, DAY, pence=999),
            ),
        ],
        "for the next 28 days": [who(_chase(30 * DAY, 29 * DAY, 28 * DAY))],
    },
)

PLANS = (
    BONUS_SKIPPERS,
    LOSS_QUITTERS,
    GAME_SWITCHERS,
    DISENGAGED_VIPS,
    DEPOSIT_AND_NO_RETURN,
    TOURNAMENT_FANS,
    FIRST_DEPOSITORS,
    RESPONSIBLE_PLAY,
)
