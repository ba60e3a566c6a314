"""dbt's manifest for Dagster: the home's own, or one made from every shipped source.

`python -m orchestration.project HOME CONFIG` prepares a home to read the project in, with every
shipped source on and the configuration's vars, so that no model is left out.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rollcall.build import parse
from rollcall.home import Home
from rollcall.release import prepare_previous
from rollcall.run import quiet_environment
from rollcall.settings import resolve, write_for_dbt
from rollcall.sources import shipped_sources

# A home without a run has no now yet; any fixed one parses alike.
_NO_RUN = datetime(2000, 1, 1, tzinfo=UTC)


def prepare(home: Home, config: Path | None = None) -> Mapping[str, Any]:
    """Parse the project with every shipped source on, below `home`, and return dbt's manifest."""
    settings = resolve(home, sources=list(shipped_sources()), config=config, as_of=_NO_RUN)
    quiet_environment(home)
    write_for_dbt(settings, release_id="000000")
    manifest = parse(home, target=settings.target).manifest
    prepare_previous(home, manifest)
    return manifest


def load_manifest() -> Mapping[str, Any]:
    """Return the manifest that the last run of ROLLCALL_HOME left, or prepare the home first."""
    home = Home.at(os.environ.get("ROLLCALL_HOME") or "home")
    if not home.dbt_manifest.exists():
        return prepare(home)
    manifest: Mapping[str, Any] = json.loads(home.dbt_manifest.read_text(encoding="utf-8"))
    return manifest


if __name__ == "__main__":
    prepare(Home.at(sys.argv[1]), Path(sys.argv[2]))
