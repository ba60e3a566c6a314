"""What a machine may do to a run: a full disk, no memory, files that others hold or forbid."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from rollcall.errors import HomeError, RollcallError
from rollcall.home import Home

_STANDS = "The old release stands; the next run does anew what this one did not end."
# What the operating system, Python, DuckDB and SQLite say, and the way out of it.
_WAYS_OUT = (
    (
        re.compile(
            r"No space left on device|disk is full|File too large|[Qq]uota exceeded|"
            "Could not write all bytes"
        ),
        "The disk is full. Make room below the home and run again.",
    ),
    (
        re.compile(r"Out of Memory Error|bad_alloc|Cannot allocate memory|MemoryError|new thread"),
        "Memory ran out. Run again with less beside it, or on a machine that has more.",
    ),
    (
        re.compile(r"Failed to read file"),
        "Remove the file if its landing file still lies there, which is then loaded anew; else "
        "restore it from a backup. Run again.",
    ),
    (
        re.compile(r"Could not set lock on file"),
        "Another program has the file open. Close it and run again; whoever only reads opens "
        "current/serving.duckdb instead.",
    ),
    (
        re.compile(r"Read-only file system|Permission denied|Operation not permitted"),
        "The home cannot be written to. Give this user the right to, or another --home.",
    ),
    (
        re.compile(r"Input/output error|disk I/O error|Stale file handle"),
        "The disk gave way, or is full. Mend it and run again.",
    ),
)
# DuckDB's errors of these classes speak of files and sizes, never of a row.
_OF_THE_MACHINE = (duckdb.IOException, duckdb.OutOfMemoryException)


def way_out_of(message: str) -> str | None:
    """Return the way out of what the machine did, or None where `message` tells of no such thing.

    `message` is an error's text; of an error without text, its class's name.
    """
    return next((way_out for known, way_out in _WAYS_OUT if known.search(message)), None)


def with_way_out(message: str, *, is_released: bool = False) -> str:
    """Return `message`, and below it the way out where there is one to tell.

    It ends with what stands, unless this very run's release does.
    """
    way_out = way_out_of(message)
    told = [message, way_out or "", "" if is_released or not way_out else _STANDS]
    return "\n".join(line for line in told if line)


def told_by(error: BaseException) -> str:
    """Return what an error says in one line, or its class where it says nothing."""
    text = str(error).strip().split("\n")[0]
    # SQLAlchemy and DuckDB show the statement, with its values, on the lines that follow.
    return text if text and type(error) is not MemoryError else type(error).__name__


@contextmanager
def named_faults(home: Home) -> Iterator[None]:
    """Turn what the machine did to the block into a HomeError; let every other error pass.

    A DuckDB error that is not about the machine becomes its class alone: it may quote a row.
    """
    try:
        yield
    except RollcallError:
        raise
    except _OF_THE_MACHINE as error:
        raise _named(home, error, told_by(error)) from None
    except duckdb.Error as error:
        raise _named(home, error, f"DuckDB could not go on ({type(error).__name__}).") from None
    except (OSError, MemoryError) as error:
        raise _named(home, error, told_by(error)) from error
    except Exception as error:
        # SQLite's errors reach us in the wrapping of Dagster and SQLAlchemy.
        if type(error).__name__ == "OperationalError" or way_out_of(told_by(error)):
            raise _named(home, error, told_by(error)) from None
        raise


def _named(home: Home, error: BaseException, text: str) -> HomeError:
    way_out = way_out_of(f"{text} {told_by(error)}")
    lines = [f"{home.root}: {text}", way_out or "", _STANDS]
    return HomeError("\n".join(line for line in lines if line))
