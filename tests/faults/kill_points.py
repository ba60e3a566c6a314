"""Where a run is killed: eight stages, at exact points and at moments between them.

A point names a function of the product and which of its calls; how many calls there are, and how
long each stage takes, is read from the trace of a run that nobody killed.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from children import Point

_PUBLISH = "rollcall.release.publish"
_GATE = "rollcall.release.gate"
_REPLACE, _RENAME = "pathlib:Path.replace", "pathlib:Path.rename"
# Of a folder that is being written, and of one that readers can see.
_DRAFT, _RELEASE = "*/releases/*.tmp", "*/releases/*[0-9]"
_DYING = "*/releases/*.old.tmp"
# What is loaded; what builds and releases have seen of it is noted beside it, and later.
_LEDGER = "*/ledger/*.parquet.tmp"


@dataclass(frozen=True)
class Stage:
    """Functions to stop at, before or after any call; and two marks that a moment lies between.

    `kind` is the kept home that a killed run begins with: where the candidate is `built`, the run
    does not build it again. `is_flipped` says what readers see after the kill; None where it
    depends on the moment.
    """

    name: str
    kind: str
    points: tuple[tuple[str, str, str], ...]
    between: tuple[tuple[str, str, str], tuple[str, str, str]]
    is_flipped: bool | None = False

    @property
    def is_built(self) -> bool:
        """Say whether a killed run finds the candidate built."""
        return self.kind == "built"

    def is_over(self, trace: Sequence[Sequence[str]]) -> bool:
        """Say whether a run went past the end of the stage."""
        function, when, about = self.between[1]
        return any(line[1:4] == [when, function, about] for line in trace)


STAGES = (
    Stage(
        "ingest write",
        "base",
        (
            (_REPLACE, "before", "*/raw/*"),
            (_REPLACE, "after", "*/raw/*"),
            (_REPLACE, "before", "*/quarantine/*"),
            (_REPLACE, "after", "*/quarantine/*"),
            (_REPLACE, "before", _LEDGER),
            (_REPLACE, "after", _LEDGER),
        ),
        (("rollcall.run:Run.ingest", "before", "*"), ("rollcall.run:Run.ingest", "after", "*")),
    ),
    Stage(
        "build",
        "base",
        (
            ("dbt.task.run:ModelRunner.execute", "before", "*"),
            ("dbt.task.run:ModelRunner.execute", "after", "*"),
            ("dbt.task.seed:SeedRunner.execute", "after", "*"),
            ("rollcall.run:note_built", "before", "*"),
            ("rollcall.run:note_built", "after", "*"),
        ),
        (("rollcall.build:build", "before", "*"), ("rollcall.build:build", "after", "*")),
    ),
    Stage(
        "validation",
        "built",
        (
            ("expectations.runner:_run_suite", "before", "*"),
            ("expectations.runner:_run_suite", "after", "*"),
            ("expectations.runner:_release_file", "before", "*"),
        ),
        (("rollcall.run:Run.validate", "before", "*"), ("rollcall.run:Run.validate", "after", "*")),
    ),
    Stage(
        "consent re-check",
        "built",
        (
            (f"{_PUBLISH}:check_gates", "before", "*"),
            (f"{_PUBLISH}:check_gates", "after", "*"),
            (f"{_GATE}:_check_consent", "before", "*"),
            (f"{_GATE}:_check_consent", "after", "*"),
            (f"{_GATE}:_check_erasure", "before", "*"),
            (f"{_GATE}:_check_erasure", "after", "*"),
        ),
        ((f"{_PUBLISH}:check_gates", "before", "*"), (f"{_PUBLISH}:check_gates", "after", "*")),
    ),
    Stage(
        "table write",
        "built",
        (
            (f"{_PUBLISH}:_write_table", "before", "*"),
            (f"{_PUBLISH}:_write_table", "after", "*"),
            (f"{_PUBLISH}:_write_serving", "before", "*"),
            (f"{_PUBLISH}:_write_serving", "after", "*"),
            (f"{_PUBLISH}:_write_analytics", "before", "*"),
            (f"{_PUBLISH}:_write_analytics", "after", "*"),
        ),
        ((f"{_PUBLISH}:_write_files", "before", "*"), (f"{_PUBLISH}:_write_files", "after", "*")),
    ),
    Stage(
        "before rename",
        "built",
        (
            (f"{_PUBLISH}:_write_files", "after", "*"),
            (f"{_PUBLISH}:_watermarks", "before", "*"),
            (f"{_PUBLISH}:fsync_tree", "before", "*"),
            (f"{_PUBLISH}:fsync_tree", "after", "*"),
            (_RENAME, "before", _DRAFT),
        ),
        ((f"{_PUBLISH}:fsync_tree", "before", "*"), (_RENAME, "before", _DRAFT)),
    ),
    Stage(
        "between rename and flip",
        "built",
        (
            (_RENAME, "after", _DRAFT),
            (f"{_PUBLISH}:flip", "before", "*"),
            ("pathlib:Path.symlink_to", "before", "*/current.tmp"),
            ("pathlib:Path.symlink_to", "after", "*/current.tmp"),
            (_REPLACE, "before", "*/current.tmp"),
        ),
        ((_RENAME, "after", _DRAFT), (_REPLACE, "after", "*/current.tmp")),
        None,
    ),
    Stage(
        "pruning",
        "built",
        (
            (_REPLACE, "after", "*/current.tmp"),
            (f"{_PUBLISH}:flip", "after", "*"),
            (f"{_PUBLISH}:_prune", "before", "*"),
            (_RENAME, "before", _RELEASE),
            (_RENAME, "after", _RELEASE),
            ("shutil:rmtree", "after", _DYING),
            ("rollcall.run:publish", "after", "*"),
            ("rollcall.run:note_released", "before", "*"),
            ("rollcall.run:note_released", "after", "*"),
        ),
        (("shutil:rmtree", "before", _DYING), ("shutil:rmtree", "after", _DYING)),
        True,
    ),
)

# One kill in this many falls on a moment, the others on a point; a stage that is shorter than this
# has no moment that a kill would find.
_MOMENT_IN, _SHORTEST_SECONDS = 3, 0.1


@dataclass(frozen=True)
class Kill:
    """A kill: the process stops at `point`, goes on for `seconds` if any, and is killed."""

    number: int
    stage: Stage
    point: Point
    seconds: float | None
    is_next_run_whole: bool


def watched() -> list[tuple[str, str]]:
    """Return the functions that a trace must tell of."""
    found = {(function, about) for stage in STAGES for function, _, about in stage.points}
    found |= {(function, about) for stage in STAGES for function, _, about in stage.between}
    return sorted(found)


def _calls(trace: Sequence[Sequence[str]], function: str, about: str) -> int:
    return sum(line[1:4] == ["before", function, about] for line in trace)


def _time_of(trace: Sequence[Sequence[str]], function: str, when: str, about: str) -> float:
    return next(float(line[0]) for line in trace if line[1:4] == [when, function, about])


def kill(seed: int, number: int, trace: Sequence[Sequence[str]], *, whole_every: int = 5) -> Kill:
    """Return the kill of this number: the same for the same seed, each stage in turn.

    `trace` is that of a run that nobody killed. Raises ValueError where it lacks a point, which
    then is none any more.
    """
    chance = random.Random(f"{seed}:{number}")
    stage = STAGES[number % len(STAGES)]
    turn = number // len(STAGES)
    # Stages take turns at it too, so that a few kills need not all wait for a whole run.
    is_whole = (turn + STAGES.index(stage)) % whole_every == 0
    begin, end = stage.between
    length = _time_of(trace, *end) - _time_of(trace, *begin)
    if turn % _MOMENT_IN == _MOMENT_IN - 1 and length >= _SHORTEST_SECONDS:
        function, when, about = begin
        point = Point(function, when, 1, about)
        return Kill(number, stage, point, chance.uniform(0, length), is_whole)
    function, when, about = stage.points[chance.randrange(len(stage.points))]
    calls = _calls(trace, function, about)
    if not calls:
        raise ValueError(f"{function} of {about}: no run calls it any more. Mend kill_points.py.")
    point = Point(function, when, chance.randint(1, calls), about)
    return Kill(number, stage, point, None, is_whole)
