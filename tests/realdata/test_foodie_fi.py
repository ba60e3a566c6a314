"""A streaming service's plans: who is on which, who left, and what each customer's traits are."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from rollcall.sources import PROJECT_ROOT

pytestmark = pytest.mark.realdata

LATER, EARLIER = "2021-05-01", "2021-01-01"
_PRICES = {"basic monthly": 9.9, "pro monthly": 19.9, "pro annual": 199 / 12}
_TRAITS = (
    "subscription_status, subscription_plan, subscription_since, plan_since, trial_ends_at,"
    " had_trial, is_trial_converted, subscription_change_count, subscription_upgrade_count,"
    " subscription_downgrade_count, monthly_value_amount, churned_at, churn_reason"
)


@pytest.fixture(scope="module")
def home(company: Callable[..., Path]) -> Path:
    return company("foodie_fi", f"{LATER}T00:00:00Z", "--source", "foodie_fi")


@pytest.fixture(scope="module")
def earlier(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same raw zone months before: no whole run, only what the traits stand on."""
    copy = tmp_path_factory.mktemp("earlier") / "home"
    shutil.copytree(home, copy, symlinks=True)
    settings = copy / "dbt" / "macros" / "run_moment.sql"
    text = settings.read_text(encoding="utf-8")
    assert LATER in text
    settings.write_text(text.replace(LATER, EARLIER), encoding="utf-8")
    places = {"ROLLCALL_HOME": str(copy), "DBT_TARGET_PATH": str(copy / "dbt" / "target")}
    places["DBT_LOG_PATH"] = str(copy / "dbt" / "logs")
    subprocess.run(
        [
            *(Path(sys.executable).with_name("dbt"), "run", "--quiet", "--full-refresh"),
            *("--select", "+int_customers__subscriptions"),
        ],
        cwd=PROJECT_ROOT,
        env=os.environ | places,
        check=True,
    )
    return copy


@pytest.fixture(scope="module")
def plans(realdata: Path) -> pd.DataFrame:
    """The files, joined: one row a customer and plan chosen."""
    landing = realdata / "foodie_fi" / "landing" / "foodie_fi"
    chosen = pd.read_csv(
        landing / "subscriptions" / "subscriptions.csv", dtype={"customer_id": str}
    )
    names = pd.read_csv(landing / "plans" / "plans.csv")
    chosen["start_date"] = pd.to_datetime(chosen["start_date"])
    return chosen.merge(names, on="plan_id").sort_values(["customer_id", "start_date"])


def _traits(of_one: pd.DataFrame) -> tuple[Any, ...]:
    """What one customer's rows come to, by hand: plans in order, none after a churn."""
    names, days = list(of_one["plan_name"]), list(of_one["start_date"])
    has_churned = names[-1] == "churn"
    lived = names[:-1] if has_churned else names
    # What follows a trial is no change.
    pairs = list(pairwise(lived[1:]))
    upgrades = [pair for pair in pairs if pair[0] == "basic monthly"]
    paid = 0.0 if has_churned else _PRICES.get(lived[-1], 0.0)
    status = "cancelled" if has_churned else "trial" if lived == ["trial"] else "active"
    return (
        *(status, lived[-1]),
        *((None, None) if has_churned else (days[0], days[-1])),
        *(days[1] if len(days) > 1 else None, True, len(lived) > 1),
        *(len(pairs), len(upgrades), 0, round(paid, 4)),
        *(days[-1] if has_churned else None, None),
    )


def _expected(plans: pd.DataFrame, day: str) -> dict[str, tuple[Any, ...]]:
    known = plans[plans["start_date"] < day]
    return {f"foodie_fi:{name}": _traits(rows) for name, rows in known.groupby("customer_id")}


def _found(rows: list[tuple[Any, ...]]) -> dict[str, tuple[Any, ...]]:
    return {row[0]: (*row[1:11], float(row[11]), *row[12:]) for row in rows}


def _plan_counts(traits: dict[str, tuple[Any, ...]]) -> Iterator[tuple[str, int]]:
    names = ["churned" if row[0] == "cancelled" else row[1] for row in traits.values()]
    return ((name, names.count(name)) for name in set(names))


def test_traits_of_every_customer(home: Path, plans: pd.DataFrame, released) -> None:
    found = _found(released(home, f"select user_id, {_TRAITS} from customer_360"))
    assert dict(_plan_counts(found)) == {
        "basic monthly": 125,
        "pro monthly": 316,
        "pro annual": 252,
        "churned": 307,
    }
    assert found == _expected(plans, LATER)
    # Every kind of change and end was there to be found.
    assert sum(row[7] for row in found.values()) > sum(row[8] for row in found.values()) > 0


def test_traits_months_before(earlier: Path, plans: pd.DataFrame, worked) -> None:
    """What starts on the day itself does not count yet, so a trial of that day is nobody's."""
    found = _found(
        worked(
            earlier,
            f"select identifier_value, {_TRAITS} from int_customers__subscriptions"
            " inner join int_identity__clusters using (customer_id)"
            " where identifier_type = 'user_id'",
        )
    )
    assert dict(_plan_counts(found)) == {
        "trial": 19,
        "basic monthly": 224,
        "pro monthly": 326,
        "pro annual": 195,
        "churned": 236,
    }
    assert found == _expected(plans, EARLIER)
