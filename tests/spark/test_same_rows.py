"""A sample company, built by both engines from one raw zone: every table holds the same rows."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from engines import SECRET, Comparison, tables_of

from rollcall import build as dbt
from rollcall.home import Home
from rollcall.run import open_run
from rollcall.settings import parse_as_of, resolve
from rollcall.sources import shipped_sources
from rollcall.spark import parse

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

pytestmark = pytest.mark.spark

PROJECT = Path(__file__).resolve().parents[2]
# What somebody did after entering an audience is told once the month and its window are over, which
# is after the second release here; its files were loaded long after its as_of, so nothing is
# behind; and nothing that it sends vanishes.
NOT_YET_DUE = {
    "int_activation__audience_outcomes",
    "int_activation__audience_tallies",
    "int_activation__consent_faults",
    "int_activation__source_faults",
    "int_activation__tracking_faults",
}
BEFORE = "2026-06-01T00:00:00Z"
UNTIL = "2026-07-01T00:00:00Z"
# The sources that the sample company does not have, in a few lines each.
OTHER_SOURCES = {
    "online_retail/invoice_lines/lines.csv": [
        "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country",
        "536365,85123A,HOLDER,6,2026-05-01 08:26:00,2.55,17850.0,United Kingdom",
        "536365,71053,LANTERN,3,2026/05/01 08:26,3.395,17850.0,United Kingdom",
        "536365,71053,LANTERN,3,2026/05/01 08:26,3.395,17850.0,United Kingdom",
        "C536379,D,Discount,-1,2026-05-02 09:41:00,27.50,17850.0,United Kingdom",
        "A563185,B,Adjust bad debt,1,2026-06-12 14:50:00,-11062.06,,United Kingdom",
        "536370,22728,ALARM CLOCK,1e1,2026-06-03 08:45:00,3.75,12583,France",
        "536371,22086,\u00a0CHAIN KIT ,80,2026-06-04T09:00:00+02:00,0.00005,12583,Nowhere",
    ],
    "fake_people/people/people.csv": [
        "unique_id,first_name,surname,dob,city,email",
        "1,Robert,Alan,1971-06-24,Leeds,R.Alan@example.com",
        "2,robert,alan,,leeds,",
        "3,Rob,Alan,1971-06-24,,r.alan@example.com",
        "4,Zo\u00eb,\u00d6z,1980-02-29,\u0130zmir,zo\u00eb@b\u00fccher.example",
    ],
    "snowplow_web/events/events.csv": [
        "event_id,event,event_name,collector_tstamp,derived_tstamp,user_id,domain_userid,"
        "domain_sessionid,platform,page_urlpath,mkt_source,mkt_medium,mkt_campaign,geo_country,"
        "geo_city,os_name",
        "s1,page_view,page_view,2026-06-01 10:00:00,2026-06-01 09:59:59.5,ann,c1,v1,web,/,,,,GB,,",
        "s2,page_view,page_view,2026-06-02 10:00:00,,bob,c1,v2,web,/,,,,GB,,",
        "s3,page_view,page_view,2026-06-02 11:00:00,,,c1,v3,web,/,,,,GB,,",
        "s4,struct,event,2026-05-31 11:00:00,,,c1,,web,/,,,,GB,,",
    ],
    "helpdesk/tickets/hardship.csv": [
        "ticket_id,opened_at,closed_at,user_id,email,channel,topic,subject,csat,updated_at",
        "h1,2026-06-05 10:00:00,,u000001,,chat,hardship,Bills,,2026-06-05 11:00:00",
    ],
    "preference_centre/identity_cuts/cuts.csv": [
        "cut_id,requested_at,left_type,left_value,right_type,right_value,status",
        "c1,2026-06-05T00:00:00Z,email,r.alan@example.com,profile_id,fake_people:3,cut",
        "c2,2026-06-05T00:00:00Z,profile_id,fake_people:1,profile_id,fake_people:2,cut",
        "c3,2026-06-05T00:00:00Z,email,zo\u00eb@B\u00dcCHER.example,,,cut",
    ],
    "sparkify/events/events.csv": [
        "ts,sessionId,itemInSession,page,auth,userId,firstName,lastName,location,registration,"
        "level,userAgent",
        '1780000000796,1,0,Home,Logged In,s1,Ann,Lee,"Leeds, YK",1540306145796.0,free,x',
        '1780000001796,1,1,NextSong,Logged In,s1,Ann,Lee,"Leeds, YK",1540306145796.0,free,x',
        "1780086400796,1,2,Home,Logged Out,,,,,,free,x",
    ],
    "yammer/users/users.csv": [
        "user_id,created_at,company_id,language,activated_at,state",
        "0,2026-01-01 20:59:00,1,english,2026-01-01 21:01:00,active",
        "1,2026-01-02 13:07:00,1,indian,,pending",
    ],
    "yammer/emails/emails.csv": [
        "user_id,occurred_at,action,user_type",
        "1,2026-05-06 09:30:00,sent_weekly_digest,1",
        "1,2026-05-06 09:30:00,email_open,1",
        "1,2026-05-07 09:30:00,email_clickthrough,1",
        "0,2026-05-07 09:30:00,email_open,1",
    ],
    "data_bank/customer_nodes/customer_nodes.csv": [
        "customer_id,region_id,node_id,start_date,end_date",
        "1,3,4,2026-01-02,2026-01-03",
        "1,3,5,2026-01-04,9999-12-31",
    ],
    "data_bank/customer_transactions/customer_transactions.csv": [
        "customer_id,txn_date,txn_type,txn_amount",
        "1,2026-01-02,deposit,82",
        "1,2026-01-02,deposit,82",
        "1,2026-01-02,purchase,100.5",
        "1,2026-06-08,withdrawal,1",
    ],
    "foodie_fi/plans/plans.csv": [
        "plan_id,plan_name,price",
        "0,trial,0.00",
        "1,basic monthly,9.90",
        "3,pro annual,199.00",
        "4,churn,",
    ],
    "foodie_fi/subscriptions/subscriptions.csv": [
        "customer_id,plan_id,start_date",
        "1,0,2026-01-01",
        "1,1,2026-01-08",
        "1,3,2026-02-08",
        "2,0,2026-06-07",
        "3,0,2026-01-01",
        "3,4,2026-01-08",
        "4,9,2026-01-08",
    ],
    "clique_bait/users/users.csv": [
        "user_id,cookie_id,start_date",
        "1,c4ca42,2026-05-04",
        "1,c81e72,2026-05-05 00:00:00",
        "2,eccbc8,2026-06-07",
    ],
    "clique_bait/event_identifier/names.csv": [
        "event_type,event_name",
        "1,Page View",
        "3,Purchase",
    ],
    "clique_bait/page_hierarchy/pages.csv": [
        "page_id,page_name,product_category,product_id",
        "1,Home Page,,",
        "3,Salmon,Fish,1",
    ],
    "clique_bait/campaign_identifier/campaigns.csv": [
        "campaign_id,products,campaign_name,start_date,end_date",
        "1,1-3,BOGOF,2026-05-01,2026-06-14",
    ],
    "clique_bait/events/events.csv": [
        "visit_id,cookie_id,page_id,event_type,sequence_number,event_time",
        "v1,c4ca42,1,1,1,2026-06-04 02:36:54.456789",
        "v1,c4ca42,3,1,2,2026-06-04 02:37:21",
        "v1,c4ca42,13,3,3,2026-06-04 02:38:00",
        "v2,eccbc8,3,1,1,2026-06-08 23:59:59.999999",
        "v2,eccbc8,,4,2,2026-06-09 00:00:00",
    ],
}


@dataclass(frozen=True)
class OnSpark:
    """What dbt did on Spark."""

    outcomes: Sequence[dbt.NodeOutcome]
    manifest: Mapping[str, Any]


def _company(folder: Path) -> Path:
    """Write the sample shop's configuration with every shipped source on, some of them set."""
    shutil.copytree(PROJECT / "config" / "shop", folder)
    sources: dict[str, dict[str, str]] = {name: {} for name in shipped_sources()}
    sources["clique_bait"] = {"namespace": "bait", "purchases": "events"}
    key = {"name": "name_city", "fields": ["first_name", "last_name", "city"]}
    variables = {
        "composite_keys": [key | {"maximum_profiles": 3}],
        "phone_country": "GB",
        # So few customers buy hardly anything together.
        "recommendation_minimum_orders": 1,
    }
    document = yaml.safe_dump({"sources": sources, "vars": variables})
    (folder / "rollcall.yml").write_text(document, encoding="utf-8")
    return folder


