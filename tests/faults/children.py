"""`rollcall …` in a forked child that can be stopped at a point, limited, and killed.

Dagster, dbt and Great Expectations take ten seconds to import: a server imports them once, and each
child is a fork of it that calls the command line as a person would. What a test changes, it changes
in the child alone: nothing of this is in the product.

A child's trace tells each call of a watched function, so that a test can prove where it was.
"""

from __future__ import annotations

import contextlib
import ctypes
import fnmatch
import functools
import importlib
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[2]
_IMPORTED_ONCE = [
    "rollcall.cli",
    "rollcall.run",
    "rollcall.diff",
    "rollcall.ingest",
    "rollcall.screen",
    "orchestration.job",
    "expectations.runner",
    "expectations.dialect",
    "dbt.cli.main",
    "dbt.adapters.duckdb",
    "dbt.task.build",
    "great_expectations",
]
# PR_SET_PDEATHSIG of prctl(2).
_DIE_WITH_PARENT = 1
_LOOK_SECONDS = 0.002
_LONGEST_SECONDS = 600


@dataclass(frozen=True)
class Point:
    """Before or after the `nth` call of a function, `module:name.name`.

    Only calls count whose first argument, as text, fits `about`.
    """

    function: str
    when: str = "before"
    nth: int = 1
    about: str = "*"

    def __str__(self) -> str:
        about = "" if self.about == "*" else f" of {self.about}"
        return f"{self.when} call {self.nth} of {self.function}{about}"


@dataclass(frozen=True)
class _Request:
    arguments: tuple[str, ...]
    log: Path
    trace: Path
    stop: Point | None
    watched: tuple[tuple[str, str], ...]
    prepare: Callable[[], None] | None
    environment: tuple[tuple[str, str], ...]


def replaced(function: str, make: Callable[[Any], Any]) -> None:
    """Put `make(original)` in the place of the function `module:name.name`."""
    module, _, path = function.partition(":")
    owner: Any = importlib.import_module(module)
    *parents, name = path.split(".")
    for parent in parents:
        owner = getattr(owner, parent)
    setattr(owner, name, make(getattr(owner, name)))


def _watch(function: str, about: str, trace: int, stop: Point | None) -> None:
    lock = threading.Lock()
    counts = {"before": 0, "after": 0}

    def tell(when: str) -> None:
        with lock:
            counts[when] += 1
            count = counts[when]
        line = f"{time.monotonic():.6f}\t{when}\t{function}\t{about}\t{count}\n"
        os.write(trace, line.encode())
        if stop is not None and (when, count) == (stop.when, stop.nth):
            os.write(trace, b"stopped\n")
            # The whole process stands still, also the threads that are writing right now.
            os.kill(os.getpid(), signal.SIGSTOP)

    def make(original: Any) -> Any:
        @functools.wraps(original)
        def watched(*arguments: Any, **options: Any) -> Any:
            first = str(arguments[0]) if arguments and about != "*" else ""
            is_counted = about == "*" or fnmatch.fnmatch(first, about)
            if is_counted:
                tell("before")
            answer = original(*arguments, **options)
            if is_counted:
                tell("after")
            return answer

        return watched

    replaced(function, make)


def _child(request: _Request) -> None:
    os.setsid()
    # Whoever started it may be killed too: then nothing is left that writes to the home.
    ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)
    log = os.open(request.log, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
    os.dup2(log, 1)
    os.dup2(log, 2)
    os.chdir(PROJECT)
    for name in [name for name in os.environ if name.startswith(("ROLLCALL_", "DBT_"))]:
        del os.environ[name]
    os.environ.update(dict(request.environment))
    if request.prepare is not None:
        request.prepare()
    trace = os.open(request.trace, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
    stop = request.stop
    at = {(stop.function, stop.about)} if stop else set()
    for function, about in {*request.watched, *at}:
        is_here = stop is not None and (stop.function, stop.about) == (function, about)
        _watch(function, about, trace, stop if is_here else None)
    from rollcall.cli import app

    app(list(request.arguments))


class Child:
    """One `rollcall …` that runs."""

    def __init__(self, process: Any, request: _Request) -> None:
        self._process = process
        self._request = request

    @property
    def pid(self) -> int:
        return int(self._process.pid)

    def _state(self) -> str:
        try:
            stat = Path(f"/proc/{self.pid}/stat").read_text(encoding="ascii", errors="replace")
        except OSError:
            return "gone"
        return stat.rpartition(")")[2].split()[0]

    def stopped(self) -> Child:
        """Wait until the child stands at its point. Raises AssertionError where it never does."""
        end = time.monotonic() + _LONGEST_SECONDS
        while time.monotonic() < end:
            if self._state() == "T":
                return self
            if self._process.exitcode is not None:
                break
            time.sleep(_LOOK_SECONDS)
        self.kill()
        raise AssertionError(f"never {self._request.stop}: {self.output()[-2000:]}")

    def goes_on(self) -> Child:
        """Let a stopped child go on."""
        os.kill(self.pid, signal.SIGCONT)
        return self

    def kill(self) -> int:
        """Kill the whole process group; return the exit code, -9 where the kill ended it."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self._process.join()
        return int(self._process.exitcode)

    def ended(self) -> int:
        """Wait for the end and return the exit code."""
        self._process.join(_LONGEST_SECONDS)
        if self._process.exitcode is None:
            self.kill()
            raise AssertionError(f"not done in time: {self.output()[-2000:]}")
        return int(self._process.exitcode)

    def output(self) -> str:
        """Return all that the child printed."""
        path = self._request.log
        return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""

    def trace(self) -> list[list[str]]:
        """Return time, before or after, function, about and count of each watched call."""
        text = self._request.trace.read_text(encoding="utf-8")
        return [line.split("\t") for line in text.splitlines() if "\t" in line]

    def was_stopped(self) -> bool:
        """Say whether the child's own trace tells that it stood at its point."""
        return "stopped" in self._request.trace.read_text(encoding="utf-8").splitlines()


class Children:
    """Starts children; `folder` gets a log and a trace of each."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._count = 0
        folder.mkdir(parents=True, exist_ok=True)
        for path in (str(PROJECT), str(Path(__file__).parent)):
            if path not in sys.path:
                sys.path.insert(0, path)
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(_IMPORTED_ONCE)

    def start(
        self,
        *arguments: str | Path,
        stop: Point | None = None,
        watched: Sequence[tuple[str, str]] = (),
        prepare: Callable[[], None] | None = None,
        **environment: str,
    ) -> Child:
        """Start `rollcall <arguments>`; it stops itself at `stop`.

        `watched` are functions that the trace tells of, each with what its first argument must
        fit; `prepare` is called in the child first.
        """
        self._count += 1
        name = f"{os.getpid()}-{self._count:04}"
        request = _Request(
            tuple(str(argument) for argument in arguments),
            self._folder / f"{name}.log",
            self._folder / f"{name}.trace",
            stop,
            tuple(watched),
            prepare,
            tuple(environment.items()),
        )
        for path in (request.log, request.trace):
            path.write_bytes(b"")
        process = self._context.Process(target=_child, args=(request,))
        process.start()
        return Child(process, request)

    def run(self, *arguments: str | Path, **options: Any) -> Child:
        """Run `rollcall <arguments>` to its end."""
        child = self.start(*arguments, **options)
        child.ended()
        return child
