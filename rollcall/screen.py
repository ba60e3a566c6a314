"""What a person sees of a run: how far it is while it runs, and tables at its end."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from rollcall.home import Home
from rollcall.release.approval import held_audiences
from rollcall.release.manifest import Manifest
from rollcall.release.publish import ANALYTICS_NAME, SERVING_NAME
from rollcall.release.sql import literal, statement
from rollcall.shown import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rollcall.ingest import IgnoredPath, IngestReport, UnreadableFile
    from rollcall.rollback import RolledBack
    from rollcall.run import Run

_STAGES = ("prepare", "ingest", "build", "validate", "release")
# Without a terminal a line per this share of a stage is enough to follow.
_PLAIN_PARTS = 10
_PLAIN_EVERY = 100
# As many figures that drifted are shown; the rest is in table_profiles.
_NAMED_FIGURES = 12
# As much of what was passed over is named; the rest is counted.
_NAMED_IGNORED = 10
# What is passed over by its name lies there every day: it is counted alone.
_COUNTED = {
    "being_written": "still being written by their name (`_` or `.` first, `.tmp`, `.part`)",
    "no_delivery": "no delivery by their name (README, checksums)",
}
# Advice that holds for more audiences names these and counts the rest.
_NAMED_AUDIENCES = 3


class PlainProgress:
    """A line at each stage and at every tenth of it, for logs and pipes."""

    def __init__(self, console: Console) -> None:
        """Write to `console`."""
        self._console = console
        self._start = time.monotonic()

    def _line(self, text: str) -> None:
        self._console.print(
            f"{time.monotonic() - self._start:7.1f} s  {text}", highlight=False, soft_wrap=True
        )

    def stage(self, name: str) -> None:
        """Say that a stage begins."""
        self._line(f"stage {_STAGES.index(name) + 1} of {len(_STAGES)}: {name}")

    def step(self, name: str, done: int, total: int | None) -> None:
        """Say how far the stage is, now and then."""
        if total is None:
            if done % _PLAIN_EVERY == 0:
                self._line(f"  {done} done, now {escape(name)}")
        elif done * _PLAIN_PARTS // total > (done - 1) * _PLAIN_PARTS // total:
            self._line(f"  {done} of {total}, now {escape(name)}")


class LiveProgress:
    """One bar a stage, redrawn in place: what runs, how far, how long."""

    def __init__(self, bars: Progress) -> None:
        """Draw with `bars`."""
        self._bars = bars
        self._task: Any = None

    def stage(self, name: str) -> None:
        """End the former stage's bar and begin this one's."""
        self._end()
        self._task = self._bars.add_task(name, total=None, detail="")

    def step(self, name: str, done: int, total: int | None) -> None:
        """Move the bar."""
        if self._task is not None:
            detail = f"{done} of {total}  {name}" if total else f"{done}  {name}"
            self._bars.update(self._task, completed=done, total=total, detail=escape(detail))

    def _end(self) -> None:
        if self._task is not None:
            self._bars.update(self._task, completed=1, total=1, detail="")
            self._bars.stop_task(self._task)


@contextmanager
def watching(console: Console) -> Iterator[PlainProgress | LiveProgress]:
    """Yield a run's progress for this console: bars on a terminal, plain lines elsewhere."""
    if not console.is_terminal:
        yield PlainProgress(console)
        return
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description:<9}"),
        BarColumn(bar_width=24),
        TimeElapsedColumn(),
        TextColumn("{task.fields[detail]}"),
    )
    with Progress(*columns, console=console) as bars:
        yield LiveProgress(bars)


def table_of(title: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> Table:
    """Return a Rich table; numbers stand right, and no cell is read as markup."""
    table = Table(title=title, title_justify="left", header_style="bold")
    listed = [list(row) for row in rows]
    for index, column in enumerate(columns):
        is_number = bool(listed) and all(
            row[index] is None or isinstance(row[index], int | float) for row in listed
        )
        table.add_column(escape(column), justify="right" if is_number else "left")
    for row in listed:
        table.add_row(*(escape(_cell(value)) for value in row))
    return table


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:,.6g}" if abs(value) < 1_000_000 else f"{value:,.1f}"
    return printable(str(value))


