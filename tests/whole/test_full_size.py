"""The sample shop at 20,000 customers: minutes long, so a suite of its own (make test-slow)."""

from __future__ import annotations

import json
from itertools import combinations
from pathlib import Path

import pytest
from evidence import ask, marketing_consents, people_and_chains

pytestmark = pytest.mark.slow

PROJECT = Path(__file__).resolve().parents[2]
UNTIL = "2026-06-30T00:00:00Z"


@pytest.fixture(scope="module")
def shop(rollcall, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("shop")
    rollcall(
        *("sample", "--out", out, "--kind", "shop", "--customers", "20000"),
        *("--days", "450", "--until", UNTIL, "--seed", "5"),
    )
    return out


@pytest.fixture(scope="module")
def release(rollcall, shop: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("whole") / "home"
    rollcall(
        *("run", "--landing", shop, "--config", PROJECT / "config" / "shop"),
        *("--home", home, "--as-of", UNTIL),
    )
    return (home / "current").resolve()


def test_precision_and_recall(shop: Path, release: Path) -> None:
    people, chains = people_and_chains(shop, release)
    pairs = [pair for chain in chains.values() for pair in combinations(chain, 2)]
    assert len(pairs) > 40_000
    assert all(len(persons) == 1 for persons in people.values())
    assert sum(left == right for left, right in pairs) >= 0.95 * len(pairs)


def test_the_guards_worked(release: Path) -> None:
    apart = dict(
        ask(
            release,
            "select reason, count(distinct right_type || right_value)"
            " from identity_rejected_edges group by reason",
        )
    )
    assert apart["shared_device"] >= 500
    assert apart["shared_address"] == 5
    assert apart["owned_by_another_account"] >= 200
    assert (
        ask(
            release,
            "select email from customer_360 where email is not null"
            " group by email having count(*) > 1",
        )
        == []
    )


def test_nobody_is_a_member_without_consent(shop: Path, release: Path) -> None:
    sizes = ask(
        release,
        "select audience, qualified_count, member_count, customer_count from audiences"
        " inner join audience_exclusions using (audience) where reason = 'consent'",
    )
    enough = [name for name, *size in sizes if size[0] >= 50 and min(size[1:]) >= 20]
    assert len(enough) >= 5
    denied, granted = marketing_consents(shop)
    users = {
        user
        for (user,) in ask(
            release,
            "select distinct identifier_value from audience_memberships"
            " inner join identity_map using (customer_id) where identifier_type = 'user_id'",
        )
    }
    assert len(users & granted) > 1_000
    assert not users & denied


def test_every_table_has_rows(release: Path) -> None:
    files = json.loads((release / "MANIFEST.json").read_text(encoding="utf-8"))["files"]
    empty = {Path(name).stem for name, file in files.items() if not file["rows"]}
    assert empty == {"identity_merges"}
