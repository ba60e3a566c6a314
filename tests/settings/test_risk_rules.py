"""An indicator of risk that could never be told, or would count twice, is told by its line."""

from __future__ import annotations

from pathlib import Path

import pytest
from given_seeds import SHIPPED, declared, write_seeds

from rollcall.errors import SettingsError
from rollcall.forms import check_seeds
from rollcall.rules import check_risk_indicators

_GOOD = {
    "event_vocabulary": "event_name,meaning,money_direction\ndeposit,A,1\nbet_settled,B,0\n",
    "features": "feature,event_name,kind,property,value\nloans,deposit,usage,,\n",
    "risk_indicators": (
        "indicator,window_days,minimum_count,within_minutes,from_hour,to_hour,minimum_factor,"
        "in_force_days,proposed_action\n"
        "chasing,7,3,15,,,,28,Call\n"
        "night,14,20,,22,5,,28,Write\n"
        "rising,28,4,,,,1.5,28,Ask\n"
    ),
    "risk_moments": (
        "indicator,role,moment,category,value_below\n"
        "chasing,counted,deposit,,\n"
        "chasing,trigger,bet_settled,,0\n"
        "night,counted,ticket_opened,hardship,\n"
        "night,counted,ticket_opened,vulnerability,\n"
        "rising,counted,feature:loans,,\n"
    ),
}


def _checked(folder: Path, name: str = "", old: str = "", new: str = "") -> None:
    paths = write_seeds(folder, _GOOD, name, old, new)
    check_seeds(paths, declared())
    check_risk_indicators(paths)


def test_what_fits_passes(tmp_path: Path) -> None:
    _checked(tmp_path)


def test_what_is_shipped_passes() -> None:
    check_risk_indicators(SHIPPED)


@pytest.mark.parametrize(
    ("seed", "old", "new", "message"),
    [
        (
            "risk_indicators",
            "night,",
            "Night,",
            "indicators.csv:3: indicator is 'Night'. Write a n",
        ),
        (
            "risk_indicators",
            "night,",
            "chasing,",
            "csv:3: indicator 'chasing' is in line 2 already",
        ),
        (
            "risk_indicators",
            "chasing,7",
            "chasing,",
            "csv:2: window_days is empty. Write a whole n",
        ),
        (
            "risk_indicators",
            "chasing,7",
            "chasing,0",
            "window_days is '0'. Write a whole number, a",
        ),
        ("risk_indicators", "chasing,7", "chasing,36501", "at least 1, at most 36500."),
        ("risk_indicators", "7,3,", "7,some,", "minimum_count is 'some'. Write a whole number, at"),
        ("risk_indicators", ",28,Call", ",,Call", "in_force_days is empty"),
        ("risk_indicators", ",15,", ",0,", "within_minutes is '0'"),
        ("risk_indicators", ",22,5,", ",22,24,", "to_hour is '24'. Write a whole number, at least"),
        ("risk_indicators", ",22,5,", ",22,,", "from_hour '22', to_hour ''. Write two that differ"),
        ("risk_indicators", ",22,5,", ",5,5,", "from_hour '5', to_hour '5'"),
        (
            "risk_indicators",
            "1.5",
            "0",
            "minimum_factor is '0'. Write a number of at most 7 digits ",
        ),
        ("risk_indicators", "1.5", "0.004", "before the point and 2 after it, above 0, or nothing"),
        ("risk_indicators", "1.5", "much", "minimum_factor is 'much'"),
        ("risk_indicators", "28,Ask", "28, ", "csv:4: proposed_action is blank. Write a text."),
        (
            "risk_moments",
            "rising,",
            "falling,",
            "csv:6: indicator 'falling' is no indicator of risk",
        ),
        ("risk_moments", "trigger,", "cause,", "csv:3: role is 'cause'. Write counted or trigger."),
        ("risk_moments", "deposit", "depsit", "'depsit' is no event of event_vocabulary.csv, nor "),
        ("risk_moments", ":loans", ":loan", "'feature:loan' is no event of event_vocabulary.csv, "),
        ("risk_moments", ",,0", ",,none", "value_below is 'none'. Write a number"),
        ("risk_moments", "vulnerability", "hardship", "csv:5: indicator 'night': 'ticket_opened' "),
        ("risk_moments", "vulnerability", "", "moments.csv:5: indicator 'night': 'ticket_opened' "),
        ("risk_moments", "rising,counted", "night,counted", "indicator 'rising' has rows of role "),
        ("risk_moments", "chasing,trigger", "night,trigger", "'chasing' has rows of role counted."),
    ],
)
def test_a_mistake_is_named(tmp_path: Path, seed: str, old: str, new: str, message: str) -> None:
    with pytest.raises(SettingsError) as error:
        _checked(tmp_path, seed, old, new)
    assert message in str(error.value)
