"""Which sources an audience rests on, read from the project as it is."""

from __future__ import annotations

import json
from typing import Any

import pytest
from model_lab import Lab

from rollcall.definitions import Definitions
from rollcall.lineage import EVENT_ITSELF, Lineage, column_parts, named_properties
from rollcall.rules import FEATURE, OWN_MOMENTS

CUSTOMERS = "model.rollcall.customer_360"
# Who somebody is rests on every source, and consent is held for itself: neither is traced.
UNTRACED = {"customer_id", "user_id", "first_seen_at"}


@pytest.fixture(scope="module")
def manifest(lab: Lab) -> dict[str, Any]:
    path = lab.home.dbt / "target" / "manifest.json"
    read: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return read


def _with(manifest: dict[str, Any], code: str) -> Lineage:
    """Return the lineage of the project with one audience more, `model.rollcall.aud_mine`."""
    mine = {"raw_code": code, "depends_on": {"nodes": [CUSTOMERS], "macros": []}, "columns": {}}
    nodes = {**manifest["nodes"], "model.rollcall.aud_mine": mine}
    return Lineage(Definitions({**manifest, "nodes": nodes}, {}))


def _sources(manifest: dict[str, Any], code: str) -> set[str]:
    return _with(manifest, code).sources("model.rollcall.aud_mine")


def test_every_column_of_customers_is_traced(manifest: dict[str, Any]) -> None:
    everything = _sources(manifest, "select customer_id")
    untraced = {
        column
        for column in manifest["nodes"][CUSTOMERS]["columns"]
        if column not in UNTRACED
        and not column.startswith("has_")
        and not _traced(manifest, column)
    }
    assert not untraced
    assert len(everything) > 10


def _traced(manifest: dict[str, Any], column: str) -> bool:
    lineage = _with(manifest, f"select {column}")
    return any(
        lineage._below(model)
        for name, models in lineage._parts_of(CUSTOMERS).items()
        if name == column
        for model in models
    )


@pytest.mark.parametrize(
    ("column", "sources"),
    [
        ("open_ticket_count", {"helpdesk"}),
        ("subscription_status", {"foodie_fi", "shop"}),
        ("last_clicked_at", {"email_platform", "yammer"}),
        ("bought_product_count", {"online_retail", "pos", "shop"}),
        ("ticket_count", {"helpdesk"}),
    ],
)
def test_a_column_rests_on_what_it_is_taken_from(
    manifest: dict[str, Any], column: str, sources: set[str]
) -> None:
    assert _sources(manifest, f"select customer_id where {column} > 0") == sources
    # What stands in a comment or in quotes names nothing.
    named = f"select customer_id -- first_name\nwhere {column} > 'city'"
    assert _sources(manifest, named) == sources


def test_a_rule_that_nothing_is_traced_of_rests_on_every_source(manifest: dict[str, Any]) -> None:
    everything = _sources(manifest, "select customer_id")
    assert everything >= {"crm", "shop", "web", "app", "pos", "helpdesk", "email_platform"}


def test_each_moment_of_ours_comes_from_one_model(manifest: dict[str, Any]) -> None:
    lineage = _with(manifest, "")
    for moment in (*OWN_MOMENTS, f"{FEATURE}search"):
        (model,) = lineage._models_of({"measure": "count", "of": moment})
        assert not model.endswith("int_activity__events"), moment
    events = lineage._models_of({"measure": "count", "of": ["deposit", "product_viewed"]})
    assert events == {"model.rollcall.int_activity__events"}
    anything = lineage._models_of({"measure": "count", "of": "any"})
    assert len(anything) == len({model for _, model in lineage._moments}) == 6


@pytest.mark.parametrize(
    ("column", "some", "none"),
    [
        # A trait's block names events and what it reads of them.
        (
            "coupon_count_90_days",
            ("coupon_applied", EVENT_ITSELF),
            ("product_viewed", EVENT_ITSELF),
        ),
        # A model's code names events in quotes.
        ("abandoned_products", ("product_added", EVENT_ITSELF), ("deposit", EVENT_ITSELF)),
        # States rest on every feature's event.
        ("engagement_state", ("trade_executed", EVENT_ITSELF), ("coupon_applied", EVENT_ITSELF)),
        ("open_ticket_count", None, ("product_viewed", EVENT_ITSELF)),
    ],
)
def test_a_column_rests_on_the_events_that_are_named_on_its_way(
    manifest: dict[str, Any], column: str, some: tuple[str, str] | None, none: tuple[str, str]
) -> None:
    found = _with(manifest, f"select customer_id where {column}").events("model.rollcall.aud_mine")
    assert found if some else not found
    assert some is None or some in found
    assert none not in found


def test_a_trait_rests_on_the_properties_that_its_block_reads() -> None:
    block = {
        "measure": "sequence_then_absence",
        "first": {"of": "deposit", "where": {"property": {"method": "card"}, "value_below": 5}},
        "then": {"of": ["withdrawal"], "where": {"country": ["GB"]}},
        "value": {"property": "amount_left"},
        "by": "category",
        "among": "value_amount",
    }
    assert set(named_properties(block)) == {
        "method", "value_amount", "country", "amount_left", "category",
    }  # fmt: skip
    assert "value_amount" not in set(named_properties({"among": "value_amount"}))


def test_consents_are_read_from_the_preference_centre(manifest: dict[str, Any]) -> None:
    assert _with(manifest, "").consent_feeds == {("preference_centre", "consents")}


def test_columns_are_taken_from_the_parts_that_they_name() -> None:
    code = """{%- set x = 1 -%}
with one as (
    select * from {{ ref('first') }}
    where a in (select a from {{ ref('seed') }})
),

two as (
    select * from {{ ref('second') }}
)

select
    -- a comment, one.not_this
    one.a,
    greatest(one.b, coalesce(two.b, 0)) as b,
    two.c + {{ days(7, 8) }} as c,
    {%- for column in columns %}
    two.{{ column }},
    {%- endfor %}
    cast(null as decimal(18, 4)) as d
from one
left join two on one.id = two.id
"""
    assert column_parts(code) == {
        "a": {"first", "seed"},
        "b": {"first", "seed", "second"},
        "c": {"second"},
        "d": set(),
    }
