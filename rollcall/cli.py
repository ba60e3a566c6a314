"""The command line: thin, it runs the same job that the schedule runs."""

from __future__ import annotations

import csv
import json
import math
import sys
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from typer.core import TyperGroup

from rollcall.errors import ReleaseError, RollcallError, SettingsError
from rollcall.home import Home
from rollcall.release.approval import check_let_through
from rollcall.release.lock import home_lock
from rollcall.release.manifest import Manifest, verify
from rollcall.release.publish import SERVING_NAME, kept_versions, linked_version
from rollcall.secret import is_default_secret
from rollcall.settings import last_landings, parse_as_of, resolve
from rollcall.shown import SafeConsole, printable_lines, spreadsheet_cell


class _Commands(TyperGroup):
    """Commands whose own errors print as a sentence, not as a traceback."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command; an error of Rollcall's becomes its message and exit code."""
        try:
            return super().invoke(ctx)
        except RollcallError as error:
            typer.echo(printable_lines(f"rollcall: {error}"), err=True)
            raise typer.Exit(error.exit_code) from error


app = typer.Typer(
    cls=_Commands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
    help="One customer table, engagement states and consented audiences from scattered files.",
)

_HomeOption = Annotated[
    Path, typer.Option("--home", envvar="ROLLCALL_HOME", help="Folder of all that Rollcall writes.")
]
_LandingOption = Annotated[
    list[Path] | None,
    typer.Option("--landing", envvar="ROLLCALL_LANDING", help="Landing folder; repeat for more."),
]
_ConfigOption = Annotated[
    Path | None,
    typer.Option("--config", envvar="ROLLCALL_CONFIG", help="Folder with the company's settings."),
]
_SourceOption = Annotated[
    list[str] | None,
    typer.Option("--source", envvar="ROLLCALL_SOURCE", help="Only this source; repeat for more."),
]


_PIPE_COLUMNS = 160


class _Format(StrEnum):
    table = "table"
    csv = "csv"
    json = "json"


def _console() -> Console:
    console = SafeConsole()
    # A pipe has no width of its own; tables are not to be cut for one.
    return console if console.is_terminal else SafeConsole(width=_PIPE_COLUMNS)


def _current(home: Home) -> Path:
    release = home.releases / linked_version(home)
    if not release.is_dir():
        raise ReleaseError(
            f"{home.current}: the release that it links to is not there. `rollcall rollback` goes "
            "back to a kept one."
        )
    return release


def _verified(home: Home) -> Manifest:
    """Hold the current release against its manifest; one that differs has a way back."""
    current = linked_version(home)
    try:
        return verify(home.releases / current)
    except ReleaseError as error:
        found = error
    older = [
        version for version in kept_versions(home) if version < current and _is_whole(home, version)
    ]
    way_out = f"Whole and kept: {', '.join(older)}." if older else "No older one is kept whole."
    raise ReleaseError(f"{found} {way_out}") from found


def _is_whole(home: Home, version: str) -> bool:
    try:
        verify(home.releases / version)
    except ReleaseError:
        return False
    return True


def _show_erasures(home: Home) -> None:
    """Say what of erasures is left to do."""
    from rollcall.erasure.erase import open_requests
    from rollcall.erasure.journal import is_under_way

    try:
        _, people = open_requests(home)
    except ReleaseError:
        # After an erasure there is no such database until the next run, and a run holds its own.
        people = []
    if people:
        typer.echo(
            f"{len(people)} people who asked to be erased are in no table, but in the raw zone "
            "and in older releases: `rollcall erase --pending`."
        )
    if is_under_way(home):
        typer.echo("An erasure was begun and not finished: the next run or erase finishes it.")


def _show_refused_cuts(console: Console, folder: Path) -> None:
    from rollcall.explained import open_release, show_refused_cuts

    with open_release(folder) as release:
        show_refused_cuts(console, release)


