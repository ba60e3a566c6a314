"""What a person is told of figures that drifted and of what the sources send."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb
from rich.console import Console

from rollcall.screen import show_drift, show_tracking


def _shown(show: Callable[[Console, Path], None], release: Path) -> str:
    console = Console(width=200)
    with console.capture() as captured:
        show(console, release)
    return captured.get()


def _table(release: Path, name: str, select: str) -> None:
    (release / "tables").mkdir(exist_ok=True)
    duckdb.execute(f"copy ({select}) to '{release}/tables/{name}.parquet' (format parquet)")


def test_a_figure_that_drifted_is_told_with_its_bounds(tmp_path: Path) -> None:
    assert _shown(show_drift, tmp_path) == ""
    _table(
        tmp_path,
        "table_profiles",
        """select * replace (figure_value::double as figure_value,
            lower_bound::double as lower_bound, upper_bound::double as upper_bound) from (values
            (timestamp '2026-01-31', 'orders', 'all', 'row_count', 'all', 3, 90, 110, 'past',
             false),
            (timestamp '2026-01-31', 'orders', 'status', 'share', 'odd', 1, null, null, 'too_few',
             true),
            (timestamp '2026-01-31', 'events', 'all', 'row_count', 'all', 5, 1, 9, 'ok', false),
            (timestamp '2026-01-30', 'sessions', 'all', 'row_count', 'all', 3, 5, 9, 'past', false)
        ) as t (released_as_of, table_name, column_name, statistic, subject, figure_value,
                lower_bound, upper_bound, status, is_never_seen)""",
    )
    shown = _shown(show_drift, tmp_path)
    assert "90 to 110" in shown
    assert "never seen" in shown
    assert "events" not in shown
    assert "sessions" not in shown


def test_what_changed_in_this_release_is_told_with_its_first_line(tmp_path: Path) -> None:
    assert _shown(show_tracking, tmp_path) == ""
    _table(
        tmp_path,
        "audience_release_history",
        "select unnest([timestamp '2026-01-31', timestamp '2026-01-30']) as released_as_of",
    )
    _table(
        tmp_path,
        "tracking_plan",
        """select * from (values
            ('web', 'e', '(event)', 'event', 'appeared', timestamp '2026-01-31', date '2026-01-30'),
            ('web', 'e', 'p', 'text', 'changed_kind', timestamp '2026-01-31', date '2026-01-30'),
            ('web', 'f', 'q', 'text', 'vanished', timestamp '2026-01-31', date '2026-01-20'),
            ('web', 'f', 'q', 'number', 'vanished', timestamp '2026-01-31', date '2026-01-22'),
            ('web', 'g', '(event)', 'event', 'appeared', timestamp '2026-01-30', date '2026-01-30'),
            ('web', 'h', '(event)', 'event', null, null, date '2026-01-30')
        ) as t (source, event_name, property, value_kind, change, changed_as_of, last_date),
        (values ('events.csv', 7)) as place (first_file, first_line)""",
    )
    assert _shown(show_tracking, tmp_path).splitlines() == [
        "What the sources send (tracking_plan)",
        "  vanished: web: f.q, last on 2026-01-22",
        "  changed kind: web: e.p, first in events.csv:7",
        "  appeared: web: e, first in events.csv:7",
    ]