def _first_release(home: Home, landings: Sequence[Path], config: Path) -> None:
    """Publish what was there a month before, so that the release after it has something to merge.

    In this process and without expectations: nothing here is about them, and they take longest.
    """
    settings = resolve(home, landings=landings, config=config, as_of=parse_as_of(BEFORE))
    passed = SimpleNamespace(success=True, severity="error")
    with open_run(settings, validator=lambda home, tables: [passed]) as run:  # type: ignore[list-item]
        run.ingest()
        run.build()
        run.validate()
        run.release()


@pytest.fixture(scope="module")
def released(
    rollcall: Callable[..., Any],
    landing: Callable[[Path, str, Sequence[str]], None],
    spark_home: Home,
    tmp_path_factory: pytest.TempPathFactory,
) -> Home:
    """A home with two releases of the sample company, as `rollcall run` builds it on DuckDB."""
    folder = tmp_path_factory.mktemp("company")
    rollcall(
        *("sample", "--out", folder / "shop", "--kind", "shop", "--customers", "200"),
        *("--days", "120", "--until", UNTIL, "--seed", "1"),
    )
    for name, lines in OTHER_SOURCES.items():
        landing(folder / "others", name, lines)
    landings = [folder / "shop", folder / "others"]
    config = _company(folder / "config")
    _first_release(spark_home, landings, config)
    rollcall(
        *("run", "--landing", landings[0], "--landing", landings[1], "--config", config),
        *("--home", spark_home.root, "--as-of", UNTIL),
        environment={"ROLLCALL_ID_SECRET": SECRET},
    )
    return spark_home


