"""What a person is told of what is held: a sentence for each reason, and the way out."""

from __future__ import annotations

from pathlib import Path

import duckdb
from rich.console import Console

from rollcall.screen import show_holds


def _shown(release: Path) -> str:
    console = Console(width=200)
    with console.capture() as captured:
        show_holds(console, release)
    return captured.get()


def test_each_hold_is_told_by_every_reason(tmp_path: Path) -> None:
    assert _shown(tmp_path) == ""
    (tmp_path / "tables").mkdir()
    duckdb.execute(
        f"""copy (select * from (values
            ('a', 'emptied', 1, 'held', 'it would be empty.'),
            ('a', 'changed', 2, 'held', 'a second reason.'),
            ('b', 'emptied', 1, 'held', 'it would be empty.'),
            ('c', 'changed', 1, 'approved', 'let through by a person.')
        ) as t (audience, gate, place, status, sentence))
        to '{tmp_path}/tables/audience_holds.parquet' (format parquet)"""
    )
    shown = _shown(tmp_path)
    assert "rollcall release AUDIENCE --by NAME" in shown
    assert "  a, b: it would be empty." in shown
    assert "  a: a second reason." in shown
    assert "let through" not in shown.replace("lets one through", "")
