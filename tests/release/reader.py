"""Reads a home's current release again and again until told to stop: HOME STOP_FILE COUNT_FILE.

Each read resolves `current` once and then opens every file of that version on its own, as a sync
does. The last line printed says how many reads there were, how many failed, and how many saw two
versions.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import duckdb

_TABLES = ("customers", "members", "audiences")


def versions_read(home: Path) -> set[str]:
    """Return the marks that one read finds: a single one where it sees a single version."""
    release = (home / "current").resolve()
    found = {json.loads((release / "MANIFEST.json").read_text(encoding="utf-8"))["version"]}
    for table in _TABLES:
        with duckdb.connect(str(release / "serving.duckdb"), read_only=True) as serving:
            found |= {mark for (mark,) in serving.execute(f"select mark from {table}").fetchall()}
        parquet = str(release / "tables" / f"{table}.parquet")
        with duckdb.connect() as reader:
            rows = reader.execute("select mark from read_parquet(?)", [parquet]).fetchall()
        found |= {mark for (mark,) in rows}
    return found


def main(home: Path, stop: Path, count: Path) -> None:
    """Read until `stop` is there; `count` tells how many reads are done."""
    reads = failed = mixed = 0
    seen: set[str] = set()
    draft = count.with_suffix(".tmp")
    while not stop.exists():
        try:
            found = versions_read(home)
            mixed += len(found) != 1
            seen |= found
        except (OSError, ValueError, duckdb.Error) as error:
            failed += 1
            print(f"{type(error).__name__}: {error}", file=sys.stderr)
        reads += 1
        draft.write_text(str(reads), encoding="ascii")
        draft.replace(count)
    print(json.dumps({"reads": reads, "failed": failed, "mixed": mixed, "seen": sorted(seen)}))


if __name__ == "__main__":
    main(*(Path(argument) for argument in sys.argv[1:]))