def show_warnings(console: Console, run: Run) -> None:
    """Print what a person should know before a run goes on; nothing is no line."""
    for warning in run.warnings:
        console.print(f"warning: {warning}", markup=False, highlight=False, soft_wrap=True)


def ingest_table(report: IngestReport) -> Table:
    """Return files and lines by raw table; lines count the files newly read.

    What retention reduced, of files read in any run, is a column where it is any.
    """
    columns = ("source", "table", "files", "loaded", "known", "lines loaded", "quarantined")
    has_reduced = any(counts.lines_reduced for counts in report)
    return table_of(
        "Landing",
        (*columns, "reduced") if has_reduced else columns,
        (
            (
                counts.source,
                counts.table,
                counts.files_seen,
                counts.files_loaded,
                counts.files_known,
                counts.lines_accepted,
                counts.lines_quarantined,
                *([counts.lines_reduced] if has_reduced else []),
            )
            for counts in report
        ),
    )


def show_expired(console: Console, report: IngestReport) -> None:
    """Print how many lines this run removed from quarantine as too old; none is no line."""
    _show_counts(
        console,
        {f"{one.source}/{one.table}": one.lines_expired for one in report},
        "lines lay in quarantine for longer than var quarantine_days and were removed",
    )


def show_expired_ever(console: Console, report: IngestReport) -> None:
    """Print what cannot be replayed any more, and the way out; none is no line."""
    _show_counts(
        console,
        {f"{one.source}/{one.table}": one.lines_expired_ever for one in report},
        "lines have expired in quarantine (var quarantine_days) and cannot be replayed. Deliver "
        "them again, corrected, in a file of their own",
    )


def _show_counts(console: Console, counts: Mapping[str, int], told: str) -> None:
    found = {place: count for place, count in counts.items() if count}
    if found:
        places = ", ".join(f"{place} {count:,}" for place, count in found.items())
        console.print(
            f"{sum(found.values()):,} {told}: {places}.",
            markup=False,
            highlight=False,
            soft_wrap=True,
        )


def show_unreadable(console: Console, found: Sequence[UnreadableFile]) -> None:
    """Print which files could not be read, where, why, and the way out; none is no line."""
    if not found:
        return
    noun = "file" if len(found) == 1 else "files"
    sources = ", ".join(sorted({one.source for one in found}))
    console.print(
        f"NOT READ: {len(found)} landing {noun}. Counted as failed: {sources}.",
        style="bold red",
        markup=False,
        soft_wrap=True,
    )
    for one in found:
        console.print(
            f"  {one.source}/{one.table} {printable(str(one))}",
            markup=False,
            highlight=False,
            soft_wrap=True,
        )


def show_ignored(console: Console, found: Sequence[IgnoredPath]) -> None:
    """Print what in the landing was passed over, why, and the way out; none is no line."""
    counted = Counter(one.kind for one in found if one.kind in _COUNTED)
    listed = [one for one in found if one.kind not in _COUNTED]
    lines = [f"  {printable(str(one))}" for one in listed[:_NAMED_IGNORED]]
    if listed:
        console.print(f"PASSED OVER: {len(listed)} in the landing.", style="bold", highlight=False)
    if len(listed) > _NAMED_IGNORED:
        lines.append(f"  and {len(listed) - _NAMED_IGNORED} more")
    lines += [f"Not read, {_COUNTED[kind]}: {count:,}." for kind, count in sorted(counted.items())]
    for line in lines:
        console.print(line, markup=False, highlight=False, soft_wrap=True)


def _counts_table(release: Path, manifest: Manifest) -> Table:
    rows: list[tuple[str, str, int]] = []
    customers = manifest.files.get("tables/customer_360.parquet")
    if customers:
        rows.append(("customers", "", customers.rows))
    states = release / "tables" / "engagement_states.parquet"
    if states.exists():
        query = (
            "select engagement_state, count(*) from read_parquet({path}) "
            "group by engagement_state order by engagement_state nulls last"
        )
        found = duckdb.execute(statement(query, path=states)).fetchall()
        rows += [("engagement state", state or "none", count) for state, count in found]
    return table_of("Customers", ("what", "state", "customers"), rows)


