"""Every line of a readable file is loaded as received or quarantined with its place and reason."""

from __future__ import annotations

import json

import pytest
from ingest_shop import HEADER, Shop, row

from rollcall.ingest import list_quarantine


def refused(shop: Shop) -> list[tuple[int | None, str]]:
    return [(entry.line, entry.reason) for entry in list_quarantine(shop.home)]


def test_values_stand_as_received_with_file_and_line(shop: Shop) -> None:
    path = shop.land("a.csv", HEADER + "007,2024-05-01T10:00:00Z, 5 ,1.10, Sp aced \n")
    assert shop.counts(shop.ingest()) == (1, 0)
    assert shop.live("order_id, ordered_at, quantity, amount, note, _file, _line") == [
        ("007", "2024-05-01T10:00:00Z", " 5 ", "1.10", " Sp aced ", str(path), 2)
    ]


def test_equal_lines_are_rows_of_their_own(shop: Shop) -> None:
    shop.land("a.csv", HEADER + row(1) * 3)
    assert shop.counts(shop.ingest()) == (3, 0)
    assert len(shop.live()) == 3


def test_byte_order_mark_and_crlf(shop: Shop) -> None:
    shop.land("a.csv", b"\xef\xbb\xbf" + (HEADER + row(1) + row(2)).replace("\n", "\r\n").encode())
    assert shop.counts(shop.ingest()) == (2, 0)
    assert shop.live("order_id, note, _line") == [("1", "fine", 2), ("2", "fine", 3)]


def test_mixed_line_ends(shop: Shop) -> None:
    shop.land("a.csv", HEADER + row(1).replace("\n", "\r\n") + row(2))
    shop.ingest()
    assert shop.live("order_id, note, _line") == [("1", "fine", 2), ("2", "fine", 3)]


def test_quoted_newlines_keep_physical_line_numbers(shop: Shop) -> None:
    shop.land("a.csv", HEADER + row(1, '"two\nlines, ""quoted"""') + row(2) + "\n" + row(3))
    assert shop.counts(shop.ingest()) == (3, 0)
    assert shop.live("_line, note") == [(2, 'two\nlines, "quoted"'), (4, "fine"), (6, "fine")]


def test_broken_utf8_is_quarantined_alone(shop: Shop) -> None:
    shop.land("a.csv", (HEADER + row(1)).encode() + b"2,,,,caf\xe9 \\x\n" + row(3).encode())
    assert shop.counts(shop.ingest()) == (2, 1)
    [entry] = list_quarantine(shop.home)
    assert (entry.line, entry.reason) == (3, "not UTF-8")
    assert (entry.raw_text, entry.raw_encoding) == ("2,,,,caf\\xe9 \\\\x", "escaped")


def test_nul_byte_is_quarantined(shop: Shop) -> None:
    shop.land("a.csv", HEADER + "1,,,,a\0b\n" + row(2))
    assert shop.counts(shop.ingest()) == (1, 1)
    assert refused(shop) == [(2, "NUL byte")]


def test_columns_in_another_order_and_an_added_one(shop: Shop) -> None:
    shop.land("a.csv", "colour,amount,quantity,ordered_at,ORDER_ID\nred,1.5,2,2024-05-01,x\n")
    shop.land("b.csv", HEADER + row(1))
    assert shop.counts(shop.ingest()) == (2, 0)
    assert shop.live("order_id, amount, colour, note") == [
        ("1", "1.50", None, "fine"),
        ("x", "1.5", "red", None),
    ]


def test_too_few_and_too_many_fields(shop: Shop) -> None:
    shop.land("a.csv", HEADER + "1,,\n" + row(2) + "3,,,,,,\n")
    assert shop.counts(shop.ingest()) == (1, 2)
    assert refused(shop) == [
        (2, "too few fields: 3 where the header has 5"),
        (4, "too many fields: 7 where the header has 5"),
    ]


def test_unterminated_quote_swallows_one_line(shop: Shop) -> None:
    shop.land("a.csv", HEADER + row(1) + '2,,,,"open\n' + row(3) + row(4, '"q"') + row(5))
    assert shop.counts(shop.ingest()) == (4, 1)
    assert refused(shop) == [(3, "unterminated quote")]
    assert shop.live("order_id, _line") == [("1", 2), ("3", 4), ("4", 5), ("5", 6)]


