"""Writes what systems hold about people: profiles, devices, consents, tickets, memberships."""

from __future__ import annotations

import random
from collections.abc import Iterable

from rollcall.sample import vocabulary as words
from rollcall.sample.clock import DAY, HOUR, MINUTE, Calendar, iso, plain, rng_for
from rollcall.sample.company import Company
from rollcall.sample.landing import Landing
from rollcall.sample.people import Person
from rollcall.sample.systems import (
    APP_INSTALLATIONS,
    CONSENTS,
    CRM_CONTACTS,
    ERASURE_REQUESTS,
    HELPDESK_TICKETS,
    MAIL_CONTACTS,
    POS_MEMBERS,
    SHOP_ACCOUNTS,
    SHOP_PLUS,
)

_LEAD_RATE = 0.3
_PLUS_RATE = 0.05
_PLUS_PRICE = "4.99"
_TICKET_RATE = 0.08
_CLOSED_ACCOUNT_RATE = 0.01
_STATUSES = ("granted", "denied", "none")
_STATUS_WEIGHTS = (62, 10, 28)
_WITHDRAWN_RATE = 0.1
_REGRANTED_RATE = 0.15
_OTHER_PURPOSES = ("marketing_sms", "marketing_push", "ads", "profiling")


def _as_typed(person: Person) -> str | None:
    """Return the phone as the CRM's users type it: one in three without the country's code."""
    if person.phone is None or person.number % 3:
        return person.phone
    code, rest = person.phone.split(" ", 1)
    if code == "+1":
        area, prefix, number = rest.split(" ")
        return f"({area}) {prefix}-{number}"
    return f"0{rest}"


