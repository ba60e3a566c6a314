"""What a changed definition would do to the audiences, held against the current release.

The project as it lies is built in a home of its own, `<home>/diff`, on the raw zone and at the
release's as_of: only what changed and what reads it, up to who qualifies and to the published
tables whose yml says that they are compared. Neither the release nor the last run's database is
touched, and what was built is removed again.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from rollcall.authors import UNCOMMITTED, last_changes
from rollcall.build import build_nodes
from rollcall.catalogue import Audience, is_predicate
from rollcall.definitions import Definitions
from rollcall.diff_tables import (
    SizesDiff,
    TableDiff,
    attached,
    compare_columns,
    compare_sizes,
    compared_tables,
    declared_values,
    is_released,
)
from rollcall.home import Home
from rollcall.release import Manifest, home_lock, read_manifest
from rollcall.release.sql import statement
from rollcall.run import check_choices, prepared, qualified_node, recorded_parts
from rollcall.secret import check_secret
from rollcall.settings import Settings, last_written, resolve, seeds_in_force
from rollcall.sources import PROJECT_ROOT

EXAMPLES = 10
# What the scratch home reads of the real one.
_SHARED = ("raw", "ledger", "previous")
_RECORDS = "rollcall"
_QUALIFIED = "qualified"


@dataclass(frozen=True)
class Moved:
    """Who would come or go: how many, and the first ids of them."""

    customer_count: int
    examples: tuple[str, ...]


@dataclass(frozen=True)
class AudienceDiff:
    """One audience, before and after. `parts` are the nodes and settings whose meaning changed.

    `kind` is new, removed, changed (its definition), members (the definition is what it was, who
    is in is not) or unchanged. A hash or a count is None where there is no such side.
    """

    audience: str
    kind: str
    old_hash: str | None
    new_hash: str | None
    parts: tuple[str, ...]
    old_count: int | None
    new_count: int | None
    entered: Moved
    left: Moved
    # Who qualifies, before suppression and consent: a new audience is asked for that first.
    old_qualified_count: int | None = None
    new_qualified_count: int | None = None

    @property
    def moves_somebody(self) -> bool:
        """Say whether anybody would enter or leave."""
        return bool(self.entered.customer_count or self.left.customer_count)


@dataclass(frozen=True)
class Diff:
    """A changed project against a release. `exposures` are what would see the difference.

    `tables` and `sizes` have what differs of the published tables that are compared.
    """

    version: str
    as_of: str
    audiences: tuple[AudienceDiff, ...]
    exposures: tuple[str, ...]
    is_whole_build: bool
    notes: tuple[str, ...] = field(default=())
    tables: tuple[TableDiff, ...] = ()
    sizes: tuple[SizesDiff, ...] = ()


def settings_like_last_run(home: Home, config: Path | None, sources: Sequence[str]) -> Settings:
    """Return the last run's settings at the current release's as_of; flags stand over them.

    The configuration is read anew from the folder that the run read, so that a change shows.
    Raises SettingsError or ReleaseError.
    """
    written = last_written(home)
    remembered = Path(written["config"]) if written.get("config") else None
    config = config or (remembered if remembered and remembered.is_dir() else None)
    names = list(sources) or ([] if config else sorted(written["sources"]))
    as_of = datetime.fromisoformat(read_manifest(home.current.resolve()).as_of)
    return resolve(home, config=config, sources=names, as_of=as_of)


def _children(manifest: Mapping[str, Any]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for name, node in {**manifest["nodes"], **manifest["exposures"]}.items():
        for needed in (node.get("depends_on") or {}).get("nodes", []):
            found.setdefault(needed, set()).add(name)
    return found


def _downstream(manifest: Mapping[str, Any], names: set[str]) -> set[str]:
    children, found, waiting = _children(manifest), set(names), list(names)
    while waiting:
        for child in children.get(waiting.pop(), ()):
            if child not in found:
                found.add(child)
                waiting.append(child)
    return found


def _is_built(node: Mapping[str, Any]) -> bool:
    is_ephemeral = node["config"].get("materialized") == "ephemeral"
    return node["resource_type"] in ("seed", "model") and not is_ephemeral


def _changed(definitions: Definitions, names: set[str], before: Mapping[str, str]) -> set[str]:
    """Return those of the nodes that mean something else now."""
    return {
        name
        for name in names
        if any(before.get(part) != told for part, told in definitions.node_parts(name).items())
    }


def _rests_on(definitions: Definitions, names: Iterable[str]) -> set[str]:
    """Return these nodes and what they are built from, macros left out."""
    found: set[str] = set().union(*map(definitions.upstream, names))
    return {name for name in found if name in definitions.manifest["nodes"]}


def to_build(
    definitions: Definitions,
    target: str,
    before: Mapping[str, str],
    compared: Collection[str] = (),
) -> list[str]:
    """Return what `target` and `compared` rest on and that means, or reads, something else now.

    `before` is what each part of the release meant. Without it everything is built. The target
    itself always is, with what stands in the run's own records, such as an audience's purpose.
    """
    manifest = definitions.manifest
    needed = _rests_on(definitions, [target, *compared])
    changed = _changed(definitions, needed, before)
    for name in needed:
        sources = (manifest["nodes"][name].get("depends_on") or {}).get("nodes", [])
        if any(source.startswith(f"source.rollcall.{_RECORDS}.audience") for source in sources):
            changed.add(name)
    wanted = (_downstream(manifest, changed) & needed) | {target}
    return sorted(
        manifest["nodes"][name]["name"] for name in wanted if _is_built(manifest["nodes"][name])
    )


@contextmanager
def _environment() -> Iterator[None]:
    before = dict(os.environ)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def _scratch(home: Home) -> Home:
    scratch = Home.at(home.diff)
    scratch.root.mkdir(mode=0o700, exist_ok=True)
    for name in _SHARED:
        link = scratch.root / name
        link.unlink(missing_ok=True)
        link.symlink_to(home.root / name)
    return scratch


def _remove_work(home: Home) -> None:
    for path in (home.work, home.work.with_name(home.work.name + ".wal")):
        path.unlink(missing_ok=True)


def _is_of_release(work: Path, version: str) -> bool:
    """Say whether the last run's database is the one that the release was written from."""
    if not work.exists():
        return False
    query = "select max(release_id) from audience_release_history"
    try:
        with duckdb.connect(str(work), read_only=True) as connection:
            row = connection.execute(query).fetchone()
    except duckdb.Error:
        return False
    return bool(row and row[0] == version)


