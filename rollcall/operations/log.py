"""The log of runs: one JSON object a line, of what happened, never of whom.

An error is told by its kind and exit code: its message may name a value, and stays on screen.
"""

from __future__ import annotations

import contextlib
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from logging.handlers import RotatingFileHandler
from typing import Any, Protocol

import structlog

from rollcall.errors import RollcallError
from rollcall.home import Home

# Ten files of this size are kept: a year of daily runs takes less.
_BYTES = 10_000_000
_FILES = 10
_NAME = "runs.jsonl"


class Logger(Protocol):
    """What a run says what happened to."""

    def info(self, event: str, **fields: Any) -> Any:
        """Note an event."""

    def error(self, event: str, **fields: Any) -> Any:
        """Note what went wrong."""


class _File(RotatingFileHandler):
    """The log's file. Where it cannot be written, the run has worse to tell than that."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802
        """Let the line go."""


class NoLog:
    """A log that keeps nothing."""

    def info(self, event: str, **fields: Any) -> None:
        """Keep nothing."""

    def error(self, event: str, **fields: Any) -> None:
        """Keep nothing."""


@contextmanager
def run_log(home: Home, **fields: Any) -> Iterator[structlog.stdlib.BoundLogger]:
    """Open `<home>/logs/runs.jsonl` for one run; `fields` stand in each of its lines."""
    home.logs.mkdir(parents=True, exist_ok=True, mode=0o700)
    handler = _File(home.logs / _NAME, maxBytes=_BYTES, backupCount=_FILES, encoding="utf-8")
    logger = logging.Logger("rollcall.runs")
    logger.addHandler(handler)
    bound: structlog.stdlib.BoundLogger = structlog.wrap_logger(
        logger,
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(sort_keys=True),
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
    ).bind(**fields)
    try:
        yield bound
    finally:
        handler.close()


def last_failure(home: Home) -> tuple[str, int] | None:
    """Return when the last run failed, and its exit code; None where it ended with a release."""
    path = home.logs / _NAME
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines() if path.exists() else []
    for line in reversed(lines):
        # A run that was killed may have left half a line.
        with contextlib.suppress(ValueError, TypeError, KeyError):
            told = json.loads(line)
            if told["event"] == "run_ended":
                return None
            if told["event"] == "run_failed":
                return str(told["timestamp"]), int(told["exit_code"])
    return None


def failure(error: BaseException | None) -> dict[str, Any]:
    """Return what a log may say of an error: its kind and the exit code it stands for."""
    code = error.exit_code if isinstance(error, RollcallError) else 1
    return {"error": type(error).__name__, "exit_code": code}
