"""How `make mutate` judges: what it lets pass would pass for tested."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from compiled import Model, UnitTest, Variant
from covers import Cover
from duckdb import DuckDBPyConnection
from mutants import Query
from trial import Verdict
from verdicts import (
    Accepted,
    AcceptedError,
    Finding,
    Judgement,
    counts,
    findings_of_model,
    findings_of_steps,
    merged,
    read_accepted,
)

_ADULTS = "select name from people where age >= 18 and name is not null"


def _test(name: str, rows: str, expected: str | None) -> UnitTest:
    return UnitTest(
        name, {"people": f"select * from (values {rows}) as p (name, age)"}, ("name",), expected
    )


def _model(*tests: UnitTest, sql: str = _ADULTS) -> Model:
    return Model("adults", "models/adults.sql", (Variant(Query.of(sql), tests),))


_BOUND = _test("on_the_bound", "('old', 18), ('young', 17)", "select 'old' as name")


def _verdicts(model: Model) -> dict[str, Verdict]:
    return {f.mutant.description: f.ending.verdict for f in findings_of_model(model)}


def test_a_test_on_the_bound_notices_what_one_beside_it_does_not() -> None:
    """The bound itself is what an edit gets wrong."""
    beside = _test("beside", "('old', 40), ('young', 7)", "select 'old' as name")
    shift = "result: age >= 18 -> age > 18"
    assert _verdicts(_model(beside))[shift] is Verdict.SURVIVED
    assert _verdicts(_model(beside, _BOUND))[shift] is Verdict.NOTICED
    assert _verdicts(_model(_BOUND))["result: name is not null -> true"] is Verdict.SURVIVED


def test_a_model_without_a_unit_test_notices_nothing() -> None:
    """It would look well tested if it were left out."""
    assert set(_verdicts(_model()).values()) == {Verdict.SURVIVED}


def test_a_row_too_many_and_an_order_are_told_apart() -> None:
    """Rows count as often as they come, in any order, as in dbt."""
    rows = "('b', 1), ('a', 1), ('a', 1)"
    test = _test("twice", rows, "select 'a' as name union all select 'a' union all select 'b'")
    once = _test("once", rows, "select 'a' as name union all select 'b'")
    findings_of_model(_model(test, sql="select name from people where age = 1"))
    with pytest.raises(RuntimeError, match="nothing changed: once"):
        findings_of_model(_model(once, sql="select name from people where age = 1"))


def test_no_rows_can_be_expected() -> None:
    """A test that expects nothing notices that something comes."""
    nothing = _test("nothing", "('young', 17)", None)
    assert _verdicts(_model(nothing))["result: age >= 18 -> true"] is Verdict.NOTICED


def test_a_mutant_that_stops_is_neither_noticed_nor_counted() -> None:
    """It shows without any test."""
    sql = "select name from people where case when age > 0 then true else error('no age') end"
    findings = findings_of_model(_model(_test("t", "('old', 18)", "select 'old' as name"), sql=sql))
    stopped = {f.mutant.description for f in findings if f.ending.verdict is Verdict.INVALID}
    assert "result: age > 0 -> age <= 0" in stopped
    assert counts(findings)[1] == len(findings) - len(stopped)


def test_variants_of_a_model_notice_together() -> None:
    """A test that overrides a setting compiles another SQL of the same model."""
    other = Query.of(_ADULTS.replace("18", "21"))
    at_21 = _test("at_21", "('old', 21), ('young', 20)", "select 'old' as name")
    unseen = _test("unseen", "('old', 40)", "select 'old' as name")
    model = _model(unseen)
    both = Model(model.name, model.path, (*model.variants, Variant(other, (at_21,))))
    assert _verdicts(model)["result: age >= 18 -> age > 18"] is Verdict.SURVIVED
    assert _verdicts(both)["result: age >= 18 -> age > 18"] is Verdict.NOTICED


# --- reasons -------------------------------------------------------------------------------------


def _judged(*accepted: Accepted, threshold: float = 50.0) -> Judgement:
    findings = findings_of_model(_model(_BOUND))
    names = frozenset({"adults"})
    return Judgement(findings, accepted, names, names | {"elsewhere"}, threshold)


_REASON = Accepted("adults", "result: name is not null -> …", "names are never null")


def _said(findings: list[Finding]) -> set[str]:
    return {finding.mutant.description for finding in findings}


def test_a_survivor_without_a_reason_is_an_error() -> None:
    """Above any threshold."""
    judgement = _judged()
    assert "result: name is not null -> true" in _said(judgement.unexplained)
    assert not judgement.is_good


def test_a_survivor_with_a_reason_passes_and_counts_as_not_noticed() -> None:
    """Else reasons would raise the figure."""
    judgement = _judged(_REASON)
    assert not judgement.unexplained
    assert judgement.explained
    assert judgement.is_good
    noticed, valid = counts(judgement.findings)
    assert noticed == valid - len(judgement.explained)
    assert not _judged(_REASON, threshold=99.0).is_good


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        (Accepted("adults", "result: age = 1 -> true", "r"), "is no mutation of it"),
        (Accepted("adults", "result: age >= 18 -> true", "r"), "does not survive any more"),
        (Accepted("nowhere", "result: age >= 18 -> true", "r"), "no such model"),
    ],
)
def test_a_reason_that_nothing_needs_is_an_error(entry: Accepted, said: str) -> None:
    """It would lie ready for whatever comes to match it."""
    judgement = _judged(_REASON, entry)
    assert [text for text in judgement.stale if said in text]
    assert not judgement.is_good


def test_reasons_for_what_was_not_tried_are_left_alone() -> None:
    """A run over one folder says nothing of another."""
    assert _judged(_REASON, Accepted("elsewhere", "result: a = 1 -> true", "r")).is_good


def test_an_entry_without_a_reason_is_refused(tmp_path: Path) -> None:
    """The reason is what is reviewed."""
    path = tmp_path / "accepted.yml"
    path.write_text("- {model: a, mutations: [x], reason: because}\n", encoding="utf-8")
    assert read_accepted(path) == [Accepted("a", "x", "because")]
    path.write_text("- {model: a, mutations: [x], reason: ' '}\n", encoding="utf-8")
    with pytest.raises(AcceptedError):
        read_accepted(path)


# --- steps of a loop -----------------------------------------------------------------------------


def _descent_ends(connection: DuckDBPyConnection, steps: Mapping[str, str]) -> bool:
    connection.execute("create table numbers as select 3 as n")
    for _ in range(5):
        connection.execute(f"create or replace table numbers as {steps['step']}")
    return connection.execute("select n from numbers").fetchall() == [(1,)]


def test_a_check_covers_the_steps_of_a_loop() -> None:
    """A loop has no unit test; its steps are changed and the loop is run to its end."""
    cover = Cover({"step": "{{ step() }}"}, _descent_ends)
    paths = {"step": "macros/descent.sql"}
    step = "select case when n > 1 then n - 1 else n end as n from numbers"
    found = {
        f.mutant.description: f.ending.verdict
        for f in findings_of_steps(cover, {"step": step}, paths)
    }
    assert found["result: n > 1 -> n >= 1"] is Verdict.NOTICED
    assert found["result: else n -> no else"] is Verdict.NOTICED
    with pytest.raises(RuntimeError, match="step: fails with nothing changed"):
        findings_of_steps(cover, {"step": "select 7 as n from numbers"}, paths)


def test_of_two_checks_of_a_step_either_may_notice() -> None:
    """A step that two loops share is held by both."""
    step, paths = {"step": "select n from numbers where n > 2"}, {"step": "macros/shared.sql"}

    def blind(connection: DuckDBPyConnection, steps: Mapping[str, str]) -> bool:
        return True

    def strict(connection: DuckDBPyConnection, steps: Mapping[str, str]) -> bool:
        connection.execute("create table numbers as select unnest([1, 2, 3]) as n")
        return connection.execute(steps["step"]).fetchall() == [(3,)]

    both = [
        f for check in (blind, strict) for f in findings_of_steps(Cover({}, check), step, paths)
    ]
    found = merged(both)
    assert 2 * len(found) == len(both)
    assert {finding.ending.verdict for finding in found} == {Verdict.NOTICED}
