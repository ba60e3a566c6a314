"""What has lain in quarantine for too long: it goes, and the ledger counts it as expired.

A refused line holds whatever a source sent, and nobody mends it after months.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import duckdb

from rollcall.definitions import variables_in_force
from rollcall.home import Home
from rollcall.ingest.ledger import NO_CONTENT, Ledger, Load
from rollcall.ingest.quarantine import Quarantine
from rollcall.ingest.raw_zone import count_rows
from rollcall.settings import Settings


def kept_since(settings: Settings) -> datetime:
    """Return when what still stays in quarantine was read at the earliest, UTC without a zone."""
    days = variables_in_force(settings.variables)["quarantine_days"]
    return settings.as_of_utc - timedelta(days=days)


def expire(
    home: Home, connection: duckdb.DuckDBPyConnection, ledger: Ledger, before: datetime
) -> Iterator[tuple[Load, int]]:
    """Remove what was read before `before`; go over the loads that lost lines, and how many.

    The files go first: a run that is killed before the ledger is written finds the same loads
    again. A file that cannot be read is read anew by each run while it lies in the landing folder,
    so what is kept of it expires once it is gone from there.
    """
    quarantine = Quarantine(home)
    for load in [one for one in ledger.loads.values() if one.loaded_at < before]:
        key = (load.source, load.table_name, load.load_id)
        quarantine.drop_entries(*key)
        quarantine.drop_copy(*key)
        if not load.quarantined_count:
            continue
        # Lines that a killed replay has brought into the raw zone are no longer in quarantine.
        mended = max(0, count_rows(home, connection, *key) - load.accepted_count)
        expired = load.quarantined_count - mended
        ledger.put(
            replace(
                load,
                accepted_count=load.accepted_count + mended,
                quarantined_count=0,
                expired_count=(load.expired_count or 0) + expired,
            )
        )
        yield load, expired
    _remove_unknown(quarantine, ledger, before)


def _remove_unknown(quarantine: Quarantine, ledger: Ledger, before: datetime) -> None:
    """Remove what a killed run left of a load that the ledger never knew."""
    for _, _, folder in quarantine.folders():
        for path in folder.iterdir():
            load_id = path.name.split(".")[0]
            if load_id in ledger.loads or load_id.startswith(NO_CONTENT):
                continue
            if datetime.fromtimestamp(path.stat().st_mtime, UTC).replace(tzinfo=None) < before:
                path.unlink()
