"""Going back to a kept release: its tables as a new version, less who may not be in them any more.

Who opted out, asked to be erased, was suppressed or marked at risk since, and whether anybody knows
who opted out, is told by the newest state (`rollcall.state`). What cannot be told stops the
rollback: nothing is published on a guess.
"""

from __future__ import annotations

import getpass
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from rollcall.erasure.erase import finish_begun
from rollcall.errors import ReleaseError, SettingsError
from rollcall.home import Home
from rollcall.release import (
    Manifest,
    home_lock,
    kept_versions,
    linked_version,
    make_current,
    next_version,
    sweep,
    verify,
    write_release,
)
from rollcall.release.files import scratch_folder, sha256_of
from rollcall.release.kept import (
    ERASED_CUSTOMERS,
    ERASED_IDENTIFIERS,
    LEAVING,
    LEFT,
    KeptTable,
    begin,
    find_erased,
    kept_tables,
    make_views,
)
from rollcall.release.manifest import find_manifest
from rollcall.release.seen import released_version
from rollcall.release.sql import literal, statement
from rollcall.release.sql import name as quoted
from rollcall.release.tables import (
    AUDIENCES_TABLE,
    CHANGES_TABLE,
    HISTORY_TABLE,
    HOLDS_TABLE,
    STATE_GATES,
    ReleasePlan,
)
from rollcall.run import quiet_environment
from rollcall.secret import check_secret
from rollcall.settings import last_written, parse_as_of
from rollcall.sources import IDENTIFIER_TYPES
from rollcall.state import newest_state

REASON = "rolled_back"
# The gates that are told anew: while one is there, nobody knows who said no.
_CONSENT_GATES = ("consent_failed", "consent_stale")
# The gate of an audience that is exported no more: nothing is to be sent to it.
_WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class _Left:
    """The release that is left, and the as_of of the one that takes its place."""

    version: str
    manifest: Manifest | None
    as_of: datetime


@dataclass(frozen=True)
class RolledBack:
    """What a rollback published. `left` is how many memberships went, by reason."""

    manifest: Manifest
    erased_customer_count: int
    left: Mapping[str, int]


def rollback(
    home: Home, *, to: str | None = None, by: str | None = None, wait: bool = False
) -> RolledBack:
    """Publish the tables of an older kept release as a new version, less who is out since.

    `to` is its version, by default the release before what is current. Raises LockedError;
    SettingsError where no such release is kept; ReleaseError where it is not what was published,
    or nobody can tell who is out by now.
    """
    with home_lock(home, wait=wait):
        quiet_environment(home)
        check_secret(home)
        finish_begun(home)
        current = linked_version(home)
        sweep(home)
        target = home.releases / _chosen(home, current, to)
        released = verify(target)
        manifest = find_manifest(home.releases / current)
        as_of = _as_of(home, manifest, released)
        plan = newest_state(
            home, STATE_GATES, "nothing is rolled back", as_of=as_of, previous=target
        )
        left = _Left(current, manifest, as_of)
        return _publish(home, left, target, released, plan, by or getpass.getuser())


def _chosen(home: Home, current: str, to: str | None) -> str:
    older = [version for version in kept_versions(home) if version < current]
    kept = f"Kept: {', '.join(older)}." if older else "None is kept."
    if to is not None:
        version = to.zfill(len(current)) if to.isdigit() else to
        if version not in older:
            raise SettingsError(f"rollback: there is no older release {to!r}. {kept}")
        return version
    # Back from a rollback means further back, not to what was left for good reason.
    manifest = find_manifest(home.releases / current)
    content = manifest.rollback["to"] if manifest and manifest.rollback else current
    before = [version for version in older if version < content]
    if not before:
        way_out = (
            "Name one with --to, or correct what is wrong and `rollcall run`."
            if older
            else f"Correct what is wrong and `rollcall run`. Where {home.releases / current} is "
            f"damaged, restore it from a backup, or move {home.releases} and {home.current} away: "
            "the next run then publishes all that has landed as a first release, held against none."
        )
        raise SettingsError(f"rollback: no release before {content} is kept. {kept} {way_out}")
    return before[-1]


# Who may not be in an audience, or in any table, by now.


