"""Writes the mail platform's campaigns, who was in which arm, and what became of each message."""

from __future__ import annotations

import json
import random
from collections.abc import Callable

from rollcall.sample.clock import DAY, HOUR, Calendar, iso, plain, rng_for
from rollcall.sample.company import Campaign, Company
from rollcall.sample.landing import Landing
from rollcall.sample.people import Person
from rollcall.sample.personas import is_present
from rollcall.sample.systems import MAIL_ACTIVITY, MAIL_ASSIGNMENTS, MAIL_CAMPAIGNS

_NEWSLETTER_EVERY_DAYS = 21
_LAST_NEWSLETTER_DAYS_AGO = 5
_WAVE_DAYS = 8
_SENT_RATE = 0.7
_READER_OPEN_RATE, _OPEN_RATE, _CLICK_RATE = 0.55, 0.08, 0.4
_HARD_BOUNCE_RATE, _SOFT_BOUNCE_RATE = 0.002, 0.01
_COMPLAINT_RATE, _UNSUBSCRIBE_RATE = 0.002, 0.006
_HOLDOUT_RATE = 0.1
_HORIZON_DAYS = 14

# Plays the visit after a click: who clicks, in which campaign, on which path, when.
Follow = Callable[[Person, str, str, int], None]

# The platform's own words, which staging maps to the contract's.
SENT, DELIVERED, OPENED, CLICKED = "send", "delivery", "open", "click"
BOUNCED, COMPLAINED, UNSUBSCRIBED = "bounce", "spam_report", "unsubscribe"


def plan_campaigns(company: Company, calendar: Calendar) -> list[Campaign]:
    """Return the newsletters, counted back from the end, and the campaigns between them."""
    all_days_ago = range(_LAST_NEWSLETTER_DAYS_AGO, calendar.days + 1, _NEWSLETTER_EVERY_DAYS)
    newsletters = [
        Campaign(
            f"news-{issue:03d}",
            f"Newsletter, issue {issue}",
            days_ago,
            company.newsletter_goal,
            message_type="newsletter",
            audience="subscribers",
        )
        for issue, days_ago in enumerate(reversed(all_days_ago), start=1)
    ]
    return sorted(
        [*newsletters, *company.campaigns],
        key=lambda campaign: (calendar.ago(campaign.days_ago), campaign.campaign_id),
    )


