"""A home whose old events and messages are reduced publishes what one that keeps all publishes.

The same landing is read by both. What may differ is told in docs/retention.md, column by column.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest

from expectations.runner import validate
from rollcall.home import Home

pytestmark = pytest.mark.whole

PROJECT = Path(__file__).resolve().parents[2]
UNTIL = "2026-07-01T00:00:00Z"
DAYS = {"web": "events: 90", "app": "events: 90", "email_platform": "messages: 60"}
# What is told over all time of products, categories and places, which old events do not know.
MAY_DIFFER = {
    "customer_360": {
        "current_country",
        "last_browsed_category",
        "product_viewed_again_at",
        "wish_left_at",
    },
    # A member's fields, of which the one falls back on the other, and the hash over them.
    "audience_memberships": {"last_browsed_category", "preferred_category", "fields_hash"},
}
# Rows that are told apart without the columns that may differ.
KEYS = {"customer_360": ["customer_id"], "audience_memberships": ["audience", "customer_id"]}
# What the roll-ups and identity rest on; the first has every column of an event that is kept.
INNER = {
    "int_unified__events": "source, event_id, occurred_at, event_name, user_id, anonymous_id, "
    "email, session_id, platform, utm_medium, utm_campaign, value_amount, currency",
    "int_unified__messages": "* exclude (link_url, link_category)",
    "int_activity__identifier_days": "*",
    "int_activity__identifier_features": "*",
    "int_identity__observations": "*",
}
REDUCED = ("web/page_events", "app/app_events", "email_platform/activity")


@dataclass(frozen=True)
class Homes:
    """A home that keeps all, one that does not, and what was said of the second."""

    whole: Path
    reduced: Path
    output: str


@pytest.fixture(scope="module")
def homes(rollcall, tmp_path_factory: pytest.TempPathFactory) -> Homes:
    folder = tmp_path_factory.mktemp("retention")
    landing = folder / "landing"
    sample = ("sample", "--out", landing, "--customers", "50", "--days", "200", "--until", UNTIL)
    rollcall(*sample, "--seed", "5")
    # One window is longer than what is kept, which a run warns of.
    shutil.copytree(PROJECT / "config" / "shop", folder / "keeps_all")
    whole = (folder / "keeps_all" / "rollcall.yml").read_text(encoding="utf-8")
    whole = whole.replace("vars:\n", "vars:\n  watched_product_days: 91\n")
    (folder / "keeps_all" / "rollcall.yml").write_text(whole, encoding="utf-8")
    shutil.copytree(folder / "keeps_all", folder / "reduces")
    for source, days in DAYS.items():
        whole = whole.replace(f"  {source}: {{}}", f"  {source}: {{retention_days: {{{days}}}}}")
    (folder / "reduces" / "rollcall.yml").write_text(whole, encoding="utf-8")
    homes = Homes(folder / "whole", folder / "reduced", "")
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("ROLLCALL_", "DBT_"))}
    runs = [f"{homes.whole}={folder / 'keeps_all'}", f"{homes.reduced}={folder / 'reduces'}"]
    done = subprocess.run(
        [sys.executable, PROJECT / "tests" / "whole" / "bare_runs.py", landing, UNTIL, *runs],
        cwd=PROJECT,
        env={**inherited, "PYTHONPATH": str(PROJECT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    return Homes(homes.whole, homes.reduced, done.stdout)


def _rows(sql: str) -> list[tuple[Any, ...]]:
    return duckdb.execute(sql).fetchall()


def _columns(path: Path) -> list[str]:
    return [str(name) for (name, *_) in _rows(f"describe from '{path}'")]


def _raw(home: Path, place: str, columns: str, rest: str = "order by all") -> list[Any]:
    """Ask a raw table."""
    files = home / "raw" / place / "*.parquet"
    return _rows(f"select {columns} from read_parquet('{files}', union_by_name = true) {rest}")


def test_old_rows_are_reduced_and_young_ones_are_whole(homes: Homes) -> None:
    for place, gone in (("web/page_events", "path"), ("email_platform/activity", "link_category")):
        told = f"count(*), count(_reduced_at), count({gone}) filter (where _reduced_at is not null)"
        [(rows, reduced, left)] = _raw(homes.reduced, place, told)
        assert 50 < reduced < rows - 50, place
        assert left == 0, place
    every = "event_id, event, ts, path, properties, sku, _line"
    young = _raw(homes.reduced, "web/page_events", every, "where _reduced_at is null")
    assert set(young) < set(_raw(homes.whole, "web/page_events", every))


def test_rules_that_stop_a_release_hold_on_what_is_left(homes: Homes) -> None:
    told = "count(*) filter (where type = 'bounce' and _reduced_at is not null)"
    [(bounces,)] = _raw(homes.reduced, "email_platform/activity", told, "")
    assert bounces > 0
    tables = ("int_unified__events", "int_unified__messages")
    results = validate(Home.at(homes.reduced), tables)
    assert {result.table for result in results} == set(tables)
    failed = [one for one in results if one.severity == "error" and not one.success]
    assert failed == []


def test_no_line_is_lost_to_the_ledger(homes: Homes) -> None:
    ledger = homes.reduced / "ledger" / "loads.parquet"
    counts = "sum(accepted_count)::int, sum(quarantined_count)::int, sum(reduced_count)::int"
    for place in REDUCED:
        source, table = place.split("/")
        found = f"from '{ledger}' where source = '{source}' and table_name = '{table}'"
        [(accepted, quarantined, reduced)] = _rows(f"select {counts} {found}")
        assert [(accepted, reduced)] == _raw(homes.reduced, place, "count(*), count(_reduced_at)")
        whole = homes.whole / "ledger" / "loads.parquet"
        [(lines,)] = _rows(
            f"select sum(accepted_count + quarantined_count)::int from '{whole}' "
            f"where source = '{source}' and table_name = '{table}'"
        )
        assert accepted + quarantined == lines


@pytest.mark.parametrize("model", sorted(INNER))
def test_identity_and_the_roll_ups_rest_on_the_same(homes: Homes, model: str) -> None:
    found = []
    for home in (homes.whole, homes.reduced):
        with duckdb.connect(str(home / "work.duckdb"), read_only=True) as work:
            query = f"select {INNER[model]} from {model} order by all"
            found.append(work.execute(query).fetchall())
    assert len(found[0]) > 20 or model == "int_activity__identifier_features"
    assert found[0] == found[1]


def _same(paths: Sequence[Path], columns: Sequence[str]) -> bool:
    """Say whether two tables have the same rows of these columns."""
    chosen = ", ".join(f'"{name}"' for name in columns)
    whole, reduced = (_rows(f"select {chosen} from '{path}' order by all") for path in paths)
    return whole == reduced


def test_nothing_else_differs_than_what_the_docs_say(homes: Homes) -> None:
    both = (homes.whole, homes.reduced)
    tables = sorted(path.stem for path in (homes.whole / "current" / "tables").iterdir())
    assert len(tables) > 30
    differing: dict[str, set[str]] = {}
    for table in tables:
        paths = [home / "current" / "tables" / f"{table}.parquet" for home in both]
        allowed = MAY_DIFFER.get(table, set())
        shared = [name for name in _columns(paths[0]) if name not in allowed]
        assert _same(paths, shared), table
        for column in allowed:
            if not _same(paths, [*KEYS[table], column]):
                differing.setdefault(table, set()).add(column)
    assert differing == MAY_DIFFER
    text = (PROJECT / "docs" / "retention.md").read_text(encoding="utf-8")
    for column in set().union(*MAY_DIFFER.values()):
        assert f"`{column}`" in text


def test_a_window_that_looks_back_further_is_told(homes: Homes) -> None:
    [*_, web] = [line for line in homes.output.splitlines() if line.startswith("warning: source")]
    assert "source web keeps its events whole for 90 days" in web
    assert "var watched_product_days (91 days)" in web
    assert "trait" not in web
    assert "email_platform" not in homes.output


def test_status_says_how_much_was_reduced(rollcall, homes: Homes) -> None:
    shown = rollcall("status", "--home", homes.reduced).stdout
    assert "reduced" in shown
    assert "reduced" not in rollcall("status", "--home", homes.whole).stdout


def test_an_erasure_finds_a_person_in_what_was_kept(rollcall, released, homes: Homes) -> None:
    """Last, since it changes the home: nothing of theirs is left in the raw zone."""
    ranked = "where _reduced_at is not null and user_id <> '' group by user_id order by all desc"
    [(_, user), *_] = _raw(homes.reduced, "web/page_events", "count(*), user_id", ranked)
    query = (
        "select identifier_value from identity_map where customer_id = (select customer_id from "
        f"identity_map where identifier_type = 'user_id' and identifier_value = '{user}')"
    )
    words = [value for (value,) in released(homes.reduced, query)]
    assert len(words) > 1
    assert _found(homes.reduced, words)
    rollcall("erase", user, "--type", "user_id", "--home", homes.reduced)
    assert _found(homes.reduced, words) == []
    ledger = homes.reduced / "ledger" / "loads.parquet"
    for place in REDUCED:
        source, table = place.split("/")
        found = _rows(
            "select sum(accepted_count)::int, sum(reduced_count)::int, sum(erased_count)::int > 0 "
            f"from '{ledger}' where source = '{source}' and table_name = '{table}'"
        )
        told = _raw(homes.reduced, place, "count(*), count(_reduced_at)")
        assert [row[:2] for row in found] == told, place
        assert found[0][2] or source != "web"


def _found(home: Path, words: list[str]) -> list[str]:
    """Return the raw files that hold one of some words in any column."""
    found = []
    for path in sorted((home / "raw").rglob("*.parquet")):
        texts = [text.lower() for (text,) in _rows(f"select to_json(t)::text from '{path}' as t")]
        if any(f'"{word.lower()}"' in text for text in texts for word in words):
            found.append(str(path.relative_to(home)))
    return found
