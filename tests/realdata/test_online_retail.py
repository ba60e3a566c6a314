"""A year of a wholesaler's invoices, held against figures counted from the files themselves."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from rollcall.sources import PROJECT_ROOT

pytestmark = pytest.mark.realdata

AS_OF = "2011-12-10T00:00:00Z"
# What a release says about releases differs with them; all else is a function of the data.
TELLS_HISTORY = {
    "data_health",
    "audiences",
    "audience_memberships",
    "audience_changes",
    "audience_release_history",
    # For how many releases an audience has had nobody.
    "audience_advice",
    # Figures and events by the release that first told of them.
    "table_profiles",
    "tracking_plan",
    # What is held depends on the release before.
    "audience_holds",
    "audience_exclusions",
    "audience_overlaps",
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


@pytest.fixture(scope="module")
def purchases(invoices: Path) -> pd.DataFrame:
    """Return the customers' invoices, read by pandas: amounts are whole ten-thousandths."""
    files = sorted((invoices / "online_retail" / "invoice_lines").glob("*.csv"))
    lines = pd.concat([pd.read_csv(file, dtype=str, encoding="utf-8-sig") for file in files])
    lines = lines[lines["CustomerID"].notna() & ~lines["InvoiceNo"].str.startswith("A")]
    prices = {text: int(Decimal(text) * 10_000) for text in lines["UnitPrice"].unique()}
    lines["amount"] = lines["Quantity"].astype("int64") * lines["UnitPrice"].map(prices)
    lines["ordered_at"] = pd.to_datetime(lines["InvoiceDate"])
    bought = lines.groupby("InvoiceNo").agg(
        user=("CustomerID", "max"), ordered_at=("ordered_at", "min"), amount=("amount", "sum")
    )
    bought["user"] = bought["user"].str.removesuffix(".0")
    bought["is_order"] = ~bought.index.str.startswith("C")
    bought["month"] = bought["ordered_at"].dt.year * 12 + bought["ordered_at"].dt.month
    return bought


def _months_of(purchases: pd.DataFrame) -> dict[str, tuple[int, set[int], dict[int, int]]]:
    """Return each buyer's first month, the months of their orders, and their revenue a month."""
    months = {}
    for user, rows in purchases.groupby("user"):
        active = set(rows.loc[rows["is_order"], "month"])
        if active:
            months[user] = (min(active), active, rows.groupby("month")["amount"].sum().to_dict())
    return months


def test_retention_of_all_thirteen_cohorts(home: Path, released, purchases: pd.DataFrame) -> None:
    """Classic, bounded (three months) and rolling, counted customer by customer."""
    months = _months_of(purchases)
    first_month, last_month = 2010 * 12 + 12, 2011 * 12 + 12
    expected = {}
    for cohort in range(first_month, last_month + 1):
        members = [
            (active, revenue) for first, active, revenue in months.values() if first == cohort
        ]
        name = f"first_order_month_{(cohort - 1) // 12}-{(cohort - 1) % 12 + 1:02d}"
        for number in range(last_month - cohort + 1):
            month = cohort + number
            is_over, is_known = month < last_month, month + 2 < last_month
            came = {
                "classic": [month in active for active, _ in members] if is_over else None,
                "rolling": [max(active) >= month for active, _ in members] if is_over else None,
                "bounded": [
                    any(month <= one <= month + 2 for one in active) for active, _ in members
                ]
                if is_known
                else None,
            }
            revenue = Decimal(sum(amounts.get(month, 0) for _, amounts in members)) / 10_000
            for kind, flags in came.items():
                expected[name, kind, number] = (
                    None if flags is None else sum(flags),
                    None if flags is None else round(sum(flags) / len(members), 6),
                    revenue if is_over else None,
                )
    found = released(
        home,
        "select cohort_id, retention_type, period_number, customer_count, retention_rate,"
        " revenue_amount from cohort_retention where cohort_id like 'first_order_month_%'",
    )
    assert len({row[0] for row in found}) == 13
    assert {row[:3]: row[3:] for row in found} == expected


