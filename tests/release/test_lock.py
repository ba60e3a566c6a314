"""Two runs on one home would write the same candidate: the second must wait or leave."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from rollcall.errors import LockedError, SettingsError
from rollcall.home import Home
from rollcall.release import home_lock

HOLD = """
import sys, time
from rollcall.home import Home
from rollcall.release import home_lock
with home_lock(Home.at(sys.argv[1])):
    print("held", flush=True)
    time.sleep(float(sys.argv[2]))
"""


def hold(home: Home, seconds: float) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", HOLD, str(home.root), str(seconds)]
    holder = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    return holder


def test_second_run_is_told_who_holds_the_home(tmp_path: Path) -> None:
    home = Home.at(tmp_path)
    holder = hold(home, 60)
    try:
        with pytest.raises(LockedError, match=f"process {holder.pid} "), home_lock(home):
            pass
    finally:
        holder.kill()
        holder.wait()


def test_killed_run_leaves_no_lock(tmp_path: Path) -> None:
    home = Home.at(tmp_path)
    holder = hold(home, 60)
    holder.kill()
    holder.wait()
    with home_lock(home):
        assert home.lock.read_text(encoding="ascii") == f"{os.getpid()}\n"


def test_wait_outlasts_the_other_run(tmp_path: Path) -> None:
    home = Home.at(tmp_path)
    start = time.monotonic()
    holder = hold(home, 0.5)
    with home_lock(home, wait=True):
        assert holder.wait() == 0
    assert time.monotonic() - start >= 0.5


def test_a_file_is_no_home(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("")
    with (
        pytest.raises(SettingsError, match="a file, not a folder"),
        home_lock(Home.at(tmp_path / "home")),
    ):
        pass
