"""Who is planted for the audiences of what people look at, and of what they read."""

from __future__ import annotations

from rollcall.sample.clock import DAY, HOUR, MINUTE
from rollcall.sample.planted.script import (
    BOOTS,
    LAMP,
    RUG,
    Goods,
    Plan,
    cancelled,
    clicked,
    event,
    opened,
    orders,
    sent,
    views,
    who,
)

DORMANT_CUSTOMERS = Plan(
    "dormant_customers",
    planted=[
        who(views(90 * DAY + 1)),
        who(orders(90 * DAY + 1)),
        who(orders(300 * DAY), views(200 * DAY)),
        # Neither is anything that they did: nothing counts that is not over, nor what is sent.
        who(views(91 * DAY, 0), sent(DAY)),
    ],
    near_misses={
        "last active more than 90 days ago": [
            *(who(views(ago)) for ago in (90 * DAY, 90 * DAY - 1, 89 * DAY, 30 * DAY, 1)),
            who(orders(90 * DAY)),
            who(orders(1)),
            who(views(200 * DAY), orders(45 * DAY)),
            who(orders(200 * DAY), views(90 * DAY)),
            who(orders(200 * DAY), event("signed_in", 60 * DAY)),
        ]
    },
)

BROWSE_ABANDONERS = Plan(
    "browse_abandoners",
    planted=[
        who(views(7 * DAY, 6 * DAY, 1)),
        who(views(3, 2, 1), orders(30 * DAY + 1)),
        who(views(3 * DAY, 2 * DAY), views(DAY, of=RUG), orders(300 * DAY)),
    ],
    near_misses={
        "at least 3 looks at one category in the last 7 days": [
            who(views(7 * DAY + 1, 6 * DAY, 5 * DAY)),
            who(views(3 * DAY, 2 * DAY, 0)),
            who(views(3 * DAY)),
            who(views(4 * DAY, 3 * DAY), views(2 * DAY, DAY, of=BOOTS)),
            who(event("product_list_viewed", 3 * DAY, 2 * DAY, DAY, of=LAMP)),
        ],
        "no purchase in the last 30 days": [
            who(views(3 * DAY, 2 * DAY, DAY), orders(ago))
            for ago in (30 * DAY, 30 * DAY - 1, 10 * DAY, DAY, 1)
        ],
    },
)

_CART = "product_added"

CART_ABANDONERS = Plan(
    "cart_abandoners",
    planted=[
        who(event(_CART, 7 * DAY, of=LAMP)),
        who(event(_CART, 1, of=LAMP), orders(300 * DAY)),
        who(event(_CART, 3 * DAY, of=LAMP), orders(3 * DAY + 1)),
        who(event(_CART, 3 * DAY, of=LAMP), cancelled(DAY)),
    ],
    near_misses={
        "a cart in the last 7 days": [
            *(who(event(_CART, 7 * DAY + more, of=LAMP)) for more in (1, HOUR, 30 * DAY)),
            who(event(_CART, 0, of=LAMP), views(DAY)),
            who(event("cart_viewed", 3 * DAY)),
        ],
        "no purchase since": [
            who(event(_CART, 7 * DAY, of=LAMP), orders(ago))
            for ago in (7 * DAY - 1, 6 * DAY, 3 * DAY, DAY, 1)
        ],
    },
)

_CHECKOUT = "checkout_started"

