"""What is published, read from dbt's manifest: no model is named in code.

A published model's yml carries `config.meta.release`:

    release:
      key: [customer_id]      the columns that order the rows, unique together
      is_consent_gated: true  its rows (customer_id, purpose) stand only with consent
      is_internal: true       kept in the release for the next run, for no reader

A column of it that carries `config.meta.pii: true` names a person: it is in no database for BI. One
that no yml knows is in none either.

and the relations that the release is held against carry `config.meta.gate`: `consent` (purpose,
customer_id of everyone who may be written to), `denial` (the same of everyone who said no),
`erasure` (customer_id of everyone who asked to be erased) and `suppression` (customer_id of
everyone whom no audience may hold). A rollback finds the same people in an older release by
`consent_identifiers` and `erased_identifiers` (the same, by identifier), `identity` (identifier to
customer_id) and `merges` (absorbed_customer_id to customer_id), and learns from `consent_faults`
(gate, subject, metric_value, limit_value, sentence) whether anybody knows who said no.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from rollcall.errors import ReleaseError
from rollcall.home import Home

# The published table that says of each audience how it stands; its statuses go in the manifest.
AUDIENCES_TABLE = "audiences"
# The published tables that tell of each release what it did; a rollback is one that they tell too.
HISTORY_TABLE = "audience_release_history"
CHANGES_TABLE = "audience_changes"
# The published table of what speaks against an audience.
HOLDS_TABLE = "audience_holds"
# The published table of who was left out of an audience, by reason.
EXCLUSIONS_TABLE = "audience_exclusions"
TABLES_FOLDER = "tables"
INTERNAL_FOLDER = "internal"
_GATES = ("consent", "denial", "erasure")
# What only a rollback cannot do without.
ROLLBACK_GATES = (
    "suppression",
    "consent_identifiers",
    "erased_identifiers",
    "identity",
    "merges",
    "consent_faults",
)
# What tells who is who and who is out by now.
STATE_GATES = ("denial", "erasure", *ROLLBACK_GATES)


@dataclass(frozen=True)
class ReleaseTable:
    """One table of the release, and the dbt node that builds it."""

    name: str
    key: tuple[str, ...]
    unique_id: str
    is_consent_gated: bool = False
    is_internal: bool = False
    # What its yml says of its columns: who names a person, and what BI may read.
    personal_columns: tuple[str, ...] = ()
    plain_columns: tuple[str, ...] = ()

    @property
    def path(self) -> str:
        """Its file, from the release's folder."""
        folder = INTERNAL_FOLDER if self.is_internal else TABLES_FOLDER
        return f"{folder}/{self.name}.parquet"


@dataclass(frozen=True)
class ReleasePlan:
    """The tables of a release, and the gates as (relation, dbt node)."""

    tables: tuple[ReleaseTable, ...]
    gates: Mapping[str, tuple[str, str]]

    @property
    def published(self) -> tuple[ReleaseTable, ...]:
        """The tables that readers read."""
        return tuple(table for table in self.tables if not table.is_internal)

    @property
    def for_bi(self) -> tuple[ReleaseTable, ...]:
        """The published tables that have something that names nobody."""
        return tuple(table for table in self.published if table.plain_columns)

    @property
    def unique_ids(self) -> tuple[str, ...]:
        """The dbt nodes that a release rests on."""
        return tuple(table.unique_id for table in self.tables) + tuple(
            unique_id for _, unique_id in self.gates.values()
        )


def node_meta(node: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the `config.meta` of a manifest's node, or of its column."""
    meta: Mapping[str, Any] = (node.get("config") or {}).get("meta") or {}
    return meta


def _models(manifest: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for unique_id, node in sorted(manifest["nodes"].items()):
        if unique_id.startswith("model."):
            yield node


def _table(node: Mapping[str, Any], release: Any) -> ReleaseTable:
    where = f"{node['original_file_path']}: config.meta.release"
    if not isinstance(release, Mapping) or not release.get("key"):
        raise ReleaseError(f"{where} has no key. Write key: [<columns that order the rows>].")
    unknown = set(release) - {"key", "is_consent_gated", "is_internal"}
    if unknown:
        raise ReleaseError(f"{where} has an unknown field {sorted(unknown)[0]!r}.")
    is_personal = {
        name: bool(node_meta(column).get("pii")) for name, column in node["columns"].items()
    }
    return ReleaseTable(
        name=node["alias"],
        key=tuple(release["key"]),
        unique_id=node["unique_id"],
        is_consent_gated=bool(release.get("is_consent_gated", False)),
        is_internal=bool(release.get("is_internal", False)),
        personal_columns=tuple(name for name, tagged in is_personal.items() if tagged),
        plain_columns=tuple(name for name, tagged in is_personal.items() if not tagged),
    )


def known_plan(home: Home) -> ReleasePlan | None:
    """Return what the last run's models say is published; None without a last run.

    Raises ReleaseError as `release_plan` does.
    """
    try:
        manifest = json.loads(home.dbt_manifest.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return release_plan(manifest)


def release_plan(manifest: Mapping[str, Any]) -> ReleasePlan:
    """Read what is to be published. Raises ReleaseError where a gate is missing or named twice."""
    tables: list[ReleaseTable] = []
    gates: dict[str, tuple[str, str]] = {}
    for node in _models(manifest):
        meta = node_meta(node)
        if "release" in meta:
            tables.append(_table(node, meta["release"]))
        gate = meta.get("gate")
        if gate is None:
            continue
        if gate not in _GATES + ROLLBACK_GATES or gate in gates:
            raise ReleaseError(
                f"{node['original_file_path']}: config.meta.gate {gate!r} is unknown or set on "
                f"another model too. One model each carries {', '.join(_GATES + ROLLBACK_GATES)}."
            )
        gates[gate] = (node["alias"], node["unique_id"])
    missing = [gate for gate in _GATES if gate not in gates]
    if missing:
        raise ReleaseError(
            f"no dbt model carries config.meta.gate: {missing[0]}. Without it nobody can say who "
            "must be left out, so nothing is released."
        )
    if not tables:
        raise ReleaseError("no dbt model carries config.meta.release: there is nothing to release.")
    if not any(table.is_consent_gated for table in tables):
        raise ReleaseError(
            "no published model has config.meta.release.is_consent_gated: true. Set it on the "
            "model that holds the audiences' members."
        )
    return ReleasePlan(tuple(sorted(tables, key=lambda table: table.name)), gates)
