"""Sources that have delivered and are not on any more: what they told counts for nothing."""

from __future__ import annotations

import duckdb

from rollcall.errors import SettingsError
from rollcall.ingest.ledger import Ledger
from rollcall.settings import Settings
from rollcall.sources import shipped_sources

# Without these everybody would count as if they had never said no, or never asked to go.
_NEVER_SILENCED = {"consents", "erasure_requests"}


def silenced_sources(settings: Settings) -> list[str]:
    """Return a warning of each source whose loads count and that is not on.

    Raises SettingsError where one of them told who said no, or who asked to be erased; IngestError
    where the ledger cannot be read.
    """
    with duckdb.connect() as connection:
        ledger = Ledger(settings.home, connection)
    live = ledger.live
    told = {load.source for load in ledger.loads.values() if load.load_id in live}
    silenced = sorted(told - set(settings.sources))
    shipped = shipped_sources() if silenced else {}
    for source in silenced:
        if source in shipped and _NEVER_SILENCED & set(shipped[source].provides):
            raise SettingsError(
                f"{source} has told who said no or asked to be erased, and is not on: everybody "
                "would count as if they had never said so. Turn it on in rollcall.yml; one that "
                "delivers no more stays on with a long freshness_days."
            )
    return [
        f"{source} has delivered and is not on: what it told counts for nothing in this run."
        for source in silenced
    ]
