"""What somebody may deliver who means harm: names, links, sizes, nesting, bombs, wild Parquet.

Each is a line or a file like any other: loaded as it stands, or refused by name; and the next file
is read.
"""

from __future__ import annotations

import gzip
import json
import os
import random
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest
from ingest_shop import COLUMNS, HEADER, SHOP, Shop, row

from rollcall.errors import SettingsError
from rollcall.home import Home
from rollcall.ingest import IngestReport, ingest, list_quarantine
from rollcall.settings import resolve
from rollcall.sources import shipped_sources

NAMES = (
    'it\'s "quoted".csv',
    "{{ env_var('HOME') }}.csv",
    "{% do boom() %}.csv",
    "$(touch stolen) `touch stolen`.csv",
    "%s %d {0} {name}.csv",
    "'; drop table received; --.csv",
    "new\nline.csv",
    "\x1b[2J\x07.csv",
    "\u202egnp.csv",
    "*?[a-z].csv",
    "-rf .csv",
    "=1+1.csv",
)
MEGABYTE = 1 << 20


def _all_bytes(home: Home) -> bytes:
    return b"".join(path.read_bytes() for path in home.root.rglob("*") if path.is_file())


def _below(folder: Path) -> set[Path]:
    return set(folder.rglob("*"))


# Names and links.


def test_file_names_that_a_shell_a_template_or_sql_would_run(shop: Shop) -> None:
    for number, name in enumerate(NAMES):
        shop.land(name, HEADER + row(number) + "x,soon,,,\n")
    shop.land("broken {{ boom() }} 'x'.csv", "order_id\n1\n")
    before = _below(shop.landing.parent)
    report = shop.ingest()
    assert shop.counts(report) == (len(NAMES), len(NAMES) + 1)
    assert {Path(file).name for (file,) in shop.live("_file")} == set(NAMES)
    assert [name for (name,) in shop.failures("parse_filename(path)")] == [
        "broken {{ boom() }} 'x'.csv"
    ]
    after = _below(shop.landing.parent) - before
    assert all(path.is_relative_to(shop.home.root) for path in after)
    assert shop.counts(shop.replay()) == (0, len(NAMES) + 1)


def test_names_that_are_no_text(shop: Shop) -> None:
    folder = os.fsencode(shop.land("a.csv", HEADER + row(1)).parent)
    with open(folder + b"/\xff\xfe.csv", "w") as file:  # noqa: PTH123
        file.write(HEADER + row(2))
    with open(folder + b"/\xff\xfd.csv", "w") as file:  # noqa: PTH123
        file.write("order_id\n1\n")
    for _ in range(2):
        assert [str(found.path.name) for found in shop.ingest().unreadable] == ["\\xff\\xfd.csv"]
    assert len(shop.live()) == 2


@pytest.mark.parametrize("name", ["../outside", "/etc", "shop/../../outside", "..", "", "shop\0"])
def test_a_source_is_a_name_and_no_path(shop: Shop, name: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="there is no source"):
        resolve(shop.home, landings=[shop.landing], sources=[name])
    (tmp_path / "rollcall.yml").write_text(json.dumps({"sources": {name: {}}}))
    with pytest.raises(SettingsError, match="there is no source"):
        resolve(shop.home, landings=[shop.landing], config=tmp_path)


@pytest.mark.parametrize(
    "setting",
    [{"namespace": "x' or '1'='1"}, {"namespace": "{{ 1/0 }}"}, {"binds_not": ["e'mail"]},
     {"binds_not": "email"}, {"expanded_limit_megabytes": 0}, {"expanded_limit_megabytes": True}],
)  # fmt: skip
def test_a_setting_that_goes_into_sql_is_checked(setting: dict[str, object]) -> None:
    with pytest.raises(SettingsError, match=r"rollcall.yml:3: source crm: \w+"):
        shipped_sources()["crm"].configured(setting, "rollcall.yml:3")


