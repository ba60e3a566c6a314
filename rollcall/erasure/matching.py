"""Which rows of a raw table are of somebody who was erased, and which only name them.

A row belongs to the first of its identifiers, in the order by which a record finds its customer.
It goes where that one was erased, or is nobody's who lives; a row that is somebody else's and names
an erased one beside stays, without that name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from rollcall.erasure.stones import RECORD, Stones
from rollcall.erasure.words import words_of
from rollcall.identity.normal_forms import country_code, email_address, phone_number
from rollcall.release.sql import literal, statement
from rollcall.sources import ColumnSpec, SourceSpec, TableSpec

# The types of identifier, in the order by which a record finds its customer; what only belongs with
# other rows comes last.
IN_ORDER = ("user_id", "email", "phone", "loyalty_id", "profile_id", "anonymous_id")
_NAMESPACED = ("user_id", "loyalty_id", "anonymous_id")
_MAIN = "main"
# What may be a country, a number and a namespace in a line that nobody could read; a line of more
# names than that is of no table whose rows tell their namespace.
_COUNTRY = re.compile("[A-Za-z]{2}")
_DIGITS = re.compile("(?:[0-9][^0-9]*){5}")
_SPACE = re.compile("[A-Za-z][A-Za-z0-9_.-]{0,63}")
_MOST_SPACES = 100
_HITS = "_erasure_hits"
_GOING = "_erasure_going"


@dataclass(frozen=True)
class Forms:
    """How identity writes identifiers under a company's settings."""

    phone_country: str = ""
    email_providers: Sequence[Mapping[str, Any]] = field(default_factory=tuple)

    def email(self, written: str | None) -> str | None:
        """Return an address as identity has it: one for all ways to write one mailbox."""
        address = email_address(written)
        mailbox, at, domain = (address or "").rpartition("@")
        for provider in self.email_providers:
            if at and domain in provider["domains"]:
                tag = provider.get("tag_separator")
                mailbox = mailbox.split(tag)[0] if tag else mailbox
                mailbox = mailbox.replace(".", "") if provider.get("ignores_dots") else mailbox
                return f"{mailbox}@{provider['domains'][0]}"
        return address

    def phone(self, written: str | None, country: str | None) -> str | None:
        """Return a number as identity has it, also one that nobody can read."""
        text = (written or "").strip()
        if not text:
            return None
        known = phone_number(written, country_code(country) or self.phone_country)
        return known or f"unparsable:{text}"

    def of(
        self,
        kind: str,
        written: str | None,
        source: SourceSpec,
        *,
        country: str | None = None,
        namespace: str | None = None,
        without: str | None = None,
    ) -> str | None:
        """Return an identifier as identity has it; None where it is blank."""
        if kind == "email":
            return self.email(written)
        if kind == "phone":
            return self.phone(written, country)
        text = (written or "").strip()
        text = re.sub(without, "", text) if without else text
        if not text:
            return None
        if kind == "profile_id":
            return f"{source.name}:{text}"
        if kind in _NAMESPACED:
            for space in ((namespace or "").strip(), source.namespace):
                text = f"{space}:{text}" if space not in ("", _MAIN) else text
        return text


def record_type(source: SourceSpec, record: str) -> str:
    """Return the type under which the tombstone of a record is set."""
    return f"{RECORD}{source.name}:{record}"


@dataclass(frozen=True)
class _Column:
    """An identifier column that a relation has, and the SQL of what it is read with."""

    spec: ColumnSpec
    value: str
    kind: str
    country: str
    namespace: str

    @property
    def arguments(self) -> str:
        """The function's arguments, and what tells one value from another."""
        return f"{self.value}, {self.kind}, {self.country}, {self.namespace}"


