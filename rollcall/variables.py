"""A company's vars, held against what the models read of them: a typing mistake is told by name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from phonenumbers import SUPPORTED_REGIONS

from rollcall.errors import SettingsError

_CONTRACT = Path("models") / "intermediate" / "unified" / "_int_unified__models.yml"
_PROFILES = "int_unified__profiles_versions"
SNAKE_CASE = re.compile(r"[a-z][a-z0-9_]*")
_CHOICES = {
    "lifecycle_interval": ("day", "week", "month"),
    "rfm_basis": ("orders", "subscriptions", "value_events"),
    "rfm_method": ("rank", "quantile", "fixed"),
    "shared_device_rule": ("before_then_after", "before", "none"),
}
_AT_LEAST_ONE = {
    "accounts_per_customer",
    "audience_changes_days",
    "audience_empty_runs",
    "audience_hold_days",
    "audience_hold_minimum_members",
    "audience_response_days",
    "audience_retention_days",
    "campaign_horizon_days",
    "cohort_window_periods",
    "engagement_score_days",
    "engagement_window_days",
    "feature_minimum_uses",
    "preferred_hour_days",
    "recommendation_minimum_orders",
    "recommendation_order_products",
    "recommendation_ranks",
    "recommendation_view_days",
    "watched_product_days",
    "open_cart_days",
    "recently_browsing_days",
    "rfm_history_months",
}
_RATES = {"audience_near_identical_jaccard"}
_KEY_PARTS = {"name", "fields", "maximum_profiles"}
_PROVIDER_PARTS = {"domains", "ignores_dots", "tag_separator"}


def check_variables(variables: Mapping[str, Any], where: str, project: Path) -> None:
    """Raise SettingsError where a var is unknown, of another kind, or has a part that is wrong.

    `where` names the file that sets them, `project` is the folder of dbt_project.yml.
    """
    document = yaml.safe_load((project / "dbt_project.yml").read_text(encoding="utf-8"))
    shipped = document["vars"]
    for name, value in variables.items():
        if name not in shipped:
            raise SettingsError(
                f"{where}: there is no var {name!r}. Known: {', '.join(sorted(shipped))}."
            )
        if not _is_alike(value, shipped[name]):
            raise SettingsError(
                f"{where}: var {name}: {value!r} is no {_kind(shipped[name])}, as "
                f"{shipped[name]!r} is."
            )
        least = 1 if name in _AT_LEAST_ONE else 0
        if type(value) is int and value < least:
            raise SettingsError(f"{where}: var {name}: {value} is less than {least}.")
        if name in _RATES and not 0 < value <= 1:
            raise SettingsError(
                f"{where}: var {name}: {value} is no share. Write one above 0, up to 1."
            )
        if value not in _CHOICES.get(name, (value,)):
            raise SettingsError(
                f"{where}: var {name}: {value!r} is unknown. Known: {', '.join(_CHOICES[name])}."
            )
    country = variables.get("phone_country")
    if country and country not in SUPPORTED_REGIONS:
        raise SettingsError(
            f"{where}: var phone_country: {country!r} is no country of ISO 3166-1 alpha-2, like GB."
        )
    names = [
        _check_composite_key(key, f"{where}: var composite_keys", project)
        for key in variables.get("composite_keys", ())
    ]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise SettingsError(f"{where}: var composite_keys: two keys are named {twice[0]!r}.")
    for provider in variables.get("email_providers", ()):
        _check_provider(provider, f"{where}: var email_providers")


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