@app.command()
def run(
    home: _HomeOption = Path("home"),
    landing: _LandingOption = None,
    config: _ConfigOption = None,
    source: _SourceOption = None,
    as_of: Annotated[
        str | None,
        typer.Option(envvar="ROLLCALL_AS_OF", help="The run's now, ISO 8601; default: its start."),
    ] = None,
    target: Annotated[
        str, typer.Option(envvar="ROLLCALL_TARGET", help="Engine: duckdb.")
    ] = "duckdb",
    tier: Annotated[
        str, typer.Option(envvar="ROLLCALL_TIER", help="Which audiences run: all.")
    ] = "all",
    full_refresh: Annotated[
        bool, typer.Option("--full-refresh", help="Rebuild all from the raw zone.")
    ] = False,
    wait: Annotated[
        bool, typer.Option("--wait", help="Wait for another run on this home to end.")
    ] = False,
) -> None:
    """Ingest, build, validate, release."""
    # Dagster and dbt take seconds to import, which the other commands need not wait for.
    from rollcall.run import open_run
    from rollcall.screen import show_summary, show_warnings, watching

    console = _console()
    settings = resolve(
        Home.at(home),
        landings=landing or (),
        config=config,
        sources=source or (),
        as_of=parse_as_of(as_of) if as_of else None,
        target=target,
        tier=tier,
        is_full_refresh=full_refresh,
    )
    with (
        watching(console) as progress,
        open_run(settings, wait=wait, progress=progress) as opened,
    ):
        from orchestration.job import execute

        show_warnings(console, opened)
        execute(opened)
    show_summary(console, opened)
    _show_refused_cuts(console, _current(settings.home))


@app.command(name="release")
def release_held(
    audience: Annotated[list[str], typer.Argument(help="Held audiences to let through, once.")],
    by: Annotated[str, typer.Option("--by", help="Who looked at them: a name, recorded.")],
    home: _HomeOption = Path("home"),
    landing: _LandingOption = None,
    config: _ConfigOption = None,
    source: _SourceOption = None,
    as_of: Annotated[
        str | None,
        typer.Option(envvar="ROLLCALL_AS_OF", help="The run's now, ISO 8601; default: its start."),
    ] = None,
    wait: Annotated[
        bool, typer.Option("--wait", help="Wait for another run on this home to end.")
    ] = False,
) -> None:
    """Let held audiences through as they were kept, less who may not be written to any more.

    It is a run: what has landed since is read first, from the last run's landing folders where none
    is given, so that who opted out meanwhile is left out.
    """
    from rollcall.diff import settings_like_last_run
    from rollcall.run import open_run
    from rollcall.screen import show_summary, show_warnings, watching

    console = _console()
    last = settings_like_last_run(Home.at(home), config, source or ())
    landings = landing or [Path(folder) for folder in last_landings(last.home)]
    if not landings:
        raise SettingsError(
            "release: nobody knows where to read who has opted out since: the last run was given "
            "no landing folder. Give --landing."
        )
    settings = resolve(
        last.home,
        landings=landings,
        config=last.config,
        sources=tuple(last.sources),
        as_of=parse_as_of(as_of) if as_of else None,
    )
    with (
        watching(console) as progress,
        open_run(
            settings, wait=wait, progress=progress, approvals=dict.fromkeys(audience, by)
        ) as opened,
    ):
        from orchestration.job import execute

        show_warnings(console, opened)
        execute(opened)
    show_summary(console, opened)
    if opened.released is not None:
        check_let_through(opened.released.audiences, opened.approvals)


@app.command(name="rollback")
def go_back(
    home: _HomeOption = Path("home"),
    to: Annotated[
        str | None, typer.Option(help="Kept release to go back to; default: the one before.")
    ] = None,
    by: Annotated[
        str | None, typer.Option(help="Who decided it, recorded; default: who runs this.")
    ] = None,
    wait: Annotated[
        bool, typer.Option("--wait", help="Wait for a run on this home to end.")
    ] = False,
) -> None:
    """Publish an older release's tables anew, less who opted out or was erased since."""
    from rollcall.rollback import rollback
    from rollcall.screen import show_rollback

    show_rollback(_console(), rollback(Home.at(home), to=to, by=by, wait=wait))


