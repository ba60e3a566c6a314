"""How the people of a sample company behave: when they are there, how often, what they buy."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

from rollcall.sample.clock import DAY, Calendar


@dataclass(frozen=True)
class Persona:
    """One way to behave. Days are counted back from the end of the sample."""

    name: str
    weight: int
    # Joined between these many days ago; the second is cut to the length of the sample.
    joined_days: tuple[int, int]
    # Mean days between visits, and the share of visits that end in a purchase.
    gap_days: float
    buy_rate: float
    # Stretches of days ago in which the person is there: (from, to).
    present: tuple[tuple[int, int], ...] = ((100_000, 0),)
    # No purchase in the last days, whatever happens.
    no_purchase_days: int = 0
    # Chance that a visit uses each of the shop's features.
    feature_rate: float = 0.06
    # Share that visit on one of the last six days, and whether that visit fills a cart.
    last_visit_rate: float = 0.0
    fills_last_cart: bool = False
    items: int = 2
    # How many of an app's features they use, and the chance of each of its setups.
    app_features: tuple[int, int] = (1, 2)
    setup_rate: float = 0.25
    # Whether they come each gap_days to the day, whatever the company.
    is_regular: bool = False


PERSONAS = (
    Persona(
        *("power", 4, (60, 100_000), 7, 0.15),
        feature_rate=0.6,
        app_features=(100, 100),
        setup_rate=0.9,
    ),
    Persona("regular", 27, (30, 100_000), 25, 0.40, app_features=(3, 5), setup_rate=0.6),
    Persona("casual", 21, (30, 100_000), 45, 0.40, feature_rate=0.03),
    Persona("browser", 11, (15, 100_000), 20, 0.15, no_purchase_days=45, last_visit_rate=0.8),
    Persona(
        "abandoner",
        6,
        (15, 100_000),
        25,
        0.25,
        no_purchase_days=10,
        last_visit_rate=0.9,
        fills_last_cart=True,
        app_features=(2, 3),
    ),
    Persona(
        *("lapsed_regular", 6, (260, 100_000), 16, 0.55),
        present=((100_000, 110),),
        items=4,
        app_features=(3, 4),
        setup_rate=0.6,
    ),
    Persona("dormant", 13, (130, 100_000), 30, 0.20, present=((100_000, 100),)),
    Persona(
        *("comeback", 5, (230, 100_000), 14, 0.30),
        present=((100_000, 160), (35, 0)),
        app_features=(2, 4),
    ),
    Persona("newcomer", 7, (1, 28), 4, 0.35, feature_rate=0.10, app_features=(1, 3)),
)


def choose_persona(rng: random.Random) -> Persona:
    """Return a persona by weight."""
    return rng.choices(PERSONAS, [persona.weight for persona in PERSONAS])[0]


def choose_joined(rng: random.Random, persona: Persona, calendar: Calendar) -> int:
    """Return when a person of this persona joins; in a short sample as early as it allows."""
    latest, earliest = persona.joined_days
    earliest = min(earliest, calendar.days)
    latest = min(latest, max(earliest - 1, 0))
    return calendar.inside(calendar.until - rng.uniform(latest, earliest) * DAY)


def is_present(persona: Persona, moment: int, calendar: Calendar) -> bool:
    """Say whether a person of this persona pays the company any attention at a time."""
    return any(calendar.ago(begin) <= moment < calendar.ago(end) for begin, end in persona.present)


def visits(
    rng: random.Random, persona: Persona, joined: int, calendar: Calendar, pace: float = 1
) -> Iterator[int]:
    """Yield the times of a person's visits after joining, in order.

    `pace` is how many times as often people come as the personas say.
    """
    for begin, end in persona.present:
        moment = float(max(joined, calendar.ago(begin)))
        stop = calendar.ago(end)
        while True:
            gap = (
                persona.gap_days if persona.is_regular else rng.expovariate(pace / persona.gap_days)
            )
            moment += gap * DAY
            if moment >= stop:
                break
            yield int(moment)
