"""Writes orders and receipts, and what becomes of them: cancelled, sent back, corrected."""

from __future__ import annotations

import random
from dataclasses import dataclass

from rollcall.sample import vocabulary as words
from rollcall.sample.catalogue import Catalogue
from rollcall.sample.clock import DAY, HOUR, Calendar, plain, till_time
from rollcall.sample.landing import Landing
from rollcall.sample.people import Device, Person
from rollcall.sample.systems import (
    POS_RECEIPT_LINES,
    POS_RECEIPTS,
    SHOP_ORDER_LINES,
    SHOP_ORDERS,
)
from rollcall.sample.visit import CURRENCY, pounds

_CANCELLED_RATE = 0.03
_REFUND_RATE = 0.05
_GUEST_CHECKOUT_RATE = 0.04
_CARD_SHOWN_RATE = 0.92
_REDELIVERED_RATE = 0.003
_COUPON_PERCENT = 10

Line = tuple[str, str, int, int, int]  # sku, category, quantity, unit price, net, both in pence


@dataclass(frozen=True)
class Basket:
    """What is bought at once. Amounts in pence."""

    lines: list[Line]
    gross: int
    net: int

    @property
    def returned(self) -> Basket:
        """The same basket as it comes back."""
        lines = [(sku, group, -count, price, -net) for sku, group, count, price, net in self.lines]
        return Basket(lines, -self.gross, -self.net)

    def amounts(self) -> tuple[str, str, str, str]:
        """Return currency, gross, discount and net as the systems write them."""
        return CURRENCY, pounds(self.gross), pounds(self.gross - self.net), pounds(self.net)


def fill_basket(
    rng: random.Random,
    catalogue: Catalogue,
    categories: list[str],
    most: int,
    moment: int,
    has_coupon: bool,
) -> Basket:
    """Choose what is bought; a coupon takes its share off each line."""
    lines: list[Line] = []
    gross = 0
    for _ in range(rng.randint(1, most)):
        product = catalogue.pick(rng, rng.choice(categories))
        quantity = 2 if rng.random() < 0.12 else 1
        price = product.price_at(moment)
        amount = quantity * price
        net = amount * (100 - _COUPON_PERCENT) // 100 if has_coupon else amount
        lines.append((product.sku, product.category, quantity, price, net))
        gross += amount
    return Basket(lines, gross, sum(line[4] for line in lines))


