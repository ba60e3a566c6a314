"""What a kind of sample company is: its systems, its app's features, its campaigns, its words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from rollcall.sample.personas import Persona


@dataclass(frozen=True)
class Step:
    """Something that people do in an app: an event, and the range of its amount in pence."""

    event: str
    pence: tuple[int, int] | None = None


@dataclass(frozen=True)
class Planted:
    """A persona that one in every hundred people has, and what exactly they use of the app.

    A setup that is named several times is done as often.
    """

    persona: Persona
    features: tuple[str, ...]
    setups: tuple[str, ...] = ()


@dataclass(frozen=True)
class Campaign:
    """One sending, and whom it is meant for. `days_ago` counts back from the sample's end."""

    campaign_id: str
    name: str
    days_ago: int
    goal_event: str
    channel: str = "email"
    message_type: str = "promotion"
    audience: str = "all"
    required_features: tuple[str, ...] = ()
    target_states: tuple[str, ...] = ()
    is_randomised: bool = False


@dataclass(frozen=True)
class Words:
    """What the company's people say: in the CRM, to the helpdesk, and what its mails link to."""

    intents: tuple[str, ...]
    use_cases: tuple[str, ...]
    notes: tuple[str, ...]
    tickets: tuple[tuple[str, str], ...]
    links: tuple[str, ...]


@dataclass(frozen=True)
class Company:
    """One kind of company. `features` and `setups` are named as its features.csv names them."""

    kind: str
    systems: frozenset[str]
    # Weights of people with an account, with a loyalty card alone, with neither.
    person_weights: tuple[int, int, int]
    # Share of the accounts that the CRM holds.
    crm_rate: float
    words: Words
    newsletter_goal: str
    campaigns: tuple[Campaign, ...]
    features: Mapping[str, Step] = field(default_factory=dict)
    setups: Mapping[str, Step] = field(default_factory=dict)
    # What happens in the app besides, and is no feature.
    others: tuple[Step, ...] = ()
    planted: tuple[Planted, ...] = ()

    def has(self, system: str) -> bool:
        """Say whether the company runs a system."""
        return system in self.systems


# The systems of a company that is an app and nothing else. Only the CRM holds an account's address,
# so it holds every account.
APP_SYSTEMS = frozenset({"crm", "app", "email_platform", "helpdesk", "preference_centre"})
APP_PERSON_WEIGHTS = (88, 0, 12)
APP_CRM_RATE = 1.0