def _find_leaving(
    candidate: duckdb.DuckDBPyConnection,
    plan: ReleasePlan,
    tables: list[KeptTable],
    identity_map: Path,
) -> None:
    """Fill who leaves, by ids and by identifiers, from the state in the attached `work`."""
    state = {gate: _work(plan, gate) for gate in STATE_GATES}
    members = [
        statement("select customer_id from read_parquet({path})", path=kept.path)
        for kept in _gated(tables)
    ]
    known = statement(
        "select identifier_type, identifier_value, customer_id from read_parquet({path})",
        path=identity_map,
    )
    begin(candidate)
    parts = {
        "erased": ERASED_IDENTIFIERS,
        "erased_customers": ERASED_CUSTOMERS,
        "leaving": LEAVING,
        "known": [f"({known})"],
        "addresses": [f"({' union all '.join([known, *_addresses(tables)])})"],
        "ids": [" union ".join(["select customer_id from target_map", *members])],
        **{gate: [relation] for gate, relation in state.items()},
    }
    for query in (
        "insert into {erased} select identifier_type, identifier_value from {erased_identifiers}",
        "insert into {erased_customers} select customer_id from {erasure}",
    ):
        candidate.execute(statement(query, **parts))
    find_erased(candidate, identity_map)
    # An id of the older release, and every id that answers for one of its identifiers now.
    candidate.execute(
        statement(
            """
            create table _known_as as
            with target_map as (select * from {known})
            select customer_id, customer_id as current_id from ({ids})
            union
            select absorbed_customer_id as customer_id, customer_id as current_id from {merges}
            union
            select target_map.customer_id, identity.customer_id as current_id
            from target_map
            inner join {identity} as identity
                on
                    target_map.identifier_type = identity.identifier_type
                    and target_map.identifier_value = identity.identifier_value
            """,
            **parts,
        )
    )
    candidate.execute(
        statement(
            """
            insert into {leaving} by name
            select known_as.customer_id, null as purpose, 'suppressed' as reason
            from _known_as as known_as
            inner join {suppression} as suppressed
                on known_as.current_id = suppressed.customer_id
            union
            select known_as.customer_id, denied.purpose, 'consent' as reason
            from _known_as as known_as
            inner join {denial} as denied
                on known_as.current_id = denied.customer_id
            union
            select known.customer_id, denied.purpose, 'consent' as reason
            from {addresses} as known
            inner join {consent_identifiers} as denied
                on
                    known.identifier_type = denied.identifier_type
                    and known.identifier_value = denied.identifier_value
            where not denied.is_granted
            """,
            **parts,
        )
    )


def _gated(tables: Iterable[KeptTable]) -> list[KeptTable]:
    return [kept for kept in tables if kept.table.is_consent_gated]


def _members(tables: Iterable[KeptTable]) -> KeptTable:
    return next(kept for kept in _gated(tables) if not kept.table.is_internal)


def _addresses(tables: Iterable[KeptTable]) -> list[str]:
    """Return SQL for each column of members that they are written to by."""
    return [
        statement(
            "select {type} as identifier_type, {column} as identifier_value, customer_id "
            "from read_parquet({path})",
            type=[literal(column)],
            column=column,
            path=kept.path,
        )
        for kept in _gated(tables)
        # The column has the name of the identifier's type.
        for column in IDENTIFIER_TYPES
        if column in kept.columns
    ]


# What the new version tells of itself.


def _built_for(home: Home) -> str | None:
    """Return the release that the last run built for, to the last table."""
    query = "select max(release_id) from {history}"
    try:
        with duckdb.connect(str(home.work), read_only=True) as work:
            row = work.execute(statement(query, history=HISTORY_TABLE)).fetchone()
    except duckdb.Error:
        return None
    return row[0] if row else None


def _current_table(home: Home, left: _Left, kept: KeptTable) -> str | None:
    """Return SQL for a table of the release that is left, as it was published.

    Where its file is not what was published, the last run may still have built it; else None.
    """
    file = kept.table.path
    path = home.releases / left.version / file
    entry = left.manifest.files.get(file) if left.manifest else None
    if entry and path.exists() and sha256_of(path) == entry.sha256:
        return statement("select * from read_parquet({path})", path=path)
    # A run that did not release was built for the number that a rollback then took.
    if _built_for(home) == left.version == released_version(home):
        return statement("select * from work.main.{table}", table=kept.table.name)
    return None