class Mailing:
    """Sends the campaigns to the contacts and records what they do with them."""

    def __init__(
        self, company: Company, landing: Landing, calendar: Calendar, seed: int, follow: Follow
    ) -> None:
        """Write to `landing`, within the calendar; let `follow` play what clicks lead to."""
        self._company = company
        self._follow = follow
        self._landing = landing
        self._calendar = calendar
        self._seed = seed

    def write(self, people: list[Person]) -> None:
        """Write the campaigns, the arms and the messages of everybody."""
        campaigns = plan_campaigns(self._company, self._calendar)
        for campaign in campaigns:
            starts = self._starts(campaign)
            self._landing.add(MAIL_CAMPAIGNS, starts, _campaign_row(campaign, starts))
        for person in people:
            rng = rng_for(self._seed, "mail", person.number)
            is_subscribed = person.mail_link is not None or person.other_email is not None
            for campaign in campaigns:
                if self._starts(campaign) < person.joined + DAY or rng.random() > _SENT_RATE:
                    continue
                if campaign.channel != "email":
                    self._notify(rng, person, campaign)
                elif is_subscribed:
                    is_subscribed = self._mail(rng, person, campaign)

    def _starts(self, campaign: Campaign) -> int:
        return self._calendar.ago(campaign.days_ago)

    def _notify(self, rng: random.Random, person: Person, campaign: Campaign) -> None:
        """Send a push message to an app, or a text message to an account's number."""
        is_push = campaign.channel == "push"
        if person.user_id is None or not (person.has_app if is_push else person.phone):
            return
        phone = None if is_push else person.phone
        moment = self._starts(campaign) + rng.randint(0, HOUR)
        if not is_push:
            # Text messages go out in two waves, since carriers take only so many.
            moment += person.number % 2 * _WAVE_DAYS * DAY
        actions = [SENT, DELIVERED]
        if is_push and rng.random() < 0.1 and is_present(person.persona, moment, self._calendar):
            actions.append(OPENED)
        for action in actions:
            row = self._row(person, campaign, action, moment, None, phone)
            self._landing.add(MAIL_ACTIVITY, self._calendar.inside(moment), row)
            moment += rng.randint(2, 600)

    def _mail(self, rng: random.Random, person: Person, campaign: Campaign) -> bool:
        """Send one e-mail; say whether the contact stays subscribed."""
        moment = self._starts(campaign) + rng.randint(0, 2 * HOUR)
        if campaign.is_randomised and not self._assign(rng, person, campaign):
            return True
        self._record(person, campaign, SENT, moment)
        if rng.random() < _HARD_BOUNCE_RATE:
            self._record(person, campaign, BOUNCED, moment + 20, bounce_type="hard")
            return False
        if rng.random() < _SOFT_BOUNCE_RATE:
            self._record(person, campaign, BOUNCED, moment + 20, bounce_type="soft")
            return True
        moment += rng.randint(2, 90)
        self._record(person, campaign, DELIVERED, moment)
        if person.is_opened_by_machine:
            self._record(person, campaign, OPENED, moment + rng.randint(1, 20), is_machine=True)
        return self._react(rng, person, campaign, moment)

    def _react(
        self, rng: random.Random, person: Person, campaign: Campaign, delivered: int
    ) -> bool:
        """Open, click, complain or leave, if at all; say whether the contact stays."""
        moment = delivered + int(rng.expovariate(1 / 8) * HOUR) + 30
        rate = _READER_OPEN_RATE if person.is_reader else _OPEN_RATE
        is_there = is_present(person.persona, moment, self._calendar)
        if not is_there or moment >= self._calendar.until or rng.random() >= rate:
            return True
        self._record(person, campaign, OPENED, moment)
        if rng.random() < _CLICK_RATE:
            moment += rng.randint(5, 300)
            link = rng.choice(self._company.words.links)
            self._record(person, campaign, CLICKED, moment, link=link)
            self._follow(person, campaign.campaign_id, f"/c/{link}", self._calendar.inside(moment))
        draw = rng.random()
        if draw < _COMPLAINT_RATE:
            self._record(person, campaign, COMPLAINED, moment + 60)
        elif draw < _COMPLAINT_RATE + _UNSUBSCRIBE_RATE:
            self._record(person, campaign, UNSUBSCRIBED, moment + 60)
        else:
            return True
        if person.marketing_email == "granted" and person.other_email is None:
            person.marketing_email = "withdrawn"
        return False

    def _assign(self, rng: random.Random, person: Person, campaign: Campaign) -> bool:
        """Draw the arm of a randomised campaign; say whether it gets the message."""
        draw = rng.random()
        is_held_out = draw < _HOLDOUT_RATE
        variant = "holdout" if is_held_out else "a" if draw < 0.55 else "b"
        moment = self._starts(campaign) - HOUR
        user_id, email = self._contact(person, moment)
        row = (campaign.campaign_id, user_id, email, variant, iso(self._calendar.inside(moment)))
        self._landing.add(MAIL_ASSIGNMENTS, self._calendar.inside(moment), row)
        return not is_held_out

    def _contact(self, person: Person, moment: int) -> tuple[str | None, str | None]:
        user_id = person.user_id if person.mail_link == "user_id" else None
        return user_id, person.other_email or person.mailbox or person.email

    def _record(
        self,
        person: Person,
        campaign: Campaign,
        action: str,
        moment: int,
        *,
        link: str | None = None,
        bounce_type: str | None = None,
        is_machine: bool = False,
    ) -> None:
        moment = self._calendar.inside(moment)
        email = self._contact(person, moment)[1]
        row = self._row(person, campaign, action, moment, email, None)
        if link is not None or bounce_type is not None or is_machine:
            url = f"https://{self._company.kind}.example.com/c/{link}" if link else None
            row = (*row[:-4], url, link, bounce_type, is_machine)
        self._landing.add(MAIL_ACTIVITY, moment, row)

    def _row(
        self,
        person: Person,
        campaign: Campaign,
        action: str,
        moment: int,
        email: str | None,
        phone: str | None,
    ) -> tuple[object, ...]:
        message_id = f"{campaign.campaign_id}.{person.number}"
        moment = self._calendar.inside(moment)
        is_named = campaign.channel != "email" or person.mail_link == "user_id"
        return (
            f"{message_id}.{action}.{moment}",
            message_id,
            campaign.campaign_id,
            campaign.channel,
            action,
            iso(moment),
            person.user_id if is_named else None,
            email,
            phone,
            None,
            None,
            None,
            False,
        )


def _campaign_row(campaign: Campaign, starts: int) -> tuple[object, ...]:
    return (
        campaign.campaign_id,
        campaign.name,
        campaign.channel,
        campaign.message_type,
        f"marketing_{campaign.channel}",
        campaign.audience,
        campaign.campaign_id,
        plain(starts),
        plain(starts + _HORIZON_DAYS * DAY),
        campaign.goal_event,
        json.dumps(campaign.required_features),
        json.dumps(campaign.target_states),
        "[]",
        "[]",
        "[]",
        "[]",
        0,
        "true" if campaign.is_randomised else "false",
        _HOLDOUT_RATE if campaign.is_randomised else "",
        _HORIZON_DAYS,
        plain(starts),
    )