def _changes(release: Path, version: str) -> dict[str, str]:
    """Return what the release changed in each audience, by the ids of now."""
    path = release / "tables" / "audience_release_history.parquet"
    query = """
        select
            audience,
            case
                when min(release_id) = {version} then 'new'
                else format(
                    '+{{:,}} -{{:,}}',
                    max(entered_count) filter (where release_id = {version}),
                    max(exited_count) filter (where release_id = {version})
                )
            end as change
        from read_parquet({path})
        group by audience
        """
    sql = statement(query, version=[literal(version)], path=path)
    return dict(duckdb.execute(sql).fetchall()) if path.exists() else {}


def audiences_table(release: Path, manifest: Manifest) -> Table:
    """Return each audience's size, and who came and left since the release before."""
    changes = _changes(release, manifest.version)
    rows = [
        (name, entry["status"], entry["qualified_count"], entry["member_count"], changes.get(name))
        for name, entry in sorted(manifest.audiences.items())
    ]
    return table_of("Audiences", ("audience", "status", "qualified", "members", "change"), rows)


def show_health(console: Console, release: Path) -> None:
    """Print the figures of data_health that are past a limit, if any are."""
    path = release / "tables" / "data_health.parquet"
    if not path.exists():
        return
    query = (
        "select metric, source, subject, format('{{:g}}', metric_value), detail, status "
        "from read_parquet({path}) "
        "where status <> 'ok' order by metric, source, subject"
    )
    rows = duckdb.execute(statement(query, path=path)).fetchall()
    if rows:
        columns = ("metric", "source", "subject", "value", "detail", "status")
        console.print(table_of("Past a limit (seed health_limits)", columns, rows))


def show_holds(console: Console, release: Path) -> None:
    """Print what is held and why, a sentence each, and how to let it through; none is no line."""
    title = (
        "Held as the last release left them, less who may not be written to any more\n"
        "(rollcall release AUDIENCE --by NAME lets one through; docs/holds.md)"
    )
    path = release / "tables" / "audience_holds.parquet"
    _show_sentences(console, path, "gate", title, "status = 'held'")


def show_drift(console: Console, release: Path) -> None:
    """Print the figures that are unlike the releases before, and what no earlier release had."""
    path = release / "tables" / "table_profiles.parquet"
    if not path.exists():
        return
    query = """
        select
            table_name, column_name, statistic, subject, format('{{:g}}', figure_value),
            coalesce(format('{{:g}} to {{:g}}', lower_bound, upper_bound), 'never seen')
        from read_parquet({path})
        where
            released_as_of = (select max(released_as_of) from read_parquet({path}))
            and (status = 'past' or is_never_seen)
        order by all
        limit {limit}
    """
    rows = duckdb.execute(statement(query, path=path, limit=[str(_NAMED_FIGURES)])).fetchall()
    if rows:
        columns = ("table", "column", "figure", "of", "value", "before")
        console.print(table_of("Unlike the releases before (docs/checks.md)", columns, rows))


def show_tracking(console: Console, release: Path) -> None:
    """Print which events and properties this release found new, gone or of another kind."""
    path = release / "tables" / "tracking_plan.parquet"
    if not path.exists():
        return
    query = """
        select
            replace(change, '_', ' ') || ': ' || source || ': ' || event_name
            || case when property = '(event)' then '' else '.' || property end
            || case when change = 'vanished' then ', last on ' || max(last_date)
                else ', first in ' || min_by(first_file || ':' || first_line, value_kind) end
        from read_parquet({path})
        where changed_as_of = (
            select max(released_as_of) from read_parquet({history})
        )
        group by change, source, event_name, property
        order by case change when 'vanished' then 1 when 'changed_kind' then 2 else 3 end, 1
    """
    history = release / "tables" / "audience_release_history.parquet"
    rows = duckdb.execute(statement(query, path=path, history=history)).fetchall()
    if rows:
        console.print("What the sources send (tracking_plan)", style="bold")
    for (sentence,) in rows[:_NAMED_FIGURES]:
        console.print(f"  {sentence}", markup=False, highlight=False, soft_wrap=True)
    if len(rows) > _NAMED_FIGURES:
        console.print(f"  and {len(rows) - _NAMED_FIGURES} more", highlight=False)


