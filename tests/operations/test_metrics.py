"""The metrics file holds what stands and how the last run ended, and can be read back."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
from prometheus_client.parser import text_string_to_metric_families

from rollcall.home import Home
from rollcall.operations import RunOutcome, write_metrics
from rollcall.release.manifest import Manifest, ReleaseFile

ENDED = datetime(2026, 7, 1, 5, 10, tzinfo=UTC)
COUNTS = {"qualified_count": 5, "member_count": 3}
MANIFEST = Manifest(
    version="000012",
    as_of="2026-07-01T00:00:00+00:00",
    code_version="abc",
    files={
        "tables/customer_360.parquet": ReleaseFile(rows=9, sha256=""),
        "internal/audience_candidates.parquet": ReleaseFile(rows=4, sha256=""),
        "serving.duckdb": ReleaseFile(rows=9, sha256=""),
    },
    tables={},
    watermarks={
        "shop": {"accepted": 70, "latest_loaded_at": "2026-06-30T00:00:00+00:00"},
        "silent": {"accepted": 0, "latest_loaded_at": None},
    },
    audiences={
        "a": {**COUNTS, "status": "released", "reason": None},
        "b": {**COUNTS, "status": "held", "reason": "emptied"},
    },
)


def _read(home: Home) -> dict[tuple[str, tuple[str, ...]], float]:
    text = (home.metrics / "rollcall.prom").read_text(encoding="utf-8")
    return {
        (sample.name, tuple(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_the_release_and_the_run_are_told(tmp_path: Path) -> None:
    home = Home.at(tmp_path)
    tables = home.releases / "000012" / "tables"
    tables.mkdir(parents=True)
    duckdb.execute(
        f"""copy (select * from (values
            ('match_rate', 'all', 'all', 0.5, 'ok'),
            ('quarantined_line_rate', 'crm', 'all', 0.2, 'warn')
        ) as t (metric, source, subject, metric_value, status))
        to '{tables}/data_health.parquet' (format parquet)"""
    )
    ignored = {("crm", "link"): 2, ("none", "unknown_source"): 1}
    write_metrics(home, RunOutcome(ENDED, 0, {"build": 61.5}, ignored), MANIFEST)
    assert _read(home) == {
        ("rollcall_last_run_timestamp_seconds", ()): ENDED.timestamp(),
        ("rollcall_last_run_exit_code", ()): 0,
        ("rollcall_last_run_stage_seconds", ("build",)): 61.5,
        ("rollcall_ignored_files", ("link", "crm")): 2,
        ("rollcall_ignored_files", ("unknown_source", "none")): 1,
        ("rollcall_release_as_of_timestamp_seconds", ()): 1782864000,
        ("rollcall_release_version", ()): 12,
        ("rollcall_table_rows", ("customer_360",)): 9,
        ("rollcall_audience_members", ("a",)): 3,
        ("rollcall_audience_members", ("b",)): 3,
        ("rollcall_audience_held", ("a",)): 0,
        ("rollcall_audience_held", ("b",)): 1,
        ("rollcall_source_accepted_lines", ("shop",)): 70,
        ("rollcall_source_accepted_lines", ("silent",)): 0,
        ("rollcall_source_last_load_timestamp_seconds", ("shop",)): 1782777600,
        ("rollcall_data_health", ("match_rate", "all", "all")): 0.5,
        ("rollcall_data_health", ("quarantined_line_rate", "crm", "all")): 0.2,
        ("rollcall_data_health_past_limit", ("match_rate", "all", "all")): 0,
        ("rollcall_data_health_past_limit", ("quarantined_line_rate", "crm", "all")): 1,
    }


def test_a_first_run_that_failed_is_told_alone(tmp_path: Path) -> None:
    home = Home.at(tmp_path)
    write_metrics(home, RunOutcome(ENDED, 4, {}), None)
    told: dict[Any, float] = _read(home)
    assert told == {
        ("rollcall_last_run_timestamp_seconds", ()): ENDED.timestamp(),
        ("rollcall_last_run_exit_code", ()): 4,
    }
