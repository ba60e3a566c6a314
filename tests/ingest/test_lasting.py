"""What a person said once is not unsaid by a shorter file at the same path."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from ingest_shop import HEADER, SHOP, Shop, row

from rollcall.errors import SettingsError
from rollcall.home import Home
from rollcall.settings import Settings
from rollcall.sources import shipped_sources

LASTING = replace(
    SHOP, tables={**SHOP.tables, "orders": replace(SHOP.tables["orders"], lasting="order_id")}
)


class LastingShop(Shop):
    """The shop, whose orders are what people said."""

    @property
    def settings(self) -> Settings:
        return replace(super().settings, sources={"shop": LASTING})


@pytest.fixture
def shop(tmp_path: Path) -> LastingShop:
    (tmp_path / "landing").mkdir()
    return LastingShop(tmp_path / "landing", Home.at(tmp_path / "home"))


SHORTER = [
    HEADER,
    HEADER + row(2),
    HEADER + row(2) + row(3),
    # A record that is refused is not there.
    HEADER + row(2) + "1,no time,1,1.50,fine\n",
]


@pytest.mark.parametrize("shorter", SHORTER)
def test_a_file_that_lacks_records_is_refused_until_it_has_them(
    shop: LastingShop, shorter: str
) -> None:
    shop.land("a.csv", HEADER + row(1) + row(2))
    assert shop.ingest().unreadable == []
    before = shop.live()
    shop.land("a.csv", shorter)
    for _ in range(2):
        (found,) = shop.failed()
        assert f"lacks {1 if '2' in shorter else 2} of the records (order_id)" in found.reason
        assert "taken back by a newer one" in found.way_out
        assert shop.live() == before
    (replayed,) = shop.replay().unreadable
    assert replayed.reason == found.reason
    assert shop.live() == before
    shop.land("a.csv", HEADER + row(2) + row(1, "corrected") + row(3))
    assert shop.ingest().unreadable == []
    assert [line[0] for line in shop.live()] == ["1", "2", "3"]
    # Going back to what was read before loses what came since.
    shop.land("a.csv", shorter)
    assert shop.failed()
    assert len(shop.live()) == 3
    shop.land("a.csv", shorter).unlink()
    assert shop.ingest().unreadable == []
    assert len(shop.live()) == 3


def test_a_content_that_stands_elsewhere_is_not_lost(shop: LastingShop) -> None:
    shop.land("a.csv", HEADER + row(1))
    shop.land("b.csv", HEADER + row(1))
    shop.ingest()
    shop.land("a.csv", HEADER)
    assert shop.ingest().unreadable == []
    assert [line[0] for line in shop.live()] == ["1"]
    shop.land("b.csv", HEADER)
    assert shop.failed()
    assert [line[0] for line in shop.live()] == ["1"]


def test_a_record_that_was_mended_by_hand_lasts_too(shop: LastingShop) -> None:
    shop.land("a.csv", HEADER + row(1) + "2,no time,1,1.50,fine\n")
    shop.ingest()
    listing = shop.listing()
    listing.write_text(listing.read_text().replace("no time", "2024-05-03 10:00:00"))
    shop.replay()
    assert len(shop.live()) == 2
    shop.land("a.csv", HEADER + row(1))
    (found,) = shop.failed()
    assert "lacks 1 of" in found.reason


def test_consents_and_requests_last() -> None:
    tables = shipped_sources()["preference_centre"].tables
    lasting = {name: table.lasting for name, table in tables.items()}
    assert lasting == {
        "consents": "consent_id",
        "erasure_requests": "request_id",
        "identity_cuts": None,
    }


@pytest.mark.parametrize("column", ["note", "nowhere"])
def test_what_lasts_is_told_by_a_column_that_every_row_has(column: str) -> None:
    table = replace(SHOP.tables["orders"], lasting=column)
    source = replace(SHOP, tables={"orders": table})
    with pytest.raises(SettingsError, match=f"lasting is '{column}'. Name a column"):
        source.configured({"retention_days": {}}, "here")
