"""What a person may let through: what the current release holds, by name, and once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from rollcall.errors import ReleaseError, SettingsError
from rollcall.home import Home
from rollcall.release import check_approvals
from rollcall.release.approval import check_let_through

Change = Callable[[str], None]
Release = Callable[..., Any]


def test_only_what_is_held_is_let_through_and_only_by_name(
    home: Home, change: Change, release: Release
) -> None:
    change("update audiences set status = 'held'")
    change("insert into audiences values ('b', 'released', null, 0, 0)")
    release()
    check_approvals(home, {"a": "Ann Ek"})
    check_approvals(home, {})
    with pytest.raises(SettingsError, match=r"'b' is not held\. Held: a\."):
        check_approvals(home, {"b": "Ann Ek"})
    with pytest.raises(SettingsError, match="'nowhere' is not held"):
        check_approvals(home, {"a": "Ann Ek", "nowhere": "Ann Ek"})
    with pytest.raises(SettingsError, match="--by is blank"):
        check_approvals(home, {"a": " "})


def test_where_nothing_is_held_nothing_is_let_through(home: Home, release: Release) -> None:
    with pytest.raises(ReleaseError, match="nothing is released here yet"):
        check_approvals(home, {"a": "Ann Ek"})
    release()
    with pytest.raises(SettingsError, match="None is held"):
        check_approvals(home, {"a": "Ann Ek"})


def test_what_stays_held_all_the_same_is_told() -> None:
    audiences = {
        "a": {"status": "approved", "reason": "changed"},
        "b": {"status": "held", "reason": "consent_stale"},
        "c": {"status": "held", "reason": "emptied"},
    }
    check_let_through(audiences, {"a": "Ann Ek"})
    check_let_through(audiences, {})
    with pytest.raises(ReleaseError, match="release: b: still held, consent_stale"):
        check_let_through(audiences, {"a": "Ann Ek", "b": "Ann Ek"})
