"""The runner on a candidate: what fails is told with its rows, and nothing with its values."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from small_candidate import break_candidate

from expectations.runner import ExpectationResult, validate
from expectations.suite import load_suite, suite_names
from rollcall.errors import SettingsError, ValidationError
from rollcall.home import Home

CANARY = "canary.7f3@example.com"
AS_OF = {"as_of": "2026-01-31 00:00:00.000000"}


def failures(home: Home, tables: list[str], suites: Path | None = None) -> list[ExpectationResult]:
    results = validate(home, tables) if suites is None else validate(home, tables, suites=suites)
    return [result for result in results if not result.success]


def written_suite(folder: Path, table: str, *rules: str) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / f"{table}.yml").write_text(
        "owner: o\nseverity: error\nrules:\n" + "\n".join(f"- {r}" for r in rules)
    )
    return folder


def files_with(folder: Path, text: str) -> list[Path]:
    found = [path for path in folder.rglob("*") if path.is_file()]
    assert found, f"nothing was written to {folder}"
    return [path for path in found if text.encode() in path.read_bytes()]


def test_a_good_candidate_passes_every_rule(home: Home) -> None:
    """Every rule runs, Data Docs stand below the home, and the candidate is free afterwards."""
    results = validate(home, suite_names())
    assert [result for result in results if not result.success] == []
    assert {result.failed_rows for result in results} == {0}
    asked = [(table, r.name) for table in suite_names() for r in load_suite(table, AS_OF).rules]
    assert [(result.table, result.rule) for result in results] == asked
    assert (home.gx / "data_docs" / "index.html").is_file()
    # An open connection of another kind would refuse this one.
    with duckdb.connect(str(home.work)) as connection:
        connection.execute("create table written_after as select 1 as one")


@pytest.mark.parametrize(
    ("sql", "table", "rule", "failed_rows"),
    [
        (
            "alter table sessions rename column platform to device",
            "sessions", "columns", 1,
        ),
        (
            "create or replace table cohort_memberships as "
            "select cohort_id, customer_id, entered_at from cohort_memberships",
            "cohort_memberships", "columns", 1,
        ),
        (
            "alter table cohorts add column note text",
            "cohorts", "columns", 1,
        ),
        (
            "insert into engagement_states (customer_id, engagement_state, feature_count)"
            " select repeat('f', 64), 'inactive', 0",
            "engagement_states", "one_row_per_customer", 1,
        ),
        (
            "update audience_exclusions set customer_count = 0",
            "audience_exclusions", "somebody_is_excluded", 1,
        ),
        (
            "update int_unified__orders set channel = 'fax'",
            "int_unified__orders", "channels_are_known", 1,
        ),
        (
            "insert into identity_map select 'user_id', 'Z' || range, 'x', false from range(1234)",
            "identity_map", "ids_are_sha256", 1234,
        ),
        (
            "update customer_360 set has_marketing_email_consent = false",
            "audience_memberships", "members_have_consent", 1,
        ),
    ],
)  # fmt: skip
def test_a_broken_promise_is_an_error_with_its_rows(
    home: Home, sql: str, table: str, rule: str, failed_rows: int
) -> None:
    """The danger: a count cut off at what Great Expectations fetches, or a failure that passes."""
    break_candidate(home.work, sql)
    assert failures(home, [table]) == [
        ExpectationResult(table, rule, "error", success=False, failed_rows=failed_rows)
    ]


def test_a_rule_names_the_sources_whose_rows_break_it(home: Home) -> None:
    """Whoever is woken at night has to know whose file to look at."""
    country = "insert into int_unified__profiles by name (select 'shop' as source, 'Eire' as"
    break_candidate(home.work, f"{country} country from range(3))")
    (failed,) = failures(home, ["int_unified__profiles"])
    assert (failed.severity, failed.failed_rows, failed.senders) == ("error", 3, "shop 3")


def test_a_warning_stays_a_warning(home: Home) -> None:
    break_candidate(home.work, "update customer_360 set net_revenue_amount = 1e10")
    (failed,) = failures(home, ["customer_360"])
    assert (failed.rule, failed.severity, failed.failed_rows) == ("revenue_is_plausible", "warn", 2)


def test_a_figure_past_its_bounds_says_what_they_are(home: Home) -> None:
    """And a category that no release had stays a warning, named."""
    break_candidate(
        home.work,
        "update table_profiles set status = 'past', figure_value = 3 where table_name ="
        " 'identity_map' and statistic = 'row_count'; update table_profiles set is_never_seen ="
        " true, subject = 'gold', statistic = 'share', lower_bound = null where table_name ="
        " 'customer_360' and column_name = 'subscription_plan'",
    )
    volume, category = failures(home, ["customer_360", "identity_map"])[::-1]
    assert (volume.rule, volume.severity) == ("rows_are_as_many_as_before", "error")
    assert volume.said == "all: row_count is 3, 0 to 2 by the 5 releases before"
    assert (category.rule, category.severity) == ("subscription_plans_were_seen_before", "warn")
    assert category.said == "subscription_plan: share of gold is 1, and no earlier release had it"


def test_no_value_reaches_results_or_data_docs(home: Home, tmp_path: Path) -> None:
    """The danger: an address in a report that anyone may open."""
    break_candidate(home.work, f"update customer_360 set email = '{CANARY}', city = '{CANARY}'")
    suites = written_suite(
        tmp_path / "suites",
        "customer_360",
        "{name: by_sql, where: email is not null, reason: r}",
        "{name: by_rows, expectation: UnexpectedRowsExpectation, reason: r,"
        " kwargs: {unexpected_rows_query: 'select * from {candidate}'}}",
        "{name: by_set, expectation: ExpectColumnValuesToBeInSet, reason: r,"
        " kwargs: {column: email, value_set: [x]}}",
        "{name: by_length, expectation: ExpectColumnValueLengthsToEqual, reason: r,"
        " kwargs: {column: city, value: 2}}",
        "{name: by_uniqueness, expectation: ExpectColumnValuesToBeUnique, reason: r,"
        " kwargs: {column: email}}",
        "{name: by_cast, where: cast(email as integer) = 1, reason: r}",
    )
    failed = failures(home, ["customer_360"], suites)
    assert {result.rule: result.failed_rows for result in failed} == {
        "by_sql": 2,
        "by_rows": 2,
        "by_set": 2,
        "by_length": 2,
        "by_uniqueness": 2,
        "by_cast": 1,
    }
    assert "canary" not in repr(failed)
    assert files_with(home.gx, "canary") == []
    assert files_with(home.gx, "by_cast"), "the docs name the rules"


def test_a_rule_that_cannot_be_asked_fails_and_says_so(home: Home, tmp_path: Path) -> None:
    rule = "{name: odd, where: no_such_column = 1, reason: r}"
    suites = written_suite(tmp_path / "suites", "cohorts", rule)
    (failed,) = failures(home, ["cohorts"], suites)
    assert failed == ExpectationResult("cohorts", "odd", "error", success=False, failed_rows=1)
    assert files_with(home.gx, "The rule could not be evaluated")
    assert files_with(home.gx, "Binder Error: Referenced column")


def test_data_docs_tell_the_last_validation_alone(home: Home) -> None:
    validate(home, ["cohorts"])
    validate(home, ["sessions"])
    pages = [path.name for path in (home.gx / "data_docs" / "validations").rglob("*.html")]
    assert len(pages) == 1
    assert "sessions" in pages[0]


def test_an_unknown_expectation_is_named(home: Home, tmp_path: Path) -> None:
    """And the Data Docs of the validation before do not stay, as if they spoke of this one."""
    validate(home, ["cohorts"])
    rule = "{name: odd, expectation: ExpectMiracles, reason: r}"
    suites = written_suite(tmp_path / "suites", "cohorts", rule)
    with pytest.raises(ValidationError, match="odd: no expectation is named ExpectMiracles"):
        validate(home, ["cohorts"], suites=suites)
    assert not (home.gx / "data_docs").exists()


def test_a_rule_asked_twice_is_named(home: Home, tmp_path: Path) -> None:
    """Great Expectations keeps one of two equal questions: neither may vanish in silence."""
    rules = [f"{{name: {name}, where: customer_count < 0, reason: r}}" for name in ("a", "b")]
    suites = written_suite(tmp_path / "suites", "cohorts", *rules)
    assert [result.rule for result in validate(home, ["cohorts"], suites=suites)] == ["a", "b"]


def test_what_is_not_there_is_named(home: Home) -> None:
    with pytest.raises(SettingsError, match=r"nowhere\.yml: no such file"):
        validate(home, ["sessions", "nowhere"])
    break_candidate(home.work, "drop table sessions")
    with pytest.raises(ValidationError, match="sessions is to be validated and is not there"):
        validate(home, ["sessions"])
    home.work.unlink()
    with pytest.raises(ValidationError, match="no candidate to validate"):
        validate(home, ["sessions"])


def test_a_home_without_a_run_is_named(home: Home) -> None:
    (home.dbt / "macros" / "run_moment.sql").unlink()
    with pytest.raises(SettingsError, match="tells nothing"):
        validate(home, ["sessions"])


def test_importing_the_runner_does_not_import_great_expectations() -> None:
    """Great Expectations takes seconds to import: every command would pay for it."""
    code = "import sys, expectations.runner; print('great_expectations' in sys.modules)"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "False"
