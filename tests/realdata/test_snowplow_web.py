"""A tracker's edge cases: whose a session is, beside its own package's one-step stitching."""

from __future__ import annotations

import csv
import shutil
from collections import defaultdict
from pathlib import Path

import pytest

pytestmark = pytest.mark.realdata

AS_OF = "2021-04-01T00:00:00Z"
DATA = "snowplow_web/integration_tests/data"


@pytest.fixture(scope="module")
def home(rollcall, realdata: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("snowplow_web")
    table = folder / "landing" / "snowplow_web" / "events"
    table.mkdir(parents=True)
    shutil.copy(realdata / DATA / "source" / "snowplow_web_events.csv", table)
    rollcall(*("run", "--landing", folder / "landing", "--home", folder / "home", "--as-of", AS_OF))
    return folder / "home"


@pytest.fixture(scope="module")
def sessions(realdata: Path) -> list[dict[str, str]]:
    path = realdata / DATA / "expected" / "default" / "snowplow_web_sessions_expected.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _own(text: str | None) -> str | None:
    return text.removeprefix("snowplow_web:") if text else None


def test_every_event_once(home: Path, worked) -> None:
    assert worked(home, "select count(*) from int_unified__events") == [(157,)]


def test_one_step_stitching(home: Path, sessions, worked) -> None:
    """The user of the latest event of a cookie, for all of its sessions: the package's own rule."""
    latest = dict(
        worked(
            home,
            "select anonymous_id, max_by(user_id, (occurred_at, event_id))"
            " from int_unified__events where anonymous_id is not null group by anonymous_id",
        )
    )
    stitched = [_own(latest.get(f"snowplow_web:{row['domain_userid']}")) for row in sessions]
    assert len(stitched) == 18
    assert stitched == [row["stitched_user_id"] or None for row in sessions]
    changed = [
        user
        for user, row in zip(stitched, sessions, strict=True)
        if user is not None and user != row["user_id"]
    ]
    assert len(changed) == 2
    assert stitched.count(None) == 1


def test_where_rollcall_differs(home: Path, sessions, worked) -> None:
    """docs/identity.md says why: ten users of one cookie, and a session without a cookie."""
    users = dict(
        worked(
            home,
            "select customer_id, identifier_value from identity_map"
            " where identifier_type = 'user_id'",
        )
    )
    found: dict[str, set[str | None]] = defaultdict(set)
    for session, customer in worked(home, "select source_session_id, customer_id from sessions"):
        found[session].add(_own(users.get(customer)))
    differs = {
        row["domain_sessionid"][:8]: found[row["domain_sessionid"]]
        for row in sessions
        if found[row["domain_sessionid"]] != {row["stitched_user_id"] or None}
    }
    stitch = "user stitch - session: {} id: {}"
    assert differs == {
        "79831fae": {stitch.format("1st", number) for number in (1, 2)},
        "37b340c1": {stitch.format("2nd", number) for number in range(3, 11)},
        "b5c4939c": {"NULL domain_userid"},
    }
    # Nobody's session went to two people where one person signed in.
    assert all(len(found[row["domain_sessionid"]]) == 1 for row in sessions
               if row["domain_sessionid"][:8] not in differs)  # fmt: skip
