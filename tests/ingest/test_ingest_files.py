"""What happens to whole files: known ones, late ones, corrected ones, and those beyond reading."""

from __future__ import annotations

import gzip
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from ingest_shop import HEADER, SHOP, Shop, make_shop, row

from rollcall.errors import IngestError, SettingsError
from rollcall.home import Home
from rollcall.ingest import ingest, list_quarantine, prepare_failures, read_failures
from rollcall.settings import resolve
from rollcall.sources import ColumnSpec, TableSpec


def test_delivered_again_under_another_name_loads_nothing(shop: Shop) -> None:
    shop.land("a.csv", HEADER + row(1))
    shop.ingest()
    shop.land("b.csv", HEADER + row(1))
    report = shop.ingest()
    assert shop.counts(report) == (0, 0)
    counts = report.of("shop", "orders")
    assert (counts.files_seen, counts.files_loaded, counts.files_known) == (2, 0, 2)
    assert len(shop.live()) == 1


def test_order_of_arrival_does_not_matter(shop: Shop, tmp_path: Path) -> None:
    other = make_shop(tmp_path / "other")
    days = {f"{day}.csv": HEADER + row(day) for day in range(1, 6)}
    for name, content in days.items():
        shop.land(name, content)
    shop.ingest()
    for name, content in reversed(days.items()):
        other.land(name, content)
        other.land(f"again-{name}", content)
        other.ingest()
        other.land(name, content).unlink()
    assert other.live() == shop.live()
    columns = "load_id, content_hash, accepted_count, is_live"
    assert other.loads(columns) == shop.loads(columns)


def test_a_corrected_delivery_takes_the_place_of_the_former(shop: Shop) -> None:
    shop.land("a.csv", HEADER + row(1) + "2,x,,,\n")
    shop.ingest()
    shop.land("a.csv", HEADER + row(1) + row(2))
    shop.ingest()
    assert [line[0] for line in shop.live()] == ["1", "2"]
    assert list(list_quarantine(shop.home)) == []
    assert [e.is_open for e in list_quarantine(shop.home, include_closed=True)] == [False]
    assert shop.loads("is_live, accepted_count, quarantined_count") == [(False, 1, 1), (True, 2, 0)]


def test_going_back_to_an_earlier_content_loads_nothing(shop: Shop) -> None:
    for number in (1, 2):
        shop.land("a.csv", HEADER + row(number))
        shop.ingest()
    shop.land("a.csv", HEADER + row(1))
    assert shop.counts(shop.ingest()) == (0, 0)
    assert [line[0] for line in shop.live()] == ["1"]


def test_a_content_counts_while_any_path_holds_it(shop: Shop) -> None:
    shop.land("a.csv", HEADER + row(1))
    shop.land("b.csv", HEADER + row(1))
    shop.ingest()
    shop.land("a.csv", HEADER + row(2))
    shop.ingest()
    assert [line[0] for line in shop.live()] == ["1", "2"]


def test_a_path_that_is_gone_keeps_counting(shop: Shop) -> None:
    path = shop.land("a.csv", HEADER + row(1))
    shop.ingest()
    path.unlink()
    shop.ingest()
    assert len(shop.live()) == 1


def test_the_same_bytes_in_two_tables_are_two_contents(shop: Shop) -> None:
    shop.land("a.csv", HEADER + row(1))
    shop.land("a.csv", HEADER + row(1), table="things")
    report = shop.ingest()
    assert shop.counts(report) == shop.counts(report, "things") == (1, 0)


