"""Write a release beside the others, then flip the link that readers follow."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib import metadata
from pathlib import Path
from typing import Any

import duckdb

from rollcall.errors import ReleaseError, SettingsError
from rollcall.faults import told_by, way_out_of, with_way_out
from rollcall.home import Home
from rollcall.release.files import fsync_path, fsync_tree, sha256_of
from rollcall.release.gate import check_gates
from rollcall.release.manifest import (
    MANIFEST_NAME,
    Manifest,
    ReleaseFile,
    read_manifest,
    verify,
)
from rollcall.release.sql import literal, statement
from rollcall.release.sql import name as quoted
from rollcall.release.tables import AUDIENCES_TABLE, ReleasePlan, ReleaseTable
from rollcall.sources import PROJECT_ROOT

SERVING_NAME = "serving.duckdb"
# The same tables less what names a person, for BI.
ANALYTICS_NAME = "analytics.duckdb"
# DuckDB 1.2 and newer clients open a file of this storage version.
STORAGE_VERSION = "v1.2.0"
_KEPT_RELEASES = 3
# `warn` is a rule whose yml says why it does not stop a release; `no-op` had nothing to run.
_BUILT = {"success", "pass", "warn", "no-op"}
_VERSION_DIGITS = 6


def kept_versions(home: Home) -> list[str]:
    """Return the versions of the releases that are there, the oldest first."""
    if not home.releases.is_dir():
        return []
    return sorted(path.name for path in home.releases.iterdir() if path.name.isdigit())


def current_version(home: Home) -> str | None:
    """Return the version that readers see, or None where the link leads to none.

    Raises ReleaseError where something else stands in the place of the link.
    """
    if not home.current.exists():
        return None
    release = home.current.resolve()
    if release.parent != home.releases.resolve():
        raise ReleaseError(
            f"{home.current}: not a link to one of {home.releases}; a copy that follows links "
            "leaves a folder there. Copy the home with its links (`cp -a`, `rsync -a`), or move "
            f"what stands there away. {_way_to_link(home)}"
        )
    return release.name


def linked_version(home: Home) -> str:
    """Return the version that the link names, also of a release that is not there any more.

    Raises ReleaseError before the first release, and where there is no such link.
    """
    current = current_version(home)
    if current is not None:
        return current
    if home.current.is_symlink():
        return home.current.readlink().name
    if kept_versions(home) and not _is_never_current(home):
        raise ReleaseError(
            f"{home.current}: the link to the current release is gone, so nobody can say which it "
            f"is. {_way_to_link(home)}"
        )
    raise ReleaseError(f"{home.current}: nothing is released here yet. `rollcall run` does it.")


def _way_to_link(home: Home) -> str:
    kept = kept_versions(home)
    last = home.linked.read_text(encoding="utf-8").strip() if home.linked.exists() else ""
    version = last if last in kept else next(reversed(kept), "…")
    return f"Link it again: `ln -s releases/{version} {home.current}`."


def next_version(home: Home) -> str:
    """Return the version that this home's next release gets, zero-padded so that text sorts."""
    newest = max((int(version) for version in kept_versions(home)), default=0)
    return f"{newest + 1:0{_VERSION_DIGITS}d}"


def _is_never_current(home: Home) -> bool:
    """Say whether a first run died between writing its release and making it current."""
    first = [f"{1:0{_VERSION_DIGITS}d}"]
    is_linked = home.current.is_symlink() or home.linked.exists()
    return not is_linked and kept_versions(home) == first


def check_current(home: Home) -> None:
    """Refuse to carry forward a current release that is not what was published.

    A home without a release has nothing to carry. Raises ReleaseError.
    """
    current = current_version(home)
    if current is not None:
        verify(home.releases / current)
        home.linked.write_text(f"{current}\n", encoding="utf-8")
    elif kept_versions(home) and not _is_never_current(home):
        raise ReleaseError(
            f"{home.current}: the release {linked_version(home)} that it links to is not there, so "
            f"the next run would begin as if nothing were released. {home.releases} holds "
            f"{', '.join(kept_versions(home))}: `rollcall rollback` goes back to one of them."
        )


def check_as_of(home: Home, as_of: datetime, longest_gap_days: int) -> None:
    """Refuse to look back, and to leap: raises SettingsError by the current release's as_of."""
    if not home.current.exists():
        return
    released = datetime.fromisoformat(read_manifest(home.current.resolve()).as_of)
    if as_of < released:
        raise SettingsError(
            f"--as-of {as_of.isoformat()} is before the current release's {released.isoformat()}. "
            "A release only moves forward: look back in another --home."
        )
    if as_of - released > timedelta(days=longest_gap_days):
        raise SettingsError(
            f"--as-of {as_of.isoformat()} is more than {longest_gap_days} days after the current "
            f"release's {released.isoformat()}. Set the clock right; or, if it is, the var "
            "longest_gap_days in rollcall.yml."
        )


