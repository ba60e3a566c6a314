"""The sample shop at 20,000 customers: minutes long, so a suite of its own (make test-slow)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from evidence import ask, customers_of_two_accounts, marketing_consents, pairs_of_profiles

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
    pairs = pairs_of_profiles(shop, release)
    assert pairs.together > 40_000
    assert pairs.precision >= 0.999
    assert pairs.recall >= 0.95
    # Nothing in the records of card holders who share a phone tells them apart; all else is found.
    assert set(pairs.false) == {frozenset({"family_card"})}
    assert not pairs.missed
    assert customers_of_two_accounts(release) == []


def test_contacts_typed_together_are_kept_apart(release: Path) -> None:
    turned_down = ask(
        release,
        "select count(*) from identity_rejected_edges"
        " where reason = 'second_account' and left_type = 'email' and right_type = 'phone'",
    )
    assert turned_down[0][0] >= 190


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
        " inner join audience_exclusions as excluded using (audience)"
        " where excluded.reason = 'consent'",
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
