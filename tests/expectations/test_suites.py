"""The suites as files: one a boundary table, and a mistake in one is named."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_candidate import contracts, traits_of_customers

from expectations.suite import load_suite, suite_names
from rollcall.errors import SettingsError

VARIABLES = {"as_of": "2026-01-31 00:00:00.000000"}
RULE = "{name: counted, where: n < 0, reason: r}"


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


def test_an_error_is_the_default_and_a_warning_gives_its_reason(tmp_path: Path) -> None:
    warn = "{name: soft, where: n < 1, severity: warn, reason: r}"
    (tmp_path / "t.yml").write_text(f"owner: o\nrules: [{RULE}, {warn}]")
    suite = load_suite("t", VARIABLES, tmp_path)
    assert [(rule.name, rule.severity) for rule in suite.rules] == [
        ("counted", "error"),
        ("soft", "warn"),
    ]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("owner: o\nrules: []", "at least one"),
        (f"rules: [{RULE}]", "owner and rules"),
        ("owner: o\nrules: [{name: a, where: n < 0}]", "'a': reason is missing"),
        ("owner: o\nrules: [{where: n < 0, reason: r}]", "name is missing"),
        ("owner: o\nrules: [{name: a, reason: r}]", "either where or expectation"),
        ("owner: o\nrules: [{name: a, where: x, expectation: y, reason: r}]", "either where"),
        ("owner: o\nrules: [{name: a, where: x, reason: r, severity: fatal}]", "'fatal'"),
        ("owner: o\nrules: [{name: a, where: x, reason: r, color: red}]", "'color'"),
        (f"owner: o\nrules: [{RULE}, {RULE}]", "two rules are named 'counted'"),
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
