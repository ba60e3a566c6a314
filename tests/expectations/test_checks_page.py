"""The page of what is checked where says what stands in the files, and no check stands twice."""

from __future__ import annotations

from rollcall.checks_page import PAGE, page
from rollcall.sources import PROJECT_ROOT


def test_the_page_of_checks_is_current() -> None:
    written = (PROJECT_ROOT / PAGE).read_text(encoding="utf-8")
    assert written == page(), "run make catalogue"


def test_each_way_of_checking_is_on_it() -> None:
    rows = [line.split(" | ") for line in page().splitlines() if line.startswith("| ")][1:]
    count = {by: sum(row[1] == by for row in rows) for by in ("ingest", "dbt", "GX")}
    assert count["ingest"] > 20
    assert count["dbt"] > 100
    assert count["GX"] > 300
    # A suite's rule says who answers for it and why it stands.
    assert all(row[4].strip() and row[5].strip(" |") for row in rows if row[1] == "GX")
    assert len({tuple(row[:3]) for row in rows}) == len(rows)
