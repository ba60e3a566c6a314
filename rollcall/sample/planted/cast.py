"""Writes the planted people: what the systems hold of them, and whom they were planted for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rollcall.sample import vocabulary as words
from rollcall.sample.activity import WEB_NAMES
from rollcall.sample.clock import Calendar, iso, plain
from rollcall.sample.company import Company
from rollcall.sample.landing import Landing
from rollcall.sample.mailing import CLICKED, COMPLAINED, OPENED, SENT
from rollcall.sample.planted.script import (
    Event,
    Goods,
    Message,
    Moment,
    Order,
    Phase,
    Plan,
    Script,
    Ticket,
)
from rollcall.sample.systems import (
    APP_EVENTS,
    CONSENTS,
    CRM_CONTACTS,
    HELPDESK_TICKETS,
    MAIL_ACTIVITY,
    SHOP_ACCOUNTS,
    SHOP_ORDER_LINES,
    SHOP_ORDERS,
    SHOP_PLUS,
    SHOP_PRICE_CHANGES,
    SHOP_PRODUCTS,
    WEB_EVENTS,
)
from rollcall.sample.visit import CURRENCY, pounds

AUDIENCES = "audiences.csv"
PERSONA = "scripted"
_ACTIONS = {"sent": SENT, "opened": OPENED, "clicked": CLICKED, "complained": COMPLAINED}


class Cast:
    """Writes planted people, who take no part in what happens to everybody else."""

    def __init__(self, company: Company, landing: Landing, calendar: Calendar) -> None:
        """Write to `landing`; times count back from the calendar's end, even past its start."""
        self._company = company
        self._landing = landing
        self._until = calendar.until
        self._goods: dict[str, Goods] = {}
        self.people = 0
        self.profiles = 0

    def write(self, plans: Sequence[Plan], after: int) -> None:
        """Write everybody of the plans, numbered on from `after`, and the truth about them."""
        header = ("audience", "person_id", "user_id", "role", "clause")
        self._landing.add_truth(AUDIENCES, header)
        for number, (audience, role, clause, script) in enumerate(_roles(plans), start=after + 1):
            player = _Player(self._company, self._landing, self._until, number)
            self.profiles += player.write(script)
            self.people += 1
            row = (audience, player.person_id, player.user_id, role, clause)
            self._landing.add_truth(AUDIENCES, row)
            for moment in script.moments:
                if isinstance(moment, Event | Order) and moment.goods is not None:
                    self._goods[moment.goods.sku] = moment.goods
        for sku in sorted(self._goods):
            self._write_goods(self._goods[sku])

    def _write_goods(self, goods: Goods) -> None:
        """Write an article's first and present record, and each change of its price."""
        versions = [
            (self._until - ago, pounds(pence), "true" if is_available else "false")
            for ago, pence, is_available in goods.changes
        ]
        for moment, price, is_available in {versions[0], versions[-1]}:
            row = (goods.sku, f"Planted {goods.category}", goods.category, "4.0", price, CURRENCY)
            self._landing.add(SHOP_PRODUCTS, moment, (*row, is_available, plain(moment)))
        for moment, price, is_available in versions:
            change = (goods.sku, plain(moment), price, CURRENCY, is_available)
            self._landing.add(SHOP_PRICE_CHANGES, moment, change)


def _roles(plans: Sequence[Plan]) -> Iterator[tuple[str, str, str | None, Script]]:
    for plan in plans:
        for script in plan.planted:
            yield plan.audience, "planted", None, script
        for clause, scripts in plan.near_misses.items():
            for script in scripts:
                yield plan.audience, "near_miss", clause, script


