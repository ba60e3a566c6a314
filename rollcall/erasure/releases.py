"""The kept releases without the people who are erased: each written anew, none edited in place."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from rollcall.erasure.journal import Journal
from rollcall.errors import ReleaseError
from rollcall.home import Home
from rollcall.release import (
    Manifest,
    ReleasePlan,
    flip,
    kept_versions,
    next_version,
    remove_release,
    sweep,
    verify,
    write_release,
)
from rollcall.release.files import scratch_folder
from rollcall.release.kept import (
    ERASED_CUSTOMERS,
    ERASED_IDENTIFIERS,
    KeptTable,
    begin,
    count_erased,
    find_erased,
    kept_tables,
    make_views,
)
from rollcall.release.publish import current_version
from rollcall.release.sql import statement
from rollcall.release.tables import known_plan

_IDENTITY_MAP = "identity_map"
_NOBODY = "_nobody"


@contextmanager
def _candidate(
    home: Home, journal: Journal, tables: list[KeptTable]
) -> Iterator[tuple[Path, duckdb.DuckDBPyConnection]]:
    """Open a scratch database that knows who is erased, also by the ids that a release has."""
    with scratch_folder(home.root / "erasing") as folder:
        database = folder / "candidate.duckdb"
        with duckdb.connect(str(database)) as work:
            begin(work)
            for table, rows in (
                (ERASED_IDENTIFIERS, journal.identifiers),
                (ERASED_CUSTOMERS, [(one,) for one in journal.customer_ids]),
            ):
                if rows:
                    marks = ", ".join("?" * len(rows[0]))
                    insert = f"insert into {{table}} values ({marks})"  # noqa: S608
                    work.executemany(statement(insert, table=table), [list(row) for row in rows])
            for kept in tables:
                if kept.table.name == _IDENTITY_MAP:
                    find_erased(work, kept.path)
            yield database, work


def rewrite_releases(home: Home, journal: Journal, save: Callable[[], None]) -> None:
    """Write anew every release from the first that holds somebody, and flip to the last of them.

    The old ones stay until `remove_old`: whoever reads them is not to find them gone. Raises
    ReleaseError where the current one is not what was published.
    """
    current = current_version(home)
    if current is None or current in journal.releases.values():
        return
    sweep(home)
    plan = known_plan(home)
    versions = [version for version in kept_versions(home) if version <= current]
    released, rows = _holding(home, journal, plan, versions, current)
    journal.done["rows_of_releases"] = rows
    holders = [version for version in versions if version in rows]
    if not holders:
        return
    chosen = [one for one in versions if one >= holders[0] and one in released]
    first = int(next_version(home))
    width = len(current)
    journal.releases = {old: f"{first + at:0{width}d}" for at, old in enumerate(chosen)}
    save()
    for old, new in journal.releases.items():
        _rewrite(home, journal, plan, released[old], old, new)
    flip(home, journal.releases[current])


def _holding(
    home: Home, journal: Journal, plan: ReleasePlan | None, versions: list[str], current: str
) -> tuple[dict[str, Manifest], dict[str, dict[str, int]]]:
    """Return the releases that are whole, and the rows in which each tells of who is erased."""
    released: dict[str, Manifest] = {}
    rows: dict[str, dict[str, int]] = {}
    for version in versions:
        try:
            released[version] = verify(home.releases / version)
        except ReleaseError:
            if version == current:
                raise
            # Nobody can say who is in it, and nobody can go back to it: it goes whole.
            journal.done.setdefault("releases_removed", []).append(version)
            shutil.rmtree(home.releases / version)
            continue
        tables = kept_tables(home.releases / version, released[version], plan)
        with _candidate(home, journal, tables) as (_, work):
            found = count_erased(work, tables)
        if found:
            rows[version] = found
    return released, rows


def _rewrite(
    home: Home, journal: Journal, plan: ReleasePlan | None, made: Manifest, old: str, new: str
) -> None:
    tables = kept_tables(home.releases / old, made, plan)
    rollback = made.rollback
    if rollback:
        moved = {key: journal.releases.get(rollback[key], rollback[key]) for key in ("from", "to")}
        rollback = {**rollback, **moved}
    now = datetime.now(UTC).isoformat(timespec="seconds")
    header = replace(made, version=new, rollback=rollback, rewritten={"from": old, "at": now})
    with _candidate(home, journal, tables) as (database, work):
        make_views(work, tables)
        work.execute(
            statement("create table {t} (customer_id varchar, purpose varchar)", t=_NOBODY)
        )
        work.close()
        write_release(
            home,
            ReleasePlan(
                tuple(kept.table for kept in tables),
                {"denial": (_NOBODY, ""), "erasure": (ERASED_CUSTOMERS, "")},
            ),
            database,
            new,
            lambda: header,
            is_kept=True,
        )


def remove_old(home: Home, journal: Journal) -> None:
    """Remove the releases that were written anew, and what a killed removal left of one."""
    for version in journal.releases:
        if (home.releases / version).exists():
            remove_release(home, version)
    sweep(home)