def show_advice(console: Console, release: Path) -> None:
    """Print what is odd about audiences and what to do, a sentence each; none is no line."""
    path = release / "tables" / "audience_advice.parquet"
    _show_sentences(console, path, "advice", "Advice on audiences")


def _show_sentences(
    console: Console, path: Path, kind: str, title: str, condition: str = "true"
) -> None:
    if not path.exists():
        return
    query = (
        "select list(audience order by audience), sentence from read_parquet({path}) "
        "where {condition} "
        "group by {kind}, sentence order by {kind}, sentence"
    )
    rows = duckdb.execute(statement(query, path=path, kind=kind, condition=[condition])).fetchall()
    if rows:
        console.print(title, style="bold", highlight=False, soft_wrap=True)
    for audiences, sentence in rows:
        named = ", ".join(audiences[:_NAMED_AUDIENCES])
        more = len(audiences) - _NAMED_AUDIENCES
        who = f"{named} and {more} more" if more > 0 else named
        console.print(f"  {who}: {sentence}", markup=False, highlight=False, soft_wrap=True)


def show_summary(console: Console, run: Run) -> None:
    """Print what a run did: lines, customers, audiences, seconds, and where the release is."""
    if run.ingested is not None:
        console.print(ingest_table(run.ingested))
        show_expired(console, run.ingested)
        show_unreadable(console, run.ingested.unreadable)
        show_ignored(console, run.ingested.ignored)
    if run.released is None:
        return
    home = run.settings.home
    release = home.releases / run.released.version
    console.print(_counts_table(release, run.released))
    console.print(audiences_table(release, run.released))
    show_health(console, release)
    show_drift(console, release)
    show_tracking(console, release)
    show_holds(console, release)
    show_advice(console, release)
    seconds = [(name, round(run.seconds[name], 1)) for name in run.seconds]
    console.print(table_of("Time", ("stage", "seconds"), seconds))
    console.print(
        f"Release {run.released.version} as of {run.released.as_of} is current.\n"
        f"Tables: {home.current / 'tables'}\nDuckDB: {home.current / SERVING_NAME}\n"
        f"For BI, without names and addresses: {home.current / ANALYTICS_NAME}",
        highlight=False,
        soft_wrap=True,
    )


def show_rollback(console: Console, done: RolledBack) -> None:
    """Print what a rollback published, and who is not in it any more."""
    made = done.manifest
    origin = made.rollback or {}
    console.print(
        f"Release {made.version} is current: the tables of {origin.get('to')}, "
        f"in the place of {origin.get('from')}.",
        highlight=False,
    )
    rows = [(reason, count) for reason, count in sorted(done.left.items())]
    console.print(table_of("Memberships left out", ("reason", "memberships"), rows))
    console.print(f"People erased since: {done.erased_customer_count}", highlight=False)
    held = held_audiences(made.audiences)
    if held:
        told = f"Audiences held: {len(held)}. `rollcall status` says why."
        console.print(told, highlight=False, markup=False)