@app.command(name="erase")
def erase_person(
    identifier: Annotated[
        str | None, typer.Argument(help="E-mail, phone, any other identifier, or customer_id.")
    ] = None,
    home: _HomeOption = Path("home"),
    identifier_type: Annotated[
        str | None, typer.Option("--type", help="Type of the identifier, where several fit.")
    ] = None,
    pending: Annotated[
        bool, typer.Option("--pending", help="Everybody whose request the last run read.")
    ] = False,
    acknowledge: Annotated[
        str | None, typer.Option(help="An erasure whose removals the platforms have made.")
    ] = None,
    wait: Annotated[
        bool, typer.Option("--wait", help="Wait for a run on this home to end.")
    ] = False,
) -> None:
    """Erase a person from all that the home holds, for good."""
    from rollcall.erasure import erase as erasing
    from rollcall.erasure.journal import acknowledge as acknowledge_removals
    from rollcall.screen import show_erasure

    if sum((identifier is not None, pending, acknowledge is not None)) != 1:
        raise SettingsError("erase: name an identifier, or --pending, or --acknowledge.")
    place = Home.at(home)
    if acknowledge is not None:
        with home_lock(place, wait=wait):
            acknowledge_removals(place, acknowledge)
        typer.echo(f"{acknowledge}: the removals are forgotten.")
    elif identifier is not None:
        show_erasure(
            _console(), place, erasing.erase(place, identifier, identifier_type, wait=wait)
        )
    else:
        receipt = erasing.erase_pending(place, wait=wait)
        if receipt is None:
            typer.echo("Nobody has asked to be erased who is in the raw zone.")
        else:
            show_erasure(_console(), place, receipt)


@app.command()
def sample(
    out: Annotated[Path, typer.Option(help="Folder to write the landing files to.")],
    customers: Annotated[int, typer.Option(min=1, help="People to make up.")] = 2_000,
    days: Annotated[int, typer.Option(min=1, help="Days of history.")] = 365,
    until: Annotated[str, typer.Option(help="End of the history, ISO 8601.")] = "2026-07-01",
    seed: Annotated[int, typer.Option(help="Same seed, same company.")] = 1,
    kind: Annotated[
        str, typer.Option(help="Kind of company: shop, trading, game or bank.")
    ] = "shop",
    planted: Annotated[
        bool,
        typer.Option(help="Add people of whom OUT/_truth says which audiences must have them."),
    ] = False,
) -> None:
    """Write a sample company's landing files, and the truth to OUT/_truth."""
    from rollcall.sample import write_sample

    end: datetime = parse_as_of(until)
    summary = write_sample(
        out,
        kind=kind,
        customers=customers,
        days=days,
        until=end,
        seed=seed,
        has_planted=planted,
    )
    extra = f", {summary.planted_people} planted people" if planted else ""
    typer.echo(f"{out}: {customers} customers{extra}, {days} days until {end.date()}, seed {seed}")


@app.command()
def status(home: _HomeOption = Path("home")) -> None:
    """Show what is published, how fresh it is, and what stands in quarantine."""
    from rollcall.ingest import read_failures
    from rollcall.operations import last_failure
    from rollcall.screen import show_status

    place = Home.at(home)
    manifest = _verified(place)
    console = _console()
    show_status(console, place, manifest, read_failures(place))
    _show_refused_cuts(console, place.releases / manifest.version)
    _show_erasures(place)
    failed = last_failure(place)
    if failed:
        typer.echo(
            f"The last run failed with exit code {failed[1]} at {failed[0]}. This release is the "
            "one before it: who has opted out since may still be in it."
        )
    if is_default_secret():
        typer.echo(
            "warning: customer_ids are made with the public default secret. Set ROLLCALL_ID_SECRET "
            "and start in a new --home before anyone relies on them.",
            err=True,
        )


def _json_value(value: Any) -> Any:
    # JSON has no word for what is no number.
    return None if isinstance(value, float) and not math.isfinite(value) else value


@app.command()
def query(
    sql: Annotated[str, typer.Argument(help="One select over the published tables.")],
    home: _HomeOption = Path("home"),
    output: Annotated[_Format, typer.Option("--format", help="How to print.")] = _Format.table,
) -> None:
    """Ask the current release."""
    import duckdb

    from rollcall.screen import table_of

    serving = _current(Home.at(home)) / SERVING_NAME
    try:
        # Nothing but the release is in reach: no other file, no network.
        with duckdb.connect(
            str(serving), read_only=True, config={"enable_external_access": "false"}
        ) as release:
            if len(release.extract_statements(sql)) != 1:
                raise SettingsError("query: write one statement, a select over published tables.")
            result = release.execute(sql)
            columns = [column[0] for column in result.description or ()]
            rows = result.fetchall()
    except duckdb.Error as error:
        raise SettingsError(f"query: {error}") from error
    if output is _Format.csv:
        writer = csv.writer(sys.stdout)
        writer.writerows(map(spreadsheet_cell, row) for row in [columns, *rows])
    elif output is _Format.json:
        if len(set(columns)) < len(columns):
            raise SettingsError("query: two columns have one name, of which JSON keeps one.")
        for row in rows:
            record = dict(zip(columns, map(_json_value, row), strict=True))
            typer.echo(json.dumps(record, default=str, ensure_ascii=False))
    else:
        _console().print(table_of("", columns, rows))