CHECKOUT_ABANDONERS = Plan(
    "checkout_abandoners",
    planted=[
        who(event(_CHECKOUT, 7 * DAY)),
        who(event(_CHECKOUT, HOUR)),
        who(event(_CHECKOUT, 3 * DAY), orders(3 * DAY + 1)),
        who(event(_CHECKOUT, 8 * DAY, 3 * DAY), orders(8 * DAY - 60)),
    ],
    near_misses={
        "a checkout in the last 7 days": [
            who(event(_CHECKOUT, 7 * DAY + more)) for more in (1, MINUTE, 30 * DAY)
        ],
        "an hour to buy in is over": [
            who(event(_CHECKOUT, ago)) for ago in (HOUR - 1, HOUR // 2, 1)
        ],
        "no purchase since": [
            who(event(_CHECKOUT, 3 * DAY), orders(3 * DAY - after))
            for after in (HOUR, HOUR + 1, DAY, 3 * DAY - 1)
        ],
    },
)

_WISH = "product_added_to_wishlist"

WISH_LIST_HOLDERS = Plan(
    "wish_list_holders",
    planted=[
        who(event(_WISH, 30 * DAY, of=LAMP)),
        who(event(_WISH, 3 * DAY, of=LAMP)),
        who(event(_WISH, 10 * DAY, of=LAMP), orders(9 * DAY, of=RUG)),
        who(event(_WISH, 10 * DAY, of=LAMP), orders(10 * DAY + 1)),
    ],
    near_misses={
        "a wish in the last 30 days": [
            who(event(_WISH, 30 * DAY + more, of=LAMP)) for more in (1, HOUR, 100 * DAY)
        ],
        "3 days to buy it in are over": [
            who(event(_WISH, ago, of=LAMP)) for ago in (3 * DAY - 1, DAY, 1)
        ],
        "not bought within 3 days": [
            who(event(_WISH, 10 * DAY, of=LAMP), orders(10 * DAY - after))
            for after in (1, HOUR, DAY, 3 * DAY - 1)
        ],
    },
)

REPEAT_VIEWERS = Plan(
    "repeat_viewers",
    planted=[
        who(views(21 * DAY - 1, 14 * DAY)),
        who(views(2, 1)),
        who(orders(20 * DAY), views(10 * DAY, 9 * DAY)),
        who(views(10 * DAY, of=RUG), views(8 * DAY, 5 * DAY)),
    ],
    near_misses={
        "seen again in the last 14 days": [
            who(views(15 * DAY, 14 * DAY + more)) for more in (1, MINUTE, HOUR)
        ],
        "again within 7 days": [
            who(views(12 * DAY, 5 * DAY)),
            who(views(12 * DAY + 1, 5 * DAY)),
            who(views(100 * DAY, 5 * DAY)),
        ],
        "the same product": [who(views(6 * DAY), views(5 * DAY, of=RUG))],
        "no purchase since": [
            who(views(10 * DAY, 5 * DAY), orders(ago)) for ago in (5 * DAY - 1, 3 * DAY, 1)
        ],
    },
)

RETURNING_AFTER_SILENCE = Plan(
    "returning_after_silence",
    planted=[
        who(views(67 * DAY, 7 * DAY)),
        who(views(60 * DAY + 1, 1)),
        who(orders(300 * DAY), orders(3 * DAY)),
        who(views(100 * DAY, 5 * DAY, 4 * DAY), sent(50 * DAY)),
    ],
    near_misses={
        "silent for at least 60 days": [
            who(views(67 * DAY - 1, 7 * DAY)),
            who(views(60 * DAY, 1)),
            who(views(30 * DAY, 5 * DAY)),
            who(views(100 * DAY, 5 * DAY), orders(40 * DAY + 1)),
            who(orders(65 * DAY - 1, 5 * DAY)),
        ],
        "back in the last 7 days": [
            who(views(100 * DAY, 7 * DAY + 1)),
            who(views(100 * DAY, 7 * DAY + 1, 3 * DAY)),
            who(views(100 * DAY, 30 * DAY)),
            who(views(100 * DAY, 0)),
            who(orders(100 * DAY), views(8 * DAY)),
        ],
    },
)


def _goods(number: int, *changes: tuple[int, int, bool]) -> Goods:
    return Goods(f"SKU-P{number:03d}", "home", ((800 * DAY, 5_000, True), *changes))


_FALLS_AT_THE_EDGE = _goods(11, (14 * DAY, 4_999, True))
_FALLS_AT_LAST = _goods(12, (1, 4_000, True))
_FALLS = _goods(13, (10 * DAY, 4_000, True))
_FELL_A_SECOND_BEFORE = _goods(14, (14 * DAY + 1, 4_000, True))
_FELL_LONG_AGO = _goods(15, (20 * DAY, 4_000, True))
_RISES = _goods(16, (10 * DAY, 6_000, True))
_FALLS_AND_IS_GONE = _goods(17, (10 * DAY, 4_000, True), (5 * DAY, 4_000, False))

PRICE_DROP_WATCHERS = Plan(
    "price_drop_watchers",
    planted=[
        who(views(60 * DAY, of=_FALLS_AT_THE_EDGE)),
        who(event(_CART, 2, of=_FALLS_AT_LAST)),
        who(orders(30 * DAY, of=_FALLS), views(10 * DAY + 1, of=_FALLS)),
        who(views(20 * DAY, of=_FALLS), orders(5 * DAY, of=LAMP)),
    ],
    near_misses={
        "viewed or put in the cart in the last 60 days": [
            who(views(60 * DAY + 1, of=_FALLS_AT_THE_EDGE)),
            who(event(_CART, 60 * DAY + 1, of=_FALLS)),
            who(views(100 * DAY, of=_FALLS)),
        ],
        "the price fell": [who(views(20 * DAY, of=_RISES))],
        "in the last 14 days": [
            who(views(20 * DAY, of=_FELL_A_SECOND_BEFORE)),
            who(views(30 * DAY, of=_FELL_LONG_AGO)),
        ],
        "after it was viewed or put in the cart": [
            who(views(10 * DAY - 1, of=_FALLS)),
            who(event(_CART, 5 * DAY, of=_FALLS)),
        ],
        "not bought since": [who(views(20 * DAY, of=_FALLS), orders(5 * DAY, of=_FALLS))],
        "available": [who(views(20 * DAY, of=_FALLS_AND_IS_GONE))],
    },
)

_OUT = (40 * DAY, 5_000, False)
_BACK_AT_THE_EDGE = _goods(21, _OUT, (14 * DAY, 5_000, True))
_BACK_AT_LAST = _goods(22, _OUT, (1, 5_000, True))
_BACK = _goods(23, _OUT, (10 * DAY, 5_000, True))
_BACK_A_SECOND_BEFORE = _goods(24, _OUT, (14 * DAY + 1, 5_000, True))
_BACK_LONG_AGO = _goods(25, _OUT, (20 * DAY, 5_000, True))
_STILL_OUT = _goods(26, _OUT)
_BACK_AND_GONE = _goods(28, _OUT, (10 * DAY, 5_000, True), (5 * DAY, 5_000, False))
_NEVER_OUT = _goods(27, (10 * DAY, 5_500, True))

BACK_IN_STOCK_WATCHERS = Plan(
    "back_in_stock_watchers",
    planted=[
        who(views(60 * DAY, of=_BACK_AT_THE_EDGE)),
        who(views(2, of=_BACK_AT_LAST)),
        who(orders(50 * DAY, of=_BACK), event(_CART, 45 * DAY, of=_BACK)),
        who(views(10 * DAY + 1, of=_BACK), orders(5 * DAY, of=LAMP)),
    ],
    near_misses={
        "viewed or put in the cart in the last 60 days": [
            who(views(60 * DAY + 1, of=_BACK_AT_THE_EDGE)),
            who(event(_CART, 60 * DAY + 1, of=_BACK)),
        ],
        "available again": [
            who(views(20 * DAY, of=_STILL_OUT)),
            who(views(20 * DAY, of=_NEVER_OUT)),
        ],
        "still available": [who(views(20 * DAY, of=_BACK_AND_GONE))],
        "in the last 14 days": [
            who(views(20 * DAY, of=_BACK_A_SECOND_BEFORE)),
            who(views(30 * DAY, of=_BACK_LONG_AGO)),
        ],
        "after it was viewed or put in the cart": [
            who(views(10 * DAY - 1, of=_BACK)),
            who(event(_CART, 5 * DAY, of=_BACK)),
        ],
        "not bought since": [who(views(20 * DAY, of=_BACK), orders(5 * DAY, of=_BACK))],
    },
)

_THREE_VISITS = [
    *views(3 * DAY, 3 * DAY - 60, session="a"),
    *views(2 * DAY, 2 * DAY - 60, session="b"),
]
_FIVE_VIEWS = [*_THREE_VISITS, *views(DAY, session="c")]

WINDOW_SHOPPERS = Plan(
    "window_shoppers",
    planted=[
        who(_FIVE_VIEWS),
        who(_FIVE_VIEWS, cancelled(2 * DAY)),
        who(
            views(28 * DAY, 28 * DAY - 1, 28 * DAY - 2, session="a"),
            views(2, session="b"),
            views(1, session="c"),
        ),
    ],
    near_misses={
        "at least 3 visits in the last 28 days": [
            who(views(5, 4, 3, session="a"), views(2, 1, session="b")),
            who(views(*range(1, 7), session="a")),
            # This visit began before.
            who(_THREE_VISITS, views(28 * DAY + 1, 28 * DAY, session="c")),
        ],
        "at least 5 looks at products in the last 28 days": [
            who(_THREE_VISITS, event("page_viewed", DAY, session="c")),
            who(_THREE_VISITS, event("page_viewed", DAY, session="c"), views(28 * DAY + 1)),
            who(_THREE_VISITS, event("page_viewed", DAY, session="c"), views(0)),
        ],
        "never bought": [who(_FIVE_VIEWS, orders(ago)) for ago in (400 * DAY, 10 * DAY, DAY, 1)],
    },
)

ENGAGED_READERS = Plan(
    "engaged_readers",
    planted=[
        who(clicked(28 * DAY), opened(28 * DAY, 1)),
        who(clicked(3, 2, 1)),
        who(clicked(10 * DAY), opened(100 * DAY, 20 * DAY, 10 * DAY + 60)),
    ],
    near_misses={
        "a click in the last 28 days": [
            who(opened(20 * DAY, 10 * DAY, DAY)),
            who(opened(4, 3, 2, 1)),
            who(opened(20 * DAY, 10 * DAY, DAY), clicked(28 * DAY + 1)),
            who(opened(20 * DAY, 10 * DAY, DAY), clicked(0)),
        ],
        "at least 3 opened or clicked in the last 28 days": [
            who(clicked(10 * DAY)),
            who(clicked(10 * DAY), opened(DAY)),
            who(clicked(10 * DAY, DAY)),
            who(clicked(10 * DAY), opened(28 * DAY + 1, DAY)),
            who(clicked(10 * DAY), opened(DAY, 0)),
            who(clicked(10 * DAY), opened(DAY), opened(2 * DAY, is_machine=True)),
        ],
    },
)

PLANS = (
    DORMANT_CUSTOMERS,
    BROWSE_ABANDONERS,
    CART_ABANDONERS,
    CHECKOUT_ABANDONERS,
    WISH_LIST_HOLDERS,
    REPEAT_VIEWERS,
    RETURNING_AFTER_SILENCE,
    PRICE_DROP_WATCHERS,
    BACK_IN_STOCK_WATCHERS,
    WINDOW_SHOPPERS,
    ENGAGED_READERS,
)
