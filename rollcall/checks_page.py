"""The page of what is checked where, docs/checks.md, written from sources, dbt's yml and suites.

`python -m rollcall.checks_page` (make catalogue) writes it anew.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from expectations.suite import Rule, load_suite, suite_names
from rollcall.markdown import markdown_table
from rollcall.sources import PROJECT_ROOT, ColumnSpec, shipped_sources

PAGE = Path("docs") / "checks.md"
_TESTS = "data_tests"
_ON_FAILURE = {"error": "the release stops", "warn": "warning"}
_HEADER = """\
# What is checked where

Written from the sources' yml, dbt's tests and `expectations/suites/` by `make catalogue`; change
those, not this page.

- **ingest**: each line as it lands. One that fails is quarantined with its reason, the run goes on.
- **dbt**: keys, foreign keys and words of a model, and what must hold across models. A failure
  stops the release.
- **GX**: what is published, and what all sources were brought to. An error stops the release, a
  warning is shown. A rule that is held *against the past* compares a figure with the same figure
  of the last `drift_releases` releases, one for each `as_of`: it may be as far from their median
  as the widest of three bounds of the seed `drift_limits`. Before there are
  `drift_minimum_releases` of them it passes and says `too_few` in `table_profiles`, where every
  figure stands with its bounds. A category is named where `category_minimum_rows` rows or more
  have it; others are counted. What is no plain name is `(other)`. A large change that is right:
  set the var `history_begins_at`.
- **gates**: what holds one audience instead of the release is in [holds.md](holds.md).

What a source sends that no rule knows of is told by `tracking_plan`: each event, property and kind
of value, since when, by which line first, and what appeared, vanished or changed. A client sends
what it likes as a name, and what is told here outlives an erasure: a name of an event that has
other signs than letters, digits, blanks and `_ . : / $ -`, more than 100 of them, or six digits in
a row (a sign between two of them or not), is `(other)`; such a property is left out.

"""
_COLUMNS = ("of", "by", "check", "when it fails", "owner", "why")


def _of_column(column: ColumnSpec) -> Iterator[str]:
    if column.is_required:
        yield f"{column.name} is there"
    if column.data_type != "string":
        yield f"{column.name} is {column.data_type}"
    if column.minimum is not None:
        yield f"{column.name} is at least {column.minimum}"
    if column.maximum is not None:
        yield f"{column.name} is at most {column.maximum}"
    if column.allowed:
        yield f"{column.name} is one of {', '.join(column.allowed)}"
    if column.needs:
        yield f"{column.name} comes with {column.needs}"


def _landed(project: Path) -> Iterator[tuple[str, ...]]:
    for source, spec in sorted(shipped_sources(project).items()):
        for table in sorted(spec.tables.values(), key=lambda one: one.name):
            checks = [check for column in table.columns.values() for check in _of_column(column)]
            if checks:
                name = f"{source}.{table.name}"
                yield name, "ingest", "; ".join(checks), "the line is quarantined", "", ""


def _told(test: str | Mapping[str, Any], column: str = "") -> str:
    """Return a test of a model in words: its name, the column, and its arguments."""
    if isinstance(test, str):
        return f"{test} {column}".strip()
    name, given = next((key, value) for key, value in test.items() if key not in ("name", "config"))
    arguments = (given or {}).get("arguments") or {}
    told = [
        ", ".join(map(str, value)) if isinstance(value, list) else str(value)
        for value in arguments.values()
    ]
    return f"{name} {column} {' '.join(told)}".replace("  ", " ").strip()


def _of_models(project: Path) -> Iterator[tuple[str, ...]]:
    for kind in ("models", "seeds"):
        for path in sorted((project / kind).rglob("_*.yml")):
            document = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
            for node in document.get(kind) or []:
                tests = [_told(test) for test in node.get(_TESTS) or []] + [
                    _told(test, column["name"])
                    for column in node.get("columns") or []
                    for test in column.get(_TESTS) or []
                ]
                if tests:
                    yield node["name"], "dbt", "; ".join(tests), _ON_FAILURE["error"], "", ""


def _across_models(project: Path) -> Iterator[tuple[str, ...]]:
    for path in sorted((project / "tests" / "dbt" / "singular").glob("*.sql")):
        said = []
        for line in path.read_text(encoding="utf-8").splitlines():
            if not line.startswith("--"):
                break
            said.append(line.removeprefix("--").strip())
        yield "several models", "dbt", path.stem, _ON_FAILURE["error"], "", " ".join(said)


def _check(rule: Rule) -> str:
    if rule.history is None:
        return rule.name
    measured = "" if rule.history.column == "all" else f" of {rule.history.column}"
    what = "category" if rule.condition == "is_never_seen" else rule.history.statistic
    return f"{rule.name}: {what}{measured}, against the past"


def _of_suites() -> Iterator[tuple[str, ...]]:
    for table in suite_names():
        for rule in load_suite(table, {}).rules:
            fails = _ON_FAILURE[rule.severity]
            yield table, "GX", _check(rule), fails, rule.owner, rule.reason


def page(project: Path = PROJECT_ROOT) -> str:
    """Return the page: one table, in the order in which data meets the checks."""
    rows = [*_landed(project), *_of_models(project), *_across_models(project), *_of_suites()]
    return f"{_HEADER}{markdown_table(_COLUMNS, rows)}\n"


def write_page(project: Path = PROJECT_ROOT) -> Path:
    """Write the page of a project and return its path. Raises SettingsError."""
    path = project / PAGE
    path.write_text(page(project), encoding="utf-8")
    return path


if __name__ == "__main__":
    print(write_page())
