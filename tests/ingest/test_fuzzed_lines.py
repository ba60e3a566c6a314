"""Lines broken in every way: each is loaded or quarantined; mended ones are not lost, nor doubled.

`make fuzz` runs 200,000 of them (ROLLCALL_FUZZ_LINES, ROLLCALL_FUZZ_SEED), `make test` some.
"""

from __future__ import annotations

import json
import os
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import pytest
from fuzz_lines import (
    FuzzedFile,
    Told,
    broken_files,
    check_lines,
    fuzzed_files,
    mended_line,
)
from ingest_shop import HEADER, Shop, make_shop

from rollcall.ingest import list_quarantine
from rollcall.ingest.quarantine import decode_raw

LINES = int(os.environ.get("ROLLCALL_FUZZ_LINES", "5000"))
SEED = int(os.environ.get("ROLLCALL_FUZZ_SEED", "1"))
LINES_A_HOME = 20_000

Row = tuple[Any, ...]


def rows_of(shop: Shop) -> dict[str, list[Row]]:
    """Return what the raw zone holds, by file: line, order_id, line breaks in the values."""
    found = defaultdict(list)
    breaks = " + ".join(
        f"coalesce(len({name}) - len(replace({name}, chr(10), '')), 0)"
        for name in ("order_id", "ordered_at", "quantity", "amount", "note")
    )
    for file, *row in shop.live(f"parse_filename(_file), _line, order_id, {breaks}"):
        found[file].append(tuple(row))
    return found


def entries_of(shop: Shop) -> dict[str, list[tuple[int, bytes]]]:
    """Return the refused lines, by file: line and bytes."""
    found = defaultdict(list)
    for entry in list_quarantine(shop.home):
        if entry.is_file:
            continue
        raw = decode_raw(entry.raw_text, entry.raw_encoding)
        found[Path(entry.file).name].append((entry.line, raw))
    return found


def _mend(shop: Shop, *, every: int) -> None:
    """Write a good line over each entry, or over one in so many, as a person would."""
    for listing in shop.listing_all():
        kept = []
        for place, text in enumerate(listing.read_text(encoding="utf-8").split("\n")[:-1]):
            entry = json.loads(text)
            if place % every == 0:
                path = Path(entry["file"])
                name = f"mended {path.name} {entry['line']}"
                entry["raw_text"] = mended_line(path.name.split(".")[1], name)
                entry["raw_encoding"] = "utf-8"
            kept.append(json.dumps(entry) + "\n")
        listing.write_text("".join(kept), encoding="utf-8")


def told(file: FuzzedFile, rows: list[Row], entries: list[tuple[int, bytes]]) -> list[Told]:
    is_csv = file.kind == "csv"
    return [
        *(Told(line, 1 + breaks if is_csv else 1) for line, _, breaks in rows),
        *(Told(line, 1 + raw.count(b"\n")) for line, raw in entries),
    ]


@pytest.mark.parametrize("batch", range(-(-LINES // LINES_A_HOME)))
def test_every_line_is_loaded_or_quarantined_and_mended_once(tmp_path: Path, batch: int) -> None:
    shop = make_shop(tmp_path)
    files = list(fuzzed_files(SEED * 1000 + batch, min(LINES, LINES_A_HOME)))
    for file in files:
        shop.land(file.name, file.data)
    report = shop.ingest()
    assert report.unreadable == []
    rows, entries = rows_of(shop), entries_of(shop)
    for file in files:
        check_lines(file, told(file, rows[file.name], entries[file.name]))
    accepted, quarantined = sum(map(len, rows.values())), sum(map(len, entries.values()))
    assert shop.counts(report) == (accepted, quarantined)
    assert min(accepted, quarantined) > (accepted + quarantined) // 20

    untouched = {(file.name, one.line, one.order_id) for file in files for one in file.untouched}
    loaded = {(name, line, order) for name, found in rows.items() for line, order, _ in found}
    # A quote that a broken line left open takes some of the lines after it.
    assert len(untouched & loaded) > 0.99 * len(untouched)

    # What nobody mended is refused again, though it is read alone by now.
    assert shop.counts(shop.replay()) == (0, quarantined)
    _mend(shop, every=2)
    shop.replay()
    _mend(shop, every=1)
    shop.replay()
    assert shop.counts(shop.replay()) == (0, 0)
    assert list(list_quarantine(shop.home)) == []
    now = Counter((name, *row[:2]) for name, found in rows_of(shop).items() for row in found)
    mended = [
        (name, line, f"mended {name} {line}")
        for name, found in entries.items()
        for line, _ in found
    ]
    assert now == Counter([*((n, *row[:2]) for n, found in rows.items() for row in found), *mended])
    assert shop.loads("sum(accepted_count), sum(quarantined_count)") == [
        (accepted + quarantined, 0)
    ]


def test_a_file_beyond_reading_is_kept_whole_with_every_line_counted(shop: Shop) -> None:
    """Its header is broken, or it is written in another encoding from end to end."""
    files = list(broken_files(SEED, max(LINES // 100, 50)))
    for file in files:
        shop.land(file.name, file.data)
    report = shop.ingest()
    failed = {found.path.name for found in report.unreadable}
    assert min(len(failed), len(files) - len(failed)) > len(files) // 10
    rows, entries = rows_of(shop), entries_of(shop)
    listed = dict(shop.failures("parse_filename(path), quarantined_count"))
    copies = {path.read_bytes() for path in shop.home.quarantine.rglob("*.copy.csv")}
    for file in files:
        if file.name not in failed:
            check_lines(file, told(file, rows[file.name], entries[file.name]))
            continue
        # In a file of returns alone, they are what ends a line.
        lines = file.data.split(b"\n" if b"\n" in file.data else b"\r")
        assert listed[file.name] == sum(line not in (b"", b"\r") for line in lines) - 1
        assert file.data in copies
    for copy in shop.home.quarantine.rglob("*.copy.csv"):
        copy.write_text(HEADER + f"{copy.name},,,,mended\n", encoding="utf-8")
    report = shop.replay()
    assert (report.unreadable, report.lines_accepted) == ([], len(failed))
    assert shop.failures() == []
