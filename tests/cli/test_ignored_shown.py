"""What a person is told of what a run passed over: a short list, and counts of the harmless."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from rollcall.ingest import Ignored, IgnoredPath
from rollcall.screen import show_ignored
from rollcall.shown import SafeConsole


def _passed_over(name: str, kind: Ignored = Ignored.UNKNOWN_SOURCE) -> IgnoredPath:
    return IgnoredPath(Path("/in") / name, "shop", kind, "no source of this name", "Rename it.")


def _shown(found: Sequence[IgnoredPath]) -> list[str]:
    console: Console = SafeConsole(width=60)
    with console.capture() as captured:
        show_ignored(console, found)
    return captured.get().splitlines()


def test_nothing_is_no_line() -> None:
    assert _shown([]) == []


def test_ten_are_named_and_the_rest_is_counted() -> None:
    ten = [_passed_over(f"[red]{number}") for number in range(10)]
    lines = _shown(ten)
    assert lines[0] == "PASSED OVER: 10 in the landing."
    assert lines[1] == "  /in/[red]0: no source of this name. Rename it."
    assert len(lines) == 11
    lines = _shown([*ten, _passed_over("more\nor less"), _passed_over("last")])
    assert (len(lines), lines[-1]) == (12, "  and 2 more")


def test_what_is_left_by_its_name_is_counted_alone() -> None:
    found = [_passed_over(f"_{number}", Ignored.BEING_WRITTEN) for number in range(3)]
    lines = _shown([*found, _passed_over("README", Ignored.NO_DELIVERY)])
    assert lines == [
        "Not read, still being written by their name (`_` or `.` first, `.tmp`, `.part`): 3.",
        "Not read, no delivery by their name (README, checksums): 1.",
    ]