def test_text_after_a_closing_quote(shop: Shop) -> None:
    shop.land("a.csv", HEADER + '1,,,,"a"b\n' + row(2))
    assert shop.counts(shop.ingest()) == (1, 1)
    assert refused(shop) == [(2, "text after a closing quote")]


def test_blanks_beside_quotes_are_part_of_the_value(shop: Shop) -> None:
    shop.land("a.csv", HEADER + '1,,,, "padded"\n' + row(2, '"in, "'))
    shop.ingest()
    assert shop.live("note") == [(' "padded"',), ("in, ",)]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("1,soon,,,", "column ordered_at: not a timestamp"),
        ("1,infinity,,,", "column ordered_at: not a timestamp"),
        ("1,,two,,", "column quantity: not a whole number"),
        ("1,,,1;5,", "column amount: not a number"),
        ("  ,,,,", "column order_id: empty"),
        (",2024-05-01,1,1,x", "column order_id: empty"),
    ],
)
def test_typed_checks(shop: Shop, line: str, reason: str) -> None:
    shop.land("a.csv", HEADER + row(1) + line + "\n" + row(2))
    # The same file read record by record: its blank line sends it there.
    shop.land("b.csv", HEADER + row(1) + line + "\n\n" + row(2))
    assert shop.counts(shop.ingest()) == (4, 2)
    assert refused(shop) == [(3, reason)] * 2
    assert {entry.raw_text for entry in list_quarantine(shop.home)} == {line}


def test_only_allowed_words(shop: Shop) -> None:
    """In any case and with blanks around them; a blank is no word."""
    lines = ["1,open", "2, Done ", "3,", "4,opened", "5,close'd"]
    shop.land("a.csv", "ticket,state\n" + "\n".join(lines) + "\n", table="tickets")
    shop.ingest()
    assert refused(shop) == [(line, "column state: not one of open, done") for line in (5, 6)]


def test_a_list_is_a_json_array_of_texts(shop: Shop) -> None:
    """Whatever is none would be read as an empty one, which asks for nothing."""
    lines = ["[]", '["a"]', '["a", "b"]', "", "a", '["a"', '{"a": 1}', '"a"']
    rows = "".join(json.dumps({"names": line}) + "\n" for line in lines)
    shop.land("a.jsonl", rows, table="labels")
    shop.ingest()
    reason = "column names: not a JSON array of texts"
    assert refused(shop) == [(line, reason) for line in (5, 6, 7, 8)]


def test_a_column_that_needs_another(shop: Shop) -> None:
    """Both or none; a blank is none, and so is a column that a file does not have."""
    shop.land("a.csv", "link,kind,target\n1,a,b\n2,,\n3,a, \n4,,b\n", table="links")
    shop.ingest()
    without_target, without_kind = (
        "column kind: given without target",
        "column target: given without kind",
    )
    assert refused(shop) == [(4, without_target), (5, without_kind)]
    shop.land("b.csv", "link,kind\n5,a\n6,\n", table="links")
    shop.ingest()
    assert sorted(refused(shop)) == [(2, without_target), (4, without_target), (5, without_kind)]


def test_timestamps_with_an_offset_and_blank_values_pass(shop: Shop) -> None:
    shop.land("a.csv", HEADER + "1,2024-05-01T10:00:00+02:00, ,\t,\n2,2024-05-01 10:00:00Z,,,\n")
    assert shop.counts(shop.ingest()) == (2, 0)


@pytest.mark.parametrize("content", ["", HEADER, HEADER.strip(), "\n\n", "\ufeff"])
def test_empty_and_header_only_files_hold_no_line(shop: Shop, content: str) -> None:
    shop.land("a.csv", content)
    report = shop.ingest()
    assert shop.counts(report) == (0, 0)
    assert report.of("shop", "orders").files_loaded == 1
    assert shop.live() == []


def test_empty_quoted_field_is_null_on_both_paths(shop: Shop) -> None:
    shop.land("a.csv", HEADER + '1,"","","",""\n2,,,,\n')
    shop.land("b.csv", HEADER + '1,"","","",""\n2,,,,\n\n')
    shop.ingest()
    assert {line[1:] for line in shop.live()} == {(None,) * 4}
    assert len(shop.live()) == 4


