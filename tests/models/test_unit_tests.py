"""dbt's unit tests, of the rules that decide who is who and who is written to."""

from __future__ import annotations

from model_lab import Lab

# Fewer would mean that dbt no longer finds the files: then all "pass".
_FEWEST = 55


def test_every_unit_test_passes(lab: Lab) -> None:
    """A clause, a guard or a tie-break that is gone shows here first."""
    outcomes = lab.unit_tests()
    failed = [f"{outcome.name}: {outcome.message}" for outcome in outcomes if not outcome.is_good]
    assert not failed, "\n".join(failed)
    assert len(outcomes) >= _FEWEST


def test_every_audience_has_a_unit_test(lab: Lab) -> None:
    """An audience without one could lose a clause unseen."""
    assert lab.manifest is not None
    files = (lab.project / "models" / "audiences").rglob("aud_*.sql")
    audiences = {path.stem for path in files}
    tested = {test.model for test in lab.manifest.unit_tests.values()}
    assert audiences
    assert not audiences - tested


def test_no_unit_test_tests_a_copy_of_a_trait(lab: Lab) -> None:
    """What stands in the place of a declared trait goes on passing when the declaration changes."""
    assert lab.manifest is not None
    columns = lab.manifest.nodes["model.rollcall.customer_360"].columns
    declared = {name for name, column in columns.items() if "trait" in column.config.meta}
    assert declared
    tests = lab.manifest.unit_tests.values()
    own = {
        (test.name, trait["name"])
        for test in tests
        if test.overrides
        for trait in test.overrides.macros.get("traits", [])
    }
    assert own
    copies = [f"{test}: {name}" for test, name in sorted(own) if name in declared]
    assert not copies, "docs/traits.md says how to test a trait without `overrides`"


def test_what_changes_with_each_run_is_read_by_no_model(lab: Lab) -> None:
    """dbt would parse what reads it anew at each run, which takes longer than many a build."""
    assert lab.manifest is not None
    moment = "macro.rollcall.run_moment"
    assert moment in lab.manifest.macros
    readers = [
        name
        for name, node in {**lab.manifest.nodes, **lab.manifest.macros}.items()
        if moment in node.depends_on.macros
    ]
    assert not readers