def test_a_run_killed_before_the_ledger_loads_again_without_doubling(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.land("a.csv", HEADER + row(1) + "2,x,,,\n")
    with monkeypatch.context() as patch:
        patch.setattr("rollcall.ingest.ledger.Ledger.write", _killed)
        with pytest.raises(KeyboardInterrupt):
            shop.ingest()
    assert shop.counts(shop.ingest()) == (1, 1)
    assert len(shop.live()) == 1
    assert len(list(list_quarantine(shop.home))) == 1


def _killed(_: Any) -> None:
    raise KeyboardInterrupt


def test_a_changed_declaration_changes_the_schema_file(shop: Shop) -> None:
    shop.ingest()
    table = SHOP.tables["orders"]
    wider = TableSpec("orders", {**table.columns, "tax": ColumnSpec("tax", is_optional=True)})
    source = replace(SHOP, tables={"orders": wider})
    ingest(replace(shop.settings, sources={"shop": source}))
    assert shop.live("tax") == []


def test_an_unknown_type_is_named_before_anything_is_read(shop: Shop) -> None:
    table = TableSpec("orders", {"size": ColumnSpec("size", "shoe_size")})
    settings = replace(shop.settings, sources={"shop": replace(SHOP, tables={"orders": table})})
    with pytest.raises(SettingsError, match=r"shop, table orders: column size.*shoe_size"):
        ingest(settings)


# What cannot be read at all.


def test_the_others_are_loaded_and_each_is_named(shop: Shop) -> None:
    shop.land("a.csv", "order_id,amount\n1,2\n3,4\n")
    shop.land("b.parquet", b"PAR1 and no more")
    shop.land("c.csv", HEADER + row(1))
    report = shop.ingest()
    assert shop.counts(report) == (1, 2)
    assert report.of("shop", "orders").files_unreadable == 2
    [missing, cut] = report.unreadable
    assert (missing.path.name, missing.line) == ("a.csv", 1)
    assert missing.reason == "column ordered_at is missing"
    assert (cut.path.name, cut.reason) == ("b.parquet", "not a whole Parquet file")
    assert "a.csv, line 1: column ordered_at is missing. Deliver it corrected" in str(missing)
    assert len(shop.live()) == 1
    assert shop.loads("status, accepted_count, quarantined_count, is_live") == [
        ("loaded", 1, 0, True),
        ("unreadable", 0, 0, True),
        ("unreadable", 0, 2, True),
    ]


@pytest.mark.parametrize(
    ("content", "line", "reason"),
    [
        ("order_id,Order_ID\n1,2\n", 1, "column Order_ID stands twice"),
        ("\n" + HEADER.replace("note", "_line"), 2, "column _line has the name of one of ingest's"),
        ("order\0id\n", 1, "the header: NUL byte"),
        (b"\xff\xfeo\x00", 1, "the header: not UTF-8"),
        ('order_id,"open\n1,2\n', 1, "the header: unterminated quote"),
        ("order_id,amount\r1,2\r", 1, "its lines end in CR alone"),
    ],
)
def test_headers_beyond_reading(shop: Shop, content: str | bytes, line: int, reason: str) -> None:
    shop.land("a.csv", content)
    [found] = shop.failed()
    assert found.line == line
    assert found.reason.startswith(reason)


@pytest.mark.parametrize("name", ["a.csv.gz", "a.jsonl.gz"])
def test_a_cut_gzip_is_counted_up_to_the_break(shop: Shop, name: str) -> None:
    body = [row(n) if "csv" in name else f'{{"order_id": "{n}"}}\n' for n in range(1, 5000)]
    header = HEADER if "csv" in name else ""
    whole = gzip.compress((header + "".join(body)).encode())
    path = shop.landing / "shop" / "orders" / name
    path.parent.mkdir(parents=True)
    path.write_bytes(whole[: len(whole) // 2])
    report = shop.ingest()
    [found] = report.unreadable
    assert found.reason == "the gzip stream is cut off"
    assert found.line is not None
    assert 100 < found.line < 5000
    assert shop.counts(report) == (0, found.line - (1 if header else 0))
    assert shop.live() == []


def test_what_is_no_gzip(shop: Shop) -> None:
    shop.land("a.csv", HEADER).rename(shop.landing / "shop" / "orders" / "a.csv.gz")
    [found] = shop.failed()
    assert found.reason == "not a whole gzip file"


def test_a_cut_parquet_and_its_corrected_delivery(shop: Shop) -> None:
    path = shop.land("a.parquet", b"")
    path.unlink()
    columns = "order_id, null as ordered_at, 1 as quantity, 2 as amount"
    rows = f"select i as {columns} from range(9) t(i)"
    shop.query(f"copy ({rows}) to '{path}' (format parquet)")
    whole = path.read_bytes()
    path.write_bytes(whole[:-20])
    shop.failed()
    path.write_bytes(whole)
    assert shop.counts(shop.ingest()) == (9, 0)


def test_a_parquet_without_a_needed_column(shop: Shop) -> None:
    path = shop.land("a.parquet", b"")
    path.unlink()
    shop.query(f"copy (select i as order_id from range(3) t(i)) to '{path}' (format parquet)")
    report = shop.ingest()
    assert shop.counts(report) == (0, 3)
    assert report.unreadable[0].reason == "column ordered_at is missing"


def test_a_directory_named_like_a_file(shop: Shop) -> None:
    folder = shop.land("x.csv/inner.csv", HEADER + row(1)).parent
    shop.land("y.csv", HEADER + row(2))
    [found] = shop.failed()
    assert found.path == folder
    assert "a directory named like a .csv file. Rename the directory" in str(found)
    assert [(entry.is_file, entry.is_open) for entry in list_quarantine(shop.home)] == [
        (True, True)
    ]
    folder.rename(folder.with_name("x"))
    assert shop.counts(shop.ingest()) == (1, 0)
    # Not a closed entry either: there was no content that it could be about.
    assert list(shop.home.quarantine.rglob("*.jsonl")) == []


def test_no_read_permission(shop: Shop) -> None:
    """As a user who is not root: the superuser may read everything."""
    path = shop.land("a.csv", HEADER + row(1))
    shop.land("b.csv", HEADER + row(2))
    path.chmod(0)
    closed = shop.land("closed/c.csv", HEADER + row(3)).parent
    closed.chmod(0)
    answer = _as_nobody(shop)
    path.chmod(0o644)
    closed.chmod(0o755)
    assert f"{path}: permission denied. Let the user that runs rollcall read a.csv" in answer
    assert f"{closed}: permission denied" in answer
    assert "accepted 1" in answer
    assert "accepted 2" in _as_nobody(shop, "replay")


def _as_nobody(shop: Shop, action: str = "ingest") -> str:
    """Run ingest in a process of its own, without the superuser's rights where it had them."""
    here = Path(__file__).resolve()
    root = shop.landing.parent
    if os.getuid() == 0:
        # The folders above a temporary folder may be closed to others.
        for folder in (root, *root.parents):
            if folder.stat().st_mode & 0o005 != 0o005 and str(folder).startswith("/tmp"):  # noqa: S108
                folder.chmod(folder.stat().st_mode | 0o055)
        root.chmod(0o777)
    code = (
        # DuckDB loads uuid late, from where nobody may read.
        "import os, sys, uuid\n"
        f"sys.path[:0] = [{str(here.parent)!r}, {str(here.parents[2])!r}]\n"
        "import duckdb, rollcall.ingest as module\n"
        "from pathlib import Path\n"
        "from ingest_shop import Shop\n"
        "from rollcall.home import Home\n"
        "if os.getuid() == 0:\n"
        "    os.setgroups([]); os.setgid(65534); os.setuid(65534)\n"
        f"shop = Shop(Path({str(shop.landing)!r}), Home.at({str(shop.home.root)!r}))\n"
        f"report = module.{action}(shop.settings)\n"
        "print(*report.unreadable, sep='\\n')\n"
        "print('accepted', report.lines_accepted)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_broken_content_counts_as_failed_until_it_is_replaced(shop: Shop) -> None:
    path = shop.land("a.csv", "order_id\n1\n")
    first = shop.failed()
    [begun] = shop.failures("failed_at")
    assert shop.failed() == first
    assert shop.failures() == [("shop", "orders", str(path))]
    assert shop.failures("failed_at") == [begun]
    shop.land("a.csv", HEADER + row(1))
    report = shop.ingest()
    assert (shop.counts(report), report.unreadable) == ((1, 0), [])
    assert (shop.failures(), read_failures(shop.home)) == ([], [])
    assert list(list_quarantine(shop.home)) == []


@pytest.mark.parametrize("action", ["ingest", "replay"])
def test_a_broken_file_that_is_gone_is_no_failure_any_more(shop: Shop, action: str) -> None:
    path = shop.land("a.csv", "order_id\n1\n")
    folder = shop.land("x.csv/inner.csv", HEADER + row(1)).parent
    assert len(shop.failed()) == 2
    assert len(shop.failures()) == 2
    path.unlink()
    folder.rename(folder.with_name("x"))
    assert getattr(shop, action)().unreadable == []
    assert shop.failures() == []
    assert list(list_quarantine(shop.home)) == []


def test_a_copy_is_mended_though_its_file_is_gone(shop: Shop) -> None:
    path = shop.land("a.csv", "order_id,amount\n1,2\n")
    shop.failed()
    path.unlink()
    [copy] = shop.home.quarantine.glob("shop/orders/*.copy.csv")
    copy.write_text(HEADER + row(1))
    report = shop.replay()
    assert (shop.counts(report), report.unreadable, shop.failures()) == ((1, 0), [], [])


def test_what_a_path_held_before_counts_while_its_newest_cannot_be_read(shop: Shop) -> None:
    """A broken delivery of opt-outs must not bring back those who had opted out."""
    shop.land("a.csv", HEADER + row(1) + "2,soon,,,\n")
    shop.ingest()
    shop.land("a.csv", "order_id\n1\n")
    assert len(shop.failed()) == 1
    assert [line[0] for line in shop.live()] == ["1"]
    assert sorted(entry.is_file for entry in list_quarantine(shop.home)) == [False, True]
    shop.land("a.csv", HEADER + row(3))
    shop.ingest()
    assert [line[0] for line in shop.live()] == ["3"]
    assert list(list_quarantine(shop.home)) == []


def test_equal_broken_bytes_fail_two_paths_and_one_mended_copy_ends_both(shop: Shop) -> None:
    shop.land("a.csv", "order_id,amount\n1,2\n")
    shop.land("b.csv", "order_id,amount\n1,2\n")
    assert [found.path.name for found in shop.failed()] == ["a.csv", "b.csv"]
    [copy] = shop.home.quarantine.glob("shop/orders/*.copy.csv")
    copy.write_text(HEADER + row(1))
    report = shop.replay()
    assert (shop.counts(report), report.unreadable, shop.failures()) == ((1, 0), [], [])
    assert shop.ingest().unreadable == []


def test_a_source_that_is_off_keeps_its_failure_and_is_not_told(shop: Shop) -> None:
    shop.land("a.csv", "order_id\n1\n")
    shop.failed()
    assert ingest(replace(shop.settings, sources={})).unreadable == []
    assert len(shop.failures()) == 1


def test_a_home_of_an_older_version_gets_its_list(shop: Shop) -> None:
    """dbt reads it before the next ingest does, where definitions alone are compared."""
    shop.ingest()
    (shop.home.ledger / "failed_sources.parquet").unlink()
    prepare_failures(shop.home)
    assert shop.failures() == []
    shop.land("a.csv", "order_id\n1\n")
    shop.failed()
    prepare_failures(shop.home)
    assert len(shop.failures()) == 1


def test_a_broken_content_loads_once_staging_needs_less(shop: Shop) -> None:
    shop.land("a.csv", "order_id\n1\n")
    shop.failed()
    table = TableSpec("orders", {"order_id": ColumnSpec("order_id")})
    less = replace(SHOP, tables={"orders": table})
    report = ingest(replace(shop.settings, sources={"shop": less}))
    assert shop.counts(report) == (1, 0)


def test_a_file_that_changes_while_it_is_read_is_no_content(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.land("a.csv", HEADER + row(1))
    stamps = iter([(1, 1, 1), (1, 2, 2)])
    with monkeypatch.context() as patch:
        patch.setattr("rollcall.ingest.load._stamp", lambda _: next(stamps))
        [found] = shop.failed()
    assert found.reason == "changed while it was read"
    assert shop.loads("*") == []
    assert shop.counts(shop.ingest()) == (1, 0)


# Replay.


def edit(listing: Path, *pairs: tuple[str, str]) -> None:
    text = listing.read_text(encoding="utf-8")
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    listing.write_text(text, encoding="utf-8")


def test_mended_lines_join_the_load_that_they_came_from(shop: Shop, tmp_path: Path) -> None:
    good = HEADER + row(1) + row(2) + row(3) + row(4, "café")
    clean = make_shop(tmp_path / "clean")
    clean.land("a.csv", good)
    clean.ingest()
    bad = good.replace("3,2024", "3,soon", 1).replace(",2.50,fine", ",2.50").encode()
    path = shop.land("a.csv", bad.replace("é".encode(), b"\xe9"))
    shop.ingest()
    edit(shop.listing(), ("3,soon", "3,2024"), ("caf\\\\xe9", "café"))
    assert shop.counts(shop.replay()) == (2, 1)
    assert shop.loads("accepted_count, quarantined_count") == [(3, 1)]
    edit(shop.listing(), (",2.50", ",2.50,fine"))
    assert shop.counts(shop.replay()) == (1, 0)
    assert shop.loads("accepted_count, quarantined_count") == [(4, 0)]
    assert list(list_quarantine(shop.home)) == []
    assert shop.live() == clean.live()
    assert shop.live("_file, _line") == [(str(path), line) for line in range(2, 6)]
    assert shop.counts(shop.replay()) == (0, 0)
    assert (
        len(shop.query(f"select distinct _load_id from '{shop.home.raw}/shop/orders/*.parquet'"))
        == 1
    )


def test_a_replay_that_was_killed_doubles_nothing(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.land("a.csv", HEADER + row(1) + "2,soon,,,\n")
    shop.ingest()
    edit(shop.listing(), ("soon", "2024-01-01"))
    with monkeypatch.context() as patch:
        patch.setattr("rollcall.ingest.quarantine.Quarantine.write", lambda *_: _killed(None))
        with pytest.raises(KeyboardInterrupt):
            shop.replay()
    shop.replay()
    assert [line[0] for line in shop.live()] == ["1", "2"]
    assert shop.loads("accepted_count, quarantined_count") == [(2, 0)]


def test_json_and_parquet_lines_are_mended_too(shop: Shop) -> None:
    shop.land("a.jsonl", '{"order_id": "1", "quantity": "x"}\n{"order_id": 2, \n')
    path = shop.landing / "shop" / "orders" / "b.parquet"
    columns = "3 as order_id, null as ordered_at, 'x' as quantity, 2 as amount"
    shop.query(f"copy (select {columns}) to '{path}' (format parquet)")
    assert shop.counts(shop.ingest()) == (0, 3)
    for listing in shop.listing_all():
        text = listing.read_text()
        text = text.replace('\\"x\\"', '\\"7\\"').replace('\\": 2, ', '\\": 2}')
        listing.write_text(text)
    assert shop.counts(shop.replay()) == (3, 0)
    assert shop.live("order_id, quantity, amount") == [
        ("1", "7", None),
        ("2", None, None),
        ("3", "7", "2"),
    ]


def test_closed_entries_are_not_replayed(shop: Shop) -> None:
    shop.land("a.csv", HEADER + "1,soon,,,\n")
    shop.ingest()
    edit(shop.listing(), ("soon", ""))
    shop.land("a.csv", HEADER + row(2))
    shop.ingest()
    assert shop.counts(shop.replay()) == (0, 0)
    shop.land("a.csv", HEADER + "1,soon,,,\n")
    shop.ingest()
    assert shop.counts(shop.replay()) == (1, 0)


def test_a_lost_ledger_leaves_no_replayed_line_behind(shop: Shop) -> None:
    shop.land("a.csv", HEADER + row(1) + "2,soon,,,\n")
    shop.ingest()
    edit(shop.listing(), ("soon", ""))
    shop.replay()
    for path in shop.home.ledger.iterdir():
        path.unlink()
    assert shop.counts(shop.ingest()) == (1, 1)
    assert len(shop.live()) == 1


def test_an_edit_that_breaks_the_entry_is_named_without_its_text(shop: Shop) -> None:
    shop.land("a.csv", HEADER + "2,soon,,,secret\n")
    shop.ingest()
    edit(shop.listing(), ("soon", 'so"on'))
    with pytest.raises(IngestError) as caught:
        shop.replay()
    assert f"{shop.listing()}, line 1" in str(caught.value)
    assert "secret" not in str(caught.value)


def test_what_nobody_mended_is_refused_again(shop: Shop) -> None:
    """An entry is kept without its line break: read alone, the CR before it is none."""
    shop.land("a.csv", HEADER + '1,,,,"x"\r\r\n' + "2,soon,,,\n" + '3,,,,"open')
    # Two files in one: a mark in the middle is none.
    line = '\ufeff{"order_id": "%s", "quantity": "%s"}\n'
    shop.land("b.jsonl", line % (1, "x") + line % (2, 2))
    shop.land("c.csv", HEADER + "\ufeff4,soon,,,\n")
    assert shop.counts(shop.ingest()) == (0, 6)
    assert shop.counts(shop.replay()) == (0, 6)
    for listing in shop.listing_all():
        text = listing.read_text(encoding="utf-8")
        listing.write_text(text.replace('\\"x\\"', "7").replace("soon", ""), encoding="utf-8")
    assert shop.counts(shop.replay()) == (4, 2)
    assert shop.live("order_id") == [("1",), ("1",), ("2",), ("\ufeff4",)]


def test_two_records_in_one_entry_stay(shop: Shop) -> None:
    shop.land("a.csv", HEADER + "2,soon,,,\n")
    shop.ingest()
    edit(shop.listing(), ("2,soon,,,", "2,,,,\\n3,,,,"))
    assert shop.counts(shop.replay()) == (0, 1)
    [entry] = list_quarantine(shop.home)
    assert entry.reason == "raw_text holds 2 records, not one"


def test_a_mended_copy_loads_under_the_original_name(shop: Shop) -> None:
    path = shop.land("a.csv", "order_id,amount\n1,2\n")
    shop.failed()
    assert shop.replay().unreadable
    [copy] = shop.home.quarantine.glob("shop/orders/*.copy.csv")
    copy.write_text(HEADER + row(1) + "2,soon,,,\n")
    assert shop.counts(shop.replay()) == (1, 1)
    assert not copy.exists()
    assert shop.live("_file, _line") == [(str(path), 2)]
    assert shop.loads("status, accepted_count, quarantined_count") == [("loaded", 1, 1)]
    assert shop.counts(shop.ingest()) == (0, 0)


def test_replay_reads_a_file_that_was_corrected_in_the_landing(shop: Shop) -> None:
    shop.land("a.csv", "order_id,amount\n1,2\n")
    shop.failed()
    shop.land("a.csv", HEADER + row(1))
    assert shop.counts(shop.replay()) == (1, 0)
    assert len(shop.live()) == 1


def test_no_error_and_no_progress_tells_what_a_line_says(shop: Shop) -> None:
    shop.land("a.csv", HEADER + "1,secret,,,\n")
    shop.land("b.csv", "secret\n1\n")
    shop.land("c.jsonl", '{"secret": secret}\n')
    said: list[str] = []
    report = ingest(shop.settings, said.append)
    assert len(said) == 3
    assert "secret" not in "".join([*map(str, report.unreadable), *said])


@pytest.mark.skipif("ROLLCALL_REALDATA" not in os.environ, reason="ROLLCALL_REALDATA is not set")
@pytest.mark.realdata
def test_every_line_of_online_retail(tmp_path: Path) -> None:
    landing = Path(os.environ["ROLLCALL_REALDATA"]) / "online_retail" / "landing"
    settings = resolve(Home.at(tmp_path), landings=[landing], sources=["online_retail"])
    counts = ingest(settings).of("online_retail", "invoice_lines")
    assert (counts.files_loaded, counts.lines_accepted, counts.lines_quarantined) == (
        305,
        541909,
        0,
    )
    assert ingest(settings).lines_accepted == 0
