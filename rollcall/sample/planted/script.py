"""The words in which a planted person is written: what happened, how long before the end.

Times are seconds before the sample's end: 1 is its last second, 0 the end itself, which lies
outside of the sample, and below 0 is what is to come. The sample ends at midnight UTC.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from rollcall.sample.clock import DAY


@dataclass(frozen=True)
class Goods:
    """Something that planted people alone have to do with: an article of the shop, or a game.

    `changes` are its prices: (seconds before the end, pence, whether it is to be had).
    """

    sku: str
    category: str
    changes: tuple[tuple[int, int, bool], ...] = ((800 * DAY, 2_000, True),)


LAMP = Goods("SKU-P001", "home")
RUG = Goods("SKU-P002", "home")
BOOTS = Goods("SKU-P003", "shoes")


@dataclass(frozen=True)
class Event:
    """Something done on the web or in the app. Events of one `session` are one visit."""

    ago: int
    name: str
    goods: Goods | None = None
    pence: int | None = None
    session: str | None = None


@dataclass(frozen=True)
class Order:
    """An order of one article, or with state `refunded` its credit note."""

    ago: int
    goods: Goods
    pence: int
    state: Literal["completed", "cancelled", "refunded"] = "completed"


@dataclass(frozen=True)
class Message:
    """What became of an e-mail; each belongs to a message of its own."""

    ago: int
    action: Literal["sent", "opened", "clicked", "complained"]
    is_machine: bool = False


@dataclass(frozen=True)
class Ticket:
    """A ticket, open where it has no end."""

    ago: int
    topic: str
    closed_ago: int | None = None


@dataclass(frozen=True)
class Phase:
    """A membership's time in one plan and status. `name` tells the phases of two apart."""

    ago: int
    status: Literal["trial", "active", "past_due", "cancelled"]
    ended_ago: int | None = None
    plan: str = "plus"
    name: str = ""


Moment = Event | Order | Message | Ticket | Phase


@dataclass(frozen=True)
class Script:
    """All that ever happened to one planted person, who joined so many seconds before the end."""

    moments: tuple[Moment, ...]
    joined_ago: int


@dataclass(frozen=True)
class Plan:
    """The people who are planted for one audience.

    A near-miss meets the audience's rule but for one clause: clause, in words -> who fails it.
    """

    audience: str
    planted: Sequence[Script]
    near_misses: Mapping[str, Sequence[Script]]


def who(*moments: Moment | Iterable[Moment], joined: int | None = None) -> Script:
    """Write one person; without a time of joining, a month before anything else happened."""
    flat: list[Moment] = []
    for moment in moments:
        flat.extend([moment] if isinstance(moment, Moment) else moment)
    oldest = max((moment.ago for moment in flat), default=100 * DAY)
    return Script(tuple(flat), oldest + 30 * DAY if joined is None else joined)


def event(
    name: str,
    *agos: int,
    of: Goods | None = None,
    pence: int | None = None,
    session: str | None = None,
) -> list[Event]:
    """Write an event at each of these times."""
    return [Event(ago, name, of, pence, session) for ago in agos]


def views(*agos: int, of: Goods = LAMP, session: str | None = None) -> list[Event]:
    """Write a look at an article at each of these times."""
    return event("product_viewed", *agos, of=of, session=session)


def orders(*agos: int, of: Goods = LAMP, pence: int = 2_000) -> list[Order]:
    """Write an order at each of these times."""
    return [Order(ago, of, pence) for ago in agos]


def cancelled(*agos: int) -> list[Order]:
    """Write an order that was called off at once, at each of these times."""
    return [Order(ago, LAMP, 2_000, "cancelled") for ago in agos]


def returned(*agos: int) -> list[Order]:
    """Write a credit note at each of these times."""
    return [Order(ago, LAMP, -2_000, "refunded") for ago in agos]


def sent(*agos: int) -> list[Message]:
    """Write an e-mail sent at each of these times."""
    return [Message(ago, "sent") for ago in agos]


def opened(*agos: int, is_machine: bool = False) -> list[Message]:
    """Write an e-mail opened at each of these times."""
    return [Message(ago, "opened", is_machine) for ago in agos]


def clicked(*agos: int) -> list[Message]:
    """Write a link of an e-mail clicked at each of these times."""
    return [Message(ago, "clicked") for ago in agos]


def complained(*agos: int) -> list[Message]:
    """Write an e-mail called spam at each of these times."""
    return [Message(ago, "complained") for ago in agos]
