"""A suite: what one table promises, as `suites/<table>.yml` says it.

    owner: customer-data            who answers when a rule fails, where the rule names nobody else
    severity: error                 of each rule that says no other: an error stops the release
    rules:
      - name: counts_are_not_negative
        where: order_count < 0      SQL that is true for a row that breaks the rule
        reason: A count is of things that happened.
      - name: scores_are_one_to_five
        expectation: ExpectColumnValuesToBeBetween
        kwargs: {column: recency_score, min_value: 1, max_value: 5}
        severity: warn
        owner: analytics
        reason: ...
      - name: addresses_are_known_as_often_as_before
        history: null_rate          a statistic, held against the table's own past
        column: email
        reason: ...

`where` is short for an UnexpectedRowsExpectation that reads no value. Write that one out, from
`{candidate}`, where a rule joins or counts; name its rows `select 1 as is_failed`, so that no value
leaves the database. `{as_of}` stands for the run's as_of, UTC.

What a rule with `history` asks for is measured and held against the releases before in SQL, in the
table `table_profiles`; the seed drift_limits says how far is too far. `category` asks for values
that no earlier release had.
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
# The same loader in C reads all suites in a tenth of the time; it is not in every build of PyYAML.
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_SEVERITIES = ("error", "warn")
_SUITE_KEYS = {"owner", "severity", "rules"}
_RULE_KEYS = {
    "name", "where", "expectation", "kwargs", "history", "column", "owner", "severity", "reason",
}  # fmt: skip
_ASKED = ("where", "expectation", "history")
PROFILES = "table_profiles"
# Where the metrics of sources are kept, which `history` may name there.
HEALTH = "data_health"
_EVERY_ROW = "all"
# What `history` may ask for, and which figures of table_profiles answer.
_CATEGORY = "category"
_SHARE = "share"
_RARE = "rare_category_count"
_OF_COLUMNS = ("null_rate", "mean", "median", "hours_behind", _SHARE, _CATEGORY)
_OF_HEALTH = ("delivered_line_count", "hours_since_last_load")
_OF_TABLES = ("row_count", *_OF_COLUMNS)


@dataclass(frozen=True)
class Figure:
    """What a rule holds against the past: a statistic of a table's column, or of all its rows."""

    table: str
    column: str
    statistic: str

    @property
    def statistics(self) -> tuple[str, ...]:
        """The statistics of table_profiles that tell it: of categories, the unnamed ones too."""
        return (_SHARE, _RARE) if self.statistic == _SHARE else (self.statistic,)

    @property
    def told(self) -> str:
        """SQL for the rows of this release that tell it; `{as_of}` stands for the run's."""
        return (
            f"from {PROFILES} where released_as_of = timestamp '{{as_of}}' "
            f"and table_name = '{self.table}' and column_name = '{self.column}' "
            f"and statistic in ({', '.join(map(repr, self.statistics))})"
        )


@dataclass(frozen=True)
class Rule:
    """One rule: its name in the suite, what Great Expectations is asked, and why it stands.

    `asks` is what the yml says it by. `history` is set where it is held against the past.
    `condition` is SQL that tells the rows that break it, those of table_profiles where it has a
    history; none where it is asked by an expectation.
    """

    name: str
    expectation: str
    kwargs: Mapping[str, Any]
    severity: str
    reason: str
    owner: str
    asks: str
    history: Figure | None = None
    condition: str = ""


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


def _history(raw: Mapping[str, Any], table: str, where: str) -> tuple[Figure, str]:
    """Return the figure that a rule holds against the past, and which rows of it break the rule."""
    asked, column = raw["history"], raw.get("column")
    known = _OF_HEALTH if table == HEALTH else _OF_TABLES
    if asked not in known:
        raise SettingsError(f"{where}: history {asked!r} is unknown. Known: {', '.join(known)}.")
    if (asked in _OF_COLUMNS) != (column is not None):
        fault = "has no column" if column is None else "is of no column"
        raise SettingsError(f"{where}: history {asked} {fault}.")
    measured = "metric_value" if table == HEALTH else str(column or _EVERY_ROW)
    if asked == _CATEGORY:
        return Figure(table, measured, _SHARE), "is_never_seen"
    return Figure(table, measured, asked), "status = 'past'"


def _broken(figure: Figure, condition: str) -> str:
    """Return SQL that finds a row for each figure of this release that breaks a rule.

    One more where the figure was not measured: a rule about nothing would always hold.
    """
    # Great Expectations warns of a query that does not name the batch.
    return (
        f"select 1 as is_failed {figure.told} and {condition} "  # noqa: S608
        "and (select count(*) from {candidate}) >= 0 "
        f"union all select 1 as is_failed where not exists (select 1 {figure.told})"
    )