@app.command(name="explain")
def explain_customer(
    identifier: Annotated[
        str | None, typer.Argument(help="E-mail, phone, any other identifier, or customer_id.")
    ] = None,
    other: Annotated[
        str | None, typer.Argument(help="A second one: only what ties the two is shown.")
    ] = None,
    home: _HomeOption = Path("home"),
    identifier_type: Annotated[
        str | None, typer.Option("--type", help="Type of the identifier, where several fit.")
    ] = None,
    cut: Annotated[
        str | None, typer.Option(help="A refused identity cut: show what ties its two identifiers.")
    ] = None,
) -> None:
    """Show one customer: identifiers and why they are one, states, audiences."""
    from rollcall import explained as show
    from rollcall.identity.explain import explain, rejected_edges_of

    if (identifier is None) == (cut is None):
        raise SettingsError("explain: name an identifier, or a cut with --cut.")
    console = _console()
    with show.open_release(_current(Home.at(home))) as release:
        if not show.has_table(release, "identity_edges"):
            raise ReleaseError(
                "explain: the current release was made by an older Rollcall, which did not publish "
                "why identifiers are one. `rollcall run` makes one that does."
            )
        if cut is not None:
            found = {one[0]: one for one in show.refused_cuts(release)}
            if cut not in found:
                raise SettingsError(f"explain: no refused cut {cut!r} in the current release.")
            _, _, left, right = found[cut]
            show.show_explained(console, release, explain(release, left.value, left.type), right)
            return
        try:
            customer = explain(release, str(identifier), identifier_type)
        except SettingsError:
            edges = rejected_edges_of(release, str(identifier), identifier_type)
            if not edges:
                raise
            show.show_nobody(console, edges)
            return
        second = show.other_identifier(release, customer, other, None) if other else None
        show.show_explained(console, release, customer, second)


class _DiffFormat(StrEnum):
    table = "table"
    json = "json"


@app.command(name="diff")
def diff_definitions(
    home: _HomeOption = Path("home"),
    config: _ConfigOption = None,
    source: _SourceOption = None,
    output: Annotated[
        _DiffFormat, typer.Option("--format", help="How to print.")
    ] = _DiffFormat.table,
    wait: Annotated[
        bool, typer.Option("--wait", help="Wait for a run on this home to end.")
    ] = False,
) -> None:
    """Show who would enter and leave if the project as it lies were run on the current release."""
    place = Home.at(home)
    _current(place)
    # dbt takes seconds to import, which the other commands need not wait for.
    from rollcall.diff import diff
    from rollcall.diff_shown import as_json, show_diff

    found = diff(place, config=config, sources=source or (), wait=wait)
    if output is _DiffFormat.json:
        typer.echo(as_json(found))
    else:
        show_diff(_console(), found)


@app.command()
def replay(
    home: _HomeOption = Path("home"),
    landing: _LandingOption = None,
    config: _ConfigOption = None,
    source: _SourceOption = None,
) -> None:
    """Read the quarantine again, as it was mended; `rollcall run` then builds with it."""
    from rollcall.erasure.erase import finish_begun
    from rollcall.ingest import replay as replay_quarantine
    from rollcall.release import next_version
    from rollcall.screen import ingest_table, show_expired_ever, show_unreadable

    settings = resolve(Home.at(home), landings=landing or (), config=config, sources=source or ())
    with home_lock(settings.home):
        finish_begun(settings.home)
        report = replay_quarantine(settings, release_id=next_version(settings.home))
    console = _console()
    console.print(ingest_table(report))
    show_expired_ever(console, report)
    show_unreadable(console, report.unreadable)
