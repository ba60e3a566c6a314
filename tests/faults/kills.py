"""One kill: a run stopped at its point and killed, its home looked at, the next run checked."""

from __future__ import annotations

import functools
import time
from dataclasses import asdict, dataclass
from typing import Any

from children import Child
from kept_homes import (
    BEFORE,
    NEXT,
    ONE_MORE,
    KeptHomes,
    assert_recovered,
    seen_by_readers,
    tables_of,
    without_build,
    without_build_and_checks,
    without_checks,
)
from kill_points import Kill, watched

# How often a moment is halved that a quicker run had already left behind.
_TRIES = 6


@dataclass(frozen=True)
class Told:
    """What became of a kill: where the process was, what readers saw, how long each part took."""

    number: int
    stage: str
    point: str
    seconds_after_point: float | None
    last_call: str
    is_current_new: bool
    next_run: str
    seconds_to_kill: float
    seconds_to_recover: float

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def _is_candidate_untouched(kept: KeptHomes) -> bool:
    """Say whether the candidate is still, byte for byte, the one that was built."""
    work = "work.duckdb"
    if (kept.home / f"{work}.wal").exists():
        return False
    return (kept.home / work).read_bytes() == (kept.folder / "built" / work).read_bytes()


def _killed(kept: KeptHomes, kill: Kill, seconds: float | None) -> tuple[Child, int]:
    """Kill a run of a fresh home at its point or so many seconds after it; return its exit code."""
    kept.fresh(kill.stage.kind)
    child = kept.children.start(
        *kept.arguments(),
        stop=kill.point,
        watched=watched(),
        prepare=functools.partial(without_build, kept.outcomes) if kill.stage.is_built else None,
    )
    child.stopped()
    if seconds is not None:
        child.goes_on()
        time.sleep(seconds)
    return child, child.kill()


def _killed_in_its_stage(kept: KeptHomes, kill: Kill) -> tuple[Child, float | None]:
    """Kill a run; sooner, where it was quicker than the one whose trace told of the moment."""
    seconds = kill.seconds
    for _ in range(_TRIES):
        child, code = _killed(kept, kill, seconds)
        if seconds is not None and kill.stage.is_over(child.trace()):
            seconds /= 2
            continue
        assert code == -9, f"{kill.point}: the run had ended with {code} before it was killed"
        assert child.was_stopped()
        return child, seconds
    raise AssertionError(f"{kill.point}: no moment was within {kill.stage.name}")


def carry_out(kept: KeptHomes, kill: Kill) -> Told:
    """Kill a run and recover from it. Raises AssertionError where anything is not as it must be."""
    begun = time.monotonic()
    child, seconds = _killed_in_its_stage(kept, kill)
    killed = time.monotonic()
    last = " ".join(child.trace()[-1][1:])

    manifest = seen_by_readers(kept.home)
    is_new = manifest.version == NEXT
    assert is_new or manifest.version == BEFORE
    if kill.stage.is_flipped is not None:
        assert is_new == kill.stage.is_flipped, f"after {last} readers see {manifest.version}"
    if is_new:
        assert tables_of(kept.home / "releases" / NEXT) == kept.expected["tables"][NEXT]

    # The next run builds all anew, but where nothing has touched the candidate that was built.
    is_short = not kill.is_next_run_whole and kill.stage.is_built and not is_new
    is_short = is_short and _is_candidate_untouched(kept)
    prepare = without_checks
    if is_short:
        prepare = functools.partial(without_build_and_checks, kept.outcomes)
    following = kept.children.run(
        *kept.arguments(), prepare=None if kill.is_next_run_whole else prepare
    )
    code = following.ended()
    assert code == 0, f"the next run left with {code}: {following.output()[-3000:]}"
    assert_recovered(kept, ONE_MORE if is_new else NEXT)
    return Told(
        kill.number,
        kill.stage.name,
        str(kill.point),
        seconds,
        last,
        is_new,
        "whole" if kill.is_next_run_whole else "publishes what is built" if is_short else "builds",
        round(killed - begun, 1),
        round(time.monotonic() - killed, 1),
    )
