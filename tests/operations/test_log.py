"""The log of runs: JSON lines that say what happened, and of an error its kind alone."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from rollcall.errors import BuildError
from rollcall.home import Home
from rollcall.ingest import Ignored, IgnoredPath, IngestReport
from rollcall.operations import failure, run_log
from rollcall.run import Run, _told

SECRET = "ada@example.com"  # noqa: S105


def _lines(home: Home) -> list[dict[str, Any]]:
    text = (home.logs / "runs.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def test_each_line_is_an_object_with_the_run_in_it(tmp_path: Path) -> None:
    home = Home.at(tmp_path)
    for run in ("000001", "000002"):
        with run_log(home, run=run) as log:
            log.info("stage_ended", stage="build", seconds=1.5)
    first, second = _lines(home)
    assert first.pop("timestamp") <= second.pop("timestamp")
    event = {"event": "stage_ended", "level": "info", "stage": "build", "seconds": 1.5}
    assert (first, second) == ({**event, "run": "000001"}, {**event, "run": "000002"})
    assert (home.logs).stat().st_mode & 0o077 == 0


def test_of_an_error_the_kind_and_the_exit_code_are_told() -> None:
    assert failure(BuildError(SECRET)) == {"error": "BuildError", "exit_code": 4}
    assert failure(ValueError(SECRET)) == {"error": "ValueError", "exit_code": 1}


def _run(home: Home) -> Run:
    settings = SimpleNamespace(
        home=home, as_of=SimpleNamespace(isoformat=lambda: "2026-07-01"), sources={"shop": None}
    )
    return Run(cast(Any, settings), "000003", cast(Any, None), cast(Any, None))


def test_a_run_that_failed_leaves_its_stage_and_its_exit_code(tmp_path: Path) -> None:
    home = Home.at(tmp_path)
    run = _run(home)
    with pytest.raises(BuildError), _told(run.settings) as begun:
        begun(run)
        with run.stage("build"):
            raise BuildError(f"could not convert {SECRET}")
    events = [(line["event"], line.get("stage"), line.get("exit_code")) for line in _lines(home)]
    assert events == [
        ("run_started", None, None), ("stage_failed", "build", 4), ("run_failed", None, 4),
    ]  # fmt: skip
    assert "rollcall_last_run_exit_code 4.0" in (home.metrics / "rollcall.prom").read_text()
    for path in (home.logs / "runs.jsonl", home.metrics / "rollcall.prom"):
        assert SECRET not in path.read_text(encoding="utf-8")


def test_what_was_passed_over_is_counted_and_not_named(tmp_path: Path) -> None:
    """A sender may name a file after a person."""
    home = Home.at(tmp_path)
    run = _run(home)
    paths = [tmp_path / f"{number} {SECRET}.csv" for number in range(3)]
    run.ingested = IngestReport(
        ignored=[
            IgnoredPath(path, source, Ignored.LINK, f"{path}", f"{path}")
            for path, source in zip(paths, ["shop", "crm", "crm"], strict=True)
        ]
    )
    with _told(run.settings) as begun:
        begun(run)
        run.error = BuildError("stopped")
    assert _lines(home)[-1]["ignored"] == {"link": 3}
    metrics = (home.metrics / "rollcall.prom").read_text(encoding="utf-8")
    assert 'rollcall_ignored_files{reason="link",source="crm"} 2.0' in metrics
    for text in (metrics, (home.logs / "runs.jsonl").read_text(encoding="utf-8")):
        assert SECRET not in text


def test_an_error_of_a_stage_that_nobody_raised_on_still_fails_the_run(tmp_path: Path) -> None:
    """Dagster ends the run's resource without the error that stopped its step."""
    home = Home.at(tmp_path)
    run = _run(home)
    with _told(run.settings) as begun:
        begun(run)
        run.error = BuildError(SECRET)
    assert _lines(home)[-1]["exit_code"] == 4


def test_a_metrics_file_that_cannot_be_written_hides_no_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> None:
        raise OSError("no space left")

    monkeypatch.setattr("rollcall.run.write_metrics", full)
    home = Home.at(tmp_path)
    run = _run(home)
    with pytest.raises(BuildError), _told(run.settings) as begun:
        begun(run)
        raise BuildError(SECRET)
    assert _lines(home)[-1]["event"] == "metrics_not_written"
