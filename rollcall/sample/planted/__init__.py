"""Planted people: for each audience, some who are in it to the second, and some who miss it."""

from __future__ import annotations

from collections.abc import Sequence

from rollcall.sample.company import Company
from rollcall.sample.planted import (
    banking,
    browsing,
    engagement,
    gaming,
    subscription,
    suppression,
    trading,
    value,
)
from rollcall.sample.planted.cast import Cast
from rollcall.sample.planted.script import Plan

__all__ = ["Cast", "Plan", "plans_of"]

_OF_KIND = {
    "shop": (*value.PLANS, *browsing.PLANS, *subscription.PLANS),
    "trading": trading.PLANS,
    "game": gaming.PLANS,
    "bank": banking.PLANS,
}


def plans_of(company: Company) -> Sequence[Plan]:
    """Return who is planted in a company of this kind."""
    of_features = engagement.plans_of(company) if company.features else ()
    return (*_OF_KIND[company.kind], *of_features, *suppression.PLANS)
