"""Letting through what a release held: only what was held, and as it was kept then."""

from __future__ import annotations

from collections.abc import Mapping

from rollcall.errors import ReleaseError, SettingsError
from rollcall.home import Home
from rollcall.release.manifest import read_manifest

HELD = "held"


def held_audiences(audiences: Mapping[str, Mapping[str, object]]) -> list[str]:
    """Return the audiences that a manifest says were held."""
    return sorted(name for name, entry in audiences.items() if entry.get("status") == HELD)


def check_let_through(
    audiences: Mapping[str, Mapping[str, object]], approvals: Mapping[str, str]
) -> None:
    """Raise ReleaseError where a release still holds what a person let through with its run."""
    kept = [audience for audience in approvals if audience in held_audiences(audiences)]
    if kept:
        raise ReleaseError(
            f"release: {', '.join(kept)}: still held, {audiences[kept[0]].get('reason')}. The rest "
            "of the run is released. `rollcall status` says what to do."
        )


def check_approvals(home: Home, approvals: Mapping[str, str]) -> None:
    """Refuse to let through what the current release does not hold, or without a name.

    The caller has verified the release. Raises SettingsError; ReleaseError where there is none.
    """
    if not approvals:
        return
    if not home.current.exists():
        raise ReleaseError(f"{home.current}: nothing is released here yet, so nothing is held.")
    held = held_audiences(read_manifest(home.current.resolve()).audiences)
    for audience, approver in approvals.items():
        if audience not in held:
            known = f"Held: {', '.join(held)}." if held else "None is held."
            raise SettingsError(f"release: audience {audience!r} is not held. {known}")
        if not approver.strip():
            raise SettingsError("release: --by is blank. Give the name of who lets it through.")
