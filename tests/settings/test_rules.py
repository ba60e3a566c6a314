"""Seeds that do not fit each other are told by file, line and value."""

from __future__ import annotations

from pathlib import Path

import pytest
from given_seeds import SHIPPED, declared, write_seeds

from rollcall.errors import SettingsError
from rollcall.forms import check_seeds
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
    check_seeds(paths, declared())
    check_engagement_rules(paths)
    check_audience_goals(paths)
    check_value_rules(paths)


def test_what_fits_passes(tmp_path: Path) -> None:
    _checked(tmp_path)


@pytest.mark.parametrize(
    "company", sorted(path.name for path in (PROJECT_ROOT / "config").iterdir())
)
def test_what_is_shipped_passes(company: str) -> None:
    own = {path.stem: path for path in (PROJECT_ROOT / "config" / company).glob("*.csv")}
    seeds = SHIPPED | own
    check_seeds(seeds, declared())
    check_engagement_rules(seeds)
    check_audience_goals(seeds)
    check_value_rules(seeds)


@pytest.mark.parametrize(
    ("seed", "old", "new", "message"),
    [
        ("features", ",read,", ",reed,", "features.csv:2: feature 'news': 'reed' is no event"),
        (
            "features",
            "bought,usage",
            "bought,use",
            "features.csv:3: kind is 'use'. Write usage or setup.",
        ),
        ("features", "wallet,", "shop,", "features.csv:4: feature 'shop': is usage in one line"),
        ("features", "page,News", ",News", "value 'News' is of no property"),
        ("engagement_feature_sets", "reader,news", "reader,nws", "sets.csv:2: flag 'reader'"),
        ("engagement_feature_sets", "reader,news", "reader,wallet", "asks for 'wallet'"),
        (
            "engagement_channels",
            "app,",
            "radio,",
            "channels.csv:3: channel is 'radio'. Write web, app",
        ),
        (
            "engagement_channels",
            "web,1",
            "web,much",
            "channels.csv:2: weight is 'much'. Write a number,",
        ),
        ("engagement_channels", "web,1", "web,-1", "weight is '-1'. Write a number, at least 0."),
        (
            "engagement_channels",
            "0,7",
            "0,0",
            "half_life_days is '0'. Write a number, above 0, at mo",
        ),
        ("engagement_channels", "0,7", "nan,7", "weight is 'nan'"),
        ("engagement_channels", "web,1", "web,0", "channels.csv: no channel has a weight"),
        ("audience_goals", ",bought,", ",bougt,", "audience_goals.csv:3: goal 'pay': 'bougt' is n"),
        (
            "audience_goals",
            ",set_up,",
            ",bought,",
            "goals.csv:4: goal 'pay', event_name 'bought' i",
        ),
        ("audience_goals", "buy,", "Buy it,", "audience_goals.csv:2: goal is 'Buy it'. Write a na"),
        ("features", "news,read", "Big News,read", "features.csv:2: feature is 'Big News'. Wri"),
        ("features", "wallet,", ",", "features.csv:4: feature is empty. Write a name in l"),
        ("engagement_feature_sets", "reader,", "Reader,", "sets.csv:2: flag is 'Reader'. Wri"),
        ("engagement_state_rules", "core,2", "Core,2", "csv:2: engagement_state is 'Core'"),
        ("engagement_state_rules", "core,2,2,2", "core,2,1,2", "rules.csv:2: state 'core': begins"),
        ("engagement_state_rules", "core,2,2,2", "core,2,3,3", "leaves a gap. Begin at 2"),
        ("engagement_state_rules", "casual,1,1,1", "casual,1,2,1", "2 to 1 features is no range"),
        (
            "engagement_state_rules",
            "casual,1,1,1",
            "casual,1,0,1",
            "minimum_features is '0'. Write a",
        ),
        ("engagement_state_rules", "casual,1", "inactive,1", "a name that Rollcall gives itself"),
        (
            "engagement_state_rules",
            "core,2,2,2",
            "core,2,two,2",
            "minimum_features is 'two'. Write",
        ),
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
            "csv:26: frequency_score is '6'. Write a whole number,",
        ),
        (
            "rfm_segments",
            "5,5,r5",
            "0,5,r5",
            "csv:26: recency_score is '0'. Write a whole number, a",
        ),
        ("rfm_segments", "5,5,r5", "5,5,Best Ones", "csv:26: rfm_segment is 'Best Ones'. Write a"),
        ("rfm_segments", "5,5,r5", "5,5,unscored", "a name that Rollcall gives itself"),
        ("rfm_cut_points", "recency,2", "age,2", "csv:2: axis is 'age'. Write recency, freq"),
        (
            "rfm_cut_points",
            "recency,2,90",
            "recency,1,90",
            "score is '1'. Write a whole number, at least 2",
        ),
        (
            "rfm_cut_points",
            "recency,2,90",
            "recency,3,90",
            "csv:3: axis 'recency': score 3 has a cut",
        ),
        ("rfm_cut_points", "frequency,5,10\n", "", "axis 'frequency' has no cut for score 5"),
        ("rfm_cut_points", ",99.5", ",", "csv:13: cut_value is empty. Write a number of at m"),
        ("rfm_cut_points", ",99.5", ",inf", "cut_value is 'inf'. Write a number"),
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
            "small,50.00",
            "bands.csv:3: minimum_amount '50.00' is in line 2 already",
        ),
        (
            "order_value_bands",
            "small,0",
            "large,0",
            "bands.csv:3: order_value_band 'large' is in line 2",
        ),
        ("order_value_bands", "small,0", "small,few", "minimum_amount is 'few'. Write a nu"),
        ("order_value_bands", "small,0", "Small,0", "order_value_band is 'Small'"),
        (
            "cohort_definitions",
            "bought,",
            "joined,",
            "csv:3: cohort_type 'joined' is in line 2 already",
        ),
        (
            "cohort_definitions",
            "bought,",
            "By Order,",
            "csv:3: cohort_type is 'By Order'. Write a name",
        ),
        (
            "cohort_definitions",
            "first_order",
            "an_order",
            "entered_by is 'an_order'. Write first_order, f",
        ),
        (
            "cohort_definitions",
            "country",
            "county",
            "device_os, onboarding_intent or onboarding_use_case, or nothing.",
        ),
        ("cohort_definitions", "week", "year", "period_grain is 'year'. Write day, week, month o"),
        (
            "cohort_definitions",
            ",order,6",
            ",click,6",
            "comes_back_by is 'click'. Write order, activity",
        ),
        ("cohort_definitions", "country", "entry", "a first activity has no group of its own"),
        (
            "cohort_definitions",
            ",12,",
            ",0,",
            "last_period_number is '0'. Write a whole number, at le",
        ),
        ("cohort_definitions", ",12,", ",a,", "last_period_number is 'a'. Write a whole "),
        ("cohort_definitions", "Bought", "", "csv:3: description is empty. Write a text."),
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
        ("name,there,A\nhour,1,B\n", "fields.csv:3: field 'hour': is unknown. Known: name, send_"),
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