def _publish(
    home: Home, left: _Left, target: Path, released: Manifest, plan: ReleasePlan, by: str
) -> RolledBack:
    tables = kept_tables(target, released, plan)
    named = {kept.table.name: kept for kept in tables}
    told = [name for name in (CHANGES_TABLE, HISTORY_TABLE) if name in named]
    as_of = left.as_of
    version = next_version(home)
    who = named.get(plan.gates["identity"][0])
    if who is None:
        raise ReleaseError(
            f"{target}: made by an older Rollcall, which did not publish who is who. Who is out by "
            "now cannot be found in it; roll back to a newer one."
        )
    with scratch_folder(home.root / "rollback") as folder:
        database = folder / "candidate.duckdb"
        try:
            with duckdb.connect(str(database)) as candidate:
                attach = "attach {path} as work (read_only)"
                candidate.execute(statement(attach, path=home.work))
                current = {
                    kept.table.name: _current_table(home, left, kept)
                    for kept in tables
                    if kept.table.is_consent_gated or kept.table.name in told
                }
                _find_leaving(candidate, plan, tables, who.path)
                _find_standing(candidate, plan, named, by)
                _add_nobody(candidate, tables, current)
                make_views(
                    candidate,
                    [kept for kept in tables if kept.table.name not in told],
                    _standing_now(tables),
                )
                # What changed in between is told no more where nobody knows what was current.
                before = {
                    name: select
                    or statement("select * from read_parquet({path})", path=named[name].path)
                    for name, select in current.items()
                }
                _tell(candidate, plan, named, before, version, as_of)
                _make_gates(candidate, plan)
                erased, gone = _counts(candidate, who.path)
        except duckdb.Error as error:
            raise ReleaseError(
                f"{home.work}: who opted out, was erased or suppressed since cannot be read "
                f"({type(error).__name__}), so nothing is rolled back. Close what holds it and "
                "roll back again, or `rollcall run`."
            ) from error
        now = datetime.now(UTC).isoformat()
        header = replace(
            released,
            version=version,
            as_of=as_of.isoformat(),
            tables={
                **released.tables,
                **{name: as_of.isoformat() for name in told if name in released.tables},
            },
            rollback={"from": left.version, "to": target.name, "at": now, "by": by},
        )
        made = write_release(
            home,
            replace(plan, tables=tuple(kept.table for kept in tables)),
            database,
            version,
            lambda: header,
            is_kept=True,
        )
    make_current(home, version)
    return RolledBack(made, erased, gone)


def _as_of(home: Home, manifest: Manifest | None, released: Manifest) -> datetime:
    """Return the release's now: that of what it takes the place of, since a home moves forward."""
    moments = [datetime.fromisoformat(released.as_of)]
    if manifest:
        moments.append(datetime.fromisoformat(manifest.as_of))
    else:
        moments.append(parse_as_of(last_written(home)["as_of"]))
    return max(moments)


def _find_standing(
    candidate: duckdb.DuckDBPyConnection,
    plan: ReleasePlan,
    tables: Mapping[str, KeptTable],
    by: str,
) -> None:
    """Make how each audience stands: as a person let it through, but for what was held then.

    Whether anybody knows who said no is told by now alone. While nobody does, whatever is exported
    is held and nothing is to be sent.
    """
    audiences, holds = tables[AUDIENCES_TABLE], tables.get(HOLDS_TABLE)
    no_holds = statement(
        "select null as audience, null as gate, null as subject, 0 as place, "
        "null::double as metric_value, null::double as limit_value, null as sentence where false"
    )
    parts: dict[str, Any] = {
        "faults": [_work(plan, "consent_faults")],
        "audiences": audiences.path,
        "former": [
            statement("select * from read_parquet({path})", path=holds.path) if holds else no_holds
        ],
        "consent_gates": [literal(gate) for gate in _CONSENT_GATES],
        "withdrawn": [literal(_WITHDRAWN)],
        "reason": [literal(REASON)],
        "by": [literal(by)],
    }
    is_unknown = candidate.execute(statement("select 1 from {faults} limit 1", **parts)).fetchone()
    if is_unknown and not {"purpose", "is_sendable"} <= set(audiences.columns):
        raise ReleaseError(
            f"{audiences.path}: made by an older Rollcall, which did not say whether anything may "
            "be sent, and nobody knows who said no since. Roll back to a newer release, or mend "
            "what delivers consents (`rollcall status`)."
        )
    purpose = "audiences.purpose" if "purpose" in audiences.columns else "'none'"
    for query in (
        """
        create table _holds as
        select
            audience, gate, subject, metric_value, limit_value, sentence,
            row_number() over (
                partition by audience
                order by gate <> {withdrawn}, is_former, place, gate, subject
            ) as place
        from (
            select
                audiences.audience, faults.gate, faults.subject, faults.metric_value,
                faults.limit_value, faults.sentence, false as is_former, 0 as place
            from read_parquet({audiences}) as audiences
            cross join {faults} as faults
            where {purpose} <> 'none'
            union all
            select
                audience, gate, subject, metric_value, limit_value, sentence, true as is_former,
                place
            from ({former})
            where gate not in ({consent_gates})
        )
        """,
        """
        create table _standing as
        with judged as (
            select
                audiences.audience,
                audiences.status = 'held' as was_held,
                {purpose} as purpose,
                coalesce(first.gate, audiences.reason) as reason,
                exists (
                    select 1 from _holds as held
                    where held.audience = audiences.audience and held.gate in ({consent_gates})
                ) as is_unknown,
                exists (
                    select 1 from _holds as held
                    where held.audience = audiences.audience and held.gate = {withdrawn}
                ) as is_withdrawn,
                -- What was held for its consents alone is not held by that any more.
                audiences.status = 'held' and (
                    first.gate is not null
                    or coalesce(audiences.reason, '') not in ({consent_gates})
                ) as is_held_as_then
            from read_parquet({audiences}) as audiences
            left join _holds as first
                on audiences.audience = first.audience and first.place = 1
        )
        select
            audience,
            was_held,
            is_unknown,
            purpose <> 'none' and not is_unknown and not is_withdrawn as is_sendable,
            case when is_unknown or is_held_as_then then 'held' else 'approved' end as status,
            case when is_unknown or is_held_as_then then reason else {reason} end as reason,
            case when not is_unknown and not is_held_as_then then {by} end as approved_by
        from judged
        """,
    ):
        candidate.execute(statement(query, **parts, purpose=[purpose]))


