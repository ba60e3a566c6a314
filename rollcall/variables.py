"""A company's vars, held against what the models read of them: a typing mistake is told by name."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml
from phonenumbers import SUPPORTED_REGIONS

from rollcall.errors import SettingsError
from rollcall.forms import CURRENCY, SNAKE_CASE

_CONTRACT = Path("models") / "intermediate" / "unified" / "_int_unified__models.yml"
_PROFILES = "int_unified__profiles_versions"
_CHOICES = {
    "lifecycle_interval": ("day", "week", "month"),
    "rfm_basis": ("orders", "subscriptions", "value_events"),
    "rfm_method": ("rank", "quantile", "fixed"),
    "shared_device_rule": ("before_then_after", "before", "none"),
}
# Least and most of each whole number: a digit too many would be a run without an end.
_DAYS = (1, 3650)
_BOUNDS = {
    "accounts_per_customer": (1, 1000),
    "audience_changes_days": _DAYS,
    "audience_empty_runs": (1, 1000),
    "audience_hold_change_count": (0, 1_000_000_000),
    "audience_hold_days": _DAYS,
    "audience_hold_minimum_members": (1, 1_000_000_000),
    "audience_minimum_members": (0, 1_000_000_000),
    "audience_response_days": _DAYS,
    "audience_retention_days": _DAYS,
    "audiences_per_customer": (0, 1000),
    "campaign_horizon_days": _DAYS,
    "category_limit": (1, 1000),
    "category_minimum_rows": (1, 1_000_000),
    "cohort_window_periods": (1, 366),
    "drift_minimum_releases": (2, 1000),
    "drift_releases": (2, 1000),
    "engagement_score_days": _DAYS,
    "engagement_window_days": _DAYS,
    "feature_minimum_uses": (1, 10_000),
    "largest_cluster_searched_identifiers": (0, 10_000_000),
    "largest_clusters_shown": (0, 1000),
    "longest_gap_days": _DAYS,
    "open_cart_days": _DAYS,
    "preferred_hour_days": _DAYS,
    "quarantine_days": _DAYS,
    "recently_browsing_days": _DAYS,
    "recommendation_minimum_orders": (1, 1_000_000),
    "recommendation_order_products": (1, 1000),
    "recommendation_ranks": (1, 100),
    "recommendation_view_days": _DAYS,
    "rfm_history_months": (1, 120),
    "session_gap_minutes": (0, 10_080),
    "shared_device_window_hours": (0, 87_600),
    "tracking_minimum_days": (2, 3650),
    "tracking_silence_factor": (1, 1000),
    "tracking_window_days": _DAYS,
    "watched_product_days": _DAYS,
}
_AUDIENCE_WINDOWS = ("audience_changes_days", "audience_retention_days", "audience_response_days")
_RATES = {"audience_near_identical_jaccard", "tracking_kind_rate"}
_KEY_PARTS = {"name", "fields", "maximum_profiles"}
_PROVIDER_PARTS = {"domains", "ignores_dots", "tag_separator"}


def check_variables(variables: Mapping[str, Any], places: Mapping[str, str], project: Path) -> None:
    """Raise SettingsError where a var is unknown, of another kind, or has a part that is wrong.

    `places` are the file and line that set each, `project` is the folder of dbt_project.yml.
    """
    document = yaml.safe_load((project / "dbt_project.yml").read_text(encoding="utf-8"))
    shipped = document["vars"]
    for name, value in variables.items():
        if name not in shipped:
            raise SettingsError(
                f"{places[name]}: there is no var {name!r}. Known: {', '.join(sorted(shipped))}."
            )
        _check_variable(name, value, shipped[name], f"{places[name]}: var {name}")
    names = [
        _check_composite_key(key, f"{places['composite_keys']}: var composite_keys", project)
        for key in variables.get("composite_keys", ())
    ]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise SettingsError(
            f"{places['composite_keys']}: var composite_keys: two keys are named {twice[0]!r}."
        )
    for provider in variables.get("email_providers", ()):
        _check_provider(provider, f"{places['email_providers']}: var email_providers")
    _check_audience_windows({**shipped, **variables}, places)


def _check_variable(name: str, value: Any, shipped: Any, where: str) -> None:
    if not _is_alike(value, shipped):
        raise SettingsError(f"{where}: {value!r} is no {_kind(shipped)}, as {shipped!r} is.")
    if type(shipped) is int:
        low, high = _BOUNDS[name]
        if not low <= value <= high:
            fault = f"less than {low}" if value < low else f"more than {high}"
            raise SettingsError(f"{where}: {value} is {fault}. Write {low} to {high}.")
    if name in _RATES and not 0 < value <= 1:
        raise SettingsError(f"{where}: {value} is no share. Write one above 0, up to 1.")
    if value not in _CHOICES.get(name, (value,)):
        raise SettingsError(f"{where}: {value!r} is unknown. Known: {', '.join(_CHOICES[name])}.")
    if name == "reporting_currency" and not CURRENCY.fullmatch(value):
        raise SettingsError(f"{where}: {value!r} is no currency of ISO 4217, like GBP.")
    if name == "history_begins_at" and value:
        try:
            datetime.fromisoformat(value)
        except ValueError:
            raise SettingsError(
                f"{where}: {value!r} is no time, like 2026-07-01T00:00:00Z."
            ) from None
    if name == "phone_country" and value and value not in SUPPORTED_REGIONS:
        raise SettingsError(f"{where}: {value!r} is no country of ISO 3166-1 alpha-2, like GB.")


def _check_audience_windows(in_force: Mapping[str, Any], places: Mapping[str, str]) -> None:
    """A month's retention is told while audience_changes still has the month whole."""
    changes, retention, response = (in_force[name] for name in _AUDIENCE_WINDOWS)
    # What is shipped fits, so one of them is the company's.
    where = next((places[name] for name in _AUDIENCE_WINDOWS if name in places), "")
    if retention < response:
        raise SettingsError(
            f"{where}: var audience_retention_days is {retention}, less than the {response} of "
            "audience_response_days. Raise the one or lower the other."
        )
    needed = 31 + retention + 1
    if changes < needed:
        raise SettingsError(
            f"{where}: var audience_changes_days is {changes}, less than {needed}: a month, the "
            f"{retention} of audience_retention_days, and a day for the run that tells it. Write "
            f"{needed} or more, or fewer days of retention."
        )


