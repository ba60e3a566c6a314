"""One visit under way, and what an app records of its steps."""

from __future__ import annotations

import random
from dataclasses import dataclass

from rollcall.sample import vocabulary as words
from rollcall.sample.clock import Calendar, plain, rng_for
from rollcall.sample.landing import Landing
from rollcall.sample.people import Device, Person
from rollcall.sample.systems import APP_EVENTS

CURRENCY = "GBP"
SIGNED_IN_RATE = 0.6

Utm = tuple[str | None, str | None, str | None]
_NO_UTM: Utm = (None, None, None)


@dataclass
class Visit:
    """One visit under way. `moment` (seconds since 1970) moves on with every step."""

    rng: random.Random
    device: Device
    moment: int
    user_id: str | None
    place: words.Place
    session_id: str = ""
    utm: Utm = _NO_UTM

    def step(self) -> int:
        """Return the time of the next step, and let time pass after it."""
        moment = self.moment
        self.moment += 8 + int(self.rng.random() * 142)
        return moment


def visit_by_mail(seed: int, person: Person, kind: str, campaign_id: str, clicked: int) -> Visit:
    """Return the visit that a click in an e-mail leads to, some seconds later.

    `kind` is of the device of one who has none yet: web or app.
    """
    rng = rng_for(seed, "click", person.number, campaign_id)
    unknown = Device(f"{kind[0]}-{rng.getrandbits(64):016x}", kind, rng.choice(("ios", "android")))
    device = person.devices[0] if person.devices else unknown
    # A shared device says nobody's name by itself: its users sign in.
    knows = person.is_device_shared or rng.random() < SIGNED_IN_RATE
    return Visit(
        rng,
        device,
        clicked + rng.randint(2, 40),
        person.user_id if knows else None,
        person.place,
        f"s{rng.getrandbits(56):014x}",
        ("newsletter", "email", campaign_id),
    )


def record_app_event(
    landing: Landing,
    calendar: Calendar,
    visit: Visit,
    moment: int,
    name: str,
    *,
    sku: str | None = None,
    category: str | None = None,
    value: str | None = None,
    utm: Utm = _NO_UTM,
) -> None:
    """Write an event of the app; `value` is an amount in pounds."""
    # An app sends what it gathered some minutes later.
    received = calendar.inside(moment + visit.rng.randint(0, 600))
    row = (
        f"a{visit.rng.getrandbits(64):016x}",
        plain(moment),
        plain(received),
        name,
        visit.user_id,
        visit.device.anonymous_id,
        visit.place.country,
        visit.device.os,
        sku,
        category,
        value,
        CURRENCY if value is not None else None,
        *utm,
    )
    landing.add(APP_EVENTS, moment, row)


def pounds(pence: int) -> str:
    """Return an amount in pence as a decimal text in pounds."""
    sign = "-" if pence < 0 else ""
    return f"{sign}{abs(pence) // 100}.{abs(pence) % 100:02d}"
