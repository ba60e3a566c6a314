"""What the machine does to a run has a name and a way out, and shows no row."""

from __future__ import annotations

import errno
import os
import sqlite3
from pathlib import Path

import duckdb
import pytest

from rollcall.errors import HomeError, ReleaseError
from rollcall.faults import named_faults, way_out_of
from rollcall.home import Home

OperationalError = type("OperationalError", (Exception,), {})


def _os_error(number: int) -> OSError:
    return OSError(number, os.strerror(number), "/home/file")


@pytest.mark.parametrize(
    ("error", "way_out"),
    [
        (_os_error(errno.ENOSPC), "The disk is full. Make room"),
        (_os_error(errno.EFBIG), "The disk is full. Make room"),
        (_os_error(errno.EDQUOT), "The disk is full. Make room"),
        (_os_error(errno.EROFS), "cannot be written to"),
        (_os_error(errno.EACCES), "cannot be written to"),
        (_os_error(errno.EIO), "Mend it and run again"),
        (_os_error(errno.ENOMEM), "Memory ran out"),
        (MemoryError(), "Memory ran out"),
        (RuntimeError("can't start new thread"), "Memory ran out"),
        (duckdb.OutOfMemoryException("Out of Memory Error: no block"), "Memory ran out"),
        (sqlite3.OperationalError("database or disk is full"), "The disk is full"),
        (OperationalError("(sqlite3.OperationalError) disk I/O error\n[SQL: x]"), "Mend it"),
        (_os_error(errno.EXDEV), "The old release stands"),
    ],
)
def test_each_has_a_way_out(error: Exception, way_out: str, tmp_path: Path) -> None:
    with pytest.raises(HomeError, match=way_out) as caught, named_faults(Home.at(tmp_path)):
        raise error
    assert str(caught.value).startswith(f"{tmp_path}: ")
    assert "[SQL" not in str(caught.value)
    assert caught.value.exit_code == 8


def test_a_disk_that_takes_half_a_block_is_full() -> None:
    text = 'IO Error: Could not write all bytes to file "/home/x.parquet": wanted=4096 wrote=12'
    assert "The disk is full" in (way_out_of(text) or "")


def test_a_file_that_another_program_holds(tmp_path: Path) -> None:
    text = 'IO Error: Could not set lock on file "/home/work.duckdb": held in python (PID 7)'
    with pytest.raises(HomeError, match="PID 7") as caught, named_faults(Home.at(tmp_path)):
        raise duckdb.IOException(text)
    assert "Close it and run again" in str(caught.value)


def test_a_database_error_shows_no_row(tmp_path: Path) -> None:
    with pytest.raises(HomeError) as caught, named_faults(Home.at(tmp_path)):
        duckdb.execute("select cast('ada@example.com' as integer)")
    assert "ada" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert "ConversionException" in str(caught.value)


def test_other_errors_pass(tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match="the disk is full"), named_faults(Home.at(tmp_path)):
        raise ReleaseError("the disk is full")
    with pytest.raises(KeyError), named_faults(Home.at(tmp_path)):
        raise KeyError("a defect of ours")
    assert way_out_of("Binder Error: no column x") is None
