"""One run, stage by stage: prepare, ingest, build, validate, release.

The stages are plain methods; Dagster's job calls them in order (`orchestration/`), and each
checks for itself what it rests on.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import duckdb

from rollcall import build as dbt
from rollcall.catalogue import Audience, audiences, write_catalogue
from rollcall.definitions import Definitions, variables_in_force
from rollcall.diff_tables import compared_tables
from rollcall.erasure.erase import finish_begun
from rollcall.errors import BuildError, ReleaseError, SettingsError, ValidationError
from rollcall.faults import named_faults, way_out_of
from rollcall.home import Home
from rollcall.ingest.silenced import silenced_sources
from rollcall.lineage import Lineage
from rollcall.operations import Logger, NoLog, RunOutcome, failure, run_log, write_metrics
from rollcall.release import (
    Manifest,
    ReleasePlan,
    check_approvals,
    check_as_of,
    check_current,
    home_lock,
    next_version,
    prepare_previous,
    publish,
    release_plan,
    sweep,
)
from rollcall.release.approval import held_audiences
from rollcall.release.manifest import find_manifest
from rollcall.release.seen import note_built, note_released
from rollcall.release.tables import node_meta
from rollcall.rules import goals_of
from rollcall.secret import check_secret
from rollcall.settings import (
    Settings,
    parse_as_of,
    resolve,
    seeds_in_force,
    write_for_dbt,
)
from rollcall.traits import check_traits
from rollcall.windows import limited_windows

if TYPE_CHECKING:
    from expectations.runner import ExpectationResult
    from rollcall.ingest import IngestReport

STAGES = ("prepare", "ingest", "build", "validate", "release")
_TARGETS = ("duckdb",)
_TIERS = ("all",)
_NAMED_FAILURES = 5
# Models of this folder are the entities that a suite each guards beside the published tables.
_UNIFIED_FOLDER = "unified"

Validator = Callable[[Home, Sequence[str]], "list[ExpectationResult]"]


class Progress(Protocol):
    """What a run tells whoever watches it."""

    def stage(self, name: str) -> None:
        """Say that a stage begins."""

    def step(self, name: str, done: int, total: int | None) -> None:
        """Say that one thing of the stage is done; `total` is None where it is not known."""


class Silence:
    """A watcher that says nothing."""

    def stage(self, name: str) -> None:
        """Ignore the stage."""

    def step(self, name: str, done: int, total: int | None) -> None:
        """Ignore the step."""


def _validate(home: Home, tables: Sequence[str]) -> list[ExpectationResult]:
    from expectations.runner import validate

    return validate(home, tables)


@dataclass
class Run:
    """A run that holds its home's lock. Made by `open_run`."""

    settings: Settings
    version: str
    parsed: dbt.Parsed
    definitions: Definitions
    progress: Progress = field(default_factory=Silence)
    validator: Validator = _validate
    # Held audiences that a person lets through with this run, and the name.
    approvals: Mapping[str, str] = field(default_factory=dict)
    # What a person should know before it goes on.
    warnings: Sequence[str] = ()
    ingested: IngestReport | None = None
    outcomes: list[dbt.NodeOutcome] = field(default_factory=list)
    validation: list[ExpectationResult] | None = None
    released: Manifest | None = None
    seconds: dict[str, float] = field(default_factory=dict)
    error: Exception | None = None
    log: Logger = field(default_factory=NoLog)

    @property
    def ignored(self) -> Mapping[tuple[str, str], int]:
        """How much of the landing was passed over, by source and kind."""
        return self.ingested.ignored_counts if self.ingested else {}

    @property
    def manifest(self) -> Mapping[str, Any]:
        """dbt's manifest of this run."""
        return self.parsed.manifest

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time a stage and remember the error that ended it, for the command line to show."""
        self.progress.stage(name)
        start = time.monotonic()
        try:
            with named_faults(self.settings.home):
                yield
        except Exception as error:
            self.error = self.error or error
            self.log.error("stage_failed", stage=name, **failure(error))
            raise
        finally:
            self.seconds[name] = time.monotonic() - start
        self.log.info("stage_ended", stage=name, seconds=round(self.seconds[name], 3))

    def ingest(self) -> IngestReport:
        """Read the landing folders into the raw zone; what cannot be read is in the report.

        Raises IngestError where the ledger cannot be read.
        """
        from rollcall.ingest import ingest

        done = 0

        def count(text: str) -> None:
            nonlocal done
            done += 1
            self.progress.step(text, done, None)

        with self.stage("ingest"):
            self.ingested = ingest(self.settings, progress=count, release_id=self.version)
        for counts in self.ingested:
            self.log.info("ingested", **vars(counts))
        return self.ingested

    def build(self) -> list[dbt.NodeOutcome]:
        """Run dbt's seeds, models and data tests.

        Failed nodes are in the answer, so that each can be shown; `check_build` raises for them.
        """
        with self.stage("build"), private_files(self.settings.home.work):
            note_built(self.settings.home, None)
            self.outcomes = dbt.build(
                self.settings.home,
                self.parsed,
                target=self.settings.target,
                is_full_refresh=self.settings.is_full_refresh,
                on_node=self.progress.step,
            )
        built = {outcome.unique_id for outcome in self.outcomes if outcome.status == "success"}
        if built >= {unique_id for _, unique_id in self.plan.gates.values()}:
            note_built(self.settings.home, self.settings.as_of)
        return self.outcomes

    def check_build(self) -> None:
        """Raise BuildError where a node of the build failed."""
        try:
            dbt.raise_failures(self.outcomes, self.manifest)
        except Exception as error:
            self.error = self.error or error
            raise

    def validate(self) -> list[ExpectationResult]:
        """Hold the candidate tables against the Great Expectations suites."""
        with self.stage("validate"):
            self.validation = self.validator(self.settings.home, boundary_tables(self.manifest))
        return self.validation

    def check_validation(self) -> None:
        """Raise ValidationError where an error rule failed, ReleaseError where none ran."""
        try:
            _check_validation(self.validation)
        except Exception as error:
            self.error = self.error or error
            raise

    def release(self) -> Manifest:
        """Publish the candidate. Raises ReleaseError; what readers see is then unchanged."""
        with self.stage("release"):
            self.check_build()
            self.check_validation()
            self.released = publish(
                self.settings.home,
                self.plan,
                version=self.version,
                as_of=self.settings.as_of,
                results={outcome.unique_id: outcome.status for outcome in self.outcomes},
                freshness_days=freshness_days(self.settings),
                definitions=recorded_parts(self.definitions),
            )
            note_released(self.settings.home)
        return self.released

    @property
    def plan(self) -> ReleasePlan:
        """What this run publishes. Raises ReleaseError."""
        return release_plan(self.manifest)


@contextmanager
def private_files(database: Path) -> Iterator[None]:
    """Let nobody but the owner read what is written meanwhile: `database` holds all addresses."""
    before = os.umask(0o077)
    try:
        if database.exists():
            database.chmod(0o600)
        yield
    finally:
        os.umask(before)


def _check_validation(results: Sequence[ExpectationResult] | None) -> None:
    if not results:
        raise ReleaseError("Great Expectations did not run on this candidate: nothing is released.")
    failed = [result for result in results if not result.success and result.severity == "error"]
    if not failed:
        return
    lines = [
        f"{r.table}: {r.rule}: {r.said or f'{r.failed_rows} rows'}"
        + (f", by source: {r.senders}" if r.senders else "")
        for r in failed[:_NAMED_FAILURES]
    ]
    if len(failed) > _NAMED_FAILURES:
        lines.append(f"and {len(failed) - _NAMED_FAILURES} more")
    if any(result.said for result in failed):
        lines.append(
            "A change that is right: let the past begin anew, by the var history_begins_at in "
            'rollcall.yml, as history_begins_at: "<as_of of this run>".'
        )
    lines.append(
        "A rule's SQL, its reason and who answers for it: expectations/suites/<table>.yml; its "
        "rows: the same SQL on <home>/work.duckdb. Mend the delivered file or the source's model, "
        "and `rollcall run`. Until then no opt-out goes out: where a row cannot be mended today, "
        "write `severity: warn` with the reason to the rule, and run."
    )
    raise ValidationError(
        "expectations failed on the candidate, the old release stands.\n" + "\n".join(lines)
    )


def boundary_tables(manifest: Mapping[str, Any]) -> list[str]:
    """Return the relations that the suites guard: published tables and unified entities."""
    unified = {
        node["alias"]
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model"
        and _UNIFIED_FOLDER in node["fqn"][:-1]
        and node["config"]["materialized"] != "ephemeral"
    }
    return sorted(unified | {table.name for table in release_plan(manifest).published})


def freshness_days(settings: Settings) -> dict[str, int]:
    """Return how many days old each source's newest delivery may get."""
    return {name: spec.freshness_days for name, spec in settings.sources.items()}


