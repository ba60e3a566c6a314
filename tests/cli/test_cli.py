"""A person who gets it wrong reads one sentence with the way out, and scripts read an exit code."""

from __future__ import annotations

import errno
import json
import os
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
from typer.testing import CliRunner, Result

from rollcall import errors
from rollcall.cli import app
from rollcall.home import Home
from rollcall.ingest.ledger import Failure, Ledger
from rollcall.release import ReleasePlan, ReleaseTable, home_lock, publish
from rollcall.settings import Settings, last_landings, resolve, write_for_dbt


def invoke(*arguments: str, **environment: str) -> Result:
    return CliRunner().invoke(app, arguments, env=environment)


def test_each_exit_code_is_told_in_the_docs() -> None:
    """A script's author reads the table, not the code."""
    page = Path(__file__).parents[2] / "docs" / "operations.md"
    told = set(re.findall(r"^\| (\d) \|", page.read_text(encoding="utf-8"), re.MULTILINE))
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type)]
    assert told == {"0"} | {str(kind.exit_code) for kind in kinds}


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home with one release of two tables."""
    place = Home.at(tmp_path / "home")
    place.root.mkdir()
    with duckdb.connect(str(place.work)) as work:
        work.execute("create table members (customer_id text, purpose text, note text)")
        work.execute("insert into members values ('c1', 'ads', '=1+1'), ('c2', 'ads', null)")
        work.execute("alter table members add column audience text default 'power_users'")
        work.execute("create table audiences (audience text, status text, reason text)")
        work.execute("alter table audiences add column qualified_count bigint default 3")
        work.execute("alter table audiences add column member_count bigint default 2")
        work.execute("insert into audiences values ('power_users', 'released', null, 3, 2)")
        work.execute("create table sendable as select customer_id, purpose from members")
        work.execute("create table denied as select 'c3' as customer_id, 'ads' as purpose")
        work.execute("create table erased as select 'gone' as customer_id")
    plan = ReleasePlan(
        (
            ReleaseTable("audiences", ("audience",), "a"),
            ReleaseTable("members", ("customer_id",), "m", is_consent_gated=True),
        ),
        {"consent": ("sendable", "s"), "denial": ("denied", "d"), "erasure": ("erased", "e")},
    )
    publish(
        place,
        plan,
        version="000001",
        as_of=datetime(2026, 7, 1, tzinfo=UTC),
        results=dict.fromkeys("amsde", "success"),
        freshness_days={},
    )
    return place


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["run", "--landing", "nowhere"], 2, "--landing nowhere: no such folder"),
        (["run", "--as-of", "yesterday"], 2, "'yesterday' is not an ISO 8601 time"),
        (["run", "--target", "oracle", "--source", "pos"], 2, "--target 'oracle' is unknown"),
        (["run", "--tier", "gold", "--source", "pos"], 2, "--tier 'gold' is unknown"),
        (["run"], 2, "no source is on"),
        (["run", "--source", "nobody"], 2, "there is no source 'nobody'"),
        (["status"], 6, "nothing is released here yet"),
        (["diff"], 6, "nothing is released here yet"),
        (["query", "select 1"], 6, "nothing is released here yet"),
    ],
)
def test_mistake_is_one_sentence_and_an_exit_code(
    tmp_path: Path, arguments: list[str], code: int, message: str
) -> None:
    result = invoke(*arguments, "--home", str(tmp_path / "home"))
    assert result.exit_code == code
    assert message in result.stderr
    assert result.stderr.startswith("rollcall: ")
    assert "Traceback" not in result.output
    assert result.stdout == ""


def test_run_on_a_held_home_leaves(tmp_path: Path) -> None:
    home = Home.at(tmp_path)
    with home_lock(home):
        result = invoke("run", "--home", str(home.root), "--source", "pos")
    assert result.exit_code == 7
    assert "is running on this home" in result.stderr


def test_letting_through_reads_where_the_last_run_read(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("ROLLCALL_HOME", "DBT_TARGET_PATH", "DBT_LOG_PATH"):
        monkeypatch.setenv(name, "")
    release = ("release", "power_users", "--by", "Ann", "--home", str(home.root))
    write_for_dbt(resolve(home, sources=["pos"]), release_id="000001")
    result = invoke(*release)
    assert result.exit_code == 2
    assert "where to read who has opted out since" in result.stderr
    landing = tmp_path / "landing"
    landing.mkdir()
    for landings in ([landing], []):
        # A rollback, which is given none, forgets none.
        settings = resolve(home, sources=["pos"], landings=landings)
        write_for_dbt(settings, release_id="000001")
        assert last_landings(home) == [str(landing)]
    seen = []

    def nobody_runs(settings: Settings, **_: Any) -> None:
        seen.append(settings.landings)
        raise errors.ReleaseError("seen enough")

    monkeypatch.setattr("rollcall.run.open_run", nobody_runs)
    other = tmp_path / "other"
    other.mkdir()
    for flags, read in ((), landing), (("--landing", str(other)), other):
        assert "seen enough" in invoke(*release, *flags).stderr
        assert seen.pop() == (read,)
    landing.rmdir()
    assert f"--landing {landing}: no such folder" in invoke(*release).stderr


def _metrics(home: Home) -> str:
    return (home.metrics / "rollcall.prom").read_text(encoding="utf-8")


def test_a_run_that_is_refused_before_it_begins_is_told_too(home: Home) -> None:
    run = ("run", "--home", str(home.root), "--source", "pos")
    result = invoke(*run, "--as-of", "2026-06-01")
    assert result.exit_code == 2
    assert "A release only moves forward" in result.stderr
    assert "rollcall_last_run_exit_code 2.0" in _metrics(home)
    assert "rollcall_release_version 1.0" in _metrics(home)
    # Of a release that cannot be read at least this is told.
    release = home.current.resolve()
    (release / "tables" / "data_health.parquet").write_text("no Parquet")
    (release / "serving.duckdb").unlink()
    assert invoke(*run, "--as-of", "2026-08-01").exit_code == 6
    assert "rollcall_last_run_exit_code 6.0" in _metrics(home)
    lines = (home.logs / "runs.jsonl").read_text(encoding="utf-8").splitlines()
    told = [json.loads(line) for line in lines]
    failed = [(one["error"], one["exit_code"]) for one in told if one["event"] == "run_failed"]
    assert failed == [("SettingsError", 2), ("ReleaseError", 6)]


def test_status_says_that_the_last_run_failed(home: Home) -> None:
    status = ("status", "--home", str(home.root))
    assert "last run failed" not in invoke(*status).stdout
    invoke("run", "--home", str(home.root), "--source", "pos", "--as-of", "2026-06-01")
    told = " ".join(invoke(*status).stdout.split())
    assert "The last run failed with exit code 2 at 20" in told
    log = home.logs / "runs.jsonl"
    with log.open("a") as file:
        file.write('{"event": "run_ended", "timestamp": "2026"}\n')
    assert "last run failed" not in invoke(*status).stdout
    with log.open("a") as file:
        file.write('{"event": "stage_ended"}\n[1]\n{"event": "run_fai')
    assert "last run failed" not in invoke(*status).stdout


def test_what_the_machine_does_to_a_command_is_a_sentence(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("os.pwrite", full)
    for command in (
        ["rollback"],
        ["erase", "u1"],
        ["erase", "--pending"],
        ["erase", "--acknowledge", "000001"],
        ["replay", "--source", "pos"],
    ):
        result = invoke(*command, "--home", str(home.root))
        assert result.exit_code == 8, command
        assert "The disk is full. Make room" in result.stderr
        assert "Traceback" not in result.output


def test_settings_come_from_the_environment_unless_a_flag_says_else(tmp_path: Path) -> None:
    shared: dict[str, Any] = {"ROLLCALL_HOME": str(tmp_path), "ROLLCALL_SOURCE": "first second"}
    assert "no source 'first'" in invoke("run", **shared).stderr
    assert "no source 'flag'" in invoke("run", "--source", "flag", **shared).stderr


def test_status_says_what_is_published_and_warns_of_the_default_secret(home: Home) -> None:
    result = invoke("status", "--home", str(home.root), ROLLCALL_ID_SECRET="")
    assert result.exit_code == 0
    assert "Release 000001 as of 2026-07-01" in result.stdout
    assert "power_users" in result.stdout
    assert "public default secret" in result.stderr
    own = invoke("status", "--home", str(home.root), **{"ROLLCALL_ID_SECRET": "of our own"})
    assert own.exit_code == 0
    assert own.stderr == ""


def test_status_names_each_file_that_could_not_be_read(home: Home) -> None:
    assert "NOT READ" not in invoke("status", "--home", str(home.root)).stdout
    with duckdb.connect() as connection:
        ledger = Ledger(home, connection)
        ledger.fail(
            Failure(
                failure_id="path-1",
                source="crm",
                table_name="contacts",
                path="/in/crm/contacts/a.csv",
                load_id="1",
                line=7,
                reason="column email is missing",
                way_out="Deliver it again.",
                quarantined_count=5,
                failed_at=datetime(2026, 7, 1),
            )
        )
        ledger.write()
    result = invoke("status", "--home", str(home.root))
    assert result.exit_code == 0
    assert "NOT READ: 1 landing file. Counted as failed: crm.\n" in result.stdout
    assert (
        "  crm/contacts /in/crm/contacts/a.csv, line 7: column email is missing. Deliver it again."
    ) in result.stdout


def test_status_finds_a_release_that_was_tampered_with(home: Home) -> None:
    with (home.current / "tables" / "members.parquet").open("ab") as file:
        file.write(b"x")
    result = invoke("status", "--home", str(home.root))
    assert result.exit_code == 6
    assert "members.parquet: differs" in result.stderr


def test_query_prints_a_table_csv_or_json(home: Home) -> None:
    ask = (
        "query",
        "select customer_id, purpose, note from members order by customer_id",
        "--home",
        str(home.root),
    )
    assert "c1" in invoke(*ask).stdout
    # A spreadsheet would run the note as a formula.
    assert invoke(*ask, "--format", "csv").stdout.splitlines() == [
        "customer_id,purpose,note",
        "c1,ads,'=1+1",
        "c2,ads,",
    ]
    lines = invoke(*ask, "--format", "json").stdout.splitlines()
    assert [json.loads(line)["note"] for line in lines] == ["=1+1", None]


def test_json_has_no_word_for_what_is_no_number(home: Home) -> None:
    ask = ("query", "--home", str(home.root), "--format", "json")
    sql = "select 'nan'::double as a, '-inf'::double as b, 1.5::double as c"
    assert json.loads(invoke(*ask, sql).stdout) == {"a": None, "b": None, "c": 1.5}
    twice = invoke(*ask, "select 1 as a, 2 as a")
    assert (twice.exit_code, twice.stdout) == (2, "")
    assert "two columns have one name" in twice.stderr


@pytest.mark.parametrize(
    "sql",
    [
        "delete from members",
        "select * from read_text('/etc/passwd')",
        "select nothing from members",
        "",
        "select 1; select 2",
    ],
)
def test_query_reads_the_release_and_nothing_else(home: Home, sql: str) -> None:
    result = invoke("query", sql, "--home", str(home.root))
    assert result.exit_code == 2
    assert result.stderr.startswith("rollcall: query: ")