def _scores(values: pd.Series, method: str, cuts: list[int]) -> pd.Series:
    """Return the scores of values of which more is better."""
    count = len(values)
    if method == "rank":
        return (5 * (values.rank(method="min") - 1) // (count - 1) + 1).clip(upper=5).astype(int)
    fivefold = [5 * cut for cut in cuts]
    if method == "quantile":
        ordered = [*sorted(values), 0]
        positions = [divmod((count - 1) * number, 5) for number in range(1, 5)]
        fivefold = [ordered[at] * (5 - rest) + ordered[at + 1] * rest for at, rest in positions]
        # In whole numbers what pandas says in floats.
        said = values.quantile([0.2, 0.4, 0.6, 0.8])
        assert [cut / 5 for cut in fivefold] == pytest.approx(list(said))
    return 1 + sum((5 * values >= cut).astype(int) for cut in fivefold)


def _with_method(home: Path, folder: Path, method: str) -> Path:
    """Return a copy of the home on which the RFM models alone are built anew."""
    copy = folder / "home"
    shutil.copytree(home / "dbt" / "macros", copy / "dbt" / "macros")
    shutil.copy(home / "work.duckdb", copy / "work.duckdb")
    settings = copy / "dbt" / "macros" / "run_settings.sql"
    text = settings.read_text(encoding="utf-8")
    assert '"vars": {}' in text
    settings.write_text(text.replace('"vars": {}', f'"vars": {{"rfm_method": "{method}"}}'))
    models = ["int_value__rfm_cut_points", "int_value__rfm_scores", "rfm_scores"]
    subprocess.run(
        [Path(sys.executable).parent / "dbt", "run", "--select", *models],
        cwd=PROJECT_ROOT,
        env={**os.environ, "ROLLCALL_HOME": str(copy), "DBT_LOG_PATH": str(folder / "logs")},
        check=True,
    )
    return copy


@pytest.mark.parametrize("method", ["rank", "quantile", "fixed"])
def test_rfm_scores_by_every_method(
    home: Path, worked, purchases: pd.DataFrame, method: str, tmp_path: Path
) -> None:
    orders = purchases[purchases["is_order"]].groupby("user")["ordered_at"].agg(["max", "count"])
    monetary = purchases.groupby("user")["amount"].sum().loc[orders.index]
    recency = (pd.Timestamp(AS_OF[:10]) - orders["max"].dt.normalize()).dt.days
    expected = pd.DataFrame(
        {
            "recency": _scores(-recency, method, [-365, -180, -90, -30]),
            "frequency": _scores(orders["count"], method, [2, 3, 5, 10]),
            "monetary": _scores(monetary, method, [500_000, 1_000_000, 2_500_000, 5_000_000]),
        }
    )
    built = home if method == "rank" else _with_method(home, tmp_path, method)
    found = worked(
        built,
        "select customer_360.user_id, recency_days, frequency_count, monetary_amount,"
        " rfm.recency_score, rfm.frequency_score, rfm.monetary_score"
        " from rfm_scores as rfm inner join customer_360 using (customer_id)",
    )
    assert len(found) > 4_000
    assert {row[0]: row[1:] for row in found} == {
        user: (
            *(recency[user], orders["count"][user], Decimal(int(monetary[user])) / 10_000),
            *(row.recency, row.frequency, row.monetary),
        )
        for user, row in zip(expected.index, expected.itertuples(), strict=True)
    }


def test_cohort_of_december(home: Path, released) -> None:
    december = released(
        home,
        "select customer_count from cohort_retention "
        "where cohort_id = 'first_order_month_2010-12' and period_number <= 3 "
        "and retention_type = 'classic' "
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
    # No source of it tells of consent: that is no for everybody.
    enough = "qualified_count >= 50"
    ((filled, members),) = released(
        home,
        f"select count(*) filter (where {enough}), sum(member_count) from audiences"
        " where purpose <> 'none'",
    )
    assert filled >= 5
    assert members == 0
    assert released(home, "select count(*) from audience_memberships") == [(0,)]


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
