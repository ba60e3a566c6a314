"""The sample companies that have neither shop nor till, each from landing files to release."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest
from evidence import (
    ask,
    customers_of_two_accounts,
    misjudged,
    pairs_of_profiles,
    qualified_accounts,
)

pytestmark = pytest.mark.whole

PROJECT = Path(__file__).resolve().parents[2]
UNTIL = "2026-07-01T00:00:00Z"
CUSTOMERS = 150


@dataclass(frozen=True)
class Whole:
    """A sample company's landing files and what a run made of them."""

    kind: str
    landing: Path
    home: Path

    @property
    def release(self) -> Path:
        """The release's folder."""
        return (self.home / "current").resolve()

    def customers_of(self, persona: str) -> set[str]:
        """Return the customers that the people of a persona became; each must be one."""
        with (self.landing / "_truth" / "people.csv").open(encoding="utf-8", newline="") as file:
            people = [row["person_id"] for row in csv.DictReader(file) if row["persona"] == persona]
        assert people
        users = ", ".join(f"'u{int(person.removeprefix('p')):06d}'" for person in people)
        found = ask(
            self.release,
            "select customer_id from identity_map"
            f" where identifier_type = 'user_id' and identifier_value in ({users})",
        )
        assert len(found) == len(people)
        return {customer for (customer,) in found}


def _whole(rollcall, kind: str, folder: Path) -> Whole:
    rollcall(
        *("sample", "--out", folder / "landing", "--kind", kind, "--customers", CUSTOMERS),
        *("--days", "200", "--until", UNTIL, "--seed", "3", "--planted"),
    )
    rollcall(
        *("run", "--landing", folder / "landing", "--config", PROJECT / "config" / kind),
        *("--home", folder / "home", "--as-of", UNTIL),
    )
    return Whole(kind, folder / "landing", folder / "home")


@pytest.fixture(scope="module")
def trading(rollcall, tmp_path_factory: pytest.TempPathFactory) -> Whole:
    return _whole(rollcall, "trading", tmp_path_factory.mktemp("trading"))


@pytest.fixture(scope="module")
def game(rollcall, tmp_path_factory: pytest.TempPathFactory) -> Whole:
    return _whole(rollcall, "game", tmp_path_factory.mktemp("game"))


@pytest.fixture(scope="module")
def bank(rollcall, tmp_path_factory: pytest.TempPathFactory) -> Whole:
    return _whole(rollcall, "bank", tmp_path_factory.mktemp("bank"))


@pytest.fixture(params=["trading", "game", "bank"])
def whole(request: pytest.FixtureRequest) -> Whole:
    """One of the companies."""
    return request.getfixturevalue(request.param)


def test_customers_are_people(whole: Whole) -> None:
    pairs = pairs_of_profiles(whole.landing, whole.release)
    assert pairs.together > 80
    assert not pairs.false and not pairs.missed
    assert customers_of_two_accounts(whole.release) == []


def test_each_audience_finds_whom_it_should_and_nobody_who_just_misses_it(whole: Whole) -> None:
    assert misjudged(whole.landing, qualified_accounts(whole.home)) == []


def test_nobody_with_a_risk_marker_is_in_an_audience_that_is_exported(game: Whole) -> None:
    """Somebody would have been: they qualify, and have consented, to an audience of a purpose."""
    marked = "(select customer_id from risk_markers where is_in_force)"
    with duckdb.connect(str(game.home / "work.duckdb"), read_only=True) as work:
        rows = work.execute(
            "select count(distinct customer_id) from int_activation__qualified"
            " inner join int_consent__granted using (customer_id, purpose)"
            f" where exclusion_reason = 'suppressed' and customer_id in {marked}"
        ).fetchall()
    assert rows[0][0] >= 10
    members = "select count(*), count(*) filter (where customer_id in"
    ((everybody, wrong),) = ask(game.release, f"{members} {marked}) from audience_memberships")
    assert everybody > 50
    assert wrong == 0


def test_customers_are_spread_over_all_states(whole: Whole) -> None:
    """A company whose customers are all alike shows nothing."""
    states = dict(
        ask(whole.release, "select engagement_state, count(*) from engagement_states group by 1")
    )
    assert states.keys() == {"inactive", "casual", "core", "power"}
    assert min(states.values()) >= 5


def test_every_feature_is_used_by_somebody(whole: Whole) -> None:
    seed = PROJECT / "config" / whole.kind / "features.csv"
    if not seed.exists():
        seed = PROJECT / "seeds" / "reference" / "features.csv"
    with seed.open(encoding="utf-8", newline="") as file:
        features = {row["feature"] for row in csv.DictReader(file)}
    used: set[str] = set()
    for uses, setups in ask(
        whole.release, "select features, setup_features from engagement_states"
    ):
        used |= {*json.loads(uses), *json.loads(setups)}
    assert used == features


def test_a_live_campaign_fits_a_customer_next(whole: Whole) -> None:
    fits = ask(
        whole.release,
        "select count(*) filter (where campaign_id is not null), count(*) from campaign_fit",
    )
    ((fitting, customers),) = fits
    assert 0 < fitting < customers


def test_a_finished_campaign_has_a_holdout_to_be_held_against(whole: Whole) -> None:
    arms = ask(
        whole.release,
        "select variant from campaign_performance"
        " where is_final and variant <> 'unassigned' order by 1",
    )
    assert [arm for (arm,) in arms] == ["a", "b", "holdout"]


def _reasons(trading: Whole) -> dict[str, dict[str, str]]:
    """Return why the swap campaign fits whom not: customer -> reason -> detail."""
    reasons: dict[str, dict[str, str]] = {}
    for customer, reason, detail in ask(
        trading.release,
        "select customer_id, reason, detail from campaign_mismatches where campaign_id = 'swap'",
    ):
        reasons.setdefault(customer, {})[reason] = detail
    return reasons


def test_swap_does_not_fit_who_has_nothing_to_swap(trading: Whole) -> None:
    casual = {
        customer
        for (customer, setups) in ask(
            trading.release,
            "select customer_id, setup_features from engagement_states"
            " where engagement_state = 'casual'",
        )
        if not json.loads(setups)
    }
    assert casual >= trading.customers_of("swap_starter")
    reasons = _reasons(trading)
    for customer in casual:
        told = reasons[customer]
        assert told.keys() == {"engagement_state", "setup_missing"}
        assert told["engagement_state"] == "casual"
        assert json.loads(told["setup_missing"]) == ["connected_portfolio", "wallet"]


def test_swap_fits_who_trades_every_week(trading: Whole) -> None:
    reasons = _reasons(trading)
    assert reasons
    assert not trading.customers_of("weekly_trader") & reasons.keys()
