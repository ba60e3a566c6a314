"""`make unit` runs what it is told to, and never passes because it found nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
import unit
from model_lab import Lab, Outcome

# A model of the project without a unit test: it types and renames.
UNTESTED = "stg_web__page_events"


@pytest.fixture
def quick(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> Lab:
    """The command on the lab of all tests, where everything is built."""
    monkeypatch.setattr(unit, "parsed_lab", lambda root: lab)
    monkeypatch.setattr(unit, "_build", lambda *_: None)
    monkeypatch.setattr(unit, "_built", lambda *_: set())
    return lab


def test_it_runs_the_tests_of_the_models_named_alone(
    quick: Lab, capsys: pytest.CaptureFixture[str]
) -> None:
    assert unit.main(["aud_new_customers", "int_traits__rushes"]) == 0
    said = capsys.readouterr().out
    assert "passed  aud_new_customers__the_only_purchase_in_30_days\n" in said
    assert "passed  rushes__" in said
    assert "aud_recent_purchasers" not in said and " 0 failed in " in said


@pytest.mark.parametrize(
    ("models", "said"),
    [
        ([], 'Name the models: make unit MODELS="'),
        (["aud_new_customers", "aud_new_customer"], "Is it aud_new_customers?"),
        ([UNTESTED], f"{UNTESTED} has no unit test. Write one below unit_tests: in models/"),
    ],
)
def test_it_fails_where_there_is_nothing_to_run(
    quick: Lab, capsys: pytest.CaptureFixture[str], models: list[str], said: str
) -> None:
    assert unit.main(models) == 1
    assert said in capsys.readouterr().out


def test_inputs_are_what_the_models_read(lab: Lab) -> None:
    assert lab.manifest is not None
    models = ["aud_new_customers", "int_traits__balances"]
    expected = ["customer_360", "event_vocabulary", "int_traits__moments"]
    assert unit.inputs_of(lab.manifest, models) == expected


def test_what_fails_is_named_with_its_file_and_what_differs() -> None:
    outcomes = [
        Outcome("aud_x__two", "fail", "\n\nactual differs\n1→2\n", "aud_x"),
        Outcome("aud_x__one", "pass", "", "aud_x"),
    ]
    assert unit.report(outcomes, {"aud_x__two": "models/x.yml"}) == (
        "passed  aud_x__one\n"
        "FAILED  aud_x__two (models/x.yml)\n"
        "        actual differs\n        1→2\n\n"
        "1 passed, 1 failed"
    )


def test_a_seed_that_changed_is_read_again(tmp_path: Path) -> None:
    """dbt keeps the rows of a seed that a unit test reads, and would test what is no more."""
    parsed = tmp_path / "dbt" / "target" / "partial_parse.msgpack"
    parsed.parent.mkdir(parents=True)
    parsed.touch()
    (tmp_path / "built.json").write_text('{"digest": "a", "inputs": ["x"]}')
    assert unit._built(tmp_path, "a") == {"x"} and parsed.exists()
    assert unit._built(tmp_path, "b") == set() and not parsed.exists()
