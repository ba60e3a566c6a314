"""Plays a shop's visits: what people look at, search and buy, online and in store."""

from __future__ import annotations

import json
import random

from rollcall.sample import vocabulary as words
from rollcall.sample.catalogue import Catalogue, Product
from rollcall.sample.clock import DAY, HOUR, MINUTE, Calendar, iso, rng_for
from rollcall.sample.landing import Landing
from rollcall.sample.orders import Basket, OrderBook, any_category, fill_basket
from rollcall.sample.people import Device, Person
from rollcall.sample.personas import visits
from rollcall.sample.systems import WEB_EVENTS
from rollcall.sample.visit import (
    CURRENCY,
    SIGNED_IN_RATE,
    Visit,
    pounds,
    record_app_event,
    visit_by_mail,
)

_CART_RATE = 0.14
_STORE_RATE = 0.3
_RARE_EVENT_RATE = 0.02
_RECEIVED_LATE_RATE = 0.004
_STRANGERS_PER_PERSON = 0.4
_FACELESS_RECEIPTS_PER_PERSON = 0.25
_CORRECTIONS_PER_PERSON = 0.002

# What the two trackers call the same thing; staging maps both to the vocabulary.
WEB_NAMES = {
    "page_viewed": "page_view",
    "product_viewed": "view_item",
    "product_list_viewed": "view_item_list",
    "products_searched": "search",
    "product_added": "add_to_cart",
    "product_removed": "remove_from_cart",
    "cart_viewed": "view_cart",
    "checkout_started": "begin_checkout",
    "order_completed": "purchase",
    "product_shared": "share",
    "product_added_to_wishlist": "add_to_wishlist",
    "product_reviewed": "submit_review",
    "coupon_applied": "apply_coupon",
    "signed_up": "sign_up",
    "signed_in": "login",
    "rare": "open_size_guide",
}
APP_NAMES = {
    "page_viewed": "Screen Viewed",
    "product_viewed": "Product Viewed",
    "product_list_viewed": "Product List Viewed",
    "products_searched": "Products Searched",
    "product_added": "Product Added",
    "product_removed": "Product Removed",
    "cart_viewed": "Cart Viewed",
    "checkout_started": "Checkout Started",
    "order_completed": "Order Completed",
    "product_shared": "Product Shared",
    "product_added_to_wishlist": "Product Added to Wishlist",
    "product_reviewed": "Product Reviewed",
    "coupon_applied": "Coupon Applied",
    "signed_in": "Signed In",
    "app_opened": "Application Opened",
    "rare": "Barcode Scanned",
}


