"""A web shop's events, in homes of their own at three moments."""

from __future__ import annotations

from pathlib import Path

import pytest

pytestmark = pytest.mark.realdata


def _home_as_of(rollcall, realdata: Path, folder: Path, day: str) -> Path:
    rollcall(
        "run",
        *("--source", "clique_bait", "--landing", realdata / "clique_bait" / "landing"),
        *("--home", folder / "home", "--as-of", f"{day}T00:00:00Z"),
    )
    return folder / "home"


def test_the_whole_of_it(rollcall, realdata: Path, tmp_path: Path, released, worked) -> None:
    home = _home_as_of(rollcall, realdata, tmp_path, "2020-05-29")
    assert released(home, "select count(*) from customer_360") == [(500,)]
    assert released(
        home, "select count(*) from identity_map where identifier_type = 'anonymous_id'"
    ) == [(1_782,)]
    assert released(home, "select count(*) from sessions") == [(3_564,)]
    assert worked(home, "select count(*) from int_unified__events") == [(32_734,)]
    assert released(
        home,
        "select count(*) filter (where purchase_count > 0),"
        " count(*) filter (where purchase_count = 0 and last_cart_at is not null)"
        " from customer_360",
    ) == [(484, 15)]


@pytest.mark.parametrize(
    ("day", "carts", "browsers"), [("2020-03-01", 46, 7), ("2020-04-01", 11, 3)]
)
def test_abandoners_of_a_day(
    rollcall, realdata: Path, tmp_path: Path, released, day: str, carts: int, browsers: int
) -> None:
    home = _home_as_of(rollcall, realdata, tmp_path, day)
    qualified = dict(released(home, "select audience, qualified_count from audiences"))
    assert qualified["cart_abandoners"] == carts
    assert qualified["browse_abandoners"] == browsers
