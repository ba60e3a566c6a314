"""Plans the people: who they are, what identifies them where, and what the systems get wrong.

The truth is settled here, when a person is planned; nothing reads it off the records later.
"""

from __future__ import annotations

import math
import random
from collections import Counter
from dataclasses import dataclass, field
from itertools import cycle

from rollcall.sample import vocabulary as words
from rollcall.sample.clock import DAY, HOUR, Calendar, rng_for
from rollcall.sample.company import Company
from rollcall.sample.personas import Persona, choose_joined, choose_persona

_KINDS = ("registered", "store", "guest")
_PEOPLE_A_PLANTED = 100
# A mailbox is shared by this many people where there are enough of them.
_MAILBOX_PEOPLE = 50
_PEOPLE_A_MAILBOX = 4_000
_SHARED_DEVICE_SHARE = 0.03
_MISTAKEN_EMAIL_SHARE = 0.0125
_ERASED_SHARE = 0.005
_FAMILY_SHARE = 0.01
_MIXED_SHARE = 0.01
# Card holders without an account who share a phone: nothing in the records tells them apart.
_PEOPLE_A_STORE_FAMILY = 2_000
# One in so many has an e-mail that two others carry too; three carriers are the guard's most.
_TWICE_MISTAKEN_EVERY = 12


@dataclass
class Device:
    """A browser or an installation of the app; the id is what systems know a visitor by."""

    anonymous_id: str
    kind: str  # web or app
    os: str


@dataclass
class Person:
    """One person of a sample company. Times are seconds since 1970, UTC."""

    number: int
    kind: str
    persona: Persona
    first_name: str
    last_name: str
    birth_year: int
    place: words.Place
    joined: int
    phone: str | None
    devices: list[Device]
    # The person's own address; None for one who has only a mailbox that many share.
    email: str | None
    new_email: str | None = None
    email_changed_at: int | None = None
    mailbox: str | None = None
    # Another person's address that one system holds for this one, and which system.
    mistaken_email: str | None = None
    mistaken_in: str | None = None
    loyalty_number: str | None = None
    # What ties the loyalty card to the rest: loyalty, email, phone; None where nothing does.
    card_link: str | None = None
    # What ties the newsletter to the rest: user_id, email; None where nothing does.
    mail_link: str | None = None
    other_email: str | None = None
    # Whether a relative holds the same phone.
    is_phone_shared: bool = False
    # A stranger's phone that a record of the CRM without a user_id holds beside the own e-mail.
    mixed_phone: str | None = None
    mixed_at: int | None = None
    # A shared device of somebody else's, used once right after joining.
    borrowed: Device | None = None
    is_device_shared: bool = False
    is_reader: bool = False
    is_opened_by_machine: bool = False
    erased_at: int | None = None
    marketing_email: str = "none"
    favourites: list[str] = field(default_factory=list)

    @property
    def person_id(self) -> str:
        """The truth's id; no system knows it."""
        return f"p{self.number:07d}"

    @property
    def user_id(self) -> str | None:
        """The id of the account, the same in all systems; None without one."""
        return f"u{self.number:06d}" if self.kind == "registered" else None

    @property
    def has_app(self) -> bool:
        """Whether one of the person's devices is an installation of the app."""
        return any(device.kind == "app" for device in self.devices)

    def email_at(self, moment: int) -> str | None:
        """Return the person's own address at a time; None for one who has only a mailbox."""
        if self.email_changed_at is not None and moment >= self.email_changed_at:
            return self.new_email
        return self.email

    def account_email(self, system: str, moment: int) -> str | None:
        """Return what a system holds beside the user_id: own, shared or mistaken."""
        if self.mistaken_in == system:
            return self.mistaken_email
        return self.mailbox or self.email_at(moment)


def plan_people(company: Company, count: int, calendar: Calendar, seed: int) -> list[Person]:
    """Plan `count` people and what they share; the same arguments plan the same people."""
    phones: Counter[str] = Counter()
    planted = _plant(company, count, seed)
    people = [
        _plan_person(company, number, calendar, seed, phones, planted.get(number))
        for number in range(1, count + 1)
    ]
    rng = rng_for(seed, "shared")
    # What is planted must be as it was planned: nobody shares with those people.
    free = [
        person for person in people if person.kind == "registered" and person.number not in planted
    ]
    rng.shuffle(free)
    free = _share_mailboxes(free, count)
    free = _mistake_emails(company, free, count, rng)
    _share_devices(free, count, rng)
    _share_phones(people, free, count, rng_for(seed, "families"))
    _mix_profiles(free, count, calendar, rng_for(seed, "mixed"))
    _change_emails(free, calendar, rng)
    _plan_erasures(free, count, calendar, rng)
    return people