def _load(connection: duckdb.DuckDBPyConnection, table: str, database: Path, relation: str) -> None:
    with attached(connection, database):
        create = "create table {table} as select audience, customer_id from side.{relation} "
        where = "where exclusion_reason is null or exclusion_reason = 'not_exported'"
        connection.execute(statement(create + where, table=table, relation=relation))


def _load_qualified(connection: duckdb.DuckDBPyConnection, database: Path, relation: str) -> None:
    with attached(connection, database):
        create = "create table {table} as select audience from side.{relation}"
        connection.execute(statement(create, table=_QUALIFIED, relation=relation))


def _load_carried(connection: duckdb.DuckDBPyConnection, table: str, release: Path) -> None:
    """Put the members of what was held, or let through, in the place of who was found."""
    audiences, members = (
        release / "tables" / f"{name}.parquet" for name in ("audiences", "audience_memberships")
    )
    for query in (
        """
        create temp table carried as
        select audience from read_parquet({audiences}) where status <> 'released'
        """,
        "delete from {table} where audience in (select audience from carried)",
        """
        insert into {table} select audience, customer_id from read_parquet({members})
        where audience in (select audience from carried)
        """,
    ):
        connection.execute(statement(query, table=table, audiences=audiences, members=members))


def _load_release(connection: duckdb.DuckDBPyConnection, table: str, release: Path) -> None:
    members = release / "tables" / "audience_memberships.parquet"
    create = "create table {table} as select audience, customer_id from read_parquet({members})"
    connection.execute(statement(create, table=table, members=members))