def test_json_lines(shop: Shop) -> None:
    lines = [
        '{"order_id": 12345678901234567890, "amount": 1.10, "note": {"a": [1.10, "\\u00e9"]}}',
        "",
        '{"order_id": "2", "quantity": null, "Note": "", "extra": true}',
        "not json",
        "[1]",
        '{"amount": 1}',
        '{"order_id": "3", "amount": "much"}',
        '{"order_id": "4", "order_id": "5"}',
        '{"order_id": "6", "note": "\\ud800"}',
        '{"order_id": "7", "_line": 1}',
        '{"order_id": NaN}',
    ]
    shop.land("a.jsonl", "\n".join(lines))
    assert shop.counts(shop.ingest()) == (2, 8)
    assert shop.live("_line, order_id, amount, note, quantity, extra") == [
        (1, "12345678901234567890", "1.10", '{"a": [1.10, "\\u00e9"]}', None, None),
        (3, "2", None, "", None, "true"),
    ]
    assert refused(shop) == [
        (4, "not JSON"),
        (5, "not a JSON object"),
        (6, "column order_id: empty"),
        (7, "column amount: not a number"),
        (8, "a key stands twice"),
        (9, "half a surrogate pair"),
        (10, "a key has the name of one of ingest's own columns"),
        (11, "not JSON"),
    ]


def test_json_lines_with_mark_broken_bytes_and_deep_nesting(shop: Shop) -> None:
    deep = b'{"order_id": ' + b"[" * 100_000 + b"]" * 100_000 + b"}\n"
    good = b'\xef\xbb\xbf{"order_id": "1"}\r\n'
    shop.land("a.jsonl", good + b'{"order_id": "\xff"}\n' + deep + b'{"order_id": "\0"}\n')
    assert shop.counts(shop.ingest()) == (1, 3)
    assert refused(shop) == [
        (2, "not UTF-8"),
        (3, "not JSON: nested too deep"),
        (4, "NUL byte"),
    ]


def test_gzip(shop: Shop) -> None:
    shop.land("a.csv.gz", HEADER + row(1) + "2,x,,,\n")
    shop.land("b.jsonl.gz", '{"order_id": "3"}\n')
    assert shop.counts(shop.ingest()) == (2, 1)


def test_parquet(shop: Shop) -> None:
    path = shop.land("a.parquet", b"")
    path.unlink()
    shop.query(
        "copy (select * from (values ('1', timestamp '2024-05-01', '1', 1.5, {'k': [1]}, 1), "
        "(null, null, 'x', 2, null, 2), ('3', null, 'x', 3, null, 3)) "
        "t(order_id, ordered_at, quantity, amount, note, n)) "
        f"to '{path}' (format parquet)"
    )
    assert shop.counts(shop.ingest()) == (1, 2)
    assert shop.live("order_id, ordered_at, amount, note, n, _line") == [
        ("1", "2024-05-01 00:00:00", "1.5", '{"k":[1]}', "1", 1)
    ]
    assert refused(shop) == [
        (2, "column order_id: empty"),
        (3, "column quantity: not a whole number"),
    ]


def test_a_missing_folder_has_every_declared_column(shop: Shop) -> None:
    shop.ingest()
    described = shop.query(f"describe select * from '{shop.home.raw}/shop/orders/_schema.parquet'")
    assert [(name, kind) for name, kind, *_ in described] == [
        *((name, "VARCHAR") for name in HEADER.strip().split(",")),
        ("_file", "VARCHAR"),
        ("_line", "BIGINT"),
        ("_loaded_at", "TIMESTAMP"),
        ("_load_id", "VARCHAR"),
    ]
    assert shop.live() == shop.loads("*") == []
    assert shop.query(f"select * from '{shop.home.ledger}/paths.parquet'") == []