def test_links_that_lead_out_are_not_followed(shop: Shop, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.csv").write_text(HEADER + row(7, "secret-canary"))
    orders = shop.land("a.csv", HEADER + row(1)).parent
    (orders / "file.csv").symlink_to(outside / "secret.csv")
    (orders / "folder").symlink_to(outside)
    (orders / "relative.csv").symlink_to("../../../outside/secret.csv")
    (orders / "chain.csv").symlink_to(orders / "file.csv")
    (orders / "itself.csv").symlink_to(orders / "itself.csv")
    (orders / "gone.csv").symlink_to(outside / "gone.csv")
    (orders / "device.csv").symlink_to("/dev/zero")
    (orders.parent / "things").symlink_to(outside)
    report = shop.ingest()
    assert shop.counts(report) == (1, 0)
    left = {found.path.name for found in report.ignored}
    assert left == {"file.csv", "folder", "relative.csv", "chain.csv", "itself.csv", "gone.csv",
                    "device.csv", "things"}  # fmt: skip
    assert b"secret-canary" not in _all_bytes(shop.home)


def test_a_whole_source_may_not_be_a_link_out(shop: Shop, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    (outside / "orders").mkdir(parents=True)
    (outside / "orders" / "a.csv").write_text(HEADER + row(7, "secret-canary"))
    (shop.landing / "shop").symlink_to(outside)
    report = shop.ingest()
    assert (shop.counts(report), [one.kind for one in report.ignored]) == ((0, 0), ["link"])
    assert b"secret-canary" not in _all_bytes(shop.home)


@pytest.mark.parametrize("place", ["gone", "../gone"])
def test_a_source_that_is_a_link_to_nothing_is_told(shop: Shop, place: str) -> None:
    (shop.landing / "shop").symlink_to(place)
    report = shop.ingest()
    assert ([one.kind for one in report.ignored], report.unreadable) == (["link"], [])


@pytest.mark.parametrize("action", ["ingest", "replay"])
def test_a_link_in_the_place_of_a_file_that_could_not_be_read(
    shop: Shop, tmp_path: Path, action: str
) -> None:
    """What failed is looked at once more: by then a link may stand there."""
    secret = tmp_path / "secret.csv"
    secret.write_text(HEADER + row(7, "secret-canary"))
    path = shop.land("a.csv", "order_id\n1\n")
    folder = shop.land("x.csv/inner.csv", HEADER + row(2)).parent
    assert len(shop.failed()) == 2
    path.unlink()
    path.symlink_to(secret)
    (folder / "inner.csv").unlink()
    folder.rmdir()
    folder.symlink_to(secret)
    report: IngestReport = getattr(shop, action)()
    assert (report.lines_accepted, report.unreadable) == (0, [])
    assert b"secret-canary" not in _all_bytes(shop.home)


def test_a_pipe_and_a_socket_are_left(shop: Shop) -> None:
    """Whoever opens a pipe waits for its other end for ever."""
    path = shop.land("a.csv", HEADER + row(1))
    os.mkfifo(path.with_name("pipe.csv"))
    os.mkfifo(path.with_name("pipe"))
    report = shop.ingest()
    assert (shop.counts(report), report.unreadable) == ((1, 0), [])
    assert [found.kind for found in report.ignored] == ["special_file"] * 2


# Sizes and nesting.


def test_fields_of_ten_megabytes(shop: Shop) -> None:
    big = "x" * (10 * MEGABYTE)
    shop.land("a.csv", HEADER + row(2, f'"{big},\n"') + f"3,soon,,,{big}\n" + row(4))
    shop.land("b.jsonl", json.dumps({"order_id": "5", "note": big}) + "\n")
    assert shop.counts(shop.ingest()) == (3, 1)
    assert sorted(shop.live("order_id, coalesce(len(note), 0)")) == [
        ("2", len(big) + 2), ("4", 4), ("5", len(big)),
    ]  # fmt: skip
    assert shop.counts(shop.replay()) == (0, 1)


def test_a_line_without_an_end_is_refused_with_its_file(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rollcall.ingest.load.MAX_LINE_BYTES", MEGABYTE)
    line = "x" * (3 * MEGABYTE)
    shop.land("a.csv", HEADER + row(1) + line)
    shop.land("b.jsonl", f'{{"order_id": "1"}}\n{{"order_id": "{line}"}}\n')
    shop.land("c.csv", HEADER + row(2))
    found = shop.failed()
    assert [(one.path.name, one.line, one.reason) for one in found] == [
        ("a.csv", 3, "a line longer than 1 MB"), ("b.jsonl", 2, "a line longer than 1 MB"),
    ]  # fmt: skip
    assert [line[0] for line in shop.live()] == ["2"]


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a":' * 100_000, "[" * 9_999 + "]" * 9_999])
def test_json_nested_too_deep_is_one_bad_line(shop: Shop, text: str) -> None:
    good = '{"order_id": "1"}\n'
    shop.land("a.jsonl", good + text + "\n" + f'{{"order_id": {text}}}\n' + good)
    assert shop.counts(shop.ingest()) == (2, 2)
    assert shop.counts(shop.replay()) == (0, 2)
    shop.land("b.csv", f'names\n"{text.replace(chr(34), chr(34) * 2)}"\n', table="labels")
    report = shop.ingest()
    assert sum(shop.counts(report, "labels")) == 1


def test_json_nested_deep_in_a_text_does_not_break_the_functions_that_models_use() -> None:
    """Properties arrive as text, which ingest does not read."""
    deep = "[" * 100_000
    for text in (deep, deep + "]" * 100_000, '{"a":' * 100_000 + "1" + "}" * 100_000):
        [(found,)] = duckdb.execute(
            "select json_extract_string(try_cast(? as json), '$.\"b\"')", [text]
        ).fetchall()
        assert found is None


def _bounded(shop: Shop, megabytes: int) -> IngestReport:
    source = replace(SHOP, expanded_limit_megabytes=megabytes)
    return ingest(replace(shop.settings, sources={"shop": source}))


@pytest.mark.parametrize(
    ("name", "header", "block"),
    [
        ("a.csv.gz", HEADER, row(1)),
        ("a.jsonl.gz", "", '{"order_id": "1"}\n'),
        ("b.csv.gz", HEADER, "x"),
        ("b.jsonl.gz", "", "x"),
    ],
)
def test_a_zip_bomb_is_refused_at_the_limit(shop: Shop, name: str, header: str, block: str) -> None:
    """A kilobyte that expands to gigabytes: members of a gzip file may be repeated at will."""
    member = gzip.compress((block * (MEGABYTE // len(block))).encode())
    path = shop.land("a.csv", "")
    path.unlink()
    path = path.with_name(name)
    path.write_bytes(gzip.compress(header.encode()) + member * 300)
    shop.land("z.csv", HEADER + row(2))
    report = _bounded(shop, 8)
    [found] = report.unreadable
    assert (found.path, found.reason) == (path, "expands to more than 8 MB")
    assert "raise expanded_limit_megabytes of source shop" in found.way_out
    assert [line[0] for line in shop.live()] == ["2"]


def test_a_bomb_takes_no_memory(shop: Shop) -> None:
    """The reader stops at the limit, and until then holds a block, or one line at most."""
    member = gzip.compress(b"x" * MEGABYTE)
    path = shop.land("a.jsonl", "")
    path.unlink()
    path.with_name("a.jsonl.gz").write_bytes(member * 120)
    path.with_name("b.csv.gz").write_bytes(gzip.compress(HEADER.encode()) + member * 120)
    rows = gzip.compress((row(1) * 20_000).encode())
    path.with_name("c.csv.gz").write_bytes(gzip.compress(HEADER.encode()) + rows * 80)
    code = (
        "import resource, sys\n"
        f"sys.path[:0] = [{str(Path(__file__).parent)!r}, {str(Path(__file__).parents[2])!r}]\n"
        "from test_hostile_input import Home, Path, Shop, _bounded\n"
        f"shop = Shop(Path({str(shop.landing)!r}), Home.at({str(shop.home.root)!r}))\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "report = _bounded(shop, 40)\n"
        "after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "print(len(report.unreadable), (after - before) // 1024)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    count, grown = map(int, done.stdout.split())
    assert count == 3
    assert grown < 200


# Parquet.


def _parquet(shop: Shop, name: str, select: str) -> Path:
    path = shop.land("x", "").with_name(name)
    path.with_name("x").unlink()
    shop.query(f"copy ({select}) to '{path}' (format parquet)")
    return path


NEEDED = "order_id, null as ordered_at, 1 as quantity, 2 as amount"


def test_parquet_of_any_type_is_text(shop: Shop) -> None:
    _parquet(
        shop,
        "a.parquet",
        "select '1' as order_id, null as ordered_at, 5 as quantity, "
        "123456789012345678901234567890.12345678::decimal(38,8) as wide, 1.5::decimal(5,2) amount, "
        "{'a': [1], 'b': {'c': null}} as nested, map {'k': [1]} as mapped, [[1], []] as listed, "
        "'\\x00\\xff'::blob as bytes, uuid() as id, time '10:00' as hour, '[1]'::json as js, "
        "timestamptz '2024-01-01 00:00:00+02' as zoned, interval 1 day as span, "
        "'nan'::double as nan",
    )
    assert shop.counts(shop.ingest()) == (1, 0)
    assert shop.live("quantity, wide, nested, mapped, listed, nan") == [
        ("5", "123456789012345678901234567890.12345678", '{"a":[1],"b":{"c":null}}', '{"k":[1]}',
         "[[1],[]]", "nan")
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("columns", "reason"),
    [
        (f"{NEEDED}, 3 as _file", "column _file has the name of one of ingest's own; rename it"),
        (f"{NEEDED}, 3 as _LOAD_ID", "column _LOAD_ID has the name of one of ingest's own"),
        (", ".join(f"1 as c{n}" for n in range(1001)), "more than 1000 columns"),
        ("{'order_id': 1, 'quantity': 2} as nested", "column order_id is missing"),
    ],
)
def test_parquet_with_wild_columns(shop: Shop, columns: str, reason: str) -> None:
    _parquet(shop, "a.parquet", f"select {columns} from (select '1' as order_id)")
    shop.land("b.csv", HEADER + row(1))
    [found] = shop.failed()
    assert found.reason.startswith(reason)
    assert len(shop.live()) == 1


@pytest.mark.parametrize("twice", ["NOTE", "note", "Order_ID"])
def test_parquet_with_a_column_twice(shop: Shop, twice: str) -> None:
    """DuckDB would read the second under a new name, and one of the two values is a lie."""
    pyarrow = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    names = [*(column.name for column in COLUMNS), twice]
    path = shop.land("a.parquet", "")
    parquet.write_table(pyarrow.table([["1"]] * len(names), names=names), path)
    [found] = shop.failed()
    assert found.reason == f"column {twice} stands twice"


def test_parquet_of_nothing_but_equal_values_is_a_bomb_too(shop: Shop) -> None:
    path = _parquet(shop, "a.parquet", f"select {NEEDED} from range(3_000_000) t(order_id)"
                    .replace("order_id,", "'1' as order_id,", 1))  # fmt: skip
    assert path.stat().st_size < MEGABYTE
    [found] = _bounded(shop, 8).unreadable
    assert found.reason == "expands to more than 8 MB"
    assert shop.loads("quarantined_count") == [(3_000_000,)]


def test_parquet_that_is_encrypted(shop: Shop) -> None:
    """Its magic word is another; without the key there is nothing to read."""
    path = _parquet(shop, "a.parquet", f"select {NEEDED} from (select '1' as order_id)")
    path.write_bytes(path.read_bytes().replace(b"PAR1", b"PARE"))
    [found] = shop.failed()
    assert found.reason == "not a whole Parquet file"


def test_parquet_with_a_nul_byte_is_refused_like_any_line(shop: Shop) -> None:
    _parquet(shop, "a.parquet", f"select {NEEDED}, note from (values ('1', 'a' || chr(0) || 'b'), "
             "('2', 'fine')) as t(order_id, note)")  # fmt: skip
    assert shop.counts(shop.ingest()) == (1, 1)
    assert [entry.reason for entry in list_quarantine(shop.home)] == ["NUL byte"]


def test_parquet_with_bytes_changed_never_stops_the_others(shop: Shop) -> None:
    path = _parquet(shop, "g.parquet", f"select {NEEDED}, {{'a': i}} as nested from "
                    "(select i, i::varchar as order_id from range(500) t(i))")  # fmt: skip
    whole = path.read_bytes()
    path.unlink()
    chance = random.Random(7)
    for number in range(60):
        broken = bytearray(whole)
        reach = len(broken) if number % 2 else 600
        for _ in range(chance.randint(1, 4)):
            broken[-1 - chance.randrange(min(reach, len(broken)))] = chance.randrange(256)
        path.with_name(f"{number:02}.parquet").write_bytes(broken)
    shop.land("z.csv", HEADER + row(1))
    report = shop.ingest()
    counts = report.of("shop", "orders")
    assert counts.files_loaded + counts.files_unreadable == counts.files_seen == 61
    assert counts.files_unreadable > 10
    assert shop.query(
        f"select count(*) from read_parquet('{shop.home.raw}/shop/orders/*.parquet', "
        "union_by_name = true) where order_id = '1' and note = 'fine'"
    ) == [(1,)]


# What is said of it.


def test_no_value_of_a_file_without_a_header_is_told(shop: Shop) -> None:
    shop.land("a.csv", "jane@example.com,Jane,jane@example.com\n")
    said: list[str] = []
    report = ingest(shop.settings, said.append)
    assert [found.reason for found in report.unreadable] == ["columns 1 and 3 have one name"]
    assert "jane" not in " ".join([*said, *map(str, report.unreadable)])
