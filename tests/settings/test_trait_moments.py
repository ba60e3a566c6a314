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


def _check(block: Any, seeds: dict[str, Path] = SHIPPED) -> None:
    columns = {
        "customer_id": {"name": "customer_id"},
        "late": {"name": "late", "config": {"meta": {"trait": block}}},
    }
    node = {"patch_path": f"rollcall://{_YML}", "original_file_path": "x.sql", "columns": columns}
    check_traits({"nodes": {"test.x": {}, "model.rollcall.customer_360": node}}, seeds)


def test_shipped_traits_pass() -> None:
    """Those of customer_360, as its yml declares them."""
    [model] = yaml.safe_load((PROJECT_ROOT / _YML).read_text(encoding="utf-8"))["models"]
    blocks = [column.get("config", {}).get("meta", {}).get("trait") for column in model["columns"]]
    assert len([block for block in blocks if block]) > 50
    for block in blocks:
        _check(block)


@pytest.mark.parametrize(
    "block",
    [
        {"of": ["product_viewed", "purchase", "product_purchased", "ticket_opened"]},
        {"of": "message_unsubscribed", "among": "any"},
        {"first": {"of": "feature:news"}, "then": {"of": ["deposit"]}, "again": {"of": "any"}},
        # What is no name is told by dbt, with the block.
        {"of": 5, "then": "deposit", "among": {"of": "x"}},
        None,
        "count",
    ],
)
def test_a_moment_that_there_can_be_passes(block: Any) -> None:
    _check(block)


@pytest.mark.parametrize(
    ("block", "name"),
    [
        ({"of": "product_viewd"}, "product_viewd"),
        ({"of": ["deposit", "depositt"]}, "depositt"),
        ({"of": "any", "among": "every"}, "every"),
        ({"first": {"of": "bougt"}, "then": {"of": "any"}}, "bougt"),
        ({"first": {"of": "any"}, "then": {"of": "bougt"}}, "bougt"),
        ({"first": {"of": "any"}, "again": {"of": "bougt"}}, "bougt"),
        ({"of": "message_read"}, "message_read"),
        ({"of": "feature:nothing"}, "feature:nothing"),
        ({"of": "event:purchase"}, "event:purchase"),
    ],
)
def test_one_that_there_cannot_be_is_told_with_its_trait(block: Any, name: str) -> None:
    with pytest.raises(SettingsError) as raised:
        _check(block)
    assert str(raised.value).startswith(f"{_YML}: trait late: {name!r} is no event of event_vocab")


def test_the_way_out_names_one_that_is_near() -> None:
    with pytest.raises(SettingsError, match=r"Write one that is, like product_viewed, or add it"):
        _check({"of": "product_viewd"})


@pytest.mark.parametrize("name", ["purchase", "any", "message_opened"])
def test_the_vocabulary_may_not_take_a_name_of_ours(tmp_path: Path, name: str) -> None:
    path = tmp_path / "event_vocabulary.csv"
    path.write_text(f"event_name,meaning,money_direction\nread,A,0\n{name},B,0\n", encoding="utf-8")
    with pytest.raises(SettingsError, match=rf"event_vocabulary.csv:3: event '{name}' is a name"):
        _check({"of": "read"}, {**SHIPPED, "event_vocabulary": path})