def test_names_that_patterns_would_catch(shop: Shop) -> None:
    shop.land("a[1]*?.csv", HEADER + row(1))
    shop.land("day=2024/a'b.csv", HEADER + row(2))
    assert shop.counts(shop.ingest()) == (2, 0)
    folder = shop.landing / "shop" / "orders" / "day=2024"
    for number, name in enumerate(["c*.parquet", "cd.parquet"]):
        columns = f"'{number}' as order_id, null as ordered_at, 1 as quantity, 2 as amount"
        shop.query(f"copy (select {columns}) to '{folder / name}' (format parquet)")
    assert shop.counts(shop.ingest()) == (2, 0)
    assert len(shop.live("*")[0]) == len(HEADER.split(",")) + 4


def test_what_is_left_aside_is_named(shop: Shop) -> None:
    shop.land("a.csv", HEADER + row(1))
    outside = shop.landing.parent / "outside.csv"
    outside.write_text(HEADER + row(9))
    source, orders = shop.landing / "shop", shop.landing / "shop" / "orders"
    (orders / "link.csv").symlink_to(outside)
    (source / "loose.csv").write_text("x")
    (shop.landing / "loose.csv").write_text("x")
    (shop.landing / "shopp" / "orders").mkdir(parents=True)
    (shop.landing / "_truth").mkdir()
    (shop.landing / "_truth" / "people.csv").write_text("x")
    # Where nothing lies, nothing is passed over.
    (shop.landing / "empty").mkdir()
    shop.land("b.csv", "x", table="unknown")
    for name in ("_draft.csv", ".hidden.csv", "b.csv.PART", "_later/c.csv"):
        shop.land(name, "x")
    for name in (".gitkeep", "README", "_SUCCESS", "a.csv.sha256"):
        shop.land(name, "x")
    report = shop.ingest()
    assert {(one.source, one.kind, one.path) for one in report.ignored} == {
        ("none", "unknown_source", shop.landing / "loose.csv"),
        ("none", "unknown_source", shop.landing / "shopp"),
        ("none", "being_written", shop.landing / "_truth"),
        ("shop", "unknown_table", source / "loose.csv"),
        ("shop", "unknown_table", source / "unknown"),
        ("shop", "link", orders / "link.csv"),
        ("shop", "being_written", orders / "_draft.csv"),
        ("shop", "being_written", orders / ".hidden.csv"),
        ("shop", "being_written", orders / "b.csv.PART"),
        ("shop", "being_written", orders / "_later"),
        ("shop", "no_delivery", orders / ".gitkeep"),
        ("shop", "no_delivery", orders / "README"),
        ("shop", "no_delivery", orders / "_SUCCESS"),
        ("shop", "no_delivery", orders / "a.csv.sha256"),
    }
    assert report.ignored_counts["shop", "being_written"] == 4
    assert (shop.counts(report), report.unreadable) == ((1, 0), [])


@pytest.mark.parametrize("name", ["late.json", "late.txt", "late.csv.zip", "late", "day/late.x"])
def test_a_delivery_of_another_kind_cannot_be_read(shop: Shop, name: str) -> None:
    """The danger: a withdrawal that lies where withdrawals belong, and that nobody reads."""
    shop.land("a.csv", HEADER + row(1))
    path = shop.land(name, HEADER + row(2))
    for _ in range(2):
        report = shop.ingest()
        (found,) = report.unreadable
        assert (found.source, found.table, found.path) == ("shop", "orders", path)
        assert found.reason.startswith("not one of .csv")
        assert (len(report.ignored), report.of("shop", "orders").files_unreadable) == (0, 1)
        assert len(shop.failures()) == 1
    # It lies there still, whatever is tried again.
    assert [one.path for one in shop.replay().unreadable] == [path]
    path.rename(path.with_name("late.csv"))
    report = shop.ingest()
    assert (report.unreadable, shop.failures(), len(shop.live())) == ([], [], 2)


def test_entries_are_private_and_say_what_a_replay_needs(shop: Shop) -> None:
    path = shop.land("a.csv", HEADER + "1,x,,,secret\n")
    shop.ingest()
    listing = shop.listing()
    assert json.loads(listing.read_text()) == {
        "file": str(path),
        "line": 2,
        "reason": "column ordered_at: not a timestamp",
        "raw_text": "1,x,,,secret",
        "raw_encoding": "utf-8",
        "header": HEADER.strip().split(","),
        "way_out": None,
    }
    for folder in (shop.home.raw, shop.home.quarantine, shop.home.ledger):
        assert folder.stat().st_mode & 0o077 == 0
