"""Plays the visits of a company that is an app: who uses which features, and what they set up."""

from __future__ import annotations

import random
from dataclasses import dataclass

from rollcall.sample import vocabulary as words
from rollcall.sample.clock import HOUR, Calendar, rng_for
from rollcall.sample.company import Company, Step
from rollcall.sample.landing import Landing
from rollcall.sample.people import Device, Person
from rollcall.sample.personas import visits
from rollcall.sample.visit import (
    SIGNED_IN_RATE,
    Visit,
    pounds,
    record_app_event,
    visit_by_mail,
)

# People open an app some times as often as they look into a shop.
_PACE = 4
_USE_RATE = 0.6
_OTHER_RATE = 0.06
_STRANGERS_PER_PERSON = 0.2


@dataclass(frozen=True)
class Habit:
    """What one person uses of the app, how likely in each visit, and what they set up in it."""

    uses: tuple[Step, ...]
    use_rate: float
    setups: tuple[Step, ...]


class AppStage:
    """Plays everybody's visits and writes what the app records."""

    def __init__(self, company: Company, landing: Landing, calendar: Calendar, seed: int) -> None:
        """Write to `landing`, within the calendar."""
        self._company = company
        self._landing = landing
        self._calendar = calendar
        self._seed = seed
        self._planted = {planted.persona.name: planted for planted in company.planted}

    def play(self, people: list[Person]) -> None:
        """Play everybody with an account, and the strangers who only look into the app."""
        for person in people:
            if person.kind != "registered":
                continue
            rng = rng_for(self._seed, "visits", person.number)
            habit = self._habit(rng, person)
            self._arrive(rng, person)
            for setup in habit.setups:
                self._set_up(rng, person, setup)
            times = visits(rng, person.persona, person.joined, self._calendar, _PACE)
            for moment in times:
                self._come(rng, person, habit, moment)
        self._strangers(len(people))

    def follow(self, person: Person, campaign_id: str, path: str, clicked: int) -> None:
        """Play the visit that a click in an e-mail leads to; an app records no `path`."""
        self._record(
            visit_by_mail(self._seed, person, "app", campaign_id, clicked), Step("app_opened")
        )

    def _habit(self, rng: random.Random, person: Person) -> Habit:
        company = self._company
        planted = self._planted.get(person.persona.name)
        if planted is not None:
            return Habit(
                tuple(company.features[name] for name in planted.features),
                1,
                tuple(company.setups[name] for name in planted.setups),
            )
        features, setups = list(company.features.values()), company.setups.values()
        count = min(rng.randint(*person.persona.app_features), len(features))
        rate = person.persona.setup_rate
        return Habit(
            tuple(rng.sample(features, count)),
            _USE_RATE,
            tuple(setup for setup in setups if rng.random() < rate),
        )

    def _arrive(self, rng: random.Random, person: Person) -> None:
        """Install the app and sign up, which ties the first device to the account."""
        visit = self._open(rng, person, person.devices[0], person.joined, None)
        visit.user_id = person.user_id
        self._record(visit, Step("signed_up"))
        others = [*person.devices[1:], *([person.borrowed] if person.borrowed else [])]
        for device in others:
            # Never cut off by the end: the device would look like one person's.
            moment = self._calendar.inside(person.joined + int(rng.uniform(1, 72) * HOUR))
            self._record(
                self._visit(rng, person, device, moment, person.user_id), Step("signed_in")
            )

    def _set_up(self, rng: random.Random, person: Person, setup: Step) -> None:
        """Set something up, in the first half of the person's time with the company."""
        moment = person.joined + int(rng.uniform(0, 0.5) * (self._calendar.until - person.joined))
        visit = self._visit(rng, person, person.devices[0], moment, person.user_id)
        self._record(visit, setup)

    def _come(self, rng: random.Random, person: Person, habit: Habit, moment: int) -> None:
        # A shared device says nobody's name by itself: its users sign in.
        knows = person.is_device_shared or rng.random() < SIGNED_IN_RATE
        user_id = person.user_id if knows else None
        visit = self._open(rng, person, rng.choice(person.devices), moment, user_id)
        if knows and rng.random() < 0.3:
            self._record(visit, Step("signed_in"))
        for use in habit.uses:
            if rng.random() < habit.use_rate:
                self._record(visit, use)
        for other in self._company.others:
            if rng.random() < _OTHER_RATE:
                self._record(visit, other)

    def _strangers(self, people: int) -> None:
        """Play those who look into the app once and never sign up."""
        rng = rng_for(self._seed, "strangers")
        for _ in range(int(people * _STRANGERS_PER_PERSON)):
            device = Device(f"a-{rng.getrandbits(64):016x}", "app", rng.choice(("ios", "android")))
            moment = rng.randrange(self._calendar.start, self._calendar.until)
            self._open(rng, None, device, moment, None)

    def _open(
        self,
        rng: random.Random,
        person: Person | None,
        device: Device,
        moment: int,
        user_id: str | None,
    ) -> Visit:
        """Open the app: what every visit begins with."""
        visit = self._visit(rng, person, device, moment, user_id)
        for name in ("app_opened", "page_viewed"):
            self._record(visit, Step(name))
        return visit

    def _visit(
        self,
        rng: random.Random,
        person: Person | None,
        device: Device,
        moment: int,
        user_id: str | None,
    ) -> Visit:
        place = person.place if person is not None else rng.choice(words.PLACES)
        return Visit(rng, device, moment, user_id, place)

    def _record(self, visit: Visit, step: Step) -> None:
        """Record one step, unless the sample is over by then."""
        moment = visit.step()
        if moment < self._calendar.until:
            value = pounds(visit.rng.randint(*step.pence)) if step.pence is not None else None
            record_app_event(
                *(self._landing, self._calendar, visit, moment, step.event),
                value=value,
                utm=visit.utm,
            )
