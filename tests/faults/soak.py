"""`make soak`: kill runs at many points, one after the other, as often as wanted.

Seeded: the kill of a number is the same for the same seed. Resumable: what is done stands in
`<folder>/<seed>.jsonl`, a line a kill, and is not done again; code that changed begins anew.
"""

from __future__ import annotations

import argparse
import collections
import fcntl
import json
import os
from pathlib import Path

from children import PROJECT, Children
from kept_homes import KeptHomes, code_hash
from kill_points import STAGES, kill, watched
from kills import carry_out


def _done(path: Path, code: str) -> dict[int, dict[str, object]]:
    """Return what was told of each kill that this code went through."""
    if not path.exists():
        return {}
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return {line["number"]: line for line in lines if line["code"] == code}


def main() -> int:
    """Kill, tell, count."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path, default=PROJECT / "build" / "soak")
    parser.add_argument("--homes", type=Path, help="where homes lie; a memory disk is quickest")
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    homes = given.homes or given.folder / "homes"
    kept = KeptHomes(homes.resolve(), Children(homes.resolve() / "children"))
    with (given.folder / "lock").open("w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.is_made():
            print("making the homes that each kill begins with", flush=True)
            kept.make(watched())
        code, results = code_hash(), given.folder / f"{given.seed}.jsonl"
        done = _done(results, code)
        failed = 0
        for number in range(given.kills):
            if number in done:
                continue
            one = kill(given.seed, number, kept.expected["trace"])
            try:
                told = carry_out(kept, one).as_dict()
            except AssertionError as error:
                failed += 1
                print(f"{number} {one.stage.name}: {one.point}: FAILED\n{error}", flush=True)
                continue
            with results.open("a", encoding="utf-8") as file:
                file.write(json.dumps({**told, "code": code}) + "\n")
                file.flush()
                os.fsync(file.fileno())
            done[number] = told
            print(
                f"{number} {told['stage']}: {told['point']}: last {told['last_call']}; next run "
                f"{told['next_run']}; {told['seconds_to_kill']} + {told['seconds_to_recover']} s",
                flush=True,
            )
        survived = collections.Counter(told["stage"] for told in done.values())
        for stage in STAGES:
            print(f"{survived[stage.name]:5} {stage.name}")
        print(f"{len(done)} of {given.kills} kills survived, {failed} not, seed {given.seed}")
        return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