def sweep(home: Home) -> None:
    """Remove what dead runs left: half-written folders, and releases never made current.

    Only the holder of the home's lock may call it.
    """
    if not home.releases.is_dir():
        return
    current = "" if _is_never_current(home) else current_version(home)
    for path in home.releases.iterdir():
        is_orphan = current is not None and path.name.isdigit() and path.name > current
        if path.suffix == ".tmp" or is_orphan:
            shutil.rmtree(path)


def code_version() -> str:
    """Return what git says of the code in use, or the package's version outside a checkout."""
    try:
        described = subprocess.run(
            ["git", "describe", "--always", "--dirty", "--tags"],  # noqa: S607
            cwd=PROJECT_ROOT,
            capture_output=True,
            text=True,
            check=True,
            timeout=10,
        )
        return described.stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return metadata.version("rollcall")


def _watermarks(home: Home, freshness_days: Mapping[str, int]) -> dict[str, dict[str, Any]]:
    """Say how far each source is read: live loads, lines accepted, the newest load (UTC)."""
    ledger = home.ledger / "loads.parquet"
    if not ledger.exists():
        return {}
    query = """
        select
            source,
            count(*) as load_count,
            coalesce(sum(accepted_count), 0)::bigint as accepted_count,
            (max(loaded_at) filter (where status = 'loaded'))::timestamp as latest_loaded_at
        from read_parquet({ledger})
        where is_live
        group by source
        order by source
        """
    rows = duckdb.execute(statement(query, ledger=ledger)).fetchall()
    return {
        source: {
            "loads": loads,
            "accepted": accepted,
            "freshness_days": freshness_days.get(source),
            "latest_loaded_at": latest.replace(tzinfo=UTC).isoformat() if latest else None,
        }
        for source, loads, accepted, latest in rows
    }


def _audiences(work: duckdb.DuckDBPyConnection, plan: ReleasePlan) -> dict[str, dict[str, Any]]:
    if AUDIENCES_TABLE not in {table.name for table in plan.tables}:
        return {}
    found = work.execute(
        statement("select * from {table} order by audience", table=AUDIENCES_TABLE)
    )
    # A kept release of an older Rollcall has not told every one of them.
    told = ("status", "reason", "qualified_count", "member_count")
    columns = [column[0] for column in found.description or ()]
    rows = [dict(zip(columns, row, strict=True)) for row in found.fetchall()]
    return {row["audience"]: {name: row.get(name) for name in told} for row in rows}


def _write_table(work: duckdb.DuckDBPyConnection, table: ReleaseTable, path: Path) -> int:
    copy = (
        "copy (select * from {table} order by {order}) to {path} (format parquet, compression zstd)"
    )
    # A kept release's table that today's models do not know has no key.
    order = [f"{quoted(column)} nulls last" for column in table.key] or ["all"]
    row = work.execute(statement(copy, table=table.name, order=order, path=path)).fetchone()
    return int(row[0]) if row else 0


def _gather(database: Path, sources: Sequence[tuple[str, Path, Sequence[str]]]) -> None:
    """Gather Parquet files as tables of one DuckDB file; each is its name, file and columns.

    What is not among the columns is not read, so that it cannot stay behind in the file's pages.
    """
    with duckdb.connect() as connection:
        attach = "attach {path} as gathered (storage_version {version})"
        connection.execute(statement(attach, path=database, version=[literal(STORAGE_VERSION)]))
        # One transaction, one sync to disk: a small table costs more of that than of its rows.
        connection.execute("begin")
        for table, path, columns in sources:
            create = "create table gathered.{table} as select {columns} from read_parquet({path})"
            connection.execute(statement(create, table=table, columns=list(columns), path=path))
        connection.execute("commit")
        connection.execute("detach gathered")


def _write_serving(folder: Path, tables: Sequence[ReleaseTable]) -> None:
    """Gather the Parquet files just written in one DuckDB file."""
    every = ["*"]
    _gather(folder / SERVING_NAME, [(table.name, folder / table.path, every) for table in tables])


def _write_analytics(folder: Path, tables: Sequence[ReleaseTable]) -> None:
    """Gather what of them names nobody in another."""
    _gather(
        folder / ANALYTICS_NAME,
        [
            (table.name, folder / table.path, [quoted(name) for name in table.plain_columns])
            for table in tables
        ],
    )


def _write_files(
    work: duckdb.DuckDBPyConnection, plan: ReleasePlan, folder: Path
) -> dict[str, ReleaseFile]:
    files = {}
    for table in plan.tables:
        path = folder / table.path
        path.parent.mkdir(parents=True, exist_ok=True)
        rows = _write_table(work, table, path)
        files[table.path] = ReleaseFile(rows, sha256_of(path))
    for name, write, tables in (
        (SERVING_NAME, _write_serving, plan.published),
        (ANALYTICS_NAME, _write_analytics, plan.for_bi),
    ):
        write(folder, tables)
        rows = sum(files[table.path].rows for table in tables)
        files[name] = ReleaseFile(rows, sha256_of(folder / name))
    return files


