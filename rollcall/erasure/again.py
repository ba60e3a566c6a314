"""What is delivered again of people who were erased: ingest leaves it out, and counts it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import duckdb

from rollcall.definitions import variables_in_force
from rollcall.erasure.matching import Forms, Matcher
from rollcall.erasure.stones import Stones
from rollcall.release.sql import name as quoted
from rollcall.settings import Settings
from rollcall.sources import TableSpec

_RECEIVED = "received"
_IDENTITY_MAP = "tables/identity_map.parquet"


def forms_of(variables: Mapping[str, object]) -> Forms:
    """Return how identity writes identifiers, by a company's vars over the shipped ones."""
    values = variables_in_force(variables)
    return Forms(str(values.get("phone_country") or ""), values.get("email_providers") or ())


class Leaver:
    """Takes the erased out of what a file was staged as, before it is written anywhere."""

    def __init__(self, settings: Settings, connection: duckdb.DuckDBPyConnection) -> None:
        """Read the home's tombstones; where there is none, nothing is left out."""
        self._connection = connection
        self._sources = settings.sources
        self._stones = Stones(settings.home)
        living = settings.home.current / _IDENTITY_MAP
        self._matcher = Matcher(
            connection,
            self._stones,
            forms_of(settings.variables),
            living if living.exists() else None,
        )

    def leave_out(self, source: str, table: TableSpec, columns: Sequence[str]) -> int:
        """Take rows and values of the erased out of `received`; return how many rows."""
        if not self._stones or source not in self._sources:
            return 0
        held = {name: f"c{place}" for place, name in enumerate(columns)}
        declared = {name: sql for name, sql in held.items() if name in table.columns}
        spec = self._sources[source]
        count, records = self._matcher.divide(_RECEIVED, "line", spec, table, declared)
        self._stones.add(records)
        if count:
            self._connection.execute(
                f"delete from {_RECEIVED} where line in {self._matcher.going}"  # noqa: S608
            )
        for name, rows in self._matcher.blanked().items():
            self._connection.execute(
                f"update {_RECEIVED} set {quoted(held[name])} = null where line in {rows}"  # noqa: S608
            )
        return count

    def names_erased(self, raw: bytes, source: str, table: TableSpec) -> bool:
        """Say whether a line that is refused names somebody who was erased."""
        if not self._stones or source not in self._sources:
            return False
        return self._matcher.names_erased(raw, self._sources[source], table)
