"""Who turns a source off is told what counts for nothing; a no is never turned off."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from rollcall.errors import SettingsError
from rollcall.home import Home
from rollcall.ingest import ingest
from rollcall.ingest.silenced import silenced_sources
from rollcall.settings import Settings, resolve

CONSENTS = (
    "consent_id,user_id,email,phone,purpose,status,occurred_at\n"
    "c1,u1,,,ads,denied,2026-01-01T00:00:00Z\n"
)
REQUESTS = "request_id,requested_at,user_id,email,phone\nr1,2026-01-01T00:00:00Z,u1,,\n"


def _settings(home: Home, sources: Sequence[str], landing: Path) -> Settings:
    return resolve(home, sources=sources, landings=[landing])


def _land(landing: Path, place: str, text: str) -> None:
    path = landing / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("table", "text"), [("consents", CONSENTS), ("erasure_requests", REQUESTS)]
)
def test_who_said_no_is_not_silenced(tmp_path: Path, table: str, text: str) -> None:
    home, landing = Home.at(tmp_path / "home"), tmp_path / "landing"
    _land(landing, "web/page_events/none.csv", "")
    assert silenced_sources(_settings(home, ["web"], landing)) == []
    _land(landing, f"preference_centre/{table}/a.csv", text)
    ingest(_settings(home, ["preference_centre"], landing))
    assert silenced_sources(_settings(home, ["preference_centre", "web"], landing)) == []
    with pytest.raises(SettingsError, match="preference_centre has told who said no"):
        silenced_sources(_settings(home, ["web"], landing))


def test_any_other_source_is_named(tmp_path: Path) -> None:
    home, landing = Home.at(tmp_path / "home"), tmp_path / "landing"
    for place in ("pos/receipts/a.jsonl", "web/page_events/a.jsonl"):
        _land(landing, place, "{}\n")
    ingest(_settings(home, ["pos", "web"], landing))
    [warning] = silenced_sources(_settings(home, ["web"], landing))
    assert warning.startswith("pos has delivered and is not on")