def flip(home: Home, version: str) -> None:
    """Point `<home>/current` at `version`; a reader sees the old target or the new, never none."""
    link = home.root / "current.tmp"
    link.unlink(missing_ok=True)
    link.symlink_to(Path("releases") / version)
    link.replace(home.current)
    home.linked.write_text(f"{version}\n", encoding="utf-8")
    fsync_path(home.root)


def remove_release(home: Home, version: str) -> None:
    """Remove a release that is not current; one that is half removed is swept up by `sweep`."""
    dying = home.releases / f"{version}.old.tmp"
    (home.releases / version).rename(dying)
    shutil.rmtree(dying)


def _prune(home: Home) -> None:
    for version in kept_versions(home)[:-_KEPT_RELEASES]:
        remove_release(home, version)


def _check_built(plan: ReleasePlan, results: Mapping[str, str]) -> None:
    """Refuse a candidate that this run's dbt did not build whole (`results`: node to status)."""
    failed = sorted(node for node, status in results.items() if status not in _BUILT)
    if failed:
        raise ReleaseError(f"{failed[0]}: dbt says {results[failed[0]]}. Nothing is released.")
    for unique_id in plan.unique_ids:
        if unique_id not in results:
            raise ReleaseError(
                f"{unique_id}: not built by this run, so the table may be an earlier run's. "
                "Nothing is released."
            )


def publish(
    home: Home,
    plan: ReleasePlan,
    *,
    version: str,
    as_of: datetime,
    results: Mapping[str, str],
    freshness_days: Mapping[str, int],
    definitions: Mapping[str, str] | None = None,
) -> Manifest:
    """Check the candidate in `<home>/work.duckdb`, write it as release `version`, and flip to it.

    `results` says of every dbt node of this run how it ended, `freshness_days` how old each
    source may get, `definitions` what the audiences are built by. Until the flip readers see the
    old release; any error before it leaves them with that. Raises ReleaseError.
    """
    _check_built(plan, results)

    def header() -> Manifest:
        return Manifest(
            version=version,
            as_of=as_of.astimezone(UTC).isoformat(),
            code_version=code_version(),
            files={},
            tables={table.name: as_of.astimezone(UTC).isoformat() for table in plan.published},
            watermarks=_watermarks(home, freshness_days),
            audiences={},
            definitions=definitions or {},
        )

    manifest = write_release(home, plan, home.work, version, header)
    make_current(home, version)
    return manifest


def write_release(
    home: Home,
    plan: ReleasePlan,
    candidate: Path,
    version: str,
    header: Callable[[], Manifest],
    *,
    is_kept: bool = False,
) -> Manifest:
    """Check the tables of the DuckDB file `candidate` and write them as `version`, for no reader.

    `header` is the manifest but for what it says of files, audiences and BI; `is_kept` as in
    `check_gates`. A release that is not made current is swept up by the next run. Raises
    ReleaseError.
    """
    final = home.releases / version
    folder = home.releases / f"{version}.tmp"
    if folder.exists() or final.exists():
        raise ReleaseError(f"{final}: there is such a release already. Run again.")
    try:
        with duckdb.connect(str(candidate), read_only=True) as work:
            check_gates(work, plan, is_kept=is_kept)
            files = _write_files(work, plan, folder)
            audiences = _audiences(work, plan)
        analytics = {table.name: list(table.plain_columns) for table in plan.for_bi}
        manifest = replace(header(), files=files, audiences=audiences, analytics=analytics)
        (folder / MANIFEST_NAME).write_text(manifest.to_json(), encoding="utf-8")
        fsync_tree(folder)
    except (duckdb.Error, OSError) as error:
        # DuckDB's message can carry a value; its class says enough to act on.
        way_out = f"{way_out_of(str(error)) or ''} The old release stands.".strip()
        raise ReleaseError(
            f"{folder}: could not be written ({type(error).__name__}). {way_out}"
        ) from None
    finally:
        if not (folder / MANIFEST_NAME).exists():
            shutil.rmtree(folder, ignore_errors=True)
    folder.rename(final)
    fsync_path(home.releases)
    return manifest


def make_current(home: Home, version: str) -> None:
    """Let readers see `version`, and remove what is older than the last releases that are kept."""
    flip(home, version)
    try:
        _prune(home)
    except OSError as error:
        raise ReleaseError(
            f"release {version} is current, but an older one could not be removed: "
            f"{with_way_out(told_by(error), is_released=True)}"
        ) from None