def _add_nobody(
    candidate: duckdb.DuckDBPyConnection,
    tables: Iterable[KeptTable],
    current: Mapping[str, str | None],
) -> None:
    """Let whoever is no member now leave where nobody knows who said no: nobody is added.

    Where nobody can say who is a member now, that is everybody.
    """
    members = _members(tables)
    candidate.execute(
        statement(
            """
            insert into {leaving} by name
            select kept.audience, kept.customer_id, 'held' as reason
            from read_parquet({path}) as kept
            inner join _standing as standing
                on kept.audience = standing.audience and standing.is_unknown
            where
                not {leaves}
                and not exists (
                    select 1 from ({current}) as current
                    where
                        current.audience = kept.audience
                        and current.customer_id = kept.customer_id
                )
            """,
            leaving=LEAVING,
            path=members.path,
            leaves=[members.leaves],
            current=[
                current[members.table.name]
                or "select null as audience, null as customer_id where false"
            ],
        )
    )


def _standing_now(tables: Sequence[KeptTable]) -> dict[str, Callable[[str], str]]:
    """Return what makes of each table's select one that says how the audiences stand."""
    named = {kept.table.name: kept for kept in tables}
    found: dict[str, Callable[[str], str]] = {
        AUDIENCES_TABLE: lambda select: _columns(
            named[AUDIENCES_TABLE],
            {name: "standing" for name in ("status", "reason", "approved_by", "is_sendable")},
            f"({select}) as told inner join _standing as standing "
            "on told.audience = standing.audience",
        )
    }
    if HOLDS_TABLE in named:
        found[HOLDS_TABLE] = lambda _: _columns(
            named[HOLDS_TABLE],
            {"status": "standing"},
            "_holds as told inner join _standing as standing on told.audience = standing.audience",
        )
    # Kept of what is held, for a person to let through once the rest is mended.
    waiting = _members(tables)
    waiting = replace(waiting, table=replace(waiting.table, is_internal=True))
    for kept in _gated(tables):
        if kept.table.is_internal:
            found[kept.table.name] = lambda select: (
                f"select * from ({select}) where audience in "  # noqa: S608
                "(select audience from _standing where status = 'held' and was_held) "
                f"union all by name select * from ({waiting.staying}) where audience in "
                "(select audience from _standing where status = 'held' and not was_held)"
            )
    return found


def _columns(kept: KeptTable, owners: Mapping[str, str], relation: str) -> str:
    """Return SQL of a table's columns, each from `told` unless it has another owner."""
    picked = [f"{owners.get(name, 'told')}.{quoted(name)}" for name in kept.columns]
    return f"select {', '.join(picked)} from {relation}"  # noqa: S608