def _kind(value: Any) -> str:
    kinds = {
        bool: "true or false",
        int: "whole number",
        float: "number",
        str: "text",
        list: "list",
    }
    return kinds.get(type(value), type(value).__name__)


def _is_alike(value: Any, shipped: Any) -> bool:
    if type(shipped) is int:
        return type(value) is int
    if type(shipped) is float:
        return type(value) in (int, float)
    return isinstance(value, type(shipped))


def _check_parts(part: Any, known: set[str], needed: set[str], where: str) -> None:
    if not isinstance(part, dict):
        raise SettingsError(f"{where}: {part!r} is no mapping of {', '.join(sorted(known))}.")
    for name in sorted(set(part) - known):
        raise SettingsError(f"{where}: unknown part {name!r}. Known: {', '.join(sorted(known))}.")
    for name in sorted(needed - set(part)):
        raise SettingsError(f"{where}: {part!r} has no {name}.")


def _profile_fields(project: Path) -> set[str]:
    document = yaml.safe_load((project / _CONTRACT).read_text(encoding="utf-8"))
    (profiles,) = [model for model in document["models"] if model["name"] == _PROFILES]
    return {column["name"] for column in profiles["columns"]}


def _check_provider(provider: Any, where: str) -> None:
    _check_parts(provider, _PROVIDER_PARTS, {"domains"}, where)
    domains = provider["domains"]
    if not isinstance(domains, list) or not domains:
        raise SettingsError(f"{where}: domains {domains!r} is no list, like [example.com].")
    for domain in domains:
        if not isinstance(domain, str) or "@" in domain:
            raise SettingsError(f"{where}: domain {domain!r}: write it like example.com.")


def _check_composite_key(key: Any, where: str, project: Path) -> str:
    _check_parts(key, _KEY_PARTS, _KEY_PARTS, where)
    if not (isinstance(key["name"], str) and SNAKE_CASE.fullmatch(key["name"])):
        raise SettingsError(f"{where}: name {key['name']!r}: write it like first_name_birth_date.")
    fields = key["fields"]
    if not isinstance(fields, list) or not fields:
        raise SettingsError(f"{where}: {key['name']}: fields {fields!r} is no list of columns.")
    known = _profile_fields(project)
    for field in fields:
        if fields.count(field) > 1:
            raise SettingsError(f"{where}: {key['name']}: field {field!r} is there twice.")
        if field not in known:
            raise SettingsError(
                f"{where}: {key['name']}: profiles have no column {field!r}. "
                f"Known: {', '.join(sorted(known))}."
            )
    if type(key["maximum_profiles"]) is not int or key["maximum_profiles"] < 1:
        raise SettingsError(
            f"{where}: {key['name']}: maximum_profiles {key['maximum_profiles']!r} is no whole "
            "number of 1 or more."
        )
    return str(key["name"])