class Stage:
    """Plays everybody's visits and writes what the web, the app, the shop and the tills record."""

    def __init__(
        self, landing: Landing, catalogue: Catalogue, calendar: Calendar, seed: int
    ) -> None:
        """Write to `landing`, within the calendar."""
        self._landing = landing
        self._catalogue = catalogue
        self._calendar = calendar
        self._seed = seed
        self._book = OrderBook(landing, calendar)

    def play(self, people: list[Person]) -> None:
        """Play everybody: the people, the strangers, and the receipts that belong to nobody."""
        for person in people:
            rng = rng_for(self._seed, "visits", person.number)
            if person.kind == "registered":
                self._arrive(rng, person)
            for moment in visits(rng, person.persona, person.joined, self._calendar):
                self._come(rng, person, moment)
            self._come_lately(rng, person)
        self._strangers(len(people))

    def follow(self, person: Person, campaign_id: str, path: str, clicked: int) -> None:
        """Play the visit that a click in an e-mail leads to."""
        visit = visit_by_mail(self._seed, person, "web", campaign_id, clicked)
        self._event(visit, "page_viewed", path=path)

    def _arrive(self, rng: random.Random, person: Person) -> None:
        """Look around unknown, then sign up, which ties the first device to the account."""
        device = person.devices[0]
        for _ in range(rng.randint(0, 2)):
            before = person.joined - int(rng.uniform(0.05, 20) * DAY)
            if before >= self._calendar.start:
                self._browse(self._visit(rng, person, device, before, None), person, 3)
        visit = self._visit(rng, person, device, person.joined, None)
        visit.user_id = person.user_id
        is_own = person.email is not None and person.mistaken_email is None
        self._event(visit, "signed_up", email=person.email if is_own else None)
        for other in person.devices[1:]:
            moment = person.joined + int(rng.uniform(1, 72) * HOUR)
            self._sign_in(rng, person, other, moment)
        if person.borrowed is not None:
            self._sign_in(rng, person, person.borrowed, person.joined + 2 * HOUR)

    def _sign_in(self, rng: random.Random, person: Person, device: Device, moment: int) -> None:
        # Never cut off by the end: the device would look like one person's.
        visit = self._visit(rng, person, device, self._calendar.inside(moment), person.user_id)
        self._event(visit, "signed_in")
        self._event(visit, "page_viewed", path="/account")

    def _come(self, rng: random.Random, person: Person, moment: int) -> None:
        """Play one visit, by whatever way this person comes."""
        persona = person.persona
        buys = (
            rng.random() < persona.buy_rate
            and moment < self._calendar.until - persona.no_purchase_days * DAY
        )
        in_store = person.kind == "store" or (
            buys and person.loyalty_number is not None and rng.random() < _STORE_RATE
        )
        if in_store:
            if buys:
                basket = self._basket(rng, person, moment, has_coupon=False)
                self._book.receipt(rng, person, moment, basket)
            return
        device = rng.choice(person.devices)
        self._go_online(rng, person, device, moment, buys)

    def _come_lately(self, rng: random.Random, person: Person) -> None:
        """Play the one late visit that some personas are about: looking, or filling a cart."""
        persona = person.persona
        if person.kind == "store" or rng.random() >= persona.last_visit_rate:
            return
        moment = self._calendar.until - int(rng.uniform(0.2, 6) * DAY)
        if moment <= person.joined:
            return
        visit = self._visit(rng, person, rng.choice(person.devices), moment, person.user_id)
        category = person.favourites[0]
        for _ in range(4):
            product = self._catalogue.pick(rng, category)
            self._event(visit, "product_viewed", product=product)
        if persona.fills_last_cart:
            self._event(visit, "product_added", product=product)
            self._event(visit, "cart_viewed", path="/cart")

    def _go_online(
        self, rng: random.Random, person: Person, device: Device, moment: int, buys: bool
    ) -> None:
        # A shared device says nobody's name by itself: its users sign in.
        knows = buys or person.is_device_shared or rng.random() < SIGNED_IN_RATE
        visit = self._visit(rng, person, device, moment, person.user_id if knows else None)
        if device.kind == "app":
            self._event(visit, "app_opened")
        if knows and person.user_id and rng.random() < 0.3:
            self._event(visit, "signed_in")
        self._browse(visit, person, 4)
        has_coupon = self._use_features(visit, person)
        if buys:
            self._buy(visit, person, has_coupon)
        elif rng.random() < _CART_RATE:
            product = self._catalogue.pick(rng, person.favourites[0])
            self._event(visit, "product_added", product=product)
            if rng.random() < 0.3:
                self._event(visit, "product_removed", product=product)

    def _browse(self, visit: Visit, person: Person | None, most_views: int) -> None:
        rng = visit.rng
        favourites = person.favourites if person is not None else any_category(rng)
        self._event(visit, "page_viewed", path="/")
        if rng.random() < 0.4:
            self._event(visit, "product_list_viewed", path=f"/c/{favourites[0]}")
        if rng.random() < 0.2:
            self._event(visit, "products_searched", search=rng.choice(words.SEARCHES))
        for _ in range(rng.randint(0, most_views)):
            category = favourites[0] if rng.random() < 0.75 else favourites[1]
            self._event(visit, "product_viewed", product=self._catalogue.pick(rng, category))
        if rng.random() < _RARE_EVENT_RATE:
            self._event(visit, "rare")

    def _use_features(self, visit: Visit, person: Person) -> bool:
        """Use some of the shop's features; say whether a coupon was among them."""
        rng, rate = visit.rng, person.persona.feature_rate
        if rng.random() < rate:
            self._event(visit, "products_searched", search=rng.choice(words.SEARCHES))
        for name in ("product_added_to_wishlist", "product_shared", "product_reviewed"):
            if rng.random() < rate:
                product = self._catalogue.pick(rng, person.favourites[0])
                self._event(visit, name, product=product)
        has_coupon = rng.random() < rate
        if has_coupon:
            self._event(visit, "coupon_applied", path="/cart")
        return has_coupon

    def _buy(self, visit: Visit, person: Person, has_coupon: bool) -> None:
        basket = self._basket(visit.rng, person, visit.moment, has_coupon)
        for sku, *_ in basket.lines:
            self._event(visit, "product_added", product=self._catalogue.by_sku[sku])
        self._event(visit, "cart_viewed", path="/cart")
        self._event(visit, "checkout_started", path="/checkout")
        if visit.moment < self._calendar.until:
            self._book.order(visit.rng, person, visit.device, visit.moment, basket)
            self._event(visit, "order_completed", path="/thanks", pence=basket.net)

    def _basket(self, rng: random.Random, person: Person, moment: int, has_coupon: bool) -> Basket:
        most = person.persona.items
        return fill_basket(rng, self._catalogue, person.favourites, most, moment, has_coupon)

    def _strangers(self, people: int) -> None:
        """Play the visitors and the buyers whom nobody ever gets to know."""
        rng = rng_for(self._seed, "strangers")
        for _ in range(int(people * _STRANGERS_PER_PERSON)):
            device = Device(f"w-{rng.getrandbits(64):016x}", "web", rng.choice(("windows", "ios")))
            moment = rng.randrange(self._calendar.start, self._calendar.until)
            self._browse(self._visit(rng, None, device, moment, None), None, 3)
            if rng.random() < 0.06:
                self._book.order(rng, None, None, moment, self._any_basket(rng, moment))
        for _ in range(int(people * _FACELESS_RECEIPTS_PER_PERSON)):
            moment = rng.randrange(self._calendar.start, self._calendar.until)
            self._book.receipt(rng, None, moment, self._any_basket(rng, moment))
        for _ in range(max(1, int(people * _CORRECTIONS_PER_PERSON))):
            moment = rng.randrange(self._calendar.start, self._calendar.until)
            self._book.correction(rng, moment)

    def _any_basket(self, rng: random.Random, moment: int) -> Basket:
        return fill_basket(rng, self._catalogue, any_category(rng), 3, moment, False)

    def _visit(
        self,
        rng: random.Random,
        person: Person | None,
        device: Device,
        moment: int,
        user_id: str | None,
    ) -> Visit:
        place = person.place if person is not None else rng.choice(words.PLACES)
        utm = rng.choice(words.UTMS) if rng.random() < 0.35 else (None, None, None)
        session_id = f"s{rng.getrandbits(56):014x}"
        return Visit(rng, device, moment, user_id, place, session_id, utm)

    def _event(
        self,
        visit: Visit,
        name: str,
        *,
        product: Product | None = None,
        path: str | None = None,
        email: str | None = None,
        search: str | None = None,
        pence: int | None = None,
    ) -> None:
        """Record one step, unless the sample is over by then."""
        moment = visit.step()
        if moment >= self._calendar.until:
            return
        if visit.device.kind == "app":
            record_app_event(
                *(self._landing, self._calendar, visit, moment, APP_NAMES[name]),
                sku=product.sku if product is not None else None,
                category=product.category if product is not None else None,
                value=_value(product, moment, pence),
            )
            return
        if product is not None:
            path = f"/p/{product.sku.lower()}"
        late = visit.rng.random() < _RECEIVED_LATE_RATE
        received = moment + (visit.rng.randint(1, 30) * HOUR if late else 1)
        rest = (path, email, search, pence)
        row = _web_row(visit, name, (moment, self._calendar.inside(received)), product, *rest)
        self._landing.add(WEB_EVENTS, moment, row)
        if late:
            # The tracker sends again what it thought lost: the same event in a later batch.
            self._landing.redeliver(WEB_EVENTS, self._calendar.inside(received + 30 * MINUTE), row)


def _value(product: Product | None, moment: int, pence: int | None) -> str | None:
    """Return what an event is about in pounds: the basket, else the product, else nothing."""
    if pence is not None:
        return pounds(pence)
    return pounds(product.price_at(moment)) if product is not None else None


def _web_row(
    visit: Visit,
    name: str,
    times: tuple[int, int],
    product: Product | None,
    path: str | None,
    email: str | None,
    search: str | None,
    pence: int | None,
) -> tuple[str | None, ...]:
    moment, received = times
    value = _value(product, moment, pence)
    return (
        f"w{visit.rng.getrandbits(64):016x}",
        iso(moment),
        iso(received),
        WEB_NAMES[name],
        visit.user_id,
        visit.device.anonymous_id,
        email,
        visit.session_id,
        *visit.utm,
        visit.place.country,
        visit.place.city,
        visit.device.os,
        path,
        product.sku if product is not None else None,
        product.category if product is not None else None,
        value,
        CURRENCY if value is not None else None,
        json.dumps({"query": search}) if search is not None else None,
    )
