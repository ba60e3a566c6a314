"""Who is who, and who is out, by the newest state there is: of all that the raw zone holds.

What the last run built tells it. Where more has landed since, or that is not to be had, what is
asked for alone is built anew. What cannot be told stops whoever asks: nothing is done on a guess.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import duckdb

from rollcall.build import build_nodes
from rollcall.errors import BuildError, ReleaseError, SettingsError
from rollcall.home import Home
from rollcall.release import ReleasePlan, next_version, prepare_previous, release_plan
from rollcall.release.seen import built_as_of, note_built
from rollcall.release.tables import STATE_GATES, known_plan
from rollcall.settings import last_written, parse_as_of, resolve


def newest_state(
    home: Home,
    gates: Sequence[str],
    so: str,
    *,
    as_of: datetime | None = None,
    previous: Path | None = None,
) -> ReleasePlan:
    """See to it that these gates in `work.duckdb` tell of all that is loaded; return where.

    They tell of `as_of` or of a later time. `previous` is the release that a build takes for the
    last one, by default the current one; `so` says in errors what is not done. Raises ReleaseError.
    """
    built = built_as_of(home)
    plan = known_plan(home) if built and (as_of is None or built >= as_of) else None
    plan = plan or _rebuild(home, gates, so, as_of, previous)
    missing = [gate for gate in gates if gate not in plan.gates]
    if missing:
        raise ReleaseError(
            f"no dbt model carries config.meta.gate: {missing[0]}. Without it nobody can say who "
            f"is who and who must be left out, so {so}."
        )
    return plan


def _rebuild(
    home: Home, gates: Sequence[str], so: str, as_of: datetime | None, previous: Path | None
) -> ReleasePlan:
    """Build the gates, and what they rest on, from the raw zone. Raises ReleaseError."""
    # A run finishes an erasure that was begun, and an erasure may need this.
    from rollcall.run import prepared, private_files, quiet_environment

    quiet_environment(home)
    try:
        written = last_written(home)
        config = Path(written["config"]) if written.get("config") else None
        last = parse_as_of(written["as_of"])
        settings = resolve(
            home,
            config=config,
            sources=() if config else sorted(written["sources"]),
            as_of=max(last, as_of) if as_of else last,
        )
        parsed, _, _ = prepared(settings, next_version(home))
        plan = release_plan(parsed.manifest)
        prepare_previous(home, parsed.manifest, previous)
        names = [f"+{plan.gates[gate][0]}" for gate in gates if gate in plan.gates]
        with private_files(home.work):
            build_nodes(home, parsed, names, target=settings.target)
    except (BuildError, SettingsError, duckdb.Error) as error:
        told = f"dbt or a setting stops it:\n{error}" if not isinstance(error, duckdb.Error) else ""
        raise ReleaseError(
            f"{home.work}: what all that is loaded says of who is who and who is out cannot be "
            f"told, so {so}. {told}\nMend that and do it again, or `rollcall run` first."
        ) from error
    if set(STATE_GATES) <= set(gates):
        note_built(home, settings.as_of)
    return plan
