"""Whose a row is, by what a source's yml says that its columns hold."""

from __future__ import annotations

from dataclasses import replace

import duckdb
import pytest
from conftest import World

from rollcall.erasure.matching import Forms, Matcher
from rollcall.erasure.stones import Stones
from rollcall.sources import shipped_sources

SHIPPED = shipped_sources()


@pytest.mark.parametrize("source", sorted(SHIPPED))
def test_every_source_says_whom_its_rows_identify(source: str) -> None:
    """A table without it would keep an erased person without a word."""
    spec = SHIPPED[source]
    people = {"profiles", "events", "orders", "messages", "consents", "tickets", "subscriptions"}
    assert not people & set(spec.provides) or any(
        column.identifier for table in spec.tables.values() for column in table.columns.values()
    )
    for table in spec.tables.values():
        for column in table.columns.values():
            if column.name in ("user_id", "email", "phone", "visitor_id", "loyalty_number"):
                assert column.identifier, f"{source}.{table.name}.{column.name}"
            told = column.identifier
            for other in (told.type_column, told.namespace, told.country) if told else ():
                assert other is None or other in table.columns


@pytest.mark.parametrize(
    ("kind", "written", "options", "normal"),
    [
        ("email", " Ana@Example.ORG ", {}, "ana@example.org"),
        ("email", "a.na+x@gmail.com", {}, "ana@gmail.com"),
        ("phone", "020 7946 0018", {}, "+442079460018"),
        ("phone", "0171 123456", {"country": "DE"}, "+49171123456"),
        ("phone", "0171 123456", {"country": " de "}, "+49171123456"),
        ("phone", "020 7946 0018", {"country": "United Kingdom"}, "+442079460018"),
        ("phone", "020 7946 0018", {"country": "DE\n"}, "+442079460018"),
        ("phone", "no number", {}, "unparsable:no number"),
        ("user_id", " u1 ", {}, "till:u1"),
        ("user_id", "u1", {"namespace": "main"}, "till:u1"),
        ("loyalty_id", "12.0", {"without": "[.]0$"}, "till:12"),
        ("profile_id", "p1", {}, "yammer:p1"),
        ("anonymous_id", "  ", {}, None),
        ("email", None, {}, None),
    ],
)
def test_identifiers_are_written_as_identity_writes_them(
    kind: str, written: str | None, options: dict[str, str], normal: str | None
) -> None:
    providers = [{"domains": ["gmail.com"], "tag_separator": "+", "ignores_dots": True}]
    source = replace(SHIPPED["yammer"], namespace="till")
    assert Forms("GB", providers).of(kind, written, source, **options) == normal


def test_forms_are_those_of_the_models(world: World) -> None:
    """An id of a namespace is told by the row, where the source leaves it to the row."""
    source = SHIPPED["preference_centre"]
    assert Forms().of("user_id", "u1", source, namespace="other") == "other:u1"
    assert Forms().of("user_id", "u1", source, namespace="main") == "u1"


LINES = [
    (b"acc,u-ana,too,few", True),
    (b'{"user_id": "u-ana", "broken', True),
    (b'{"x":"ANA@canary.example"', True),
    (b"text with ana@canary.example inside", True),
    (b"acc,+442079460018", True),
    (b"acc,u-ana2,x", False),
    (b"acc,xu-ana,y", False),
    (b"\xff\xfe,u-ana", True),
    (b"", False),
]


# The same address and number as senders write them: escaped, quoted, in a link, of an encoding.
WRITTEN = [
    (b'{"email":"jos\\u00e9@ex\\u00e4mple.org","created_at":"bad"}', True),
    (b'{"email":"ana\\u0040canary.example"}', True),
    (b'{"link":"https:\\/\\/canary.example\\/?email=ana@canary.example&x=1"}', True),
    (b'{"email":"\\ud83d\\ude00@canary.example"}', True),
    (b"x,ana%40canary.example,2", True),
    (b"x,Ana By <ana@canary.example>,2", True),
    (b"x,mailto:ana@canary.example", True),
    ("acc,josé@exämple.org,x".encode("latin-1"), True),
    ("acc,josé@exämple.org,x".encode("utf-16"), True),
    ("acc,josé@exämple.org,x".encode("utf-16-le")[1:], True),
    ("acc,josé@exämple.org,x".encode("utf-16-be"), True),
    (b'acc,"u,comma",x', True),
    (b'{"user_id":["u,comma"]}', True),
    (b"acc,,(213) 555-0100,,Zo,By,,Chicago,US", True),
    (b"acc,,(213) 555-0100,,Zo,By,,Berlin,DE", False),
    (b"q1,denied,bad,card9,club", True),
    (b"q1,denied,bad,card9,clubs", False),
    (b'{"email":"anna\\u0040canary.example"}', False),
    (b'"unclosed, and ' + b"[" * 100_000, False),
]


@pytest.mark.parametrize(("raw", "names"), WRITTEN)
def test_lines_are_read_in_every_way_that_they_may_be_written(
    world: World, raw: bytes, names: bool
) -> None:
    stones = Stones(world.home)
    emails = ("ana@canary.example", "josé@exämple.org", "\U0001f600@canary.example")
    forms = Forms("GB")
    stones.add([("email", forms.email(email) or "") for email in emails])
    stones.add([("user_id", "u,comma"), ("phone", "+12135550100"), ("loyalty_id", "club:card9")])
    source = SHIPPED["preference_centre" if b"card9" in raw else "crm"]
    table = source.tables["consents" if b"card9" in raw else "contacts"]
    with duckdb.connect() as connection:
        assert Matcher(connection, stones, forms, None).names_erased(raw, source, table) is names


@pytest.mark.parametrize(("raw", "names"), LINES)
def test_lines_that_nobody_could_read(world: World, raw: bytes, names: bool) -> None:
    stones = Stones(world.home)
    stones.add([("user_id", "u-ana"), ("email", "ana@canary.example"), ("phone", "+442079460018")])
    source = SHIPPED["shop"]
    with duckdb.connect() as connection:
        matcher = Matcher(connection, stones, Forms("GB"), None)
        assert matcher.names_erased(raw, source, source.tables["accounts"]) is names


def test_without_a_release_everybody_who_names_them_goes(world: World) -> None:
    stones = Stones(world.home)
    stones.add([("email", "ana@canary.example")])
    source = SHIPPED["shop"]
    held = {"user_id": "user_id", "email": "email"}
    living = world.home.current / "tables" / "identity_map.parquet"
    for identity_map, gone, blanked in ((None, [(1,)], []), (living, [], ["email"])):
        with duckdb.connect() as connection:
            connection.execute(
                "create table t as select * from (values (1, 'u-ben', 'ana@canary.example'),"
                " (2, 'u-cy', 'cy@x')) v (line, user_id, email)"
            )
            matcher = Matcher(connection, stones, Forms(), identity_map)
            count, _ = matcher.divide("t", "line", source, source.tables["accounts"], held)
            assert count == len(gone)
            assert connection.execute(f"from {matcher.going}").fetchall() == gone
            assert list(matcher.blanked()) == blanked