class Matcher:
    """Holds rows of raw tables against the tombstones, in one DuckDB connection.

    `identity_map` is the published one: who lives. Without it every row that names an erased
    person is theirs.
    """

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        stones: Stones,
        forms: Forms,
        identity_map: Path | None,
    ) -> None:
        """Touch nothing but the connection's own functions."""
        self._connection = connection
        self._stones = stones
        self._forms = forms
        self._identity_map = identity_map
        self._functions = 0

    def divide(
        self, relation: str, row: str, source: SourceSpec, table: TableSpec, held: Mapping[str, str]
    ) -> tuple[int, list[tuple[str, str]]]:
        """Find who goes in `relation`, whose rows `row` tells apart; return how many, and records.

        `held` gives the SQL of each declared column that the relation has. What goes stands then in
        `going` (row_id), and what is to be blanked in `blanked` (row_id, column_name). The records
        are those of rows that go: (type, value) of tombstones to set.
        """
        columns = [*self._columns(source, table, held)]
        self._connection.execute(
            f"create or replace temp table {_HITS} "
            "(row_id bigint, column_name varchar, place bigint, is_erased boolean, living boolean)"
        )
        for column in columns:
            self._find(relation, row, source, column)
        rule = _NAMES_OTHERS if table.finds_people else _LIVES
        self._connection.execute(
            f"create or replace temp table {_GOING} as select row_id from {_HITS} "  # noqa: S608
            f"group by row_id having bool_or(is_erased) and not {rule}"
        )
        counted = self._connection.execute(f"select count(*) from {_GOING}").fetchone()  # noqa: S608
        records = [
            (record_type(source, column.spec.record), str(value))
            for column in columns
            if column.spec.record
            for (value,) in self._connection.execute(
                f"select distinct trim({column.value}) from {relation} "  # noqa: S608
                f"where {row} in (select row_id from {_GOING}) and trim({column.value}) <> ''"
            ).fetchall()
        ]
        return (int(counted[0]) if counted else 0), records

    @property
    def going(self) -> str:
        """SQL for the rows that go, after `divide`."""
        return f"(select row_id from {_GOING})"  # noqa: S608

    def blanked(self) -> dict[str, str]:
        """Return, by column, SQL for the rows in which its value is to be taken out."""
        rows = self._connection.execute(
            f"select distinct column_name from {_HITS} where is_erased and place < 99 "  # noqa: S608
            f"and row_id not in {self.going}"
        ).fetchall()
        return {
            str(name): (
                f"(select row_id from {_HITS} where is_erased "  # noqa: S608
                f"and column_name = {literal(str(name))})"
            )
            for (name,) in rows
        }

    def _columns(
        self, source: SourceSpec, table: TableSpec, held: Mapping[str, str]
    ) -> Iterator[_Column]:
        for name, spec in table.columns.items():
            if name not in held:
                continue
            if spec.record:
                kind = literal(record_type(source, spec.record))
                yield _Column(spec, held[name], kind, "null", "null")
            told = spec.identifier
            if told:
                kind = (
                    f"trim({held[told.type_column]})"
                    if told.type_column
                    else literal(str(told.type))
                )
                yield _Column(
                    spec,
                    held[name],
                    kind,
                    held.get(told.country or "", "null"),
                    held.get(told.namespace or "", "null"),
                )

    def _find(self, relation: str, row: str, source: SourceSpec, column: _Column) -> None:
        """Add the rows in which the column names somebody who is erased, or who lives."""
        told = column.spec.identifier
        without = told.without if told else None

        def normal(
            value: str | None, kind: str | None, country: str | None, space: str | None
        ) -> str | None:
            if kind is None:
                return None
            return self._forms.of(
                kind, value, source, country=country, namespace=space, without=without
            )

        self._functions += 1
        name, has = f"erasure_form_{self._functions}", f"erasure_has_{self._functions}"
        texts = ["VARCHAR"] * 4
        create: Any = self._connection.create_function
        create(name, normal, texts, "VARCHAR", null_handling="special")
        create(has, self._stones.has, texts[:2], "BOOLEAN", null_handling="special")
        place = f"coalesce(list_position({list(IN_ORDER)}, held.kind) - 1, 99)"
        if told and told.type_column:
            # A cut between two identifiers says something else without one of them: it goes.
            place = "-1"
        lives = "false"
        if self._identity_map is not None:
            lives = statement(
                "exists (select 1 from read_parquet({path}) as known "
                "where known.identifier_type = kind and known.identifier_value = normal)",
                path=self._identity_map,
            )
        # Each value is read once, however many rows have it.
        self._connection.execute(
            f"""
            insert into {_HITS}
            with held as (
                select {row} as row_id, {column.value} as value, {column.kind} as kind,
                    {column.country} as country, {column.namespace} as space
                from {relation}
                where trim({column.value}) <> ''
            ),
            each as (select distinct value, kind, country, space from held),
            read as (
                select *, {name}(value, kind, country, space) as normal from each
            ),
            judged as (
                select *, {has}(kind, normal) as is_erased, {lives} as living
                from read where normal is not null
            )
            select held.row_id, {literal(column.spec.name)}, {place},
                judged.is_erased, judged.living and not judged.is_erased
            from held
            inner join judged
                on held.value = judged.value and held.kind = judged.kind
                and held.country is not distinct from judged.country
                and held.space is not distinct from judged.space
            """  # noqa: S608
        )

    def names_erased(self, raw: bytes, source: SourceSpec, table: TableSpec) -> bool:
        """Say whether a line that nobody could read names somebody who was erased."""
        words = words_of(raw)
        countries = {word.upper() for word in words if _COUNTRY.fullmatch(word)}
        spaces = {word for word in words if _SPACE.fullmatch(word)}
        for kind, without, has_space in _kinds(table, source):
            for word in words:
                ways: list[dict[str, str]] = [{}]
                if kind == "phone" and _DIGITS.search(word):
                    ways += [{"country": country} for country in countries]
                if has_space and len(spaces) <= _MOST_SPACES:
                    ways += [{"namespace": space} for space in spaces]
                for way in ways:
                    normal = self._forms.of(kind, word, source, without=without, **way)
                    if self._stones.has(kind, normal):
                        return True
        return False


def _kinds(table: TableSpec, source: SourceSpec) -> set[tuple[str, str | None, bool]]:
    """Return each type that a table may name, what its ids are without, and if rows have spaces."""
    kinds: set[tuple[str, str | None, bool]] = set()
    for spec in table.columns.values():
        if spec.record:
            kinds.add((record_type(source, spec.record), None, False))
        told = spec.identifier
        if told:
            named = [told.type] if told.type else IN_ORDER
            kinds |= {(kind, told.without, bool(told.namespace)) for kind in named}
    return kinds


# Of the rows that name somebody erased. Somebody else's is one that a living person comes first in.
_LIVES = "coalesce(min(place) filter (where living) < min(place) filter (where is_erased), false)"
# A consent or a request speaks for every identifier that it names.
_NAMES_OTHERS = "coalesce(bool_or(not is_erased and place < 99), false)"