def _moved(connection: duckdb.DuckDBPyConnection, side: str, other: str) -> dict[str, Moved]:
    """Return by audience who is in `side` and not in `other`; the first ids, in their order."""
    query = """
        select side.audience, count(*), list(side.customer_id order by side.customer_id)[:{count}]
        from {side} as side
        anti join {other} as other
            on side.audience = other.audience and side.customer_id = other.customer_id
        group by side.audience
        """
    rows = connection.execute(
        statement(query, side=side, other=other, count=[str(EXAMPLES)])
    ).fetchall()
    return {audience: Moved(count, tuple(ids)) for audience, count, ids in rows}


def _counts(connection: duckdb.DuckDBPyConnection, table: str) -> dict[str, int]:
    query = "select audience, count(*) from {table} group by audience"
    return dict(connection.execute(statement(query, table=table)).fetchall())


_NOBODY = Moved(0, ())


def _kind(old_hash: str | None, new_hash: str | None, moves: bool) -> str:
    if old_hash is None:
        return "new"
    if new_hash is None:
        return "removed"
    if old_hash != new_hash:
        return "changed"
    return "members" if moves else "unchanged"


def _parts(
    definitions: Definitions, audience: Audience, before: Mapping[str, str], gone: Sequence[str]
) -> tuple[str, ...]:
    told = definitions.parts(audience.unique_id)
    changed = sorted(part for part, digest in told.items() if before.get(part) != digest)
    return (*changed, *gone)


def _old_audiences(release: Path) -> dict[str, tuple[str, int]]:
    """Return hash and how many qualified, by audience of the release."""
    path = release / "tables" / "audiences.parquet"
    query = "select audience, definition_hash, qualified_count from read_parquet({path})"
    rows = duckdb.execute(statement(query, path=path)).fetchall()
    return {audience: (digest, count) for audience, digest, count in rows}


def _compared(
    release: Path,
    manifest: Manifest,
    definitions: Definitions,
    found: Sequence[Audience],
    connection: duckdb.DuckDBPyConnection,
    now: Mapping[str, str],
) -> Iterator[AudienceDiff]:
    old = _old_audiences(release)
    new = {audience.audience: audience for audience in found}
    entered, left = _moved(connection, "now", "before"), _moved(connection, "before", "now")
    old_counts, new_counts = _counts(connection, "before"), _counts(connection, "now")
    qualified = _counts(connection, _QUALIFIED)
    # Of another audience, removed as well, no one is made.
    lost = set(manifest.definitions) - set(now)
    gone = sorted(part for part in lost if not is_predicate(part))
    for name in sorted({*old, *new}):
        old_hash, old_qualified = old.get(name, (None, None))
        audience = new.get(name)
        new_hash = audience.definition_hash if audience else None
        comes, goes = entered.get(name, _NOBODY), left.get(name, _NOBODY)
        kind = _kind(old_hash, new_hash, bool(comes.customer_count or goes.customer_count))
        is_changed = kind == "changed" and audience is not None and manifest.definitions
        yield AudienceDiff(
            audience=name,
            kind=kind,
            old_hash=old_hash,
            new_hash=new_hash,
            parts=_parts(definitions, audience, manifest.definitions, gone)
            if is_changed and audience
            else (),
            old_count=old_counts.get(name, 0) if old_hash else None,
            new_count=new_counts.get(name, 0) if new_hash else None,
            entered=comes,
            left=goes,
            old_qualified_count=old_qualified,
            new_qualified_count=qualified.get(name, 0) if new_hash else None,
        )


def _exposures(
    definitions: Definitions, manifest: Manifest, differing: Sequence[AudienceDiff]
) -> tuple[str, ...]:
    """Return the exposures that read anything which changed, by their labels."""
    dbt = definitions.manifest
    target = qualified_node(dbt)
    nodes = (one.unique_ids for one in compared_tables(dbt))
    needed = _rests_on(definitions, {target}.union(*nodes))
    changed = _changed(definitions, needed, manifest.definitions)
    if differing:
        changed.add(target)
    touched = _downstream(dbt, changed)
    exposures = dbt["exposures"]
    return tuple(sorted(exposures[name]["name"] for name in touched if name in exposures))


