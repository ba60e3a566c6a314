"""A year of a wholesaler's invoices, held against figures counted from the files themselves."""

from __future__ import annotations

import hashlib
import json
import shutil
from decimal import Decimal
from pathlib import Path

import pytest

pytestmark = pytest.mark.realdata

AS_OF = "2011-12-10T00:00:00Z"
# What a release says about releases differs with them; all else is a function of the data.
TELLS_HISTORY = {
    "data_health",
    "audiences",
    "audience_memberships",
    "audience_changes",
    "audience_release_history",
    "identity_merges",
}


def _run(rollcall, home: Path, *landings: Path) -> None:
    flags = [flag for landing in landings for flag in ("--landing", landing)]
    sources = ["--source", "online_retail", "--source", "preference_centre"]
    rollcall("run", *flags, *sources[: 2 * len(landings)], "--home", home, "--as-of", AS_OF)


@pytest.fixture(scope="module")
def invoices(realdata: Path) -> Path:
    return realdata / "online_retail" / "landing"


@pytest.fixture(scope="module")
def home(rollcall, invoices: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("online_retail") / "home"
    _run(rollcall, home, invoices)
    return home


@pytest.fixture(scope="module")
def bytes_of_one_load(home: Path) -> dict[str, str]:
    return _table_bytes(home)


def _table_bytes(home: Path) -> dict[str, str]:
    return {
        path.stem: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in (home / "current" / "tables").glob("*.parquet")
        if path.stem not in TELLS_HISTORY
    }


def test_every_line_is_accounted_for(home: Path, bytes_of_one_load, released) -> None:
    lines = dict(
        released(
            home,
            "select metric, metric_value from data_health where source = 'online_retail'",
        )
    )
    assert lines["accepted_line_count"] == 541_909
    assert lines["quarantined_line_count"] == 0
    assert bytes_of_one_load


def test_orders_and_revenue(home: Path, released, worked) -> None:
    assert worked(home, "select count(*) from int_unified__orders") == [(25_900,)]
    assert worked(home, "select count(*) from int_unified__order_lines") == [(541_909,)]
    ((total,),) = worked(home, "select sum(net_amount) from int_unified__orders")
    assert abs(total - Decimal("9747747.934")) < Decimal("0.01")
    ((customers, revenue),) = released(
        home, "select count(*), sum(net_revenue_amount) from customer_360"
    )
    assert customers == 4_372
    assert abs(revenue - Decimal("8300065.814")) < Decimal("0.01")


def test_rfm_segments(home: Path, released) -> None:
    segments = dict(
        released(home, "select rfm_segment, count(*) from rfm_scores group by rfm_segment")
    )
    assert segments == {
        "hibernating": 1_349,
        "loyal": 681,
        "champions": 604,
        "about_to_sleep": 475,
        "potential_loyalists": 474,
        "at_risk": 372,
        "promising": 164,
        "need_attention": 116,
        "new": 67,
        "cant_lose": 37,
    }


def test_cohort_of_december(home: Path, released) -> None:
    december = released(
        home,
        "select customer_count from cohort_retention "
        "where cohort_id = 'first_order_month_2010-12' and period_number <= 3 "
        "order by period_number",
    )
    assert december == [(885,), (324,), (286,), (340,)]


def test_nobody_is_a_member_without_consent(home: Path, released) -> None:
    assert released(
        home,
        "select qualified_count, member_count from audiences where audience = 'recent_purchasers'",
    ) == [(868, 0)]
    assert released(
        home,
        "select reason, customer_count from audience_exclusions "
        "where audience = 'recent_purchasers'",
    ) == [("consent", 868)]


def test_three_batches_in_reverse_give_the_same_bytes(
    rollcall, invoices: Path, bytes_of_one_load, tmp_path: Path
) -> None:
    files = sorted((invoices / "online_retail" / "invoice_lines").glob("*.csv"), reverse=True)
    home = tmp_path / "home"
    size = -(-len(files) // 3)
    for number, start in enumerate(range(0, len(files), size)):
        batch = tmp_path / f"batch_{number}"
        table = batch / "online_retail" / "invoice_lines"
        table.mkdir(parents=True)
        for index, file in enumerate(files[start : start + size], start):
            shutil.copy(file, table / file.name)
            if index % 40 == 0:
                shutil.copy(file, table / f"again_{file.name}")
        _run(rollcall, home, batch)
    assert _table_bytes(home) == bytes_of_one_load


def test_consent_comes_and_goes(
    rollcall, invoices: Path, home: Path, landing, released, tmp_path: Path, bytes_of_one_load
) -> None:
    """Runs last in this file: it goes on in the home that the others read."""
    header = "consent_id,user_id,email,phone,purpose,status,occurred_at"
    landing(
        tmp_path,
        "preference_centre/consents/grants.csv",
        [header]
        + [
            f"g{user},{user},,,marketing_email,granted,2011-01-01T00:00:00Z"
            for user in range(12_346, 15_001)
        ],
    )
    _run(rollcall, home, invoices, tmp_path)
    members = released(
        home,
        "select user_id from audience_memberships where audience = 'recent_purchasers' order by 1",
    )
    assert len(members) == 413
    assert released(home, "select count(*) from customer_360") == [(4_372,)]

    (user,) = members[0]
    landing(
        tmp_path,
        "preference_centre/consents/withdrawal.csv",
        [header, f"w1,{user},,,marketing_email,withdrawn,2011-11-30T00:00:00Z"],
    )
    _run(rollcall, home, invoices, tmp_path)
    left = released(
        home,
        "select user_id from audience_memberships where audience = 'recent_purchasers' order by 1",
    )
    assert left == members[1:]
    assert released(
        home,
        "select audience, action, reason from audience_changes "
        "where release_id = (select max(release_id) from audience_changes)"
        " and audience = 'recent_purchasers'",
    ) == [("recent_purchasers", "exited", "consent")]
    manifest = json.loads((home / "current" / "MANIFEST.json").read_text(encoding="utf-8"))
    assert manifest["version"] == "000003"
