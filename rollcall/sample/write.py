"""Writes a sample company: plans its people, plays what they do, writes what systems export."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from rollcall.errors import SettingsError
from rollcall.sample.activity import Stage
from rollcall.sample.app_use import AppStage
from rollcall.sample.bank import BANK
from rollcall.sample.catalogue import Catalogue
from rollcall.sample.clock import DAY, HOUR, Calendar, iso
from rollcall.sample.company import Company
from rollcall.sample.game import GAME
from rollcall.sample.landing import Landing
from rollcall.sample.mailing import Mailing
from rollcall.sample.people import Person, plan_people
from rollcall.sample.planted import Cast, plans_of
from rollcall.sample.records import Records
from rollcall.sample.shop import SHOP
from rollcall.sample.systems import (
    APP_EVENTS,
    HELPDESK_TICKETS,
    IDENTITY_CUTS,
    MAIL_ACTIVITY,
    SHOP_ORDERS,
    WEB_EVENTS,
)
from rollcall.sample.trading import TRADING

_COMPANIES = {company.kind: company for company in (SHOP, TRADING, GAME, BANK)}
KINDS = tuple(_COMPANIES)


@dataclass(frozen=True)
class SampleSummary:
    """What was written. Counts of lines leave out headers; `rows` leaves out malformed lines.

    `customers` leaves out the planted people.
    """

    out: Path
    customers: int
    planted_people: int
    profiles: int
    files: int
    rows: Mapping[str, int]
    malformed_lines: int
    redelivered_lines: int
    shared_devices: int
    mistaken_emails: int
    shared_mailboxes: int
    shared_phones: int
    mixed_profiles: int
    erased_people: int


def write_sample(
    out: Path,
    *,
    kind: str = "shop",
    customers: int,
    days: int,
    until: datetime,
    seed: int,
    has_planted: bool = False,
) -> SampleSummary:
    """Write a sample company's landing files below `out`, and the truth to `out/_truth`.

    `days` is the length of its history, which ends before `until` (UTC; without an offset it is
    taken as UTC). The same arguments write the same bytes. Files of a former sample in `out` are
    removed. `has_planted` adds the people who are planted for the audiences, and the truth about
    them; their history may begin before the sample's, and nobody else's changes. Raises
    SettingsError for an unknown kind, a size that is not positive, or an end within a day where
    people are planted.
    """
    if kind not in KINDS:
        raise SettingsError(f"--kind {kind}: no such sample company. Known: {', '.join(KINDS)}.")
    for flag, value in (("--customers", customers), ("--days", days)):
        if value < 1:
            raise SettingsError(f"{flag} {value}: give at least 1.")
    company = _COMPANIES[kind]
    calendar = _calendar(until, days)
    if has_planted and calendar.until % DAY:
        raise SettingsError(
            f"--until {until.isoformat()}: planted people need an end at midnight UTC, since some "
            "are known by their nights. Give a day without a time, or leave out --planted."
        )
    landing = Landing(out, days, company.systems)
    people = plan_people(company, customers, calendar, seed)
    records = Records(company, landing, calendar, seed)
    records.write(people)
    stage = _stage(company, landing, calendar, seed)
    stage.play(people)
    Mailing(company, landing, calendar, seed, stage.follow).write(people)
    _cut(landing, calendar, people)
    _spoil(landing, calendar)
    _tell_people(landing, people)
    cast = Cast(company, landing, calendar)
    if has_planted:
        cast.write(plans_of(company), after=len(people))
    return SampleSummary(
        out=out,
        customers=len(people),
        planted_people=cast.people,
        profiles=records.profiles + cast.profiles,
        files=landing.write(),
        rows=landing.counts(),
        malformed_lines=landing.malformed,
        redelivered_lines=landing.redelivered,
        shared_devices=sum(person.is_device_shared for person in people),
        mistaken_emails=sum(person.mistaken_email is not None for person in people),
        shared_mailboxes=len({person.mailbox for person in people if person.mailbox}),
        shared_phones=len({person.phone for person in people if person.is_phone_shared}),
        mixed_profiles=sum(person.mixed_at is not None for person in people),
        erased_people=sum(person.erased_at is not None for person in people),
    )


def _stage(company: Company, landing: Landing, calendar: Calendar, seed: int) -> Stage | AppStage:
    """Return where the company's visits are played; a shop's goods are written before."""
    if not company.has("shop"):
        return AppStage(company, landing, calendar, seed)
    catalogue = Catalogue(calendar, seed)
    catalogue.write(landing)
    return Stage(landing, catalogue, calendar, seed)


def _calendar(until: datetime, days: int) -> Calendar:
    moment = until.replace(tzinfo=UTC) if until.tzinfo is None else until
    end = int(moment.timestamp())
    if datetime.fromtimestamp(end, UTC) - timedelta(days=days) < datetime(1971, 1, 1, tzinfo=UTC):
        raise SettingsError(f"--days {days}: the sample would begin before 1971. Give fewer.")
    return Calendar(end - days * DAY, end)


def _cut(landing: Landing, calendar: Calendar, people: list[Person]) -> None:
    """Let a steward see one family of card holders for what it is: their phone is nobody's."""
    families = [person for person in people if person.kind == "store" and person.is_phone_shared]
    if families:
        moment = calendar.inside(calendar.until - DAY)
        row = ("cut-1", iso(moment), "phone", families[0].phone, None, None, "cut", None)
        landing.add(IDENTITY_CUTS, moment, row)


def _spoil(landing: Landing, calendar: Calendar) -> None:
    """Write the lines that no reader can take, one of each kind that real exports hold."""
    moment = calendar.inside(calendar.until - 5 * HOUR)
    # Too few fields: the export stopped in the middle of a line.
    landing.add_malformed(SHOP_ORDERS, moment, "W99999901,2026-01-01 10:00:00")
    landing.add_malformed(SHOP_ORDERS, moment, "W99999902")
    # Too many: a comma that nobody quoted.
    ticket = "h999901,{opened},,,,chat,other,{subject},,{opened}"
    opened = iso(moment)
    subject = "Hello, anybody there"
    landing.add_malformed(HELPDESK_TICKETS, moment, ticket.format(opened=opened, subject=subject))
    # A time that is none, and a key that is missing.
    landing.add_malformed(
        HELPDESK_TICKETS, moment, ticket.format(opened="31/31/2026 25:00", subject="Hello")
    )
    landing.add_malformed(APP_EVENTS, moment, "a-bad-1,yesterday,,App Opened,,,GB,ios,,,,,,,")
    landing.add_malformed(APP_EVENTS, moment, f",{opened},,App Opened,,,GB,ios,,,,,,,")
    # Half an object, and a proxy's words in place of data.
    landing.add_malformed(MAIL_ACTIVITY, moment, '{"activity_id":"bad-1","timestamp":"' + opened)
    landing.add_malformed(MAIL_ACTIVITY, moment, "502 Bad Gateway")
    landing.add_malformed(WEB_EVENTS, moment, "502 Bad Gateway")


def _tell_people(landing: Landing, people: list[Person]) -> None:
    """Write who was planned, for those who check the result against it."""
    header = ("person_id", "kind", "persona", "marketing_email", "is_erased")
    landing.add_truth("people.csv", header)
    for person in people:
        is_erased = "true" if person.erased_at is not None else "false"
        row = (person.person_id, person.kind, person.persona.name, person.marketing_email)
        landing.add_truth("people.csv", (*row, is_erased))