def stand_in_notes(settings: Settings) -> list[str]:
    """Say which reference seeds were edited though a company's file stands in for them."""
    reference = PROJECT_ROOT / "seeds" / "reference"
    stand_ins = {
        reference / f"{name}.csv": path
        for name, path in seeds_in_force(settings).items()
        if path.parent != reference
    }
    changes = last_changes(PROJECT_ROOT, stand_ins)
    return [
        f"{shipped.relative_to(PROJECT_ROOT)} differs from its last commit, and nothing reads it: "
        f"{path} stands in for it. Edit that one."
        for shipped, path in sorted(stand_ins.items())
        if shipped in changes and changes[shipped].author == UNCOMMITTED
    ]


def diff(
    home: Home, *, config: Path | None = None, sources: Sequence[str] = (), wait: bool = False
) -> Diff:
    """Build the project as it lies beside the current release and say what would change.

    The home's lock is held only while the last run's database is copied. Raises SettingsError,
    BuildError, ReleaseError or LockedError.
    """
    settings = settings_like_last_run(home, config, sources)
    check_choices(settings)
    with _environment():
        scratch = _scratch(home)
        check_secret(home)
        try:
            with home_lock(home, wait=wait):
                release = home.current.resolve()
                manifest = read_manifest(release)
                is_same = _is_of_release(home.work, manifest.version)
                _remove_work(scratch)
                if is_same:
                    shutil.copy(home.work, scratch.work)
            return _diff(settings, scratch, release, manifest, is_same=is_same)
        finally:
            _remove_work(scratch)


def _diff(
    settings: Settings, scratch: Home, release: Path, manifest: Manifest, *, is_same: bool
) -> Diff:
    parsed, definitions, found = prepared(replace(settings, home=scratch), manifest.version)
    target = qualified_node(parsed.manifest)
    relation = parsed.manifest["nodes"][target]["alias"]
    before, now = manifest.definitions if is_same else {}, recorded_parts(definitions)
    compared = [one for one in compared_tables(parsed.manifest) if is_released(one, release)]
    declared = [declared_values(one, scratch.work) if is_same else {} for one in compared]
    with duckdb.connect() as connection:
        if is_same:
            _load(connection, "before", scratch.work, relation)
            _load_carried(connection, "before", release)
        else:
            _load_release(connection, "before", release)
        nodes = set[str]().union(*(one.unique_ids for one in compared))
        names = to_build(definitions, target, before, nodes)
        umask = os.umask(0o077)
        try:
            build_nodes(scratch, parsed, names, target=settings.target)
        finally:
            os.umask(umask)
        _load(connection, "now", scratch.work, relation)
        _load_qualified(connection, scratch.work, relation)
        audiences = tuple(_compared(release, manifest, definitions, found, connection, now))
    tables: list[TableDiff] = []
    sizes: list[SizesDiff] = []
    for one, former in zip(compared, declared, strict=True):
        if not {parsed.manifest["nodes"][node]["name"] for node in one.unique_ids} & set(names):
            continue
        if one.sizes:
            sizes += compare_sizes(one, release, scratch.work, former)
        else:
            tables.append(compare_columns(one, release, scratch.work, manifest.definitions, now))
    differing = [one for one in audiences if one.kind != "unchanged"]
    notes = stand_in_notes(settings)
    if not is_same:
        notes.append(
            "The last run's database is not the one of this release: all was built from the raw "
            "zone, so later deliveries count, and audiences that are never exported begin empty."
        )
    if not manifest.definitions:
        notes.append("The release does not tell what its audiences were built by: no part named.")
    return Diff(
        version=manifest.version,
        as_of=manifest.as_of,
        audiences=audiences,
        exposures=_exposures(definitions, manifest, differing),
        is_whole_build=not before,
        notes=tuple(notes),
        tables=tuple(one for one in tables if one.columns or one.old_count != one.new_count),
        sizes=tuple(sizes),
    )