class _Player:
    """One planted person, whose records bear the number alone: nothing is drawn."""

    def __init__(self, company: Company, landing: Landing, until: int, number: int) -> None:
        self._company = company
        self._landing = landing
        self._until = until
        self._number = number
        self.person_id = f"p{number:07d}"
        self.user_id = f"u{number:06d}"
        # All live in London, so that their nights are known.
        self._place = words.PLACES[0]
        self._first = words.FIRST_NAMES[number % len(words.FIRST_NAMES)]
        self._last = words.LAST_NAMES[number % len(words.LAST_NAMES)]
        self._email = f"{self._first}.{self._last}{number}@{words.MAIL_DOMAINS[0]}".lower()

    def write(self, script: Script) -> int:
        """Write all about the person; return how many profiles."""
        joined = self._until - script.joined_ago
        profiles = self._contact(joined) + self._account(joined)
        self._landing.add_truth(
            "people.csv", (self.person_id, "registered", PERSONA, "granted", "false")
        )
        self._consent(joined)
        for index, moment in enumerate(script.moments):
            self._happen(moment, index)
        return profiles

    def _happen(self, moment: Moment, index: int) -> None:
        at = self._until - moment.ago
        match moment:
            case Event():
                self._event(moment, at, index)
            case Order():
                self._order(moment, at, index)
            case Message():
                self._message(moment, at, index)
            case Ticket():
                self._ticket(moment, at, index)
            case Phase():
                self._phase(moment, at)

    def _tell(self, source: str, profile_id: str) -> int:
        if not self._landing.has(source):
            return 0
        row = (source, profile_id, self.person_id, f"{self.person_id}-main", "plain")
        self._landing.add_truth("profiles.csv", row)
        return 1

    def _contact(self, joined: int) -> int:
        contact_id, place, talk = f"c{self._number:06d}", self._place, self._company.words
        row = (
            *(contact_id, self.user_id, self._email, None, None, self._first, self._last, None),
            *(place.city, place.country, place.timezone, place.language, None),
            *(talk.intents[0], talk.use_cases[0], None, plain(joined), plain(joined), "false"),
        )
        self._landing.add(CRM_CONTACTS, joined, row)
        return self._tell("crm", contact_id)

    def _account(self, joined: int) -> int:
        account_id = f"acc{self._number:06d}"
        row = (
            *(account_id, self.user_id, self._email, None, None, self._first, self._last),
            *(self._place.city, self._place.country, plain(joined), plain(joined), "no"),
        )
        self._landing.add(SHOP_ACCOUNTS, joined, row)
        return self._tell("shop", account_id)

    def _consent(self, joined: int) -> None:
        row = (f"kp{self._number:06d}", self.user_id, self._email, None, "marketing_email")
        self._landing.add(CONSENTS, joined, (*row, "granted", iso(joined), None, None, None))

    def _event(self, event: Event, at: int, index: int) -> None:
        event_id, device = f"ep{self._number:06d}.{index}", f"dp{self._number:06d}"
        sku, category = (event.goods.sku, event.goods.category) if event.goods else (None, None)
        value = pounds(event.pence) if event.pence is not None else None
        currency = CURRENCY if value is not None else None
        country = self._place.country
        if not self._company.has("web"):
            row = (
                *(event_id, plain(at), plain(at), event.name, self.user_id, device),
                *(country, "ios", sku, category, value, currency, None, None, None),
            )
            self._landing.add(APP_EVENTS, at, row)
            return
        session = f"sp{self._number:06d}.{index if event.session is None else event.session}"
        web_row = (
            *(event_id, iso(at), iso(at), WEB_NAMES.get(event.name, event.name)),
            *(self.user_id, device, None, session, None, None, None),
            *(country, self._place.city, "macos", None, sku, category, value, currency, None),
        )
        self._landing.add(WEB_EVENTS, at, web_row)

    def _order(self, order: Order, at: int, index: int) -> None:
        order_id, time, amount = f"P{self._number:06d}.{index}", plain(at), pounds(order.pence)
        row = (
            *(order_id, time, time, order.state, "web", self.user_id, self._email, None, None),
            *(None, CURRENCY, amount, "0.00", amount),
        )
        self._landing.add(SHOP_ORDERS, at, row)
        quantity = -1 if order.state == "refunded" else 1
        price = pounds(abs(order.pence))
        line = (order_id, 1, order.goods.sku, order.goods.category, quantity, price, amount, time)
        self._landing.add(SHOP_ORDER_LINES, at, line)

    def _message(self, message: Message, at: int, index: int) -> None:
        message_id = f"mp{self._number:06d}.{index}"
        row = (
            *(f"{message_id}.{message.action}", message_id, None, "email"),
            *(_ACTIONS[message.action], iso(at), self.user_id, self._email),
            *(None, None, None, None, message.is_machine),
        )
        self._landing.add(MAIL_ACTIVITY, at, row)

    def _ticket(self, ticket: Ticket, at: int, index: int) -> None:
        """Write a ticket as it was opened, and once more as it was closed."""
        ends: list[int | None] = [None]
        if ticket.closed_ago is not None:
            ends.append(self._until - ticket.closed_ago)
        for closed in ends:
            changed = at if closed is None else closed
            row = (
                *(f"hp{self._number:06d}.{index}", plain(at)),
                *(None if closed is None else plain(closed), self.user_id, self._email),
                *("email", ticket.topic, "Planted", None, plain(changed)),
            )
            self._landing.add(HELPDESK_TICKETS, changed, row)

    def _phase(self, phase: Phase, at: int) -> None:
        """Write a phase; one that was called off was active first."""
        ended = None if phase.ended_ago is None else self._until - phase.ended_ago
        versions = [(at, phase.status, ended)]
        if phase.status == "cancelled" and ended is not None:
            versions = [(at, "active", None), (min(ended, self._until - 1), phase.status, ended)]
        for changed, status, end in versions:
            row = (
                *(f"plusp{self._number:06d}{phase.name}", plain(at), self.user_id, self._email),
                *(phase.plan, status, None if end is None else plain(end)),
                *("4.99", CURRENCY, "month", plain(changed)),
            )
            self._landing.add(SHOP_PLUS, changed, row)
