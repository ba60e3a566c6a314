"""Whoever rolls back at night reads at once that nothing is to be sent."""

from __future__ import annotations

import pytest
from rich.console import Console

from rollcall.release import Manifest
from rollcall.rollback import RolledBack
from rollcall.screen import show_rollback


def _shown(capsys: pytest.CaptureFixture[str], *statuses: str) -> str:
    audiences = {str(at): {"status": status} for at, status in enumerate(statuses)}
    rollback = {"from": "000002", "to": "000001"}
    made = Manifest("000003", "", "", {}, {}, {}, audiences, rollback=rollback)
    show_rollback(Console(width=100), RolledBack(made, 0, {"held": 4}))
    return capsys.readouterr().out


def test_it_says_how_many_audiences_are_held(capsys: pytest.CaptureFixture[str]) -> None:
    shown = _shown(capsys, "held", "approved", "held")
    assert "Audiences held: 2. `rollcall status` says why." in shown
    assert "held" in shown.split("People erased")[0]


def test_where_none_is_it_says_nothing_of_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert "Audiences held" not in _shown(capsys, "approved")
