"""Rollcall as Dagster assets: raw zone, dbt's nodes, checks on what is published, the release.

Thin on purpose: each op calls one stage of `rollcall.run.Run` and says what became of it.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from dagster import (
    AssetCheckExecutionContext,
    AssetCheckResult,
    AssetCheckSpec,
    AssetExecutionContext,
    AssetKey,
    AssetsDefinition,
    AssetSpec,
    Definitions,
    MaterializeResult,
    ScheduleDefinition,
    asset,
    define_asset_job,
    in_process_executor,
    multi_asset,
    multi_asset_check,
    resource,
)
from dagster_dbt import dbt_assets

from orchestration.alerts import HOOKS
from orchestration.lineage import ByFolder
from rollcall.build import NodeOutcome
from rollcall.release import release_plan
from rollcall.run import Run, open_run, settings_from_environment
from rollcall.shown import printable
from rollcall.sources import is_landed

JOB_NAME = "rollcall"
_DAILY = "0 5 * * *"
_RUN = {"run"}
_CHECK = "expectations"


@resource(description="One run, opened from ROLLCALL_* when the schedule or the UI starts it.")
def run_resource(_: Any) -> Iterator[Run]:
    """Hold the home's lock for the length of a Dagster run."""
    with open_run(settings_from_environment()) as run:
        yield run


def _run(context: Any) -> Run:
    run: Run = context.resources.run
    return run


def raw_assets(manifest: Mapping[str, Any], translator: ByFolder) -> AssetsDefinition:
    """Return the raw zone: an asset for each table that lands, all filled by one ingest."""
    specs = [
        AssetSpec(
            translator.get_asset_key(source),
            group_name=translator.get_group_name(source),
            description=source["description"] or None,
        )
        for source in manifest["sources"].values()
        if is_landed(source)
    ]

    @multi_asset(name="ingest", specs=specs, required_resource_keys=_RUN)
    def ingest(context: AssetExecutionContext) -> Iterator[MaterializeResult[None]]:
        unreadable = _run(context).ingest().unreadable
        for found in unreadable:
            context.log.warning(
                "%s/%s could not be read: %s", found.source, found.table, printable(str(found))
            )
        failed = Counter((found.source, found.table) for found in unreadable)
        for spec in specs:
            name = (spec.key.path[-2], spec.key.path[-1])
            yield MaterializeResult(asset_key=spec.key, metadata={"unreadable_files": failed[name]})

    return ingest


def _events(
    models: AssetsDefinition, context: AssetExecutionContext, outcomes: list[NodeOutcome]
) -> Iterator[MaterializeResult[None]]:
    """Say of every relation that dbt built that it is there, and how long it took."""
    unique_id = "dagster_dbt/unique_id"
    keys = {
        spec.metadata[unique_id]: spec.key
        for spec in models.specs
        if spec.key in context.selected_asset_keys
    }
    for outcome in outcomes:
        if outcome.unique_id in keys and not outcome.is_failed and outcome.status != "skipped":
            yield MaterializeResult(
                asset_key=keys[outcome.unique_id], metadata={"seconds": outcome.seconds}
            )


def model_assets(manifest: Mapping[str, Any], translator: ByFolder) -> AssetsDefinition:
    """Return every dbt seed and model as an asset, all built and tested by one dbt."""

    @dbt_assets(
        manifest=manifest,
        name="dbt",
        dagster_dbt_translator=translator,
        required_resource_keys=_RUN,
    )
    def models(context: AssetExecutionContext) -> Iterator[MaterializeResult[None]]:
        run = _run(context)
        outcomes = run.build()
        yield from _events(models, context, outcomes)
        run.check_build()

    return models


def published_keys(manifest: Mapping[str, Any], translator: ByFolder) -> dict[str, AssetKey]:
    """Return the asset of each published table, by the table's name."""
    return {
        table.name: translator.get_asset_key(manifest["nodes"][table.unique_id])
        for table in release_plan(manifest).published
    }


def release_assets(published: Mapping[str, AssetKey]) -> list[Any]:
    """Return the checks on the published tables, and the release that they may stop."""
    specs = [AssetCheckSpec(_CHECK, asset=key, blocking=True) for key in published.values()]

    @multi_asset_check(name="validate", specs=specs, required_resource_keys=_RUN)
    def validate(context: AssetCheckExecutionContext) -> Iterator[AssetCheckResult]:
        run = _run(context)
        results = run.validate()
        for name, key in published.items():
            failed = [r for r in results if r.table == name and not r.success]
            yield AssetCheckResult(
                asset_key=key,
                check_name=_CHECK,
                passed=not any(result.severity == "error" for result in failed),
                metadata={result.rule: result.failed_rows for result in failed},
            )
        # The unified entities are no assets of the release, yet a broken one stops it too.
        run.check_validation()

    @asset(
        name="release",
        group_name="release",
        deps=list(published.values()),
        required_resource_keys=_RUN,
        description="What readers see: one version of every published table.",
    )
    def release(context: AssetExecutionContext) -> MaterializeResult[None]:
        manifest = _run(context).release()
        return MaterializeResult(metadata={"version": manifest.version, "as_of": manifest.as_of})

    return [validate, release]


def build_definitions(manifest: Mapping[str, Any]) -> Definitions:
    """Return the assets, the one job, and its daily schedule, for a parsed dbt project."""
    translator = ByFolder()
    checks, release = release_assets(published_keys(manifest, translator))
    job = define_asset_job(JOB_NAME, description="Ingest, build, validate, release.", hooks=HOOKS)
    return Definitions(
        assets=[raw_assets(manifest, translator), model_assets(manifest, translator), release],
        asset_checks=[checks],
        jobs=[job],
        schedules=[ScheduleDefinition(job=job, cron_schedule=_DAILY, execution_timezone="UTC")],
        resources={"run": run_resource},
        # One process for Dagster, dbt and Great Expectations: each takes seconds to start.
        executor=in_process_executor,
    )
