"""Whatever bytes land: nothing is raised, nothing is lost, and both readers agree."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ingest_shop import SHOP, Shop, make_shop

from rollcall.ingest import ingest, list_quarantine
from rollcall.ingest.quarantine import decode_raw, encode_raw
from rollcall.ingest.text import csv_records
from rollcall.settings import Settings
from rollcall.sources import ColumnSpec, TableSpec

QUIET = settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)
# One ingest of a dozen files costs little more than one of a single file.
FEW = settings(QUIET, max_examples=5)
# What CSV is made of, and what breaks it.
PIECES = [b"a", b"7", b",", b'"', b"\n", b"\r\n", b"\r", b" ", b"\t", b"\0", b"\xff", b"\xc3\xa9"]
csv_bytes = st.lists(st.sampled_from(PIECES), max_size=40).map(b"".join)
JSON = [b'{"a": 1}', b'{"a": "x"', b"}", b"[]", b"\n", b" ", b'{"b":', b"2.50", b"\xff", b"\0"]
json_bytes = st.lists(st.sampled_from(JSON), max_size=20).map(b"".join)


def bunch(one: st.SearchStrategy[bytes]) -> st.SearchStrategy[list[bytes]]:
    return st.lists(one, min_size=12, max_size=12)


def loose(shop: Shop) -> Settings:
    columns = {name: ColumnSpec(name, is_optional=True) for name in ("a", "b")}
    columns["n"] = ColumnSpec("n", "bigint", is_optional=True)
    source = replace(SHOP, tables={"orders": TableSpec("orders", columns)})
    return replace(shop.settings, sources={"shop": source})


@contextmanager
def fresh() -> Iterator[Shop]:
    with tempfile.TemporaryDirectory() as folder:
        yield make_shop(Path(folder))


def whole_lines(data: bytes) -> int:
    return sum(1 for line in data.split(b"\n") if line not in (b"", b"\r"))


@given(csv_bytes, st.sampled_from([None, 1, 2, 3]))
@QUIET
def test_the_records_of_a_csv_are_its_bytes(data: bytes, width: int | None) -> None:
    """Every byte belongs to exactly one record or to a blank line."""
    lines = [line + b"\n" for line in data.split(b"\n")]
    if data.endswith(b"\n") or not data:
        lines.pop()
    else:
        lines[-1] = lines[-1][:-1]
    held = b""
    place = 0
    for record in csv_records(lines, width):
        while lines[place] in (b"\n", b"\r\n", b"\r") and place + 1 < record.line:
            held += lines[place]
            place += 1
        assert record.line == place + 1
        assert (record.values is None) != (record.reason is None)
        held += record.raw
        place += record.raw.count(b"\n") or 1
    assert held + b"".join(lines[place:]) == b"".join(lines)
    assert all(line in (b"\n", b"\r\n", b"\r") for line in lines[place:])


@given(bunch(csv_bytes))
@FEW
def test_lines_without_quotes_are_accepted_or_quarantined(datas: list[bytes]) -> None:
    files = {b"a,n\n" + data.replace(b'"', b"") for data in datas}
    with fresh() as shop:
        accounted(shop, "csv", files, sum(whole_lines(data) - 1 for data in files))


@given(bunch(csv_bytes))
@FEW
def test_quotes_neither_raise_nor_lose_a_line(datas: list[bytes]) -> None:
    files = {b"a,n\n" + data for data in datas}
    with fresh() as shop:
        lines = sum(sum(1 for _ in csv_records(io.BytesIO(data), 2)) - 1 for data in files)
        accounted(shop, "csv", files, lines)


@given(bunch(csv_bytes))
@FEW
def test_any_bytes_are_read_or_named(datas: list[bytes]) -> None:
    with fresh() as shop:
        for number, data in enumerate(datas):
            shop.land(f"{number}.csv", data)
        counts = ingest(loose(shop)).of("shop", "orders")
        assert counts.files_loaded + counts.files_unreadable == len(set(datas))


@given(bunch(json_bytes))
@FEW
def test_json_lines_are_accepted_or_quarantined(datas: list[bytes]) -> None:
    lines = sum(1 for data in set(datas) for line in data.split(b"\n") if line.strip(b" \r\n"))
    with fresh() as shop:
        accounted(shop, "jsonl", set(datas), lines)


def accounted(shop: Shop, suffix: str, files: set[bytes], lines: int) -> None:
    """Hold what ingest says of `files` against `lines`, the raw zone, and the quarantine."""
    for number, data in enumerate(sorted(files)):
        shop.land(f"{number}.{suffix}", data)
    counts = ingest(loose(shop)).of("shop", "orders")
    assert counts.lines_accepted + counts.lines_quarantined == lines
    assert counts.lines_accepted == len(shop.live())
    assert counts.lines_quarantined == len(list(list_quarantine(shop.home)))


field = st.text(st.sampled_from('ab",\n é\t7'), max_size=4)
table = st.lists(st.tuples(field, field, st.sampled_from(["", "1", " 2 ", "x"])), max_size=8)
quoting = st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
written = st.tuples(table, st.sampled_from(["\n", "\r\n"]), quoting)


@given(st.lists(written, min_size=12, max_size=12))
@FEW
def test_both_readers_give_what_was_written(tables: list[tuple[Any, str, Any]]) -> None:
    texts = []
    for rows, line_end, how in tables:
        text = io.StringIO()
        csv.writer(text, lineterminator=line_end, quoting=how).writerows([("a", "b", "n"), *rows])
        texts.append(text.getvalue().encode())
    fast, slow = read(texts, is_fast=True), read(texts, is_fast=False)
    assert fast == slow
    for (rows, _, _), text in zip(tables, texts, strict=True):
        good = [tuple(value or None for value in row) for row in rows if row[2] != "x"]
        assert [row[:3] for row in fast[0] if row[4] == texts.index(text)] == good


@given(bunch(csv_bytes))
@FEW
def test_both_readers_agree_on_any_bytes(datas: list[bytes]) -> None:
    files = [b"a,b,n\n" + data.replace(b",", b",x,") for data in datas]
    assert read(files, is_fast=True) == read(files, is_fast=False)


def read(files: list[bytes], *, is_fast: bool) -> list[Any]:
    """Return the rows and the refused lines of `files`, the former with the number of the file."""
    with fresh() as shop, pytest.MonkeyPatch.context() as patch:
        if not is_fast:
            patch.setattr("rollcall.ingest.load._is_plain", lambda _: False)
        for number, data in reversed(list(enumerate(files))):
            shop.land(f"{number:02}.csv", data)
        ingest(loose(shop))
        refused = [
            (entry.line, entry.reason, entry.raw_text) for entry in list_quarantine(shop.home)
        ]
        rows = shop.query(
            "select a, b, n, _line, cast(parse_filename(_file, true) as int) as file from "
            f"read_parquet('{shop.home.raw}/shop/orders/*.parquet', union_by_name = true) "
            "order by file, _line"
        )
        return [rows, refused]


@given(st.binary(max_size=30))
@QUIET
def test_raw_text_gives_the_bytes_back(raw: bytes) -> None:
    assert decode_raw(*encode_raw(raw)) == raw
