"""The job in this process, as `rollcall run` starts it."""

from __future__ import annotations

import os
import warnings

from dagster import (
    DagsterInstance,
    DagsterRun,
    DagsterRunStatus,
    ExecuteInProcessResult,
    RunsFilter,
)

from orchestration.assets import JOB_NAME, build_definitions
from rollcall.errors import HomeError, ReleaseError
from rollcall.faults import told_by, with_way_out
from rollcall.release import Manifest
from rollcall.run import Run

# The run speaks for itself on screen; Dagster's own log stays in its storage.
_QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
_OPEN = [DagsterRunStatus.STARTED, DagsterRunStatus.STARTING]


def _reap(instance: DagsterInstance) -> None:
    """Close what killed runs left open. The caller holds the home's lock: nothing else runs."""
    for left in instance.get_runs(RunsFilter(job_name=JOB_NAME, statuses=_OPEN)):
        dead: DagsterRun = left
        instance.report_run_failed(dead, "The process that ran it is gone.")


def _reason(result: ExecuteInProcessResult) -> str:
    """Say why a step failed that no stage of the run gave an error for."""
    for event in result.all_events:
        if event.is_step_failure and event.step_failure_data.error is not None:
            error = event.step_failure_data.error
            cause = error.cause or error
            return f"{event.step_key}: {cause.message.strip()}"
    return "no release was made"


def _raise_cause(run: Run, error: Exception) -> None:
    """Raise what stopped the run where Dagster could then not even note it, as on a full disk."""
    if run.error is not None:
        raise run.error from None
    run.check_build()
    if run.released is not None:
        raise HomeError(
            f"release {run.released.version} is current, but Dagster could not note the end of its "
            f"run: {with_way_out(told_by(error), is_released=True)}"
        ) from None


def execute(run: Run) -> Manifest:
    """Run the job on an open run and return the release's manifest.

    Raises the error that stopped it; the old release then stands.
    """
    warnings.filterwarnings("ignore", module="dagster")
    job = build_definitions(run.manifest).resolve_job_def(JOB_NAME)
    home = run.settings.home
    os.environ["DAGSTER_HOME"] = str(home.dagster)
    try:
        with DagsterInstance.from_config(str(home.dagster)) as instance:
            _reap(instance)
            result = job.execute_in_process(
                run_config=_QUIET, instance=instance, raise_on_error=False, resources={"run": run}
            )
    except Exception as error:
        _raise_cause(run, error)
        raise
    if run.error is not None:
        raise run.error
    if not result.success or run.released is None:
        raise ReleaseError(f"the job stopped, the old release stands: {_reason(result)}")
    return run.released
