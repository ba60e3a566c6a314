"""A suite: what one table promises, as `suites/<table>.yml` says it.

    owner: customer-data            who answers when a rule fails
    rules:
      - name: counts_are_not_negative
        where: order_count < 0      SQL that is true for a row that breaks the rule
        reason: A count is of things that happened.
      - name: scores_are_one_to_five
        expectation: ExpectColumnValuesToBeBetween
        kwargs: {column: recency_score, min_value: 1, max_value: 5}
        severity: warn              error where it is left out: an error stops the release
        reason: ...

`where` is short for an UnexpectedRowsExpectation that reads no value. Write that one out, from
`{candidate}`, where a rule joins or counts; name its rows `select 1 as is_failed`, so that no value
leaves the database. `{as_of}` stands for the run's as_of, UTC.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from rollcall.errors import SettingsError

SUITES = Path(__file__).parent / "suites"
UNEXPECTED_ROWS = "UnexpectedRowsExpectation"
_QUERY = "unexpected_rows_query"
# Great Expectations aliases the batch itself, but not in a query that joins: this does in both.
_CANDIDATE = "(select * from {batch}) as candidate"
_SEVERITIES = ("error", "warn")
_SUITE_KEYS = {"owner", "rules"}
_RULE_KEYS = {"name", "where", "expectation", "kwargs", "severity", "reason"}


@dataclass(frozen=True)
class Rule:
    """One rule: its name in the suite, what Great Expectations is asked, and why it stands."""

    name: str
    expectation: str
    kwargs: Mapping[str, Any]
    severity: str
    reason: str


@dataclass(frozen=True)
class Suite:
    """All rules of one table."""

    table: str
    owner: str
    rules: tuple[Rule, ...]


def _filled(value: Any, variables: Mapping[str, str]) -> Any:
    """Put variables into every text of `value`; other braces are Great Expectations' own."""
    if isinstance(value, str):
        for key, text in variables.items():
            value = value.replace("{" + key + "}", text)
        return value
    if isinstance(value, Mapping):
        return {key: _filled(item, variables) for key, item in value.items()}
    return [_filled(item, variables) for item in value] if isinstance(value, list) else value


def _asked(raw: Mapping[str, Any], where: str) -> tuple[str, Mapping[str, Any]]:
    """Return a rule's expectation and its arguments."""
    if ("where" in raw) == ("expectation" in raw):
        raise SettingsError(f"{where}: write either where or expectation.")
    if "where" in raw:
        query = f"select 1 as is_failed from {{candidate}} where {raw['where']}"  # noqa: S608
        return UNEXPECTED_ROWS, {_QUERY: query}
    return str(raw["expectation"]), raw.get("kwargs") or {}


def _rule(raw: Mapping[str, Any], variables: Mapping[str, str], path: Path) -> Rule:
    where = f"{path}: rule {raw.get('name')!r}"
    unknown = set(raw) - _RULE_KEYS
    if unknown:
        raise SettingsError(
            f"{where}: unknown key {sorted(unknown)[0]!r}. Known: {', '.join(sorted(_RULE_KEYS))}."
        )
    for key in ("name", "reason"):
        if not raw.get(key):
            raise SettingsError(f"{where}: {key} is missing.")
    severity = raw.get("severity", "error")
    if severity not in _SEVERITIES:
        raise SettingsError(
            f"{where}: severity {severity!r} is unknown. Known: {', '.join(_SEVERITIES)}."
        )
    expectation, kwargs = _asked(raw, where)
    return Rule(
        name=str(raw["name"]),
        expectation=expectation,
        kwargs=_filled(kwargs, {**variables, "candidate": _CANDIDATE}),
        severity=severity,
        reason=str(raw["reason"]),
    )


def load_suite(table: str, variables: Mapping[str, str], folder: Path = SUITES) -> Suite:
    """Read `<folder>/<table>.yml` with `{name}` replaced by each variable.

    Raises SettingsError naming the file, the rule and the key that is missing or unknown.
    """
    path = folder / f"{table}.yml"
    if not path.is_file():
        raise SettingsError(
            f"{path}: no such file. Every published table and unified entity has a suite: "
            "write what it promises there."
        )
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise SettingsError(f"{path}: not valid yaml: {error}") from error
    if not isinstance(document, dict) or set(document) != _SUITE_KEYS or not document["rules"]:
        raise SettingsError(f"{path}: a suite holds owner and rules, at least one, and no more.")
    rules = tuple(_rule(raw, variables, path) for raw in document["rules"])
    names = [rule.name for rule in rules]
    for name in names:
        if names.count(name) > 1:
            raise SettingsError(f"{path}: two rules are named {name!r}. Rename one.")
    return Suite(table, str(document["owner"]), rules)


def suite_names(folder: Path = SUITES) -> list[str]:
    """Return the tables that have a suite."""
    return sorted(path.stem for path in folder.glob("*.yml"))