def _tell(
    candidate: duckdb.DuckDBPyConnection,
    plan: ReleasePlan,
    tables: Mapping[str, KeptTable],
    before: Mapping[str, str],
    version: str,
    as_of: datetime,
) -> None:
    """Make the tables that say what this release changes; `before` selects the current ones."""
    members = _members(tables.values())
    has_hash = "fields_hash" in members.columns
    is_updated = "now.fields_hash <> before.fields_hash" if has_hash else "false"
    parts = {
        "version": [literal(version)],
        "as_of": [f"timestamp {literal(as_of.astimezone(UTC).strftime('%Y-%m-%d %H:%M:%S.%f'))}"],
        "members": members.table.name,
        "before": [f"({before[members.table.name]})"],
        "updated": [is_updated],
        "denial": [_work(plan, "denial")],
        "suppression": [_work(plan, "suppression")],
        "erased": ERASED_CUSTOMERS,
        "changes": CHANGES_TABLE,
        "told": [before.get(CHANGES_TABLE, "select null as customer_id where false")],
        "reason": [literal(REASON)],
    }
    candidate.execute(
        statement(
            """
            create table _changes as
            select
                {version} as release_id,
                {as_of} as released_as_of,
                coalesce(now.audience, before.audience) as audience,
                coalesce(now.customer_id, before.customer_id) as customer_id,
                case
                    when before.customer_id is null then 'entered'
                    when now.customer_id is null then 'exited'
                    when {updated} then 'updated'
                end as action,
                case
                    when before.customer_id is null then {reason}
                    when now.customer_id is not null then 'fields_changed'
                    when before.customer_id in (select customer_id from {suppression})
                        then 'suppressed'
                    when exists (
                        select 1 from {denial} as denied
                        where
                            denied.customer_id = before.customer_id
                            and denied.purpose = before.purpose
                    ) then 'consent'
                    else {reason}
                end as reason
            from {members} as now
            full outer join {before} as before
                on now.audience = before.audience and now.customer_id = before.customer_id
            where coalesce(now.customer_id, before.customer_id) not in (
                select erased.customer_id from {erased} as erased
            )
            """,
            **parts,
        )
    )
    candidate.execute("delete from _changes where action is null")
    if CHANGES_TABLE in tables:
        candidate.execute(
            statement(
                """
                create table {changes} as
                select * from ({told})
                where customer_id not in (select erased.customer_id from {erased} as erased)
                union all by name
                select * from _changes
                """,
                **parts,
            )
        )
    if HISTORY_TABLE in tables:
        _tell_history(candidate, tables, before[HISTORY_TABLE], parts)


def _tell_history(
    candidate: duckdb.DuckDBPyConnection,
    tables: Mapping[str, KeptTable],
    before: str,
    parts: Mapping[str, Any],
) -> None:
    own = {"release_id", "released_as_of", "entered_count", "exited_count"}
    told = [
        f"audiences.{quoted(column)}"
        for column in tables[HISTORY_TABLE].columns
        if column in tables[AUDIENCES_TABLE].columns and column not in own
    ]
    candidate.execute(
        statement(
            """
            create table {history} as
            select * from ({told})
            union all by name
            select
                {version} as release_id,
                {as_of} as released_as_of,
                {columns},
                coalesce(counts.entered_count, 0) as entered_count,
                coalesce(counts.exited_count, 0) as exited_count
            from {audiences} as audiences
            left join (
                select
                    audience,
                    count(*) filter (where action = 'entered') as entered_count,
                    count(*) filter (where action = 'exited') as exited_count
                from _changes
                group by audience
            ) as counts
                on audiences.audience = counts.audience
            """,
            **{**parts, "told": [before]},
            history=HISTORY_TABLE,
            columns=told,
            audiences=AUDIENCES_TABLE,
        )
    )


def _work(plan: ReleasePlan, gate: str) -> str:
    return f"work.main.{quoted(plan.gates[gate][0])}"


def _make_gates(candidate: duckdb.DuckDBPyConnection, plan: ReleasePlan) -> None:
    """Make the relations that the release step holds the candidate against."""
    for gate, query in (
        ("erasure", "select customer_id from {erased}"),
        ("denial", "select customer_id, purpose from {leaving} where reason = 'consent'"),
        ("suppression", "select customer_id from {leaving} where reason = 'suppressed'"),
    ):
        candidate.execute(
            statement(
                "create table {gate} as " + query,
                gate=plan.gates[gate][0],
                erased=ERASED_CUSTOMERS,
                leaving=LEAVING,
            )
        )


def _counts(candidate: duckdb.DuckDBPyConnection, identity_map: Path) -> tuple[int, dict[str, int]]:
    """Count the people erased from the older release, and the memberships that went by reason."""
    erased = candidate.execute(
        statement(
            "select count(distinct customer_id) from read_parquet({path}) "
            "where customer_id in (select erased.customer_id from {erased} as erased)",
            path=identity_map,
            erased=ERASED_CUSTOMERS,
        )
    ).fetchone()
    left = candidate.execute(
        statement(
            "select coalesce(reason, 'erased'), sum(customer_count)::bigint from {left} "
            "group by all order by all",
            left=LEFT,
        )
    ).fetchall()
    return int(erased[0]) if erased else 0, {str(reason): int(count) for reason, count in left}
