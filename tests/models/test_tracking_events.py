"""Of which events the tracking plan is made: every delivery of the window, whoever delivered it.

dbt's unit tests cannot see this: the columns that sources are read by stand in the contract, which
a unit test does not have.
"""

from __future__ import annotations

from collections.abc import Mapping

from model_lab import Lab

# The window of 90 days before the lab's now, 2026-01-31, is half open.
_FIRST, _LAST = "2025-11-02 00:00:00", "2026-01-30 23:59:59"


def _event(
    name: str | None, at: str | None, line: int, source: str = "web"
) -> Mapping[str, object]:
    return {
        "event_id": f"{source}{line}",
        "event_name": name,
        "occurred_at": at,
        "delivered_file": f"{source}.csv",
        "delivered_line": line,
    }


def test_deliveries_of_the_window_are_counted_with_their_lines(apart: Lab) -> None:
    web = [
        _event("first", _FIRST, 1),
        _event("early", "2025-11-01 23:59:59", 2),
        _event("last", _LAST, 3),
        _event("late", "2026-01-31 00:00:00", 4),
        _event(None, _LAST, 5),
        _event("undated", None, 6),
        # The same again is one more delivery.
        _event("twice", _LAST, 7),
        _event("twice", _LAST, 7),
    ]
    apart.give("int_web__events", web)
    apart.give("int_app__events", [_event("last", _LAST, 1, "app")])
    for outcome in apart.run("int_tracking__events", "int_tracking__days"):
        assert outcome.is_good, outcome.message
    found = apart.rows(
        "select source, event_name, event_count, first_file, first_line from int_tracking__days"
        " where property = '(event)' order by all"
    )
    assert found == [
        ("app", "last", 1, "app.csv", 1),
        ("web", "first", 1, "web.csv", 1),
        ("web", "last", 1, "web.csv", 3),
        ("web", "twice", 2, "web.csv", 7),
    ]