class OrderBook:
    """Numbers the orders of the web shop and the receipts of the tills, and writes them."""

    def __init__(self, landing: Landing, calendar: Calendar) -> None:
        """Write to `landing`; nothing lies after the calendar's end."""
        self._landing = landing
        self._calendar = calendar
        self._orders = 0
        self._receipts = 0

    def order(
        self,
        rng: random.Random,
        person: Person | None,
        device: Device | None,
        moment: int,
        basket: Basket,
    ) -> str:
        """Write an online order and what becomes of it; return its id. No person: no identifier."""
        order_id = self._next_order()
        who = _order_identifiers(rng, person, device, moment)
        channel = device.kind if device is not None else "web"
        self._write_order(order_id, moment, moment, "completed", channel, who, basket)
        draw = rng.random()
        if draw < _CANCELLED_RATE:
            changed = moment + int(rng.uniform(0.5, 30) * HOUR)
            if changed < self._calendar.until:
                self._write_order(order_id, moment, changed, "cancelled", channel, who, basket)
        elif draw < _CANCELLED_RATE + _REFUND_RATE:
            sent_back = moment + int(rng.uniform(3, 21) * DAY)
            if sent_back < self._calendar.until:
                note_id = f"CN{order_id[1:]}"
                back = basket.returned
                self._write_order(note_id, sent_back, sent_back, "refunded", channel, who, back)
        return order_id

    def receipt(
        self, rng: random.Random, person: Person | None, moment: int, basket: Basket
    ) -> None:
        """Write a till receipt; without a person, or with the card forgotten, it is nobody's."""
        has_card = person is not None and rng.random() < _CARD_SHOWN_RATE
        card = person.loyalty_number if person is not None and has_card else None
        email = None
        if person is not None and card is None and person.mistaken_email is None:
            # A receipt by e-mail, asked for by one whose address is nobody else's.
            email = person.email_at(moment) if rng.random() < 0.5 else None
        self._write_receipt(self._next_receipt(), moment, "SALE", card, email, basket)
        sent_back = moment + int(rng.uniform(2, 20) * DAY)
        if rng.random() < _REFUND_RATE / 2 and sent_back < self._calendar.until:
            back = basket.returned
            self._write_receipt(self._next_receipt(), sent_back, "RETURN", card, email, back)

    def correction(self, rng: random.Random, moment: int) -> None:
        """Write a till's correction, which belongs to nobody."""
        pence = rng.choice((-500, -120, 90, 250))
        amounts = Basket([], pence, pence)
        self._write_receipt(self._next_receipt(), moment, "CORRECTION", None, None, amounts)

    def _next_order(self) -> str:
        self._orders += 1
        return f"W{self._orders:08d}"

    def _next_receipt(self) -> str:
        self._receipts += 1
        return f"T{self._receipts:08d}"

    def _write_order(
        self,
        order_id: str,
        placed: int,
        changed: int,
        state: str,
        channel: str,
        who: tuple[str | None, ...],
        basket: Basket,
    ) -> None:
        amounts = basket.amounts()
        row = (order_id, plain(placed), plain(changed), state, channel, *who, *amounts)
        self._landing.add(SHOP_ORDERS, changed, row)
        if int(order_id[-6:]) % int(1 / _REDELIVERED_RATE) == 0:
            self._landing.redeliver(SHOP_ORDERS, self._calendar.inside(changed + 35 * DAY), row)
        if state == "cancelled":
            return
        for number, (sku, category, quantity, price, net) in enumerate(basket.lines, start=1):
            line = (order_id, number, sku, category, quantity, pounds(price), pounds(net))
            self._landing.add(SHOP_ORDER_LINES, changed, (*line, plain(changed)))

    def _write_receipt(
        self,
        receipt_id: str,
        moment: int,
        kind: str,
        card: str | None,
        email: str | None,
        basket: Basket,
    ) -> None:
        row = (receipt_id, till_time(moment), kind, card, email, *basket.amounts())
        self._landing.add(POS_RECEIPTS, moment, row)
        for number, (sku, category, quantity, price, net) in enumerate(basket.lines, start=1):
            line = (receipt_id, number, sku, category, quantity, pounds(price), pounds(net))
            self._landing.add(POS_RECEIPT_LINES, moment, line)


def _order_identifiers(
    rng: random.Random, person: Person | None, device: Device | None, moment: int
) -> tuple[str | None, ...]:
    """Return user_id, email, phone, loyalty number and visitor id of an online order."""
    if person is None:
        return (None, None, None, None, None)
    visitor = device.anonymous_id if device is not None else None
    if person.user_id is None:
        return (None, person.email_at(moment), None, None, visitor)
    # Checking out without signing in takes an address of one's own, never the one that a system
    # holds by mistake: with no user_id to contradict it, its owner would have bought.
    has_address = person.email is not None
    if has_address and not person.is_device_shared and rng.random() < _GUEST_CHECKOUT_RATE:
        return (None, person.email_at(moment), None, None, visitor)
    card = person.loyalty_number if person.card_link == "loyalty" else None
    card = card if rng.random() < 0.5 else None
    phone = person.phone.replace(" ", "") if person.phone and rng.random() < 0.5 else None
    return (person.user_id, person.account_email("shop", moment), phone, card, visitor)


def any_category(rng: random.Random) -> list[str]:
    """Return the tastes of one who is not known."""
    return rng.sample(sorted(words.CATEGORIES), 2)
