"""Who a person is, whom an identifier leads to: by the newest state, and by the current release.

They differ after a rollback, and after a run that loaded and did not release. What the newest says
counts: an identifier that it gives to another customer is another's, whatever the release made of
it. What the release alone knows of the person is theirs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from rollcall.errors import SettingsError, UnknownIdentifierError
from rollcall.identity.explain import find
from rollcall.release.sql import statement

Identifier = tuple[str, str]


@dataclass(frozen=True)
class State:
    """A database that says who is who, with the tables `identity_map` and `identity_merges`."""

    connection: duckdb.DuckDBPyConnection

    def customer(self, text: str, identifier_type: str | None) -> str | None:
        """Return whom an identifier leads to. Raises SettingsError where it leads to several."""
        try:
            return find(self.connection, text, identifier_type)[1]
        except UnknownIdentifierError:
            return None

    def owners(self, identifiers: Iterable[Identifier]) -> dict[Identifier, str]:
        """Return the customers that these identifiers are of."""
        wanted = set(identifiers)
        kinds = sorted({kind for kind, _ in wanted})
        rows = self.connection.execute(
            "select identifier_type, identifier_value, customer_id from identity_map "
            "where identifier_type in (select unnest(?::varchar[])) "
            "and identifier_value in (select unnest(?::varchar[]))",
            [kinds, [value for _, value in wanted]],
        ).fetchall()
        return {(kind, value): one for kind, value, one in rows if (kind, value) in wanted}

    def identifiers(self, customers: Iterable[str]) -> set[Identifier]:
        """Return the identifiers of these customers."""
        rows = self.connection.execute(
            "select identifier_type, identifier_value from identity_map "
            "where customer_id in (select unnest(?::varchar[]))",
            [list(customers)],
        ).fetchall()
        return {(kind, value) for kind, value in rows}

    def former(self, customers: Iterable[str]) -> set[str]:
        """Return the ids that these customers answer for."""
        rows = self.connection.execute(
            "select absorbed_customer_id from identity_merges "
            "where customer_id in (select unnest(?::varchar[]))",
            [list(customers)],
        ).fetchall()
        return {one for (one,) in rows}


@contextmanager
def opened(path: Path, identity_map: str, identity_merges: str) -> Iterator[State]:
    """Open a state for reading; its tables have these names. Raises duckdb.Error."""
    with duckdb.connect() as connection:
        connection.execute(statement("attach {path} as state (read_only)", path=path))
        for view, table in (("identity_map", identity_map), ("identity_merges", identity_merges)):
            create = "create view {view} as select * from state.main.{table}"
            connection.execute(statement(create, view=view, table=table))
        # What nobody is led to by; a build of who is who alone leaves none.
        connection.execute(
            "create view identity_rejected_edges as "
            "select null::varchar as left_type, null::varchar as right_type where false"
        )
        yield State(connection)


def person(
    newest: State, release: State, text: str, identifier_type: str | None
) -> tuple[set[Identifier], set[str]] | None:
    """Return all identifiers and ids of a person; None where nobody has the identifier.

    Raises SettingsError where it leads to several customers.
    """
    now = newest.customer(text, identifier_type)
    then = release.customer(text, identifier_type)
    if now is None and then is not None:
        # The newest state may know the person by what else the release has of them.
        others = set(newest.owners(release.identifiers([then])).values())
        if len(others) > 1:
            raise SettingsError(
                "erase: the current release alone knows this identifier, for one customer who is "
                f"{len(others)} by now. Name another identifier of the person."
            )
        now = next(iter(others), None)
    if now is None and then is None:
        return None
    ids = {now, *newest.former([now])} if now else set()
    known = newest.identifiers([now]) if now else set()
    released = {then} if then else set()
    released |= set(release.owners(known).values())
    told = release.identifiers(released | ids)
    owners = newest.owners(told)
    known |= {identifier for identifier in told if owners.get(identifier, now) == now}
    return known, ids | released | release.former(released | ids)