@pytest.fixture(scope="module")
def on_spark(released: Home, session: SparkSession) -> OnSpark:
    """The same home, built by dbt on Spark from the raw zone up."""
    parsed = parse(released, session)
    return OnSpark(dbt.build(released, parsed, target="spark"), parsed.manifest)


def test_on_duckdb_the_company_is_released_twice(released: Home) -> None:
    """What Spark is held against is a release, and the second: it merges, changes and erases."""
    assert sorted(path.name for path in released.releases.iterdir()) == ["000001", "000002"]


def test_on_spark_every_model_builds_and_every_test_passes(on_spark: OnSpark) -> None:
    """A construct of one engine alone ends here, with its file and Spark's message."""
    dbt.raise_failures(on_spark.outcomes, on_spark.manifest)
    ended = {outcome.unique_id: outcome.status for outcome in on_spark.outcomes}
    nodes = on_spark.manifest["nodes"].values()
    wanted = {
        node["unique_id"]
        for node in nodes
        if node["config"]["materialized"] != "ephemeral" and node["resource_type"] != "unit_test"
    }
    assert len(wanted) > 250
    assert {ended.get(unique_id) for unique_id in wanted} == {"success", "pass"}


def test_every_model_compiles_for_spark(on_spark: OnSpark, released: Home) -> None:
    """Ephemeral models too: an audience is nothing else. None is left out as switched off."""
    models = {path.stem for path in (PROJECT / "models").rglob("*.sql")}
    compiled = released.spark / "target" / "compiled" / "rollcall" / "models"
    assert models - {path.stem for path in compiled.rglob("*.sql")} == set()


def test_every_table_holds_the_same_rows(on_spark: OnSpark, released: Home) -> None:
    """Two engines that count, round, sort or hash unlike publish two truths."""
    tables = tables_of(released.work)
    built = {
        node["alias"]
        for node in on_spark.manifest["nodes"].values()
        if node["resource_type"] in {"seed", "model"}
        and node["config"]["materialized"] not in {"view", "ephemeral"}
    }
    assert set(tables) == built
    with Comparison(released.work, released.spark / "warehouse" / "main.db") as comparison:
        assert comparison.differences(tables) == {}
    assert comparison.equal_rows.keys() == built
    assert {name for name, count in comparison.equal_rows.items() if not count} == NOT_YET_DUE
    assert sum(comparison.equal_rows.values()) > 30_000


def test_no_file_tells_the_secret(on_spark: OnSpark, released: Home) -> None:
    """Compiled SQL, plans and logs are read by more people than may make customer_ids."""
    files = [path for path in released.spark.rglob("*") if path.is_file()]
    assert len(files) > 300
    # As it is, and as a literal of either engine writes it.
    spellings = [SECRET, SECRET.replace("'", "''"), SECRET.replace("\\", "\\\\"), "of 7 $words"]
    telling = [
        path
        for path in files
        if any(spelling.encode() in path.read_bytes() for spelling in spellings)
    ]
    assert telling == []


def test_spark_writes_below_the_home_alone(on_spark: OnSpark, released: Home) -> None:
    for name in ("metastore_db", "spark-warehouse", "derby.log", "artifacts"):
        assert not (Path.cwd() / name).exists()
    assert (released.spark / "metastore_db").is_dir()
    # The warehouse holds every address, as the working database does.
    assert released.spark.stat().st_mode & 0o077 == 0