def definitions_of(settings: Settings, manifest: Mapping[str, Any]) -> Definitions:
    """Return what the nodes of `manifest` mean under these settings.

    How a source is read decides who is in as a var does: its namespace, what its purchases are, and
    which identifiers it may not bind.
    """
    sources = {
        name: (spec.namespace, spec.purchases, *sorted(spec.binds_not))
        for name, spec in settings.sources.items()
    }
    in_force = variables_in_force(settings.variables) | {"sources": sources}
    return Definitions(manifest, in_force, seeds_in_force(settings))


def declared_audiences(settings: Settings, definitions: Definitions) -> list[Audience]:
    """Read the audiences of a parsed project. Raises SettingsError."""
    goals = goals_of(seeds_in_force(settings)["audience_goals"])
    return [
        audience
        for audience in audiences(definitions, goals)
        if settings.is_for(audience.declared.industries)
    ]


def qualified_node(manifest: Mapping[str, Any]) -> str:
    """Return the node that says who qualifies for what: its yml has `config.meta.diff: qualified`.

    Raises ReleaseError where there is none, or more than one.
    """
    found: list[str] = [
        name
        for name, node in manifest["nodes"].items()
        if node_meta(node).get("diff") == "qualified"
    ]
    if len(found) != 1:
        raise ReleaseError(
            "one dbt model carries config.meta.diff: qualified, who qualifies for which audience; "
            f"{len(found)} do."
        )
    return found[0]