def show_erasure(console: Console, home: Home, receipt: Mapping[str, Any]) -> None:
    """Print an erasure's receipt, and what is left for others to do."""
    raw = receipt.get("raw", {})
    rows = [
        (f"{zone}/{place}", word, count)
        for zone, part, word in (
            ("raw", "rows", "rows"),
            ("raw", "values", "columns of others"),
            ("quarantine", "lines", "lines"),
            ("quarantine", "copies", "files that could not be searched"),
        )
        for place, count in sorted(raw.get(part, {}).items())
    ]
    rows += [
        (f"release {receipt['releases'].get(version, version)}", "rows", sum(tables.values()))
        for version, tables in sorted(receipt.get("rows_of_releases", {}).items())
    ]
    console.print(table_of("Erased from", ("place", "what", "count"), rows))
    lines = [
        f"Removed whole, and built anew by the next run: {', '.join(receipt.get('removed', []))}",
        f"Receipt: {home.erasure / 'receipts' / receipt['erasure_id']}.json",
    ]
    if receipt.get("owed"):
        lines.append(
            f"Removals that platforms owe: {receipt['owed']}, in {home.erasure_outbox}. When they "
            f"are made: rollcall erase --acknowledge {receipt['erasure_id']}"
        )
    lines += [
        f"The sender's duty: files of the person may still lie in {folder}"
        for folder in raw.get("landing_folders", [])
    ]
    lines += [f"Not searched, no source declares it: {place}" for place in raw.get("unknown", [])]
    console.print("\n".join(lines), highlight=False, soft_wrap=True, markup=False)


def _counted(home: Home, column: str) -> Mapping[str, int]:
    """Return the sum of one of the ledger's counts by source, of the loads that count."""
    ledger = home.ledger / "loads.parquet"
    if not ledger.exists():
        return {}
    query = (
        "select source, sum({column})::bigint from read_parquet({ledger}) "
        "where is_live group by source"
    )
    try:
        found = duckdb.execute(statement(query, ledger=ledger, column=column)).fetchall()
    except duckdb.BinderException:
        # A ledger of an older version lacks the newer counts.
        return {}
    return {source: count or 0 for source, count in found}


def _freshness(entry: Mapping[str, Any]) -> tuple[float | None, str]:
    if not entry["latest_loaded_at"]:
        return None, "nothing loaded"
    age = datetime.now(UTC) - datetime.fromisoformat(entry["latest_loaded_at"])
    days = age.total_seconds() / 86_400
    allowed = entry.get("freshness_days")
    return days, "stale" if allowed is not None and days > allowed else "fresh"


def show_status(
    console: Console, home: Home, manifest: Manifest, unreadable: Sequence[UnreadableFile] = ()
) -> None:
    """Print what is published, how fresh each source is, and what stands in quarantine.

    `unreadable` are the landing files that the last run could not read.
    """
    console.print(
        f"Release {manifest.version} as of {manifest.as_of}, code {manifest.code_version}",
        highlight=False,
    )
    show_unreadable(console, unreadable)
    if manifest.rollback:
        console.print(
            f"Rolled back to the tables of {manifest.rollback['to']} on {manifest.rollback['at']} "
            f"by {manifest.rollback['by']}.",
            highlight=False,
            markup=False,
        )
    tables = [
        (Path(name).stem, entry.rows)
        for name, entry in sorted(manifest.files.items())
        if name.startswith("tables/")
    ]
    console.print(table_of("Tables", ("table", "rows"), tables))
    console.print(audiences_table(home.releases / manifest.version, manifest))
    show_health(console, home.releases / manifest.version)
    show_drift(console, home.releases / manifest.version)
    show_tracking(console, home.releases / manifest.version)
    show_holds(console, home.releases / manifest.version)
    show_advice(console, home.releases / manifest.version)
    quarantined = _counted(home, "quarantined_count")
    reduced = _counted(home, "reduced_count")
    rows = []
    for source, entry in sorted(manifest.watermarks.items()):
        days, word = _freshness(entry)
        rows.append(
            (
                source,
                entry["loads"],
                entry["accepted"],
                int(quarantined.get(source, 0)),
                *([int(reduced.get(source, 0))] if any(reduced.values()) else []),
                round(days, 1) if days is not None else None,
                entry.get("freshness_days"),
                word,
            )
        )
    counts = ("lines", "quarantined", *(["reduced"] if any(reduced.values()) else []))
    columns = ("source", "loads", *counts, "days old", "days allowed", "freshness")
    console.print(table_of("Sources", columns, rows))
