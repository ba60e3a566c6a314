"""Why identifiers are one customer: read off the current release, and off nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

import duckdb
import networkx as nx

from rollcall.errors import SettingsError, UnknownIdentifierError
from rollcall.identity.normal_forms import email_address, phone_number

# Ids that sources write without the namespace that identity puts before them.
_NAMESPACED = ("user_id", "loyalty_id", "anonymous_id")
_ID_LENGTH = 64


@dataclass(frozen=True, order=True)
class Identifier:
    """One identifier, as identity_map has it."""

    type: str
    value: str

    def __str__(self) -> str:
        """Return type and value as a person reads them."""
        return f"{self.type} {self.value}"


@dataclass(frozen=True)
class Edge:
    """Two identifiers that records hold together, and what those records are. Times are UTC."""

    left: Identifier
    right: Identifier
    sources: tuple[str, ...]
    first_seen_at: datetime | None
    last_seen_at: datetime | None
    record_count: int
    # Why a guard turned it down; None where it ties the two.
    reason: str | None = None

    @property
    def evidence(self) -> str:
        """Say which sources tie the two, when, and how often."""
        records = "1 record" if self.record_count == 1 else f"{self.record_count:,} records"
        return f"{', '.join(self.sources)}; {self._span}; {records}"

    @property
    def _span(self) -> str:
        if self.first_seen_at is None or self.last_seen_at is None:
            return "at no known time"
        first, last = f"{self.first_seen_at:%Y-%m-%d}", f"{self.last_seen_at:%Y-%m-%d}"
        return first if first == last else f"{first} to {last}"


@dataclass(frozen=True)
class Explained:
    """One customer; `asked` is what was asked for, or where the oldest edge begins."""

    customer_id: str
    asked: Identifier
    identifiers: Sequence[Identifier]
    composite_matches: frozenset[Identifier]
    edges: Sequence[Edge]
    rejected: Sequence[Edge]
    # Ids of earlier releases that this customer answers for: (id, reason, when).
    former_ids: Sequence[tuple[str, str, datetime]]

    def graph(self) -> nx.Graph[Identifier]:
        """Return the customer's identifiers and what ties them; an edge's data is under `edge`."""
        graph: nx.Graph[Identifier] = nx.Graph()
        graph.add_nodes_from(self.identifiers)
        # Sorted, so that of several shortest paths the same one is shown each time.
        for edge in sorted(self.edges, key=lambda one: (one.left, one.right)):
            graph.add_edge(edge.left, edge.right, edge=edge)
        return graph

    def path_to(self, other: Identifier) -> list[Edge]:
        """Return the shortest chain of edges from what was asked for to another identifier."""
        graph = self.graph()
        steps = nx.shortest_path(graph, self.asked, other)
        return [graph.edges[left, right]["edge"] for left, right in pairwise(steps)]


def _rows(
    release: duckdb.DuckDBPyConnection, sql: str, parameters: Sequence[Any] | Mapping[str, Any]
) -> list[tuple[Any, ...]]:
    return release.execute(sql, parameters).fetchall()


def _written(text: str) -> list[str]:
    """Return the values under which identity may keep what a person types."""
    forms = [text.strip(), email_address(text), phone_number(text, None)]
    return sorted({form for form in forms if form})


def _matches(
    release: duckdb.DuckDBPyConnection, text: str, identifier_type: str | None
) -> list[tuple[Identifier, str]]:
    query = """
        select identifier_type, identifier_value, customer_id
        from identity_map
        where
            ($type is null or identifier_type = $type)
            and (
                identifier_value in $values
                or (identifier_type in $namespaced and ends_with(identifier_value, ':' || $text))
            )
        order by all
        """
    parameters = {
        "type": identifier_type,
        "values": _written(text),
        "namespaced": list(_NAMESPACED),
        "text": text.strip(),
    }
    return [
        (Identifier(kind, value), customer)
        for kind, value, customer in _rows(release, query, parameters)
    ]


def _check_type(release: duckdb.DuckDBPyConnection, identifier_type: str) -> None:
    query = """
        select identifier_type from identity_map
        union
        select unnest([left_type, right_type]) from identity_rejected_edges
        order by all
        """
    known = [str(kind) for (kind,) in release.execute(query).fetchall()]
    if identifier_type not in known:
        raise UnknownIdentifierError(
            f"explain: the current release has no type {identifier_type!r}. "
            f"Known: {', '.join(known)}."
        )


def _by_customer_id(release: duckdb.DuckDBPyConnection, text: str) -> str | None:
    """Return the living customer of an id, also of one that an earlier release carried."""
    query = """
        select customer_id from identity_map where customer_id = $id
        union
        select customer_id from identity_merges where absorbed_customer_id = $id
        """
    rows = _rows(release, query, {"id": text.strip()})
    return str(rows[0][0]) if rows else None


def _edges(rows: Sequence[tuple[Any, ...]]) -> list[Edge]:
    return [
        Edge(
            Identifier(left_type, left_value),
            Identifier(right_type, right_value),
            tuple(json.loads(sources)),
            first,
            last,
            records,
            reason,
        )
        for (
            left_type,
            left_value,
            right_type,
            right_value,
            sources,
            first,
            last,
            records,
            reason,
        ) in rows
    ]


def rejected_edges_of(
    release: duckdb.DuckDBPyConnection, text: str, identifier_type: str | None = None
) -> list[Edge]:
    """Return what the guards turned down of an identifier as a person types it."""
    query = """
        select
            left_type, left_value, right_type, right_value, sources, first_seen_at,
            last_seen_at, record_count, reason
        from identity_rejected_edges
        where
            (
                ($type is null or left_type = $type)
                and (
                    left_value in $values
                    or (left_type in $namespaced and ends_with(left_value, ':' || $text))
                )
            )
            or (
                ($type is null or right_type = $type)
                and (
                    right_value in $values
                    or (right_type in $namespaced and ends_with(right_value, ':' || $text))
                )
            )
        order by first_seen_at nulls last, left_type, left_value, right_type, right_value, reason
        """
    parameters = {
        "type": identifier_type,
        "values": [*_written(text), f"unparsable:{text.strip()}"],
        "namespaced": list(_NAMESPACED),
        "text": text.strip(),
    }
    return _edges(_rows(release, query, parameters))


def find(
    release: duckdb.DuckDBPyConnection, text: str, identifier_type: str | None = None
) -> tuple[Identifier | None, str]:
    """Return the identifier that `text` is, and its customer's id; for a customer_id the id alone.

    Raises UnknownIdentifierError where nobody has it, SettingsError where it stands for several
    customers.
    """
    if identifier_type is not None:
        _check_type(release, identifier_type)
    if len(text.strip()) == _ID_LENGTH and identifier_type is None:
        customer = _by_customer_id(release, text)
        if customer is not None:
            return None, customer
    found = _matches(release, text, identifier_type)
    if len({customer for _, customer in found}) > 1:
        kinds = ", ".join(sorted({identifier.type for identifier, _ in found}))
        raise SettingsError(
            f"explain: {len(found)} identifiers of several customers are written so ({kinds}). "
            "Say which with --type, or write an id with its namespace before it."
        )
    if not found:
        kind = f" as {identifier_type}" if identifier_type else ""
        raise UnknownIdentifierError(
            f"explain: no customer of the current release has this identifier{kind}."
        )
    return found[0]


def explain(
    release: duckdb.DuckDBPyConnection, text: str, identifier_type: str | None = None
) -> Explained:
    """Gather what the release says of the customer that has the identifier `text`.

    Raises SettingsError as `find` does.
    """
    asked, customer = find(release, text, identifier_type)
    identifiers = [
        (Identifier(kind, value), is_composite)
        for kind, value, is_composite in _rows(
            release,
            "select identifier_type, identifier_value, is_composite_match from identity_map"
            " where customer_id = ? order by all",
            [customer],
        )
    ]
    edges = _edges(
        _rows(
            release,
            """
            select
                left_type, left_value, right_type, right_value, sources, first_seen_at,
                last_seen_at, record_count, null as reason
            from identity_edges
            where customer_id = ?
            """,
            [customer],
        )
    )
    rejected = _edges(
        _rows(
            release,
            """
            select
                edges.left_type, edges.left_value, edges.right_type, edges.right_value,
                edges.sources, edges.first_seen_at, edges.last_seen_at, edges.record_count,
                edges.reason
            from identity_rejected_edges as edges
            where
                exists (
                    select 1 from identity_map as own
                    where
                        own.customer_id = $id and own.identifier_type = edges.left_type
                        and own.identifier_value = edges.left_value
                )
                or exists (
                    select 1 from identity_map as own
                    where
                        own.customer_id = $id and own.identifier_type = edges.right_type
                        and own.identifier_value = edges.right_value
                )
            order by all
            """,
            {"id": customer},
        )
    )
    former = _rows(
        release,
        "select absorbed_customer_id, reason, merged_at from identity_merges"
        " where customer_id = ? order by merged_at, absorbed_customer_id",
        [customer],
    )
    return Explained(
        customer,
        asked or _first(edges) or identifiers[0][0],
        [identifier for identifier, _ in identifiers],
        frozenset(identifier for identifier, is_composite in identifiers if is_composite),
        edges,
        rejected,
        [(str(one), str(reason), when) for one, reason, when in former],
    )


def _first(edges: Sequence[Edge]) -> Identifier | None:
    """Return an end of the oldest edge, to lay a customer out from."""
    dated = sorted(
        (edge for edge in edges if edge.first_seen_at is not None),
        key=lambda edge: (edge.first_seen_at, edge.left, edge.right),
    )
    return dated[0].left if dated else None


def layers(explained: Explained) -> Iterator[tuple[Identifier, Identifier, Edge]]:
    """Walk the customer outwards: (from, to, edge), each identifier reached by a shortest way."""
    graph = explained.graph()
    for left, right in nx.bfs_edges(graph, explained.asked, sort_neighbors=sorted):
        yield left, right, graph.edges[left, right]["edge"]