class Records:
    """Writes each person's records, and with each profile the truth about it."""

    def __init__(self, company: Company, landing: Landing, calendar: Calendar, seed: int) -> None:
        """Write to `landing`, within the calendar."""
        self._company = company
        self._landing = landing
        self._calendar = calendar
        self._seed = seed
        self._consents = 0
        self.profiles = 0
        landing.add_truth("profiles.csv", ("source", "profile_id", "person_id", "chain_id", "kind"))

    def write(self, people: Iterable[Person]) -> None:
        """Write everybody's records."""
        for person in people:
            rng = rng_for(self._seed, "records", person.number)
            self._crm(rng, person)
            self._mixed_contact(person)
            self._account(rng, person)
            self._card(person)
            self._newsletter(rng, person)
            self._installations(rng, person)
            self._plan_consents(rng, person)
            self._tickets(rng, person)
            self._plus(rng, person)
            self._erasure(rng, person)

    def _tell(
        self,
        source: str,
        profile_id: str,
        person: Person,
        chain: str = "main",
        kind: str = "plain",
    ) -> None:
        """Note whose a profile is; `kind` names what makes it hard to tell."""
        if not self._landing.has(source):
            return
        self.profiles += 1
        chain_id = f"{person.person_id}-{chain}"
        if person.kind == "store" and person.is_phone_shared:
            kind = "family_card"
        row = (source, profile_id, person.person_id, chain_id, kind)
        self._landing.add_truth("profiles.csv", row)

    def _email_changes(self, person: Person, created: int) -> list[int]:
        """Return the times of a profile's versions: its creation and a change of address."""
        changed = person.email_changed_at
        return [created, changed + HOUR] if changed is not None else [created]

    def _crm(self, rng: random.Random, person: Person) -> None:
        is_lead = person.kind == "guest" and rng.random() < _LEAD_RATE
        is_held = person.kind == "registered" and rng.random() < self._company.crm_rate
        if not (is_lead or is_held or person.mistaken_in == "crm"):
            return
        contact_id = f"c{person.number:06d}"
        self._tell("crm", contact_id, person)
        created = self._calendar.inside(person.joined + rng.randint(1, 90) * MINUTE)
        source = rng.choice(words.LEAD_SOURCES) if rng.random() < 0.7 else None
        talk = self._company.words
        wishes = (rng.choice(talk.intents), rng.choice(talk.use_cases))
        notes = rng.choice(talk.notes) if rng.random() < 0.05 else None
        is_upper = rng.random() < 0.1
        birth_date = f"{person.birth_year}-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}"
        place = person.place
        row = None
        for moment in self._email_changes(person, created):
            moment = self._calendar.inside(moment)
            email = person.account_email("crm", moment) or ""
            row = (
                contact_id,
                person.user_id,
                email.title() if is_upper else email,
                _as_typed(person) if is_held else None,
                person.loyalty_number if person.card_link == "loyalty" else None,
                person.first_name,
                person.last_name,
                birth_date if rng.random() < 0.8 else None,
                place.city,
                place.country,
                place.timezone,
                place.language,
                source,
                *wishes,
                notes,
                plain(created),
                plain(moment),
                "false",
            )
            self._landing.add(CRM_CONTACTS, moment, row)
        if row is not None and person.number % 150 == 0:
            self._landing.redeliver(CRM_CONTACTS, self._calendar.inside(moment + 95 * DAY), row)

    def _mixed_contact(self, person: Person) -> None:
        """Write a contact that somebody typed together from two people."""
        if person.mixed_at is None:
            return
        contact_id = f"x{person.number:06d}"
        self._tell("crm", contact_id, person, kind="mixed")
        moment = person.mixed_at
        row = (
            *(contact_id, None, person.email_at(moment), person.mixed_phone, None),
            *(person.first_name, person.last_name, None, person.place.city, person.place.country),
            *(person.place.timezone, person.place.language, None, None, None, None),
            *(plain(moment), plain(moment), "false"),
        )
        self._landing.add(CRM_CONTACTS, moment, row)

    def _account(self, rng: random.Random, person: Person) -> None:
        if person.kind != "registered":
            return
        account_id = f"acc{person.number:06d}"
        self._tell("shop", account_id, person)
        moments = self._email_changes(person, person.joined)
        closed_at = self._calendar.ago(rng.uniform(5, 90))
        if rng.random() < _CLOSED_ACCOUNT_RATE and closed_at > moments[-1]:
            moments.append(closed_at)
        else:
            closed_at = self._calendar.until
        for moment in moments:
            moment = self._calendar.inside(moment)
            row = (
                account_id,
                person.user_id,
                person.account_email("shop", moment),
                person.phone.replace(" ", "") if person.phone else None,
                person.loyalty_number if person.card_link == "loyalty" else None,
                person.first_name,
                person.last_name,
                person.place.city,
                person.place.country,
                plain(person.joined),
                plain(moment),
                "yes" if moment >= closed_at else "no",
            )
            self._landing.add(SHOP_ACCOUNTS, moment, row)

    def _card(self, person: Person) -> None:
        """Write the loyalty card's record, which never knows the account's user_id."""
        if person.loyalty_number is None:
            return
        member_id = f"m{person.number:06d}"
        is_tied = person.card_link is not None
        self._tell("pos", member_id, person, "main" if is_tied else "card")
        names_email = person.kind == "store" or person.card_link == "email"
        names_phone = person.kind == "store" or person.card_link == "phone"
        row = (
            member_id,
            person.loyalty_number,
            person.email if names_email else None,
            person.phone if names_phone else None,
            person.first_name,
            person.last_name,
            person.place.city,
            person.place.country,
            plain(person.joined),
            plain(person.joined),
        )
        self._landing.add(POS_MEMBERS, person.joined, row)

    def _newsletter(self, rng: random.Random, person: Person) -> None:
        email = person.mailbox or person.email
        if person.mail_link is None and person.other_email is None:
            return
        contact_id = f"n{person.number:06d}"
        self._tell("email_platform", contact_id, person, "letter" if person.other_email else "main")
        created = self._calendar.inside(person.joined + rng.randint(1, 20) * HOUR)
        row = (
            contact_id,
            person.user_id if person.mail_link == "user_id" else None,
            person.other_email or email,
            person.first_name,
            person.last_name if rng.random() < 0.7 else None,
            person.place.language,
            iso(created),
            iso(created),
        )
        self._landing.add(MAIL_CONTACTS, created, row)

    def _installations(self, rng: random.Random, person: Person) -> None:
        for device in person.devices:
            if device.kind != "app":
                continue
            moment = self._calendar.inside(person.joined + rng.randint(1, 72) * HOUR)
            token = f"{rng.getrandbits(80):020x}"
            row = (
                f"d-{device.anonymous_id}",
                person.user_id,
                device.anonymous_id,
                device.os,
                token,
                rng.random() < 0.7,
                plain(moment),
            )
            self._landing.add(APP_INSTALLATIONS, moment, row)

    def _plan_consents(self, rng: random.Random, person: Person) -> None:
        """Decide what the person allows, and write what the preference centre records of it."""
        person.marketing_email = rng.choices(_STATUSES, _STATUS_WEIGHTS)[0]
        if person.kind == "store" and person.email is None:
            person.marketing_email = "none"
        if person.marketing_email == "none":
            return
        moment = self._calendar.inside(person.joined + rng.randint(2, 50) * MINUTE)
        self._consent(person, "marketing_email", person.marketing_email, moment)
        for purpose in _OTHER_PURPOSES:
            if rng.random() < 0.3:
                status = "granted" if rng.random() < 0.6 else "denied"
                self._consent(person, purpose, status, moment)
        later = moment + int(rng.uniform(5, 300) * DAY)
        if later >= self._calendar.until:
            return
        if person.marketing_email == "granted" and rng.random() < _WITHDRAWN_RATE:
            person.marketing_email = "withdrawn"
            self._consent(person, "marketing_email", "withdrawn", later)
        elif person.marketing_email == "denied" and rng.random() < _REGRANTED_RATE:
            # A grant lifts a denial for what it names, so it has to name the same address.
            if person.email_at(later) != person.email_at(moment):
                return
            person.marketing_email = "granted"
            self._consent(person, "marketing_email", "granted", later)

    def _consent(self, person: Person, purpose: str, status: str, moment: int) -> None:
        self._consents += 1
        is_known = person.user_id is not None
        # An address that is shared or mistaken names somebody else too: the user_id alone then.
        is_own = person.email is not None and person.mistaken_email is None
        row = (
            f"k{self._consents:07d}",
            person.user_id,
            person.email_at(moment) if is_own else None,
            person.phone if purpose == "marketing_sms" and not is_known else None,
            purpose,
            status,
            iso(moment),
            person.loyalty_number if person.kind == "store" else None,
            None,
            None,
        )
        self._landing.add(CONSENTS, moment, row)

    def _tickets(self, rng: random.Random, person: Person) -> None:
        if person.kind == "store" or rng.random() >= _TICKET_RATE:
            return
        moment = self._calendar.inside(person.joined + rng.uniform(0, 30) * DAY)
        closed = moment + int(rng.expovariate(1 / 40) * HOUR)
        is_closed = closed < self._calendar.until
        topic, subject = rng.choice(self._company.words.tickets)
        is_own = person.email is not None and person.mistaken_email is None
        csat = rng.choice((1, 2, 3, 4, 5, 5, None)) if is_closed else None
        row = (
            f"h{person.number:06d}",
            plain(moment),
            plain(closed) if is_closed else None,
            person.user_id,
            person.email_at(moment) if is_own else None,
            rng.choice(("email", "chat", "phone")),
            topic,
            subject,
            csat,
            plain(closed if is_closed else moment),
        )
        self._landing.add(HELPDESK_TICKETS, moment, row)

    def _plus(self, rng: random.Random, person: Person) -> None:
        """Write a membership that brings free delivery, and its end where it has one."""
        if person.kind != "registered" or rng.random() >= _PLUS_RATE:
            return
        started = self._calendar.inside(person.joined + rng.uniform(0, 40) * DAY)
        ended = started + int(rng.uniform(30, 400) * DAY)
        versions: list[tuple[int, str, str | None]] = [(started, "active", None)]
        if ended < self._calendar.until:
            versions.append((ended, "cancelled", plain(ended)))
        for moment, state, end in versions:
            row = (
                f"plus{person.number:06d}",
                plain(started),
                person.user_id,
                person.email_at(moment) if person.mistaken_email is None else None,
                "plus",
                state,
                end,
                _PLUS_PRICE,
                "GBP",
                "month",
                plain(moment),
            )
            self._landing.add(SHOP_PLUS, moment, row)

    def _erasure(self, rng: random.Random, person: Person) -> None:
        if person.erased_at is None:
            return
        moment = person.erased_at
        email = person.email_at(moment) if rng.random() < 0.7 else None
        row = (f"e{person.number:06d}", iso(moment), person.user_id, email, None, None, None, None)
        self._landing.add(ERASURE_REQUESTS, moment, row)
