"""Three people over six releases: sign-up, a shared laptop, a new address, a wrong merge, a cut.

The landing folders and `expected.yml` in `story/` were written before any of it was run.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from evidence import ask

pytestmark = pytest.mark.whole

STORY = Path(__file__).parent / "story"
PROJECT = Path(__file__).resolve().parents[2]
RELEASES = yaml.safe_load((STORY / "expected.yml").read_text(encoding="utf-8"))
SECRET = "a story's own"  # noqa: S105
AUDIENCE = "recent_purchasers"


def _id_of(name: str) -> str:
    return hashlib.sha256(f"{SECRET}|{name}".encode()).hexdigest()


NAMES = {
    _id_of(name): name
    for release in RELEASES
    for name in [*release["identifiers"], *(merge[0] for merge in release["merges"])]
}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home after six runs, with all of its releases kept aside."""
    folder = tmp_path_factory.mktemp("story")
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("ROLLCALL_", "DBT_"))}
    environment |= {"PYTHONPATH": str(PROJECT), "ROLLCALL_ID_SECRET": SECRET}
    script = Path(__file__).parent / "successive_runs.py"
    runs = [f"{release['as_of']}={STORY / release['landing']}" for release in RELEASES]
    done = subprocess.run(
        [sys.executable, script, STORY / "config", folder / "home", *runs],
        env=environment,
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    return folder / "home"


Asked = Callable[[str], list[tuple[Any, ...]]]


@pytest.fixture(params=range(len(RELEASES)), ids=[release["landing"] for release in RELEASES])
def release(request: pytest.FixtureRequest, home: Path) -> tuple[dict[str, Any], Asked]:
    """One release: what it must say, and a function that asks it."""
    expected = RELEASES[request.param]
    folder = home / "kept" / f"{request.param + 1:06d}"
    return expected, lambda sql: ask(folder, sql)


def test_who_is_who(release: tuple[dict[str, Any], Asked]) -> None:
    expected, asked = release
    found: dict[str, list[str]] = defaultdict(list)
    for kind, value, customer in asked(
        "select identifier_type, identifier_value, customer_id from identity_map order by all"
    ):
        found[NAMES.get(customer, customer)].append(f"{kind} {value}")
    assert found == {name: sorted(nodes) for name, nodes in expected["identifiers"].items()}


def test_what_hangs_on_them(release: tuple[dict[str, Any], Asked]) -> None:
    expected, asked = release
    found = {
        NAMES[customer]: {
            "email": email,
            "orders": orders,
            "revenue": int(revenue),
            "allows_email": allows,
        }
        for customer, email, orders, revenue, allows in asked(
            "select customer_id, email, order_count, net_revenue_amount,"
            " has_marketing_email_consent from customer_360"
        )
    }
    assert found == expected["customers"]


def test_where_former_ids_went(release: tuple[dict[str, Any], Asked]) -> None:
    expected, asked = release
    found = [
        [NAMES[former], NAMES[customer], *rest]
        for former, customer, *rest in asked(
            "select absorbed_customer_id, customer_id, reason, left_type || ' ' || left_value,"
            " right_type || ' ' || right_value, cast(cast(merged_at as date) as varchar)"
            " from identity_merges"
        )
    ]
    assert sorted(found) == sorted(expected["merges"])


def test_whose_each_visit_is(release: tuple[dict[str, Any], Asked]) -> None:
    expected, asked = release
    found = {
        session: [NAMES[customer], by]
        for session, customer, by in asked(
            "select source_session_id, customer_id, attributed_by from sessions"
        )
    }
    assert found == expected["sessions"]


def test_the_audience_and_what_changed_in_it(release: tuple[dict[str, Any], Asked]) -> None:
    expected, asked = release
    where = f"where audience = '{AUDIENCE}' and release_id = (select max(release_id) from {{}})"
    members = asked(f"select customer_id from audience_memberships where audience = '{AUDIENCE}'")
    assert sorted(NAMES[customer] for (customer,) in members) == expected["members"]
    changes = asked(
        "select customer_id, action, reason from audience_changes "
        f"where audience = '{AUDIENCE}' and released_as_of = timestamp '{expected['as_of'][:10]}'"
    )
    assert sorted([NAMES[customer], *rest] for customer, *rest in changes) == expected["changes"]
    history = asked(
        "select entered_count, exited_count from audience_release_history "
        + where.format("audience_release_history")
    )
    assert history == [(expected["history"]["entered"], expected["history"]["exited"])]


def test_what_became_of_the_cut(release: tuple[dict[str, Any], Asked]) -> None:
    expected, asked = release
    found = asked("select cut_id, outcome from identity_cuts order by all")
    assert [list(row) for row in found] == expected["cuts"]


def test_every_id_ever_published_answers(home: Path) -> None:
    """To one living customer, in each release that follows."""
    published: set[str] = set()
    for number in range(1, len(RELEASES) + 1):
        folder = home / "kept" / f"{number:06d}"
        living = {one for (one,) in ask(folder, "select distinct customer_id from identity_map")}
        merges = dict(ask(folder, "select absorbed_customer_id, customer_id from identity_merges"))
        assert not living & merges.keys()
        assert published - living == merges.keys()
        assert set(merges.values()) <= living
        published |= living
    assert len(published) == 4


def test_undoing_the_cut_restores_the_former_ids(home: Path) -> None:
    query = "select * from identity_map order by all"
    assert ask(home / "kept" / "000006", query) == ask(home / "kept" / "000004", query)
