"""What an erasure leaves behind: a journal while it is under way, then a receipt and the outbox.

The journal alone knows whom it is about, so that one that was killed can be finished; it goes with
the last step. The outbox has the keys by which platforms still know the person, for thirty days.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from rollcall.errors import ReleaseError, SettingsError
from rollcall.home import Home
from rollcall.release.files import write_privately

OUTBOX_DAYS = 30
_JOURNAL = "under_way.json"
_RECEIPTS = "receipts"


@dataclass
class Journal:
    """An erasure under way. `releases` are the versions that were rewritten, old to new.

    `is_whole` says whether the current release was made of all that is loaded, `is_newer` whether
    the last run's database was asked who is who.
    """

    erasure_id: str
    began_at: str
    identifiers: list[tuple[str, str]]
    customer_ids: list[str]
    releases: dict[str, str] = field(default_factory=dict)
    done: dict[str, Any] = field(default_factory=dict)
    is_whole: bool = False
    is_newer: bool = False


def save(home: Home, journal: Journal) -> None:
    """Write the journal, on disk before this returns."""
    write_privately(
        home.erasure / _JOURNAL, json.dumps(asdict(journal), indent=2, sort_keys=True) + "\n"
    )


def load(home: Home) -> Journal | None:
    """Return the erasure that is under way. Raises ReleaseError where its journal is not whole."""
    path = home.erasure / _JOURNAL
    if not path.exists():
        return None
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        raw["identifiers"] = [(kind, value) for kind, value in raw["identifiers"]]
        return Journal(**raw)
    except (ValueError, KeyError, TypeError) as error:
        raise ReleaseError(
            f"{path}: not the journal of an erasure. Remove it and erase the person again."
        ) from error


def is_under_way(home: Home) -> bool:
    """Say whether an erasure was begun and not finished."""
    return (home.erasure / _JOURNAL).exists()


def finish(home: Home, journal: Journal) -> dict[str, Any]:
    """Write the receipt, which names nobody, and forget the journal. Return the receipt."""
    receipt = {
        "erasure_id": journal.erasure_id,
        "began_at": journal.began_at,
        "ended_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "identifier_count": len(journal.identifiers),
        "customer_count": len(journal.customer_ids),
        "releases": journal.releases,
        **journal.done,
    }
    path = home.erasure / _RECEIPTS / f"{journal.erasure_id}.json"
    write_privately(path, json.dumps(receipt, indent=2, sort_keys=True) + "\n")
    (home.erasure / _JOURNAL).unlink()
    return receipt


# The outbox.


def write_outbox(home: Home, erasure_id: str, owed: Iterable[Mapping[str, str]]) -> int:
    """Keep the removals that syncs still owe, one JSON object a line; return how many."""
    lines = [json.dumps(dict(one), sort_keys=True) for one in owed]
    if lines:
        write_privately(home.erasure_outbox / f"{erasure_id}.jsonl", "\n".join(lines) + "\n")
    return len(lines)


def acknowledge(home: Home, erasure_id: str) -> None:
    """Forget the removals of an erasure, which the platforms have made. Raises SettingsError."""
    known = {path.stem: path for path in home.erasure_outbox.glob("*.jsonl")}
    if erasure_id not in known:
        told = f"Owed: {', '.join(sorted(known))}." if known else "None is owed."
        raise SettingsError(f"erase: no removals are owed for {erasure_id!r}. {told}")
    known[erasure_id].unlink()


def sweep_outbox(home: Home, now: datetime) -> int:
    """Forget what nobody acknowledged in thirty days; return how many erasures that are."""
    gone = 0
    for path in home.erasure_outbox.glob("*.jsonl"):
        written = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        if now - written >= timedelta(days=OUTBOX_DAYS):
            path.unlink()
            gone += 1
    return gone