def _asked(
    raw: Mapping[str, Any], table: str, where: str
) -> tuple[str, Mapping[str, Any], Figure | None, str]:
    """Return a rule's expectation and its arguments; and its figure, where it has one."""
    if sum(key in raw for key in _ASKED) != 1:
        raise SettingsError(f"{where}: write either where or expectation or history.")
    if "column" in raw and "history" not in raw:
        raise SettingsError(f"{where}: column stands beside history alone.")
    if "history" in raw:
        figure, condition = _history(raw, table, where)
        return UNEXPECTED_ROWS, {_QUERY: _broken(figure, condition)}, figure, condition
    if "where" in raw:
        query = f"select 1 as is_failed from {{candidate}} where {raw['where']}"  # noqa: S608
        return UNEXPECTED_ROWS, {_QUERY: query}, None, str(raw["where"])
    return str(raw["expectation"]), raw.get("kwargs") or {}, None, ""


def _rule(
    raw: Mapping[str, Any], table: str, variables: Mapping[str, str], defaults: Mapping[str, Any],
    place: str,
) -> Rule:  # fmt: skip
    where = f"{place}: rule {raw.get('name')!r}"
    unknown = set(raw) - _RULE_KEYS
    if unknown:
        raise SettingsError(
            f"{where}: unknown key {sorted(unknown)[0]!r}. Known: {', '.join(sorted(_RULE_KEYS))}."
        )
    said = {**defaults, **raw}
    for key in ("name", "reason", "owner", "severity"):
        if not said.get(key):
            raise SettingsError(
                f"{where}: {key} is missing. A rule says why it stands, who answers for it and how "
                "grave it is; owner and severity may stand at the top of the suite."
            )
    if said["severity"] not in _SEVERITIES:
        raise SettingsError(
            f"{where}: severity {said['severity']!r} is unknown. Known: {', '.join(_SEVERITIES)}."
        )
    expectation, kwargs, figure, condition = _asked(raw, table, where)
    return Rule(
        name=str(raw["name"]),
        expectation=expectation,
        kwargs=_filled(kwargs, {**variables, "candidate": _CANDIDATE}),
        severity=said["severity"],
        reason=str(raw["reason"]),
        owner=str(said["owner"]),
        asks=next(key for key in _ASKED if key in raw),
        history=figure,
        condition=_filled(condition, variables),
    )


def _lines(text: str) -> list[int]:
    """Return the line of each rule."""
    root: Any = yaml.compose(text, Loader=_Loader)
    rules = next(value for key, value in root.value if key.value == "rules")
    return [rule.start_mark.line + 1 for rule in rules.value]


def load_suite(table: str, variables: Mapping[str, str], folder: Path = SUITES) -> Suite:
    """Read `<folder>/<table>.yml` with `{name}` replaced by each variable.

    Raises SettingsError naming the file, its line, the rule and the key that is missing or unknown.
    """
    path = folder / f"{table}.yml"
    if not path.is_file():
        raise SettingsError(
            f"{path}: no such file. Every published table and unified entity has a suite: "
            "write what it promises there."
        )
    text = path.read_text(encoding="utf-8")
    try:
        document = yaml.load(text, Loader=_Loader)  # noqa: S506 - a safe loader
    except yaml.YAMLError as error:
        raise SettingsError(f"{path}: not valid yaml: {error}") from error
    if (
        not isinstance(document, dict)
        or not {"rules"} <= set(document) <= _SUITE_KEYS
        or not document["rules"]
    ):
        raise SettingsError(
            f"{path}: a suite holds owner, severity and rules, at least one, and no more."
        )
    defaults = {key: value for key, value in document.items() if key != "rules"}
    rules = tuple(
        _rule(raw, table, variables, defaults, f"{path}:{line}")
        for raw, line in zip(document["rules"], _lines(text), strict=True)
    )
    names = [rule.name for rule in rules]
    for name in names:
        if names.count(name) > 1:
            raise SettingsError(f"{path}: two rules are named {name!r}. Rename one.")
    return Suite(table, str(document.get("owner", "")), rules)


def history_figures(folder: Path = SUITES) -> list[Figure]:
    """Return what the suites hold against the past, each once. Raises as load_suite does."""
    figures = {
        rule.history
        for table in suite_names(folder)
        for rule in load_suite(table, {}, folder).rules
        if rule.history
    }
    return sorted(figures, key=lambda one: (one.table, one.column, one.statistic))


def suite_names(folder: Path = SUITES) -> list[str]:
    """Return the tables that have a suite."""
    return sorted(path.stem for path in folder.glob("*.yml"))
