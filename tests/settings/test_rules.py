"""Seeds that do not fit each other are told by file, line and value."""

from __future__ import annotations

from pathlib import Path

import pytest
from given_seeds import write_seeds

from rollcall.errors import SettingsError
from rollcall.rules import (
    check_audience_goals,
    check_content_fields,
    check_engagement_rules,
    check_value_rules,
    goals_of,
)
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
    "rfm_segments": "recency_score,frequency_score,rfm_segment\n"
    + "".join(
        f"{recency},{score},r{recency}\n" for recency in range(1, 6) for score in range(1, 6)
    ),
    "rfm_cut_points": (
        "axis,score,cut_value\n"
        "recency,2,90\nrecency,3,60\nrecency,4,30\nrecency,5,7.5\n"
        "frequency,5,10\nfrequency,4,5\nfrequency,3,3\nfrequency,2,2\n"
        "monetary,2,-5\nmonetary,3,0\nmonetary,4,50\nmonetary,5,99.5\n"
    ),
    "order_value_bands": "order_value_band,minimum_amount\nlarge,50\nsmall,0\n",
    "cohort_definitions": (
        "cohort_type,entered_by,grouped_by,period_grain,comes_back_by,last_period_number,description\n"
        "joined,first_activity,country,week,activity,12,Joined\n"
        "bought,first_order,entry,month,order,6,Bought\n"
    ),
}


def _checked(folder: Path, name: str = "", old: str = "", new: str = "") -> None:
    paths = write_seeds(folder, _GOOD, name, old, new)
    check_engagement_rules(paths)
    check_audience_goals(paths)
    check_value_rules(paths)


def test_what_fits_passes(tmp_path: Path) -> None:
    _checked(tmp_path)


@pytest.mark.parametrize("company", ["shop", "sparkify"])
def test_what_is_shipped_passes(company: str) -> None:
    shipped = {path.stem: path for path in (PROJECT_ROOT / "seeds" / "reference").glob("*.csv")}
    check_engagement_rules(shipped)
    check_audience_goals(shipped)
    check_value_rules(shipped)
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
        ("rfm_segments", "2,3,r2\n", "", "segments.csv: recency 2, frequency 3 is in no segment"),
        (
            "rfm_segments",
            "2,3,r2",
            "2,2,x",
            "segments.csv:9: segment 'x': recency 2, frequency 2 is",
        ),
        ("rfm_segments", "2,3,r2", "2,2,x", "is in line 8 already"),
        (
            "rfm_segments",
            "5,5,r5",
            "5,6,r5",
            "csv:26: segment 'r5': frequency_score is '6'. Write 1",
        ),
        ("rfm_segments", "5,5,r5", "0,5,r5", "csv:26: segment 'r5': recency_score is '0'. Write 1"),
        ("rfm_segments", "5,5,r5", "5,5,Best Ones", "csv:26: segment 'Best Ones': write the name"),
        ("rfm_segments", "5,5,r5", "5,5,unscored", "a name that Rollcall gives itself"),
        ("rfm_cut_points", "recency,2", "age,2", "cut_points.csv:2: axis 'age': is unknown"),
        ("rfm_cut_points", "recency,2,90", "recency,1,90", "score is '1'. Write 2, 3, 4, 5"),
        (
            "rfm_cut_points",
            "recency,2,90",
            "recency,3,90",
            "csv:3: axis 'recency': score 3 has a cut",
        ),
        ("rfm_cut_points", "frequency,5,10\n", "", "axis 'frequency' has no cut for score 5"),
        ("rfm_cut_points", ",99.5", ",", "csv:13: axis 'monetary': cut_value '' is no number"),
        ("rfm_cut_points", ",99.5", ",inf", "cut_value 'inf' is no number"),
        (
            "rfm_cut_points",
            "recency,4,30",
            "recency,4,60",
            "csv:4: axis 'recency': score 4: 60 is not less",
        ),
        (
            "rfm_cut_points",
            "frequency,4,5",
            "frequency,4,3",
            "csv:7: axis 'frequency': score 4: 3 is not more",
        ),
        (
            "rfm_cut_points",
            "monetary,3,0",
            "monetary,3,-6",
            "-6 is not more than the -5 of score 2",
        ),
        (
            "order_value_bands",
            "small,0",
            "small,50",
            "bands.csv:3: band 'small': begins at 50, as 'large'",
        ),
        ("order_value_bands", "small,0", "large,0", "bands.csv:3: band 'large': is there twice"),
        ("order_value_bands", "small,0", "small,few", "minimum_amount 'few' is no number"),
        ("order_value_bands", "small,0", "Small,0", "band 'Small': write the name"),
        (
            "cohort_definitions",
            "bought,",
            "joined,",
            "csv:3: cohort type 'joined': is in line 2 already",
        ),
        (
            "cohort_definitions",
            "bought,",
            "By Order,",
            "csv:3: cohort type 'By Order': write the name",
        ),
        (
            "cohort_definitions",
            "first_order",
            "an_order",
            "entered_by 'an_order' is unknown. Known: first",
        ),
        (
            "cohort_definitions",
            "country",
            "county",
            "grouped_by 'county' is unknown. Known: (empty), ",
        ),
        ("cohort_definitions", "week", "year", "period_grain 'year' is unknown. Known: day, week"),
        (
            "cohort_definitions",
            ",order,6",
            ",click,6",
            "comes_back_by 'click' is unknown. Known: order",
        ),
        ("cohort_definitions", "country", "entry", "a first activity has no group of its own"),
        (
            "cohort_definitions",
            ",12,",
            ",0,",
            "last_period_number '0' is no whole number of 1 or more",
        ),
        ("cohort_definitions", ",12,", ",a,", "last_period_number 'a' is no whole number"),
        ("cohort_definitions", "Bought", "", "csv:3: cohort type 'bought': has no description"),
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


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name,there,A\n", "content_fields.csv: field 'send_hour' has no fallback"),
        ("name,there,A\nsend_hour, ,B\n", "fields.csv:3: field 'send_hour': fallback is empty"),
        ("name,there,A\nhour,1,B\n", "fields.csv:3: field 'hour': is unknown. Known: name, send_"),
        ("name,there,A\nname,you,A\n", "fields.csv:3: field 'name': is there twice"),
    ],
)
def test_a_field_without_a_fallback_is_named(tmp_path: Path, text: str, message: str) -> None:
    header = "field,fallback,meaning\n"
    shipped, own = tmp_path / "shipped.csv", tmp_path / "content_fields.csv"
    shipped.write_text(f"{header}name,there,A\nsend_hour,10,B\n", encoding="utf-8")
    check_content_fields(shipped, shipped)
    own.write_text(header + text, encoding="utf-8")
    with pytest.raises(SettingsError) as error:
        check_content_fields(own, shipped)
    assert message in str(error.value)
