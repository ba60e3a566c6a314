"""`<home>/metrics/rollcall.prom`: what a run did and what stands, for Prometheus.

The textfile collector of a node exporter reads it. No metric or label tells of a person.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import duckdb
from prometheus_client import CollectorRegistry, Gauge, write_to_textfile

from rollcall.home import Home
from rollcall.release.approval import HELD
from rollcall.release.manifest import Manifest
from rollcall.release.sql import statement

_OK = "ok"


@dataclass(frozen=True)
class RunOutcome:
    """How a run ended: when, with which exit code, and seconds a stage.

    `ignored` is how much of the landing it passed over, by source and kind.
    """

    ended_at: datetime
    exit_code: int
    seconds: Mapping[str, float]
    ignored: Mapping[tuple[str, str], int] = field(default_factory=dict)


class _Gauges:
    """Gauges of one registry, made when they are first set."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._gauges: dict[str, Gauge] = {}

    def set(self, name: str, told: str, value: float, **labels: str) -> None:
        """Set a gauge `rollcall_<name>`; `told` is its help."""
        if name not in self._gauges:
            gauge = Gauge(f"rollcall_{name}", told, list(labels), registry=self.registry)
            self._gauges[name] = gauge
        gauge = self._gauges[name]
        (gauge.labels(**labels) if labels else gauge).set(value)


def _run(gauges: _Gauges, outcome: RunOutcome) -> None:
    ended = outcome.ended_at.timestamp()
    gauges.set("last_run_timestamp_seconds", "End of the last run, Unix time.", ended)
    gauges.set("last_run_exit_code", "Exit code of the last run.", outcome.exit_code)
    for stage, seconds in outcome.seconds.items():
        gauges.set("last_run_stage_seconds", "Seconds by stage.", seconds, stage=stage)
    for (source, kind), count in sorted(outcome.ignored.items()):
        told = "Files and folders of the landing that the last run passed over."
        gauges.set("ignored_files", told, count, source=source, reason=kind)


def _release(gauges: _Gauges, manifest: Manifest) -> None:
    as_of = datetime.fromisoformat(manifest.as_of).timestamp()
    gauges.set("release_as_of_timestamp_seconds", "as_of of the current release.", as_of)
    gauges.set("release_version", "Number of the current release.", int(manifest.version))
    for name, file in manifest.files.items():
        if name.startswith("tables/"):
            told = "Rows of the current release."
            gauges.set("table_rows", told, file.rows, table=Path(name).stem)
    for audience, entry in manifest.audiences.items():
        told = "Members of the current release."
        gauges.set("audience_members", told, entry["member_count"], audience=audience)
        told = "1 where the audience is held."
        gauges.set("audience_held", told, entry["status"] == HELD, audience=audience)
    for source, entry in manifest.watermarks.items():
        gauges.set("source_accepted_lines", "Lines that count.", entry["accepted"], source=source)
        if entry["latest_loaded_at"]:
            loaded = datetime.fromisoformat(entry["latest_loaded_at"]).timestamp()
            told = "When a source last brought something new."
            gauges.set("source_last_load_timestamp_seconds", told, loaded, source=source)


def _health(gauges: _Gauges, table: Path) -> None:
    query = "select metric, source, subject, metric_value, status from read_parquet({table})"
    rows = duckdb.execute(statement(query, table=table)).fetchall()
    for metric, source, subject, value, status in rows:
        labels = {"metric": metric, "source": source, "subject": subject}
        gauges.set("data_health", "A figure of data_health.", value, **labels)
        told = "1 where a figure of data_health is past its limit."
        gauges.set("data_health_past_limit", told, status != _OK, **labels)


def write_metrics(home: Home, outcome: RunOutcome, manifest: Manifest | None) -> None:
    """Write the file whole: how the last run ended, and the current release, where there is one."""
    gauges = _Gauges()
    _run(gauges, outcome)
    if manifest is not None:
        _release(gauges, manifest)
        health = home.releases / manifest.version / "tables" / "data_health.parquet"
        if health.exists():
            _health(gauges, health)
    home.metrics.mkdir(parents=True, exist_ok=True)
    write_to_textfile(str(home.metrics / "rollcall.prom"), gauges.registry)
