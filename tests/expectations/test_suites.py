"""The suites as files: one a boundary table, and a mistake in one is named."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_candidate import contracts, traits_of_customers

from expectations.suite import history_figures, load_suite, suite_names
from rollcall.errors import SettingsError
from rollcall.sources import PROJECT_ROOT

VARIABLES = {"as_of": "2026-01-31 00:00:00.000000"}
RULE = "{name: counted, where: n < 0, reason: r}"
HEAD = "owner: o\nseverity: error\n"


def test_every_boundary_table_has_a_suite_and_no_suite_lacks_a_table() -> None:
    """The danger: a new published table that nothing guards, or a suite of a table long gone."""
    tables = [table for table, _, _ in contracts()]
    assert len(tables) >= 30
    assert sorted(tables) == suite_names()


def test_published_columns_are_promised_in_the_contracts_order() -> None:
    """The danger: a contract and the promise to readers that say two things.

    A trait is declared in one place, so it is in the contract and no promise of its own.
    """
    traits = traits_of_customers()
    published = {
        table: [name for name in types if table != "customer_360" or name not in traits]
        for table, is_published, types in contracts()
        if is_published
    }
    promised = {}
    for table in published:
        rules = {rule.name: rule for rule in load_suite(table, VARIABLES).rules}
        kwargs = rules["columns"].kwargs
        promised[table] = kwargs["column_list" if table != "customer_360" else "column_set"]
    assert traits
    assert promised == published


def test_as_of_reaches_the_rules() -> None:
    rules = {rule.name: rule for rule in load_suite("sessions", VARIABLES).rules}
    query = rules["nothing_at_or_after_as_of"].kwargs["unexpected_rows_query"]
    assert "timestamp '2026-01-31 00:00:00.000000'" in query


def test_a_rule_says_its_own_owner_and_severity_or_takes_the_suites(tmp_path: Path) -> None:
    warn = "{name: soft, where: n < 1, severity: warn, owner: p, reason: r}"
    (tmp_path / "t.yml").write_text(f"{HEAD}rules: [{RULE}, {warn}]")
    suite = load_suite("t", VARIABLES, tmp_path)
    assert [(rule.name, rule.severity, rule.owner) for rule in suite.rules] == [
        ("counted", "error", "o"),
        ("soft", "warn", "p"),
    ]


def test_each_rule_of_each_suite_has_an_owner_a_reason_and_a_severity() -> None:
    rules = [rule for table in suite_names() for rule in load_suite(table, VARIABLES).rules]
    assert len(rules) > 300
    assert all(rule.owner and rule.reason and rule.severity for rule in rules)


def test_what_history_may_ask_for_has_limits_and_is_measured() -> None:
    """The danger: a statistic without limits, whose width is null and which is never past them."""
    seed = (PROJECT_ROOT / "seeds/reference/drift_limits.csv").read_text().splitlines()[1:]
    limits = {line.split(",")[0] for line in seed}
    assert {name for figure in history_figures() for name in figure.statistics} == limits


@pytest.mark.parametrize(
    ("text", "named"),
    [
        (f"{HEAD}rules: []", "at least one"),
        (f"{HEAD}color: red\nrules: [{RULE}]", "owner, severity and rules"),
        (f"severity: error\nrules:\n- {RULE}", r"yml:3: rule 'counted': owner is missing"),
        (f"owner: o\nrules:\n\n- {RULE}", r"yml:4: rule 'counted': severity is missing"),
        (f"{HEAD}rules: [{{name: a, history: mode, reason: r}}]", "history 'mode' is unknown"),
        (f"{HEAD}rules: [{{name: a, history: mean, reason: r}}]", "history mean has no column"),
        (
            f"{HEAD}rules: [{{name: a, history: row_count, column: c, reason: r}}]",
            "history row_count is of no column",
        ),
        (f"{HEAD}rules: [{{name: a, where: x, column: c, reason: r}}]", "beside history alone"),
        (f"{HEAD}rules: [{{name: a, where: n < 0}}]", "'a': reason is missing"),
        (f"{HEAD}rules: [{{where: n < 0, reason: r}}]", "name is missing"),
        (f"{HEAD}rules: [{{name: a, reason: r}}]", "either where or expectation"),
        (f"{HEAD}rules: [{{name: a, where: x, expectation: y, reason: r}}]", "either where"),
        (f"{HEAD}rules: [{{name: a, where: x, reason: r, severity: fatal}}]", "'fatal'"),
        (f"{HEAD}rules: [{{name: a, where: x, reason: r, color: red}}]", "'color'"),
        (f"{HEAD}rules: [{RULE}, {RULE}]", "two rules are named 'counted'"),
        ("owner: [", "not valid yaml"),
    ],
)
def test_a_mistake_in_a_suite_is_named_with_its_file(tmp_path: Path, text: str, named: str) -> None:
    (tmp_path / "t.yml").write_text(text)
    with pytest.raises(SettingsError, match=named) as raised:
        load_suite("t", VARIABLES, tmp_path)
    assert str(tmp_path / "t.yml") in str(raised.value)


def test_a_table_without_a_suite_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"t\.yml: no such file"):
        load_suite("t", VARIABLES, tmp_path)
