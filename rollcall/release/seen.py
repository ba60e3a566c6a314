"""What of the raw zone the last build, and the current release, have seen: all of it, or less.

The ledger's own bytes tell: whatever is loaded, replayed, refused or taken out changes them. An
erasure takes out and loads nothing, so it notes anew what was so before it.
"""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Any

from rollcall.home import Home
from rollcall.release.files import sha256_of, write_atomically
from rollcall.release.publish import current_version

_NAME = "seen.json"
# What is loaded, and what could not be read.
_LEDGER = ("loads.parquet", "failed_sources.parquet")


def _ledger(home: Home) -> str | None:
    """Return a hash of what the ledger tells; None where there is none."""
    paths = [home.ledger / name for name in _LEDGER]
    if not paths[0].exists():
        return None
    told = [sha256_of(path) if path.exists() else "" for path in paths]
    return hashlib.sha256(" ".join(told).encode()).hexdigest()


def _read(home: Home) -> dict[str, Any]:
    try:
        read = json.loads((home.ledger / _NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return read if isinstance(read, dict) else {}


def _note(home: Home, part: str, told: dict[str, str] | None) -> None:
    if home.ledger.exists():
        text = json.dumps({**_read(home), part: told}, indent=2, sort_keys=True)
        write_atomically(home.ledger / _NAME, text + "\n")


def note_built(home: Home, as_of: datetime | None) -> None:
    """Note that `work.duckdb` tells who is who and who is out, of all that is loaded, at `as_of`.

    None: it does not, or nobody knows.
    """
    ledger = _ledger(home)
    told = {"ledger": ledger, "as_of": as_of.isoformat()} if ledger and as_of else None
    _note(home, "built", told)


def built_as_of(home: Home) -> datetime | None:
    """Return the as_of of `work.duckdb`, where it was built from all that is loaded; else None."""
    told = _read(home).get("built") or {}
    if not home.work.exists() or not told or told.get("ledger") != _ledger(home):
        return None
    return datetime.fromisoformat(told["as_of"])


def note_released(home: Home) -> None:
    """Note that the current release was made of all that is loaded."""
    version, ledger = current_version(home), _ledger(home)
    told = {"ledger": ledger, "version": version} if version and ledger else None
    _note(home, "released", told)


def released_version(home: Home) -> str | None:
    """Return the version that a run last released, as it is numbered now."""
    version: str | None = (_read(home).get("released") or {}).get("version")
    return version


def is_released(home: Home) -> bool:
    """Say whether the current release was made of all that is loaded; not one rolled back to."""
    told = _read(home).get("released") or {}
    version, ledger = current_version(home), _ledger(home)
    return None not in (version, ledger) and told == {"ledger": ledger, "version": version}
