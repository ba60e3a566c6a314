"""Readers see one whole version: the old one until the flip, the new one after it."""

from __future__ import annotations

import errno
import os
import shutil
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from rollcall.errors import ReleaseError, SettingsError
from rollcall.home import Home
from rollcall.release import (
    Manifest,
    check_as_of,
    check_current,
    kept_versions,
    linked_version,
    next_version,
    sweep,
    verify,
)
from rollcall.release.publish import current_version

AS_OF = datetime(2026, 7, 1, tzinfo=UTC)
Release = Callable[..., Manifest]
Change = Callable[[str], None]


def rows(home: Home, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(home.current / "serving.duckdb"), read_only=True) as serving:
        return serving.execute(sql).fetchall()


def test_release_holds_every_table_and_says_so(home: Home, release: Release) -> None:
    made = release()
    assert made.version == "000001"
    assert home.current.resolve() == home.releases / "000001"
    assert {name: entry.rows for name, entry in made.files.items()} == {
        "tables/audiences.parquet": 1,
        "tables/customers.parquet": 3,
        "tables/members.parquet": 2,
        "serving.duckdb": 6,
        "analytics.duckdb": 6,
    }
    counts = {"qualified_count": 2, "member_count": 2}
    assert made.audiences == {"a": {"status": "released", "reason": None, **counts}}
    assert verify(home.current.resolve()) == made
    assert rows(home, "select customer_id from members") == [("c1",), ("c2",)]


def test_serving_file_opens_in_older_clients(home: Home, release: Release) -> None:
    """DuckDB 1.2 writes version 65 and refuses anything newer."""
    release()
    header = (home.current / "serving.duckdb").read_bytes()[8:20]
    assert header[:4] == b"DUCK"
    assert int.from_bytes(header[4:12], "little") == 65


def test_watermarks_count_what_is_live(home: Home, release: Release) -> None:
    home.ledger.mkdir()
    duckdb.execute(
        f"""copy (
            select * from (values
                ('shop', true, 7, timestamp '2026-06-01', 'loaded'),
                ('shop', true, 3, timestamp '2026-06-02', 'loaded'),
                ('shop', false, 90, timestamp '2026-06-03', 'loaded'),
                ('shop', true, 0, timestamp '2026-06-04', 'unreadable')
            ) as t (source, is_live, accepted_count, loaded_at, status)
        ) to '{home.ledger}/loads.parquet' (format parquet)"""
    )
    assert release(freshness_days={"shop": 2}).watermarks == {
        "shop": {
            "loads": 3,
            "accepted": 10,
            "freshness_days": 2,
            "latest_loaded_at": "2026-06-02T00:00:00+00:00",
        }
    }


def test_same_candidate_gives_same_bytes(home: Home, release: Release, change: Change) -> None:
    first = release()
    # The same rows, delivered in another order.
    change("create or replace table members as select * from members order by customer_id")
    second = release()
    parquet = [name for name in first.files if name.endswith(".parquet")]
    assert len(parquet) == 3
    assert [first.files[name] for name in parquet] == [second.files[name] for name in parquet]


def test_reader_of_the_old_release_is_undisturbed(
    home: Home, release: Release, change: Change
) -> None:
    release()
    reader = duckdb.connect(str(home.current.resolve() / "serving.duckdb"), read_only=True)
    assert reader.execute("select count(*) from customers").fetchone() == (3,)
    change("insert into customers values ('c4', 'four')")
    for _ in range(4):  # far enough that the reader's release is pruned
        release()
    assert not (home.releases / "000001").exists()
    assert reader.execute("select max(name) from customers").fetchone() == ("two",)
    assert reader.execute("select count(*) from customers").fetchone() == (3,)
    assert rows(home, "select count(*) from customers") == [(4,)]


def test_last_three_releases_stay(home: Home, release: Release) -> None:
    for _ in range(5):
        release()
    assert sorted(path.name for path in home.releases.iterdir()) == ["000003", "000004", "000005"]
    assert home.current.resolve().name == "000005"


