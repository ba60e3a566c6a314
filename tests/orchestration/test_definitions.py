"""What Dagster shows: the lineage by folder, one job, a release after all that it publishes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from dagster import (
    AssetKey,
    AssetSelection,
    DagsterInstance,
    DefaultScheduleStatus,
    Definitions,
    materialize,
)

from orchestration.assets import JOB_NAME, build_definitions, raw_assets
from orchestration.lineage import ByFolder
from orchestration.project import prepare
from rollcall.home import Home
from rollcall.ingest import IngestReport, UnreadableFile
from rollcall.release import release_plan

RELEASE = AssetKey("release")


@pytest.fixture(scope="module")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with pytest.MonkeyPatch.context() as patch:
        # The project's settings travel by environment; leave none behind for other tests.
        for name in ("ROLLCALL_HOME", "DBT_TARGET_PATH", "DBT_LOG_PATH", "DAGSTER_HOME"):
            patch.setenv(name, "")
        yield prepare(Home.at(tmp_path_factory.mktemp("home")))


@pytest.fixture(scope="module")
def defs(manifest: Any) -> Definitions:
    return build_definitions(manifest)


def test_every_model_and_seed_is_an_asset_in_its_folder(manifest: Any, defs: Definitions) -> None:
    keys = set(defs.resolve_asset_graph().get_all_asset_keys())
    nodes = [
        node
        for node in manifest["nodes"].values()
        if node["resource_type"] in {"model", "seed"}
        and node["config"]["materialized"] != "ephemeral"
    ]
    assert len(nodes) > 50
    for node in nodes:
        folder = "seeds" if node["resource_type"] == "seed" else Path(*node["fqn"][1:-1])
        assert AssetKey([*Path(folder).parts, node["name"]]) in keys


def test_release_comes_after_every_published_table_and_the_raw_zone(
    manifest: Any, defs: Definitions
) -> None:
    graph = defs.resolve_asset_graph()
    parents = {key.path[-1] for key in graph.get(RELEASE).parent_keys}
    published = {table.name for table in release_plan(manifest).published}
    assert parents == published
    upstream = AssetSelection.assets(RELEASE).upstream().resolve(graph)
    raw = {key for key in graph.get_all_asset_keys() if key.path[0] == "raw"}
    assert raw
    assert raw & upstream


def test_a_file_that_cannot_be_read_stops_no_step_and_is_told(manifest: Any) -> None:
    report = IngestReport()
    path = Path("/in/crm/contacts/a.csv")
    report.unreadable.append(UnreadableFile("crm", "contacts", path, 1, "no header", "Mend it."))

    class Ingested:
        def ingest(self) -> IngestReport:
            return report

    with DagsterInstance.ephemeral() as instance:
        done = materialize(
            [raw_assets(manifest, ByFolder())], instance=instance, resources={"run": Ingested()}
        )
    assert done.success
    told = {
        event.asset_key: event.materialization.metadata["unreadable_files"].value
        for event in done.get_asset_materialization_events()
    }
    assert told[AssetKey(["raw", "crm", "contacts"])] == 1
    assert sum(told.values()) == 1


def test_failed_expectations_stop_the_release(manifest: Any, defs: Definitions) -> None:
    graph = defs.resolve_asset_graph()
    checked = {key.asset_key.path[-1] for key in graph.asset_check_keys if graph.get(key).blocking}
    assert checked == {table.name for table in release_plan(manifest).published}


def test_one_job_and_a_daily_schedule_that_waits_to_be_started(defs: Definitions) -> None:
    job = defs.resolve_job_def(JOB_NAME)
    assert {node.name for node in job.nodes} == {"ingest", "dbt", "validate", "release"}
    assert job.executor_def.name == "in_process"
    [schedule] = defs.schedules or []
    assert schedule.cron_schedule == "0 5 * * *"
    assert schedule.default_status is DefaultScheduleStatus.STOPPED
