"""`make unit` runs what it is told to, and never passes because it found nothing."""

from __future__ import annotations

import pytest
import unit
from model_lab import Lab, Outcome

# A model of the project without a unit test: it types and renames.
UNTESTED = "stg_web__page_events"


@pytest.fixture
def quick(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> Lab:
    """The command on the lab of all tests, where everything is built."""
    monkeypatch.setattr(unit, "parsed_lab", lambda root: lab)
    monkeypatch.setattr(unit, "_build", lambda lab, inputs: None)
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