def _plant(company: Company, count: int, seed: int) -> dict[int, Persona]:
    """Choose who is of a planted persona: person's number -> persona."""
    personas = [planted.persona for planted in company.planted]
    wanted = len(personas) * max(1, count // _PEOPLE_A_PLANTED)
    numbers = rng_for(seed, "planted").sample(range(1, count + 1), min(wanted, count))
    return dict(zip(numbers, cycle(personas), strict=False))


def _plan_person(
    company: Company,
    number: int,
    calendar: Calendar,
    seed: int,
    phones: Counter[str],
    planted: Persona | None,
) -> Person:
    rng = rng_for(seed, "person", number)
    kind = rng.choices(_KINDS, company.person_weights)[0]
    persona = choose_persona(rng)
    if planted is not None:
        kind, persona = "registered", planted
    place = rng.choices(words.PLACES, words.PLACE_WEIGHTS)[0]
    first, last = rng.choice(words.FIRST_NAMES), rng.choice(words.LAST_NAMES)
    phone = None
    if rng.random() < 0.6:
        phone = words.fictional_phone(place.country, phones[place.country])
        phones[place.country] += 1
    person = Person(
        number=number,
        kind=kind,
        persona=persona,
        first_name=first,
        last_name=last,
        birth_year=rng.randint(1948, 2006),
        place=place,
        joined=choose_joined(rng, persona, calendar),
        phone=phone,
        devices=_plan_devices(company, rng, kind, persona),
        email=f"{first}.{last}{number}@{rng.choice(words.MAIL_DOMAINS)}".lower(),
        is_reader=rng.random() < 0.35,
        is_opened_by_machine=rng.random() < 0.2,
        favourites=rng.sample(sorted(words.CATEGORIES), 2),
    )
    if company.has("pos"):
        _plan_card(person, rng)
    _plan_newsletter(person, rng)
    return person


def _plan_devices(
    company: Company, rng: random.Random, kind: str, persona: Persona
) -> list[Device]:
    if not company.has("web"):
        # Without a website there is nothing to look at before one has an account.
        count = 0 if kind != "registered" else 2 if rng.random() < 0.35 else 1
        return [_device(rng, "app", rng.choice(("ios", "android"))) for _ in range(count)]
    if kind == "store":
        return []
    devices = [_device(rng, "web", rng.choice(("windows", "macos", "linux", "chromeos")))]
    if kind == "registered" and rng.random() < 0.35:
        devices.append(_device(rng, "web", rng.choice(("ios", "android"))))
    if kind == "registered" and (persona.name == "power" or rng.random() < 0.35):
        devices.append(_device(rng, "app", rng.choice(("ios", "android"))))
    return devices


def _device(rng: random.Random, kind: str, os: str) -> Device:
    return Device(f"{kind[0]}-{rng.getrandbits(64):016x}", kind, os)


def _plan_card(person: Person, rng: random.Random) -> None:
    """Give a loyalty card, and settle what ties it to the person's other records."""
    if person.kind == "store":
        person.loyalty_number = f"LC{70_000_000 + person.number * 7}"
        if rng.random() < 0.35:
            person.email = None
        person.card_link = "loyalty"
    elif person.kind == "registered" and rng.random() < 0.4:
        person.loyalty_number = f"LC{70_000_000 + person.number * 7}"
        draw = rng.random()
        if draw < 0.15 and person.phone:
            person.card_link = "phone"
        elif draw < 0.35:
            person.card_link = "email"
        elif draw < 0.94:
            person.card_link = "loyalty"


def _plan_newsletter(person: Person, rng: random.Random) -> None:
    """Settle whether the newsletter knows the person, and by what."""
    if person.email is None or (person.kind != "guest" and rng.random() > 0.8):
        return
    draw = rng.random()
    if person.kind != "registered" or draw < 0.3:
        person.mail_link = "email"
    elif draw < 0.97:
        person.mail_link = "user_id"
    else:
        local = f"{person.last_name}.private{person.number}"
        person.other_email = f"{local}@{rng.choice(words.MAIL_DOMAINS)}".lower()


def _share_mailboxes(free: list[Person], count: int) -> list[Person]:
    """Put groups of people behind one mailbox each; return those who are left."""
    size = min(_MAILBOX_PEOPLE, count // 10)
    if size < 5:
        return free
    for box in range(max(1, count // _PEOPLE_A_MAILBOX)):
        for person in free[box * size : (box + 1) * size]:
            person.mailbox = f"front.desk{box + 1}@example.org"
            person.email = person.other_email = None
            # Only a record with a user_id tells these people apart.
            person.mail_link = "user_id" if person.mail_link else None
            if person.card_link == "email":
                person.card_link = "loyalty"
    return free[max(1, count // _PEOPLE_A_MAILBOX) * size :]


def _mistake_emails(
    company: Company, free: list[Person], count: int, rng: random.Random
) -> list[Person]:
    """Let a system hold an earlier person's address for a later one; return who is left."""
    by_joined = sorted(free, key=lambda person: (person.joined, person.number))
    half = len(by_joined) // 2
    wanted = min(math.ceil(count * _MISTAKEN_EMAIL_SHARE), half)
    owners = rng.sample(by_joined[:half], wanted)
    involved: set[int] = set()
    for index, other in enumerate(rng.sample(by_joined[half:], wanted)):
        owner = owners[index - 1 if index % _TWICE_MISTAKEN_EVERY == 1 else index]
        if other.joined < owner.joined + 2 * DAY:
            continue
        other.mistaken_email = owner.email
        other.mistaken_in = "crm" if index % 2 or not company.has("shop") else "shop"
        # The own address may stand in one system only: the user_id and the card tie the rest.
        other.mail_link = "user_id" if other.mail_link else None
        if other.card_link == "email":
            other.card_link = "loyalty"
        involved |= {owner.number, other.number}
    return [person for person in free if person.number not in involved]


def _share_devices(free: list[Person], count: int, rng: random.Random) -> None:
    """Let pairs of people sign in on one device."""
    pairs = min(max(1, int(count * _SHARED_DEVICE_SHARE)), len(free) // 2)
    for index in range(pairs):
        owner, other = free[2 * index], free[2 * index + 1]
        owner.is_device_shared = True
        other.borrowed = owner.devices[0]


def _share_phones(people: list[Person], free: list[Person], count: int, rng: random.Random) -> None:
    """Let families share one phone: those with accounts, and a few who only hold cards."""
    holders = [person for person in free if person.phone]
    rng.shuffle(holders)
    for _ in range(min(int(count * _FAMILY_SHARE), len(holders) // 4)):
        _share_phone([holders.pop() for _ in range(rng.choice((2, 2, 3)))])
    in_store = [person for person in people if person.kind == "store" and person.phone]
    for place in range(min(count // _PEOPLE_A_STORE_FAMILY, len(in_store) // 2)):
        _share_phone(in_store[2 * place : 2 * place + 2])


def _share_phone(family: list[Person]) -> None:
    for person in family:
        person.is_phone_shared = True
        person.phone, person.place = family[0].phone, family[0].place
        # A card that only the phone ties to the rest would be tied to the phone's first owner.
        if person.card_link == "phone":
            person.card_link = "loyalty"


def _mix_profiles(free: list[Person], count: int, calendar: Calendar, rng: random.Random) -> None:
    """Let the CRM hold records that carry one person's e-mail beside another's phone."""
    able = [
        person for person in free if person.email and person.phone and not person.is_phone_shared
    ]
    rng.shuffle(able)
    for _ in range(min(int(count * _MIXED_SHARE), len(able) // 2)):
        one, other = able.pop(), able.pop()
        moment = int(max(one.joined, other.joined) + rng.uniform(2, 30) * DAY)
        one.mixed_phone = other.phone
        one.mixed_at = calendar.inside(moment)


def _change_emails(free: list[Person], calendar: Calendar, rng: random.Random) -> None:
    """Let some people move to a new address, some time after joining."""
    for person in free:
        changed_at = person.joined + int(rng.uniform(20, 200) * DAY)
        if rng.random() < 0.06 and changed_at < calendar.until:
            person.email_changed_at = changed_at
            person.new_email = f"{person.last_name}.{person.first_name}{person.number}".lower()
            person.new_email += f"@{rng.choice(words.MAIL_DOMAINS)}"


def _plan_erasures(free: list[Person], count: int, calendar: Calendar, rng: random.Random) -> None:
    """Let some people ask to be erased: those whose records all hang together."""
    able = [
        person
        for person in free
        if not person.other_email
        and not (person.loyalty_number and person.card_link is None)
        and not person.is_device_shared
        and person.borrowed is None
        and person.mixed_phone is None
        and not person.is_phone_shared
    ]
    wanted = min(max(1, int(count * _ERASED_SHARE)), len(able))
    for person in rng.sample(able, wanted):
        person.erased_at = calendar.inside(
            max(person.joined + HOUR, calendar.until - rng.uniform(0.5, 60) * DAY)
        )
