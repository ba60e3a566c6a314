"""What a changed definition would do to the audiences, held against the current release.

The project as it lies is built in a home of its own, `<home>/diff`, on the raw zone and at the
release's as_of: only what changed and what reads it, up to who qualifies. Neither the release nor
the last run's database is touched, and what was built is removed again.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from rollcall.build import build_nodes
from rollcall.catalogue import Audience, is_predicate
from rollcall.definitions import Definitions
from rollcall.home import Home
from rollcall.release import Manifest, home_lock, read_manifest
from rollcall.release.sql import statement
from rollcall.run import check_choices, prepared, qualified_node
from rollcall.secret import check_secret
from rollcall.settings import Settings, last_written, resolve

EXAMPLES = 10
# What the scratch home reads of the real one.
_SHARED = ("raw", "ledger", "previous")
_RECORDS = "rollcall"


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

    @property
    def moves_somebody(self) -> bool:
        """Say whether anybody would enter or leave."""
        return bool(self.entered.customer_count or self.left.customer_count)


@dataclass(frozen=True)
class Diff:
    """A changed project against a release. `exposures` are what would see the difference."""

    version: str
    as_of: str
    audiences: tuple[AudienceDiff, ...]
    exposures: tuple[str, ...]
    is_whole_build: bool
    notes: tuple[str, ...] = field(default=())


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


def to_build(definitions: Definitions, target: str, before: Mapping[str, str]) -> list[str]:
    """Return the nodes that `target` rests on and that mean, or read, something else now.

    `before` is what each part of the release meant. Without it everything is built. The target
    itself always is, with what stands in the run's own records, such as an audience's purpose.
    """
    manifest = definitions.manifest
    needed = {name for name in definitions.upstream(target) if name in manifest["nodes"]}
    changed = {
        name
        for name in needed
        if any(before.get(part) != told for part, told in definitions.node_parts(name).items())
    }
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
    connection.execute(statement("attach {path} as side (read_only)", path=database))
    try:
        create = "create table {table} as select audience, customer_id from side.{relation} "
        where = "where exclusion_reason is null or exclusion_reason = 'not_exported'"
        connection.execute(statement(create + where, table=table, relation=relation))
    finally:
        connection.execute("detach side")


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


def _old_hashes(release: Path) -> dict[str, str]:
    path = release / "tables" / "audiences.parquet"
    query = "select audience, definition_hash from read_parquet({path})"
    return dict(duckdb.execute(statement(query, path=path)).fetchall())


def _compared(
    release: Path,
    manifest: Manifest,
    definitions: Definitions,
    found: Sequence[Audience],
    connection: duckdb.DuckDBPyConnection,
) -> Iterator[AudienceDiff]:
    old_hashes = _old_hashes(release)
    new = {audience.audience: audience for audience in found}
    entered, left = _moved(connection, "now", "before"), _moved(connection, "before", "now")
    old_counts, new_counts = _counts(connection, "before"), _counts(connection, "now")
    everything = definitions.everything(qualified_node(definitions.manifest))
    # Of another audience, removed as well, no one is made.
    lost = set(manifest.definitions) - set(everything)
    gone = sorted(part for part in lost if not is_predicate(part))
    for name in sorted(old_hashes | new):
        old_hash = old_hashes.get(name)
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
        )


def _exposures(
    definitions: Definitions, manifest: Manifest, differing: Sequence[AudienceDiff]
) -> tuple[str, ...]:
    """Return the exposures that read anything which changed, by their labels."""
    dbt = definitions.manifest
    target = qualified_node(dbt)
    before = manifest.definitions
    changed = {
        name
        for name in definitions.upstream(target)
        if name in dbt["nodes"]
        and any(before.get(part) != told for part, told in definitions.node_parts(name).items())
    }
    if differing:
        changed.add(target)
    touched = _downstream(dbt, changed)
    exposures = dbt["exposures"]
    return tuple(sorted(exposures[name]["name"] for name in touched if name in exposures))


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
    before = manifest.definitions if is_same else {}
    with duckdb.connect() as connection:
        if is_same:
            _load(connection, "before", scratch.work, relation)
        else:
            _load_release(connection, "before", release)
        names = to_build(definitions, target, before)
        umask = os.umask(0o077)
        try:
            build_nodes(scratch, parsed, names, target=settings.target)
        finally:
            os.umask(umask)
        _load(connection, "now", scratch.work, relation)
        audiences = tuple(_compared(release, manifest, definitions, found, connection))
    differing = [one for one in audiences if one.kind != "unchanged"]
    notes = []
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
    )