def recorded_parts(definitions: Definitions) -> dict[str, str]:
    """Return what each part means of all that `rollcall diff` compares, as a release records it.

    Raises ReleaseError.
    """
    compared = compared_tables(definitions.manifest)
    nodes = {qualified_node(definitions.manifest)}.union(*(one.unique_ids for one in compared))
    found: dict[str, str] = {}
    for node in sorted(nodes):
        found |= definitions.everything(node)
    return found


def quiet_environment(home: Home) -> None:
    """Keep every tool's telemetry off and its files below the home, for this process."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    os.environ["DO_NOT_TRACK"] = "1"
    os.environ["DAGSTER_HOME"] = str(home.dagster)
    home.dagster.mkdir(parents=True, exist_ok=True)
    config = home.dagster / "dagster.yaml"
    if not config.exists():
        config.write_text("telemetry:\n  enabled: false\n", encoding="utf-8")


def check_choices(settings: Settings) -> None:
    """Raise SettingsError where the target or the tier is unknown, or no source is on."""
    for flag, value, known in (
        ("--target", settings.target, _TARGETS),
        ("--tier", settings.tier, _TIERS),
    ):
        if value not in known:
            raise SettingsError(f"{flag} {value!r} is unknown. Known: {', '.join(known)}.")
    if not settings.sources:
        raise SettingsError(
            "no source is on: no --landing holds a folder of a shipped source, and this home has "
            "no raw zone. Give --landing, --source or --config."
        )


def prepared(
    settings: Settings, version: str, approvals: Mapping[str, str] | None = None
) -> tuple[dbt.Parsed, Definitions, list[Audience]]:
    """Parse the project under these settings, check what it declares, and write the catalogue.

    A run and a diff both begin so: what one refuses, the other does. Raises SettingsError,
    BuildError or ReleaseError.
    """
    from rollcall.ingest import prepare_failures

    write_for_dbt(settings, release_id=version)
    prepare_failures(settings.home)
    parsed = dbt.parse(settings.home, target=settings.target)
    release_plan(parsed.manifest)
    check_traits(parsed.manifest, seeds_in_force(settings))
    definitions = definitions_of(settings, parsed.manifest)
    found = declared_audiences(settings, definitions)
    feeds = Lineage(definitions).consent_feeds
    write_catalogue(settings.home, found, freshness_days(settings), approvals, feeds)
    return parsed, definitions, found


def _remove_candidate(home: Home) -> None:
    for path in (home.work, home.work.with_name(home.work.name + ".wal")):
        path.unlink(missing_ok=True)


def _check_candidate(home: Home) -> None:
    """Refuse a candidate that dbt could not open, before minutes are spent on a run.

    Raises duckdb.IOException where another program holds it.
    """
    if not home.work.exists():
        return
    try:
        duckdb.connect(str(home.work)).close()
    except duckdb.Error as error:
        if way_out_of(str(error)):
            raise
        raise BuildError(
            f"{home.work}: not a whole DuckDB file ({type(error).__name__}). Run with "
            "--full-refresh: it is built anew from the raw zone. The old release stands."
        ) from None


@contextmanager
def open_run(
    settings: Settings,
    *,
    wait: bool = False,
    progress: Progress | None = None,
    validator: Validator = _validate,
    approvals: Mapping[str, str] | None = None,
) -> Iterator[Run]:
    """Take the home's lock, check the settings against the home, and parse the project.

    `approvals` are the held audiences that a person lets through with this run, with the name.

    Raises LockedError, SettingsError, BuildError, ReleaseError or HomeError before anything is
    changed that a reader sees.
    """
    home = settings.home
    progress = progress or Silence()
    check_choices(settings)
    with home_lock(home, wait=wait), _told(settings) as begun, named_faults(home):
        progress.stage("prepare")
        start = time.monotonic()
        quiet_environment(home)
        check_secret(home)
        finish_begun(home)
        check_current(home)
        longest_gap = variables_in_force(settings.variables)["longest_gap_days"]
        check_as_of(home, settings.as_of, longest_gap)
        check_approvals(home, approvals or {})
        warnings = silenced_sources(settings)
        sweep(home)
        if settings.is_full_refresh:
            _remove_candidate(home)
        _check_candidate(home)
        version = next_version(home)
        parsed, definitions, _ = prepared(settings, version, approvals)
        prepare_previous(home, parsed.manifest)
        warnings += limited_windows(settings, parsed.manifest, seeds_in_force(settings))
        run = Run(
            settings, version, parsed, definitions, progress, validator, approvals or {}, warnings
        )
        run.seconds["prepare"] = time.monotonic() - start
        begun(run)
        yield run


@contextmanager
def _told(settings: Settings) -> Iterator[Callable[[Run], None]]:
    """Keep the log and the metrics of a run, however it ends, also before it has begun.

    What is yielded takes the run when it begins.
    """
    home, runs, stopped = settings.home, list[Run](), None
    with run_log(home, as_of=settings.as_of.isoformat()) as log:

        def begun(run: Run) -> None:
            runs.append(run)
            run.log = log.bind(run=run.version)
            run.log.info("run_started", sources=sorted(settings.sources))
            for warning in run.warnings:
                run.log.info("warned", warning=warning)

        try:
            yield begun
        except BaseException as error:
            stopped = error
            raise
        finally:
            run = runs[0] if runs else None
            released = run.released if run else None
            kept, code = run.log if run else log, 0
            ignored = run.ignored if run else {}
            passed_over = Counter[str]()
            for (_, kind), count in ignored.items():
                passed_over[kind] += count
            if released is None:
                told = failure((run.error if run else None) or stopped)
                code = told["exit_code"]
                kept.error("run_failed", ignored=passed_over, **told)
            else:
                held = held_audiences(released.audiences)
                version = released.version
                kept.info("run_ended", release=version, held=held, ignored=passed_over)
            outcome = RunOutcome(datetime.now(UTC), code, run.seconds if run else {}, ignored)
            _write_metrics(home, outcome, released, kept)


def _write_metrics(home: Home, outcome: RunOutcome, released: Manifest | None, log: Logger) -> None:
    """Write the metrics; of a release that cannot be read, how the run ended alone.

    What stopped the run, if anything did, is worse than metrics that lack, and is told instead.
    """
    for standing in (released or find_manifest(home.current.resolve()), None):
        try:
            write_metrics(home, outcome, standing)
            return
        except (OSError, duckdb.Error) as error:
            log.error("metrics_not_written", error=type(error).__name__)


def settings_from_environment() -> Settings:
    """Read a scheduled run's settings from ROLLCALL_*, as `rollcall run` does without flags."""
    landings = os.environ.get("ROLLCALL_LANDING", "")
    config = os.environ.get("ROLLCALL_CONFIG")
    as_of = os.environ.get("ROLLCALL_AS_OF")
    return resolve(
        Home.at(os.environ.get("ROLLCALL_HOME") or "home"),
        landings=[Path(part) for part in landings.split(os.pathsep) if part],
        config=Path(config) if config else None,
        sources=os.environ.get("ROLLCALL_SOURCE", "").split(),
        as_of=parse_as_of(as_of) if as_of else None,
        target=os.environ.get("ROLLCALL_TARGET") or "duckdb",
        tier=os.environ.get("ROLLCALL_TIER") or "all",
    )
