"""What lies in quarantine for too long goes, and every line is still accounted for."""

from __future__ import annotations

import io
import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from ingest_shop import HEADER, Shop, row
from rich.console import Console

from rollcall.ingest import IngestReport, ingest, list_quarantine, replay
from rollcall.screen import show_expired, show_expired_ever

COUNTS = "accepted_count, quarantined_count, erased_count, expired_count"
BAD = "seven,not a time,1,1.00,canary\n"
DAYS = 90


def ingest_after(shop: Shop, days: float, **variables: Any) -> IngestReport:
    """Ingest as of some days from now, which is when the files before were read."""
    as_of = datetime.now(UTC) + timedelta(days=days)
    return ingest(replace(shop.settings, as_of=as_of, variables=variables))


def told(show: Any, report: IngestReport) -> str:
    console = Console(file=io.StringIO(), width=300)
    show(console, report)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def everything(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_older_lines_go_and_are_counted(shop: Shop) -> None:
    shop.land("a.csv", HEADER + row(1) + BAD + BAD)
    shop.ingest()
    assert told(show_expired, ingest_after(shop, DAYS - 0.1)) == ""
    assert b"canary" in everything(shop.home.quarantine)
    shop.land("b.csv", HEADER + row(2) + row(3) + "x\n")
    report = ingest_after(shop, DAYS + 0.1)
    # What this very run refuses stays, whatever its as_of.
    assert sorted(shop.loads(COUNTS)) == [(1, 0, 0, 2), (2, 1, 0, None)]
    assert [entry.raw_text for entry in list_quarantine(shop.home)] == ["x"]
    assert b"canary" not in everything(shop.home.quarantine)
    assert told(show_expired, report) == (
        "2 lines lay in quarantine for longer than var quarantine_days and were removed: "
        "shop/orders 2.\n"
    )
    assert told(show_expired, ingest_after(shop, DAYS - 1)) == ""
    assert [order for (order,) in shop.live("order_id")] == ["1", "2", "3"]


def test_a_company_may_keep_them_longer_or_less(shop: Shop) -> None:
    shop.land("a.csv", HEADER + BAD)
    shop.ingest()
    ingest_after(shop, DAYS + 1, quarantine_days=365)
    assert shop.loads(COUNTS) == [(0, 1, 0, None)]
    ingest_after(shop, 8, quarantine_days=7)
    assert shop.loads(COUNTS) == [(0, 0, 0, 1)]


def test_lines_of_a_file_that_was_replaced_go_too(shop: Shop) -> None:
    shop.land("a.csv", HEADER + BAD)
    shop.ingest()
    shop.land("a.csv", HEADER + row(1))
    shop.ingest()
    ingest_after(shop, DAYS + 1)
    assert list(list_quarantine(shop.home, include_closed=True)) == []
    assert sorted(shop.loads(f"is_live, {COUNTS}")) == [
        (False, 0, 0, 0, 1),
        (True, 1, 0, 0, None),
    ]


def test_what_has_expired_is_not_refused_again_and_replay_says_so(shop: Shop) -> None:
    shop.land("a.csv", HEADER + row(1) + BAD)
    shop.ingest()
    assert told(show_expired_ever, shop.replay()) == ""
    ingest_after(shop, DAYS + 1)
    shop.land("again.csv", HEADER + row(1) + BAD)
    assert shop.counts(shop.ingest()) == (0, 0)
    report = shop.replay()
    assert shop.counts(report) == (0, 0)
    assert told(show_expired_ever, report) == (
        "1 lines have expired in quarantine (var quarantine_days) and cannot be replayed. Deliver "
        "them again, corrected, in a file of their own: shop/orders 1.\n"
    )
    assert shop.loads(COUNTS) == [(1, 0, 0, 1)]


def test_lines_mended_before_are_not_counted_as_expired(shop: Shop) -> None:
    shop.land("a.csv", HEADER + row(1) + BAD + BAD)
    shop.ingest()
    path = shop.listing()
    first, second = path.read_text().splitlines(keepends=True)
    path.write_text(first.replace("seven,not a time", "7,2024-05-01 10:00:00") + second)
    shop.replay()
    ingest_after(shop, DAYS + 1)
    assert shop.loads(COUNTS) == [(2, 0, 0, 1)]


def test_copy_of_a_file_that_cannot_be_read_stays_while_the_file_does(shop: Shop) -> None:
    path = shop.land("a.csv.gz", HEADER + row(1))
    path.write_bytes(path.read_bytes()[:-9])
    shop.failed()
    assert list(shop.home.quarantine.glob("shop/orders/*.copy.*"))
    ingest_after(shop, 1)
    path.unlink()
    ingest_after(shop, 1)
    assert list(shop.home.quarantine.glob("shop/orders/*.copy.*"))
    ingest_after(shop, DAYS + 1)
    assert everything(shop.home.quarantine) == b""


class KilledError(Exception):
    """Stands for a kill."""


def _killed(*_: Any) -> None:
    raise KilledError


@pytest.mark.parametrize("then", ["run", "replay"])
@pytest.mark.parametrize("is_mended", [False, True])
def test_killed_between_files_and_ledger_no_line_is_lost(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, then: str, is_mended: bool
) -> None:
    shop.land("a.csv", HEADER + row(1) + BAD + BAD)
    shop.ingest()
    expired = 2
    if is_mended:
        path = shop.listing()
        first, second = path.read_text().splitlines(keepends=True)
        path.write_text(first.replace("seven,not a time", "7,2024-05-01 10:00:00") + second)
        with monkeypatch.context() as patch, pytest.raises(KilledError):
            patch.setattr("rollcall.ingest.ledger.Ledger.write", _killed)
            shop.replay()
        expired = 1
    with monkeypatch.context() as patch, pytest.raises(KilledError):
        patch.setattr("rollcall.ingest.ledger.Ledger.write", _killed)
        ingest_after(shop, DAYS + 1)
    assert everything(shop.home.quarantine) == b""
    if then == "run":
        ingest_after(shop, DAYS + 1)
    else:
        as_of = datetime.now(UTC) + timedelta(days=DAYS + 1)
        replay(replace(shop.settings, as_of=as_of))
    assert shop.loads("accepted_count, quarantined_count, expired_count") == [
        (3 - expired, 0, expired)
    ]


def test_what_the_ledger_never_knew_goes_by_the_age_of_its_file(shop: Shop) -> None:
    shop.land("a.csv", HEADER + BAD)
    shop.ingest()
    stray = shop.listing().with_name("0123456789abcdef.jsonl")
    stray.write_bytes(shop.listing().read_bytes())
    ingest_after(shop, DAYS - 1)
    assert stray.exists()
    now = datetime.now(UTC).timestamp()
    os.utime(stray, (now - DAYS * 86_400, now - DAYS * 86_400))
    ingest_after(shop, 1)
    assert not stray.exists()
    assert len(list(list_quarantine(shop.home))) == 1
