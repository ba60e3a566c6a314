"""Windows that look back further than a company keeps its events whole.

An event that is older than its source's retention still says who, what and when; its product,
category, country and properties are gone. What reads those in a longer window sees less.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from rollcall.definitions import variables_in_force
from rollcall.rules import OWN_MOMENTS
from rollcall.seeds import seed_rows
from rollcall.settings import Settings
from rollcall.traits import declared_traits

# What a block can ask of a moment that an old event does not know any more.
_GONE = {"product_id", "category", "country", "property"}
_ASKING = ("where", "by", "value", "same")
_NAMED = ("of", "among")
# The vars that are windows over the products, categories or properties of events.
_VARIABLES = (
    "open_cart_days",
    "recommendation_view_days",
    "tracking_window_days",
    "watched_product_days",
)
_STATES = "engagement_window_days"
_DAY_SECONDS = 86_400
_UNITS = {"days": _DAY_SECONDS, "hours": 3_600, "minutes": 60, "seconds": 1}


def limited_windows(
    settings: Settings, manifest: Mapping[str, Any], seeds: Mapping[str, Path]
) -> list[str]:
    """Say of each source whose events expire which windows are longer; none is no line.

    `manifest` is dbt's, `seeds` are as seeds_in_force returns them.
    """
    windows = list(_windows(settings, manifest, seeds))
    found = []
    for name, source in sorted(settings.sources.items()):
        days = source.retention_days.get("events")
        longer = [f"{what} ({back:g} days)" for what, back in windows if days and back > days]
        if longer:
            found.append(
                f"source {name} keeps its events whole for {days} days. What looks back further "
                f"sees none of their products, categories, countries and properties: "
                f"{', '.join(longer)}. Raise retention_days or shorten the windows "
                "(docs/retention.md)."
            )
    return found


def _windows(
    settings: Settings, manifest: Mapping[str, Any], seeds: Mapping[str, Path]
) -> Iterator[tuple[str, float]]:
    """Yield each window that reads what expires, and how many days back it begins."""
    values = variables_in_force(settings.variables)
    for name in _VARIABLES:
        yield f"var {name}", values[name]
    # A state is told of the window and of the one before it.
    if any(row["property"] for _, row in seed_rows(seeds["features"])):
        yield f"var {_STATES}, twice", 2 * values[_STATES]
    for name, block in declared_traits(manifest):
        window = block.get("window")
        if window and _reads_what_expires(block):
            yield f"trait {name}", _days(window.get("from", window))


def _days(duration: Mapping[str, float]) -> float:
    return sum(number * _UNITS[unit] for unit, number in duration.items()) / _DAY_SECONDS


def _reads_what_expires(block: Mapping[str, Any]) -> bool:
    """Say whether a block that has a window asks events for what old ones do not know."""
    moments: set[str] = set()
    for part in _NAMED:
        named = block.get(part, [])
        moments |= {named} if isinstance(named, str) else set(named)
    asked: set[str] = set()
    for part in _ASKING:
        wanted = block.get(part, [])
        asked |= {wanted} if isinstance(wanted, str) else set(wanted)
    return bool(moments - set(OWN_MOMENTS) and asked & _GONE)
