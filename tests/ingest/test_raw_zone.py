"""What the raw zone loses is loaded anew or named, never missing without a word."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from ingest_shop import HEADER, Shop, row

from rollcall.errors import IngestError

BAD = HEADER + row(1) + "2,soon,2,2.50,fine\n"


def _raw_file(shop: Shop) -> Path:
    found = sorted((shop.home.raw / "shop" / "orders").glob("*.parquet"))
    (path,) = [path for path in found if path.stem != "_schema" and "-" not in path.stem]
    return path


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-20])


LOSSES = pytest.mark.parametrize(
    ("lose", "said"), [(Path.unlink, "gone"), (_cut, "not a whole Parquet file")]
)


@LOSSES
def test_what_still_lies_in_the_landing_is_loaded_anew(
    shop: Shop, lose: Callable[[Path], None], said: str
) -> None:
    shop.land("a.csv", HEADER + row(1) + row(2))
    shop.ingest()
    before = shop.live("*exclude (_loaded_at)")
    lose(_raw_file(shop))
    assert shop.counts(shop.ingest()) == (2, 0)
    assert shop.live("*exclude (_loaded_at)") == before
    assert shop.counts(shop.ingest()) == (0, 0)


@LOSSES
def test_what_is_nowhere_any_more_is_named(
    shop: Shop, lose: Callable[[Path], None], said: str
) -> None:
    landed = shop.land("a.csv", HEADER + row(1) + row(2))
    shop.ingest()
    landed.unlink()
    lose(_raw_file(shop))
    with pytest.raises(IngestError) as caught:
        shop.ingest()
    message = str(caught.value)
    assert f"{_raw_file_named(message)}: {said}; it held 2 lines of {landed}" in message
    assert "Put the landing files back" in message


def _raw_file_named(message: str) -> str:
    return message.split("\n")[1].split(".parquet")[0] + ".parquet"


def test_lines_mended_by_hand_are_not_lost_by_loading_anew(shop: Shop) -> None:
    shop.land("a.csv", BAD)
    shop.ingest()
    listing = shop.listing()
    text = listing.read_text(encoding="utf-8").replace("2,soon", "2,2024-01-01")
    listing.write_text(text, encoding="utf-8")
    shop.replay()
    mended = list((shop.home.raw / "shop" / "orders").glob("*-replay.parquet"))
    assert len(mended) == 1
    _cut(_raw_file(shop))
    with pytest.raises(IngestError, match="not a whole Parquet file"):
        shop.ingest()
    assert all(path.exists() for path in mended)


def test_a_load_without_a_line_needs_no_file(shop: Shop) -> None:
    shop.land("a.csv", HEADER)
    shop.ingest()
    assert shop.counts(shop.ingest()) == (0, 0)
