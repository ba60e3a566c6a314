"""Seeds of engagement that do not fit each other are told by file, line and value."""

from __future__ import annotations

from pathlib import Path

import pytest

from rollcall.errors import SettingsError
from rollcall.rules import check_audience_goals, check_engagement_rules, goals_of
from rollcall.sources import PROJECT_ROOT

_GOOD = {
    "event_vocabulary": "event_name,meaning,money_direction\nread,A,0\nbought,B,1\nset_up,C,0\n",
    "features": (
        "feature,event_name,kind,property,value\n"
        "news,read,usage,page,News\nshop,bought,usage,,\nwallet,set_up,setup,,\n"
    ),
    "engagement_feature_sets": "flag,feature\nreader,news\n",
    "engagement_state_rules": (
        "engagement_state,rank,minimum_features,maximum_features\ncore,2,2,2\ncasual,1,1,1\n"
    ),
    "engagement_channels": "channel,weight,half_life_days\nweb,1,14\napp,0,7\n",
    "audience_goals": "goal,event_name,meaning\nbuy,purchase,A\npay,bought,B\npay,set_up,B\n",
}


def _checked(folder: Path, name: str = "", old: str = "", new: str = "") -> None:
    paths = {}
    for seed, text in _GOOD.items():
        paths[seed] = folder / f"{seed}.csv"
        assert seed != name or old in text
        paths[seed].write_text(text.replace(old, new) if seed == name else text, encoding="utf-8")
    check_engagement_rules(paths)
    check_audience_goals(paths)


def test_what_fits_passes(tmp_path: Path) -> None:
    _checked(tmp_path)


@pytest.mark.parametrize("company", ["shop", "sparkify"])
def test_what_is_shipped_passes(company: str) -> None:
    shipped = {path.stem: path for path in (PROJECT_ROOT / "seeds" / "reference").glob("*.csv")}
    check_engagement_rules(shipped)
    check_audience_goals(shipped)
    own = {path.stem: path for path in (PROJECT_ROOT / "config" / company).glob("*.csv")}
    check_engagement_rules(shipped | own)


@pytest.mark.parametrize(
    ("seed", "old", "new", "message"),
    [
        ("features", ",read,", ",reed,", "features.csv:2: feature 'news': 'reed' is no event"),
        ("features", "bought,usage", "bought,use", "features.csv:3: feature 'shop': kind is 'use'"),
        ("features", "wallet,", "shop,", "features.csv:4: feature 'shop': is usage in one line"),
        ("features", "page,News", ",News", "value 'News' is of no property"),
        ("engagement_feature_sets", "reader,news", "reader,nws", "sets.csv:2: flag 'reader'"),
        ("engagement_feature_sets", "reader,news", "reader,wallet", "asks for 'wallet'"),
        ("engagement_channels", "app,", "radio,", "channels.csv:3: channel 'radio': is unknown"),
        ("engagement_channels", "web,1", "web,much", "channels.csv:2: channel 'web': weight and"),
        ("engagement_channels", "web,1", "web,-1", "weight -1, half-life 14. A weight is not"),
        ("engagement_channels", "0,7", "0,0", "weight 0, half-life 0. A weight is not negative"),
        ("engagement_channels", "0,7", "nan,7", "weight nan"),
        ("engagement_channels", "web,1", "web,0", "channels.csv: no channel has a weight"),
        ("audience_goals", ",bought,", ",bougt,", "audience_goals.csv:3: goal 'pay': 'bougt' is n"),
        ("audience_goals", ",set_up,", ",bought,", "goals.csv:4: goal 'pay': 'bought' is there tw"),
        ("audience_goals", "buy,", "Buy it,", "audience_goals.csv:2: goal 'Buy it': write the nam"),
        ("features", "news,read", "Big News,read", "features.csv:2: feature 'Big News': write"),
        ("features", "wallet,", ",", "features.csv:4: feature '': write the name"),
        ("engagement_feature_sets", "reader,", "Reader,", "sets.csv:2: flag 'Reader': write"),
        ("engagement_state_rules", "core,2", "Core,2", "rules.csv:2: state 'Core': write"),
        ("engagement_state_rules", "core,2,2,2", "core,2,1,2", "rules.csv:2: state 'core': begins"),
        ("engagement_state_rules", "core,2,2,2", "core,2,3,3", "leaves a gap. Begin at 2"),
        ("engagement_state_rules", "casual,1,1,1", "casual,1,2,1", "2 to 1 features is no range"),
        ("engagement_state_rules", "casual,1,1,1", "casual,1,0,1", "0 to 1 features is no range"),
        ("engagement_state_rules", "casual,1", "inactive,1", "a name that Rollcall gives itself"),
        ("engagement_state_rules", "core,2,2,2", "core,2,two,2", "are whole numbers"),
        ("engagement_state_rules", "core,2,2,2\n", "", "who uses more than 1 of the 2 features"),
    ],
)
def test_a_mistake_is_named(tmp_path: Path, seed: str, old: str, new: str, message: str) -> None:
    with pytest.raises(SettingsError) as error:
        _checked(tmp_path, seed, old, new)
    assert message in str(error.value)


def test_goals_are_read_once_each(tmp_path: Path) -> None:
    path = tmp_path / "audience_goals.csv"
    path.write_text(_GOOD["audience_goals"], encoding="utf-8")
    assert goals_of(path) == ["buy", "pay"]
