"""A trait that names what never happens would be nothing for everybody, and nobody would know."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from given_seeds import SHIPPED

from rollcall.errors import SettingsError
from rollcall.sources import PROJECT_ROOT
from rollcall.traits import check_traits

_YML = "models/marts/customers/_customer_360__models.yml"
_MACROS = [path.stem for path in (PROJECT_ROOT / "macros" / "traits").glob("*.sql")]
MACROS = {
    f"macro.rollcall.{name}": {
        "name": name,
        "macro_sql": (PROJECT_ROOT / "macros" / "traits" / f"{name}.sql").read_text("utf-8"),
        "depends_on": {"macros": [f"macro.rollcall.{other}" for other in _MACROS]},
    }
    for name in _MACROS
}


def _check(*blocks: Any, seeds: dict[str, Path] = SHIPPED) -> None:
    columns: dict[str, Any] = {"customer_id": {"name": "customer_id"}}
    for number, block in enumerate(blocks):
        columns[f"x{number}"] = {"name": "late", "config": {"meta": {"trait": block}}}
    node = {"patch_path": f"rollcall://{_YML}", "original_file_path": "x.sql", "columns": columns}
    nodes = {"test.x": {}, "model.rollcall.customer_360": node}
    check_traits({"nodes": nodes, "macros": MACROS}, seeds)


def test_shipped_traits_pass() -> None:
    """Those of customer_360, as its yml declares them."""
    [model] = yaml.safe_load((PROJECT_ROOT / _YML).read_text(encoding="utf-8"))["models"]
    blocks = [column.get("config", {}).get("meta", {}).get("trait") for column in model["columns"]]
    assert len([block for block in blocks if block]) > 50
    _check(*filter(None, blocks))


_HOUR = {"hours": 1}
_COUNT = {"measure": "count"}
_SHARE = {"measure": "share"}
_AGAIN = {"measure": "first_then_again"}
_THEN = {"measure": "sequence_then_absence", "within": _HOUR}


@pytest.mark.parametrize(
    "block",
    [
        {**_COUNT, "of": ["product_viewed", "purchase", "product_purchased", "ticket_opened"]},
        {**_SHARE, "of": "message_unsubscribed", "among": "any"},
        {**_THEN, "first": {"of": "feature:news"}, "then": {"of": ["deposit"]}},
        {**_AGAIN, "first": {"of": "feature:news"}, "again": {"of": "any"}},
    ],
)
def test_a_moment_that_there_can_be_passes(block: Any) -> None:
    _check(block)


@pytest.mark.parametrize(
    ("block", "problem"),
    [
        (None, "measure None is unknown. Known: count, sum,"),
        ("count", "measure count is unknown. Known: count, sum,"),
        ({"measure": "coumt", "of": "purchase"}, "measure coumt is unknown. Known: count, sum,"),
        ({**_COUNT, "of": "purchase", "windw": {"days": 7}}, "count has no part windw. It has: of"),
        # What is wrong with the block comes before what it names.
        ({**_COUNT, "of": "bougt", "window": 7}, "window 7 is not days, hours, minutes and"),
    ],
)
def test_a_wrong_block_is_one_sentence(block: Any, problem: str) -> None:
    """By file, trait and what is known, before dbt says it of each model that reads traits."""
    with pytest.raises(SettingsError) as raised:
        _check(block)
    assert str(raised.value).startswith(f"{_YML}: trait late: {problem}")
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("block", "name"),
    [
        ({**_COUNT, "of": "product_viewd"}, "product_viewd"),
        ({**_COUNT, "of": ["deposit", "depositt"]}, "depositt"),
        ({**_SHARE, "of": "any", "among": "every"}, "every"),
        ({**_THEN, "first": {"of": "bougt"}, "then": {"of": "any"}}, "bougt"),
        ({**_THEN, "first": {"of": "any"}, "then": {"of": "bougt"}}, "bougt"),
        ({**_AGAIN, "first": {"of": "any"}, "again": {"of": "bougt"}}, "bougt"),
        ({**_COUNT, "of": "message_read"}, "message_read"),
        ({**_COUNT, "of": "feature:nothing"}, "feature:nothing"),
        ({**_COUNT, "of": "event:purchase"}, "event:purchase"),
    ],
)
def test_one_that_there_cannot_be_is_told_with_its_trait(block: Any, name: str) -> None:
    with pytest.raises(SettingsError) as raised:
        _check(block)
    assert str(raised.value).startswith(f"{_YML}: trait late: {name!r} is no event of event_vocab")


def test_the_way_out_names_one_that_is_near() -> None:
    with pytest.raises(SettingsError, match=r"Write one that is, like product_viewed, or add it"):
        _check({**_COUNT, "of": "product_viewd"})


@pytest.mark.parametrize("name", ["purchase", "any", "message_opened"])
def test_the_vocabulary_may_not_take_a_name_of_ours(tmp_path: Path, name: str) -> None:
    path = tmp_path / "event_vocabulary.csv"
    path.write_text(f"event_name,meaning,money_direction\nread,A,0\n{name},B,0\n", encoding="utf-8")
    with pytest.raises(SettingsError, match=rf"event_vocabulary.csv:3: event '{name}' is a name"):
        _check({**_COUNT, "of": "read"}, seeds={**SHIPPED, "event_vocabulary": path})
