"""A window that looks back further than events are kept whole is told before a run goes on."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from given_seeds import SHIPPED

from rollcall.home import Home
from rollcall.settings import Settings
from rollcall.sources import shipped_sources
from rollcall.windows import limited_windows

SOURCES = shipped_sources()
WEEK = {"days": 7}
# Neither is longer than what the test keeps, unless it says so.
SHORT = {
    "open_cart_days": 1,
    "recommendation_view_days": 1,
    "tracking_window_days": 1,
    "watched_product_days": 1,
}


def _told(
    *blocks: dict[str, Any], days: int = 6, seeds: dict[str, Path] = SHIPPED, **variables: int
) -> list[str]:
    web = replace(SOURCES["web"], retention_days={"events": days})
    settings = Settings(
        home=Home.at("nowhere"),
        as_of=datetime(2026, 7, 1, tzinfo=UTC),
        sources={"crm": SOURCES["crm"], "web": web},
        variables=SHORT | variables,
    )
    columns = {
        str(number): {"name": f"t{number}", "config": {"meta": {"trait": block}}}
        for number, block in enumerate(blocks)
    }
    node = {"original_file_path": "x.sql", "columns": columns}
    return limited_windows(settings, {"nodes": {"model.x": node}}, seeds)


@pytest.mark.parametrize(
    "block",
    [
        {"measure": "count", "of": "product_viewed", "where": {"category": "shoes"}},
        {"measure": "count", "of": ["purchase", "any"], "where": {"property": {"a": "b"}}},
        {"measure": "distinct", "of": "any", "by": {"property": "a"}},
        {"measure": "top", "of": "game_started", "value": "product_id"},
        {"measure": "gap_between", "of": "deposit", "same": "category", "result": "longest"},
        {"measure": "share", "of": "purchase", "among": "any", "where": {"country": "GB"}},
    ],
)
def test_a_trait_that_asks_for_what_goes_is_told(block: dict[str, Any]) -> None:
    [told] = _told({**block, "window": WEEK})
    assert "source web keeps its events whole for 6 days" in told
    assert "trait t0 (7 days)" in told
    earlier = {"from": {"days": 6, "hours": 12}, "to": {"days": 1}}
    assert "trait t0 (6.5 days)" in _told({**block, "window": earlier})[0]
    assert _told({**block, "window": WEEK}, days=7) == []


@pytest.mark.parametrize(
    "block",
    [
        # Who, what and when is known of old events too, and what they were worth.
        {"measure": "count", "of": "product_viewed"},
        {"measure": "count", "of": "any", "where": {"platform": "web", "value_below": 0}},
        {"measure": "distinct", "of": "any", "by": "day"},
        # These are no events.
        {"measure": "count", "of": "ticket_opened", "where": {"category": "complaint"}},
        {"measure": "distinct", "of": ["product_purchased"], "by": "product_id"},
    ],
)
def test_a_trait_that_asks_for_what_stays_is_not(block: dict[str, Any]) -> None:
    assert _told({**block, "window": WEEK}) == []


@pytest.mark.parametrize("name", sorted(SHORT))
def test_windows_over_products_are_told(name: str) -> None:
    [told] = _told(**{name: 7})
    assert f"var {name} (7 days)" in told
    assert _told(**{name: 6}) == []


def test_states_are_told_where_a_feature_asks_for_a_property(tmp_path: Path) -> None:
    features = tmp_path / "features.csv"
    features.write_text(
        "feature,event_name,kind,property,value\nsong,content_played,usage,page,\n", "utf-8"
    )
    seeds = {**SHIPPED, "features": features}
    [told] = _told(seeds=seeds, engagement_window_days=4)
    assert "var engagement_window_days, twice (8 days)" in told
    assert _told(seeds=seeds, engagement_window_days=3) == []
    assert _told(engagement_window_days=4) == []


def test_what_goes_of_the_shipped_sources_is_no_more_than_is_told() -> None:
    """Who, what, when, and what it was worth stay: docs/retention.md promises it."""
    gone = {
        f"{name}.{table.name}": set(table.columns) - table.kept
        for name, source in SOURCES.items()
        for table in source.tables.values()
        if table.expires
    }
    assert gone == {
        "app.app_events": {"category", "country", "received_time", "sku", "utm_source"},
        "web.page_events": {
            *("category", "city", "country", "os", "path"),
            *("properties", "received_at", "sku", "utm_source"),
        },
        "snowplow_web.events": {
            *("geo_city", "geo_country", "mkt_source", "os_name", "page_urlpath"),
        },
        "email_platform.activity": {"link_category", "url"},
        "yammer.emails": {"user_type"},
    }