@pytest.mark.parametrize(
    "moment", ["_write_serving", "_write_analytics", "fsync_tree", "_watermarks"]
)
def test_failure_before_the_flip_changes_nothing(
    home: Home, release: Release, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    old = release()

    def fail(*_: Any) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(sys.modules["rollcall.release.publish"], moment, fail)
    with pytest.raises(ReleaseError, match="could not be written"):
        release()
    assert home.current.resolve().name == "000001"
    assert verify(home.current.resolve()) == old
    monkeypatch.undo()
    sweep(home)
    assert [path.name for path in home.releases.iterdir()] == ["000001"]
    assert release().version == "000002"


def test_what_cannot_be_removed_does_not_hide_that_the_release_is_current(
    home: Home, release: Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(sys.modules["rollcall.release.publish"], "_prune", fail)
    with pytest.raises(ReleaseError, match="release 000001 is current, but an older") as caught:
        release()
    assert "The old release stands" not in str(caught.value)
    assert verify(home.current.resolve()).version == "000001"


def test_release_never_made_current_is_swept(home: Home, release: Release) -> None:
    """A run killed between the rename and the flip leaves a whole release that nobody reads."""
    release()
    (home.releases / "000002").mkdir()
    assert next_version(home) == "000003"
    sweep(home)
    assert next_version(home) == "000002"
    assert home.current.resolve().exists()


def test_first_release_never_made_current_is_swept(home: Home, release: Release) -> None:
    made = release()
    # A run that was killed before the flip has told of no link.
    home.current.unlink()
    home.linked.unlink()
    check_current(home)
    sweep(home)
    assert release().files == made.files
    assert home.current.resolve().name == "000001"


def test_broken_current_release_is_not_carried_forward(home: Home, release: Release) -> None:
    check_current(home)
    release()
    release()
    check_current(home)
    table = home.current.resolve() / "tables" / "members.parquet"
    whole = table.read_bytes()
    table.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    with pytest.raises(ReleaseError, match=r"members\.parquet: differs"):
        check_current(home)
    table.write_bytes(whole)
    check_current(home)


@pytest.mark.parametrize("releases", [1, 2])
@pytest.mark.parametrize(
    ("target", "way_out"),
    [("releases/000009", "`rollcall rollback` goes back"), (None, "`ln -s releases/{last} ")],
)
def test_link_that_is_lost_or_leads_nowhere_begins_no_new_history(
    home: Home, release: Release, releases: int, target: str | None, way_out: str
) -> None:
    for _ in range(releases):
        release()
    kept = [f"{one + 1:06d}" for one in range(releases)]
    home.current.unlink()
    if target:
        home.current.symlink_to(target)
    with pytest.raises(ReleaseError, match=way_out.format(last=kept[-1])):
        check_current(home)
    sweep(home)
    assert kept_versions(home) == kept
    home.current.unlink(missing_ok=True)
    home.current.symlink_to(f"releases/{kept[-1]}")
    check_current(home)


def test_link_of_a_home_of_an_older_version_is_told_by_its_next_run(
    home: Home, release: Release
) -> None:
    release()
    home.linked.unlink()
    check_current(home)
    home.current.unlink()
    with pytest.raises(ReleaseError, match="the link to the current release is gone"):
        check_current(home)


def test_copy_that_followed_links_is_refused(home: Home, release: Release, tmp_path: Path) -> None:
    for _ in range(3):
        release()
    copy = Home.at(tmp_path / "copy")
    shutil.copytree(home.root, copy.root)
    for refused in (current_version, linked_version, check_current, sweep):
        with pytest.raises(ReleaseError, match=r"not a link .*`ln -s releases/000003 "):
            refused(copy)
    assert kept_versions(copy) == kept_versions(home)
    shutil.rmtree(copy.current)
    copy.current.symlink_to("releases/000003")
    check_current(copy)


def test_result_that_failed_or_is_missing_publishes_nothing(home: Home, release: Release) -> None:
    done = dict.fromkeys(
        [
            f"model.rollcall.{name}"
            for name in ("customers", "members", "audiences", "denied", "erased")
        ],
        "success",
    )
    with pytest.raises(ReleaseError, match=r"sendable: not built by this run"):
        release(results=done)
    done["model.rollcall.sendable"] = "success"
    with pytest.raises(ReleaseError, match=r"test\.x: dbt says fail"):
        release(results={**done, "test.x": "fail"})
    assert not home.current.exists()
    assert release(results={**done, "test.y": "pass"}).version == "000001"


def test_earlier_as_of_is_refused(home: Home, release: Release) -> None:
    check_as_of(home, AS_OF - timedelta(days=9), 30)
    release()
    check_as_of(home, AS_OF, 30)
    with pytest.raises(SettingsError, match="look back in another --home"):
        check_as_of(home, AS_OF - timedelta(microseconds=1), 30)


def test_leap_of_the_clock_is_refused(home: Home, release: Release) -> None:
    check_as_of(home, AS_OF + timedelta(days=3650), 30)
    release()
    check_as_of(home, AS_OF + timedelta(days=30), 30)
    with pytest.raises(SettingsError, match=r"more than 30 days after .* the var longest_gap_days"):
        check_as_of(home, AS_OF + timedelta(days=30, microseconds=1), 30)
