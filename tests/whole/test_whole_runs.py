"""The sample shop from landing files to release: four runs, shared by every test here.

1. The first release. 2. A second one, by a project that has one audience more, after people
changed their minds. 3. and 4. Runs that must fail: a promise, a test and a contract are broken.
"""

from __future__ import annotations

import csv
import hashlib
import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest
from evidence import (
    ask,
    customers_of_two_accounts,
    marketing_consents,
    misjudged,
    pairs_of_profiles,
    qualified_accounts,
)

from rollcall.catalogue_page import declared_in

PROJECT = Path(__file__).resolve().parents[2]
UNTIL = "2026-07-01T00:00:00Z"
LATER = "2026-07-02T00:00:00Z"
MALFORMED_LINES = 9
# Nothing vanished in a first release, and a small sample has no family of card holders to cut.
MAY_BE_EMPTY = {"identity_merges", "identity_cuts", "audience_holds"}
MEMBERS = "select audience, member_count from audiences where purpose <> 'none'"
CONSENT_HEADER = "consent_id,user_id,email,phone,purpose,status,occurred_at"


@dataclass(frozen=True)
class Second:
    """What the second run changed, and what a reader of the first release saw meanwhile."""

    home: Path
    withdrawn_user: str
    erased_user: str
    erased_customer: str
    rows_before: list[tuple[int]]
    rows_after: list[tuple[int]]
    output: str


def _run(rollcall, home: Path, *landings: Path, as_of: str, **options):
    flags = [flag for landing in landings for flag in ("--landing", landing)]
    project = options.get("project", PROJECT)
    config = ("--config", project / "config" / "shop")
    return rollcall("run", *flags, *config, "--home", home, "--as-of", as_of, **options)


@pytest.fixture(scope="module")
def shop(rollcall, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("shop")
    rollcall(
        *("sample", "--out", out, "--kind", "shop", "--customers", "500"),
        *("--days", "240", "--until", UNTIL, "--seed", "11", "--planted"),
    )
    return out


@pytest.fixture(scope="module")
def home(rollcall, shop: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("whole") / "home"
    _run(rollcall, home, shop, as_of=UNTIL)
    return home


@pytest.fixture(scope="module")
def qualified(home: Path) -> set[tuple[str, str]]:
    """Return whom the first run found for which audience, kept before the second one."""
    return qualified_accounts(home)


@pytest.fixture(scope="module")
def first(home: Path) -> Path:
    """Return the first release's own folder, which stays what it is whatever comes."""
    return home / "releases" / "000001"


def _copy_project(folder: Path) -> Path:
    project = folder / "project"
    ignored = shutil.ignore_patterns(".git", ".venv", "home", "build", ".*_cache", "__pycache__")
    shutil.copytree(PROJECT, project, ignore=ignored)
    return project


@pytest.fixture(scope="module")
def second(
    rollcall, shop: Path, home: Path, first: Path, qualified, landing, tmp_path_factory
) -> Iterator[Second]:
    folder = tmp_path_factory.mktemp("second")
    project = _copy_project(folder)
    family = project / "models/audiences/value"
    (family / "aud_card_holders.sql").write_text(
        "select customer_id\nfrom {{ ref('customer_360') }}\nwhere loyalty_id is not null\n",
        encoding="utf-8",
    )
    with (family / "_value__audiences.yml").open("a", encoding="utf-8") as yml:
        yml.write(
            "\n  - name: aud_card_holders\n"
            "    description: One row per customer that qualifies. Has a loyalty card.\n"
            "    config: {meta: {owner: loyalty, purpose: marketing_email, priority: 90, tier: B,\n"
            "      industry: [shop], campaign: card news, goal: purchase}}\n"
            "    columns: [{name: customer_id, description: Customer that qualifies.}]\n"
        )
    members = ask(
        first,
        "select user_id, customer_id from audience_memberships"
        " where audience = 'returning_customers' and user_id is not null order by user_id",
    )
    (withdrawn, _), (erased, erased_customer) = members[0], members[1]
    landing(
        folder / "later",
        "preference_centre/consents/later.csv",
        [CONSENT_HEADER, f"late-1,{withdrawn},,,marketing_email,withdrawn,{UNTIL}"],
    )
    landing(
        folder / "later",
        "preference_centre/erasure_requests/later.csv",
        ["request_id,requested_at,user_id,email,phone", f"late-1,{UNTIL},{erased},,"],
    )
    with duckdb.connect(str((home / "current").resolve() / "serving.duckdb"), read_only=True) as db:
        count = "select count(*) from audience_memberships"
        before = db.execute(count).fetchall()
        done = _run(rollcall, home, shop, folder / "later", as_of=LATER, project=project)
        after = db.execute(count).fetchall()
    yield Second(home, withdrawn, erased, erased_customer, before, after, done.stdout)


def test_every_published_table_has_rows(first: Path) -> None:
    files = json.loads((first / "MANIFEST.json").read_text(encoding="utf-8"))["files"]
    rows = {Path(name).stem: file["rows"] for name, file in files.items() if "tables/" in name}
    assert len(rows) == 39
    assert {name for name, count in rows.items() if not count} == MAY_BE_EMPTY


def test_every_line_is_loaded_or_quarantined(first: Path) -> None:
    lines = dict(
        ask(
            first,
            "select metric, sum(metric_value) from data_health"
            " where metric like '%line_count' group by metric",
        )
    )
    assert lines["quarantined_line_count"] == MALFORMED_LINES
    assert lines["accepted_line_count"] > 10_000


def test_customers_are_people(shop: Path, first: Path) -> None:
    """A wrong merge sends one person's data to another; a missed one writes twice."""
    pairs = pairs_of_profiles(shop, first)
    assert pairs.together > 500
    assert not pairs.false and not pairs.missed
    assert customers_of_two_accounts(first) == []
    assert (
        ask(
            first,
            "select email from customer_360 where email is not null"
            " group by email having count(*) > 1",
        )
        == []
    )


def test_each_audience_finds_whom_it_should_and_nobody_who_just_misses_it(
    shop: Path, qualified: set[tuple[str, str]]
) -> None:
    assert misjudged(shop, qualified) == []


def test_no_metric_and_no_figure_names_a_customer(home: Path, first: Path) -> None:
    """The danger: who was erased stands on in a time series that nobody deletes."""
    customers = {row[0] for row in ask(first, "select customer_id from identity_map")}
    health = ask(first, "select subject from data_health where metric like 'largest_cluster%'")
    assert {row[0] for row in health} == {"all", *(f"place {place}" for place in range(2, 6))}
    told = {row[0] for row in ask(first, "select subject from data_health")}
    assert customers
    assert not customers & told
    metrics = (home / "metrics" / "rollcall.prom").read_text(encoding="utf-8")
    labels = set(re.findall(r'"([^"]*)"', metrics))
    assert "place 2" in labels
    assert not customers & labels


def test_the_guards_had_something_to_keep_apart(first: Path) -> None:
    reasons = dict(ask(first, "select reason, count(*) from identity_rejected_edges group by 1"))
    assert reasons.keys() == {
        "shared_device", "shared_address", "owned_by_another_account", "second_account",
    }  # fmt: skip
    assert reasons["shared_address"] == 50


def test_members_have_consent(shop: Path, first: Path) -> None:
    denied, granted = marketing_consents(shop)
    sizes = ask(
        first,
        "select audience, qualified_count, member_count, sum(customer_count) from audiences"
        " inner join audience_exclusions using (audience) group by all"
        " having bool_or(audience_exclusions.reason = 'consent')",
    )
    assert len(sizes) >= 8
    enough = [size for _, *size in sizes if size[0] >= 50 and min(size[1:]) >= 20]
    assert len(enough) >= 3
    for audience, qualified, members, excluded in sizes:
        assert members and excluded, audience
        assert qualified == members + excluded, audience
    users = {
        user
        for (user,) in ask(
            first,
            "select distinct identifier_value from audience_memberships"
            " inner join identity_map using (customer_id) where identifier_type = 'user_id'",
        )
    }
    assert len(users & granted) > 50
    assert not users & denied


def test_nobody_who_asked_to_be_erased_is_in_the_release(shop: Path, first: Path) -> None:
    asked = set()
    for path in (shop / "preference_centre" / "erasure_requests").glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                asked |= {row[key] for key in ("user_id", "email", "phone") if row[key]}
    assert asked
    assert not asked & _texts(first)


def _texts(release: Path) -> set[str]:
    texts: set[str] = set()
    for path in (release / "tables").glob("*.parquet"):
        with duckdb.connect() as connection:
            table = connection.read_parquet(str(path))
            for name, kind in zip(table.columns, table.types, strict=True):
                if kind == "VARCHAR":
                    values = table.select(duckdb.ColumnExpression(name)).distinct().fetchall()
                    texts |= {value for (value,) in values if value}
    return texts


def test_a_sync_needs_no_join(first: Path) -> None:
    rows = ask(first, "select audience, customer_id, email, first_name from audience_memberships")
    assert rows
    assert all(customer for _, customer, _, _ in rows)
    assert sum(bool(email and name) for _, _, email, name in rows) > 0.8 * len(rows)


def test_status_verifies_and_query_answers(rollcall, home: Path, second: Second) -> None:
    status = rollcall("status", "--home", home)
    assert "000002" in status.stdout
    assert "ROLLCALL_ID_SECRET" in status.stderr
    sql = "select count(*) as audiences from audiences"
    # And the one that the second run added.
    industries = {"any", "shop", "subscription"}
    shipped = sum(1 for one in declared_in(PROJECT) if industries & set(one.industries))
    assert json.loads(rollcall("query", sql, "--home", home, "--format", "json").stdout) == {
        "audiences": shipped + 1
    }


def test_a_reader_is_not_disturbed(second: Second) -> None:
    assert second.rows_before == second.rows_after != [(0,)]


def test_a_second_run_loads_only_what_is_new(second: Second) -> None:
    assert ask(
        second.home / "current",
        "select sum(metric_value) from data_health where metric = 'accepted_line_count'",
    ) == [
        (accepted + 2,)
        for (accepted,) in ask(
            second.home / "releases" / "000001",
            "select sum(metric_value) from data_health where metric = 'accepted_line_count'",
        )
    ]


def test_an_audience_is_one_file_and_one_block(first: Path, second: Second) -> None:
    """And the definitions of the others are what they were."""
    definitions = "select audience, definition_hash from audiences order by 1"
    now = dict(ask(second.home / "current", definitions))
    ((members,),) = ask(
        second.home / "current",
        "select count(*) from audience_memberships where audience = 'card_holders'",
    )
    assert members > 0
    assert now.pop("card_holders")
    assert now == dict(ask(first, definitions))


def test_diff_says_who_would_come_and_go(
    rollcall, released, second: Second, tmp_path: Path
) -> None:
    """On the second release, whose project had card_holders: a project without it, and changed."""
    project = _copy_project(tmp_path)
    value = project / "models/audiences/value"
    _edit(value / "aud_recent_purchasers.sql", r"14", "7")
    (value / "aud_paused.sql").write_text(
        "select customer_id\nfrom {{ ref('customer_360') }}\nwhere engagement_state = 'power'\n",
        encoding="utf-8",
    )
    with (value / "_value__audiences.yml").open("a", encoding="utf-8") as yml:
        yml.write(
            "\n  - name: aud_paused\n"
            "    description: One row per customer that qualifies. Is to be left alone.\n"
            "    config: {meta: {owner: care, purpose: none, priority: 1, tier: A,\n"
            "      industry: [shop], suppresses: true}}\n"
            "    columns: [{name: customer_id, description: Customer that qualifies.}]\n"
        )
    _edit(
        project / "models/marts/customers/_customer_360__models.yml",
        r"      # Consent\.\n",
        "      - name: app_purchase_count\n        data_type: bigint\n"
        "        description: Purchases in the app.\n"
        "        config: {meta: {trait: {measure: count, of: purchase}}}\n      # Consent.\n",
    )
    with (project / "seeds/reference/cohort_definitions.csv").open("a", encoding="utf-8") as seed:
        seed.write("first_order_of_year,first_order,country,quarter,order,4,In a quarter\n")
    before = _bytes_of(second.home)
    done = rollcall("diff", "--home", second.home, "--format", "json", project=project)
    assert _bytes_of(second.home) == before
    found = json.loads(done.stdout)
    assert found["version"] == "000002"
    assert not found["is_whole_build"]
    assert not found["notes"]
    assert "audience_sync" in found["exposures"]
    by_name = {one["audience"]: one for one in found["audiences"]}
    # Also of what is held: against the members that its readers have.
    members = dict(released(second.home, MEMBERS))
    assert released(
        second.home, "select 1 from audiences where status = 'held' and carried_count > 0"
    )
    assert {name: by_name[name]["old_count"] for name in members} == members
    recent, power = by_name["recent_purchasers"], by_name["power_users"]
    assert (recent["kind"], recent["parts"]) == (
        "changed", ["model.rollcall.aud_recent_purchasers"],
    )  # fmt: skip
    assert not recent["entered"]["customer_count"]
    assert 0 < recent["left"]["customer_count"] == recent["old_count"] - recent["new_count"]
    assert len(recent["left"]["examples"]) == min(10, recent["left"]["customer_count"])
    assert re.fullmatch(r"[0-9a-f]{64}", recent["left"]["examples"][0])
    # Whoever is in a suppression list is in no other: the definition is what it was.
    assert (power["kind"], power["new_count"]) == ("members", 0)
    assert power["left"]["customer_count"] == power["old_count"] > 0
    assert (by_name["paused"]["kind"], by_name["paused"]["old_count"]) == ("new", None)
    assert by_name["paused"]["entered"]["customer_count"] >= power["old_count"]
    assert (by_name["card_holders"]["kind"], by_name["card_holders"]["new_hash"]) == (
        "removed", None,
    )  # fmt: skip
    assert by_name["card_holders"]["left"]["customer_count"] > 0
    assert by_name["paused"]["new_qualified_count"] == by_name["paused"]["new_count"]
    (people,) = found["tables"]
    (purchases,) = [one for one in people["columns"] if one["kind"] == "new"]
    assert purchases["column"] == "app_purchase_count"
    assert 0 < purchases["after"]["filled_count"] < purchases["after"]["valued_count"]
    (cohorts,) = [one for one in found["sizes"] if one["by"] == "cohort_type"]
    (quarters,) = cohorts["groups"]
    assert (quarters["value"], quarters["kind"]) == ("first_order_of_year", "new")
    assert 0 < quarters["new_rows"] < quarters["new_customers"]
    assert "@" not in done.stdout
    assert not list((second.home / "diff").glob("work.duckdb*"))


def _bytes_of(home: Path) -> tuple[bytes, bytes, str]:
    """Return what `rollcall diff` must not touch: the last run's database, and the release."""
    release = (home / "current").resolve()
    manifest = (release / "MANIFEST.json").read_bytes()
    settings = "".join(
        (home / "dbt" / "macros" / f"{name}.sql").read_text(encoding="utf-8")
        for name in ("run_settings", "run_moment")
    )
    return hashlib.sha256((home / "work.duckdb").read_bytes()).digest(), manifest, settings


def test_a_withdrawal_is_an_exit(second: Second) -> None:
    exits = ask(
        second.home / "current",
        "select distinct action, reason from audience_changes"
        " inner join identity_map using (customer_id)"
        f" where identifier_value = '{second.withdrawn_user}' and release_id = '000002'",
    )
    assert exits == [("exited", "consent")]


def test_an_erased_member_is_in_no_table(first: Path, second: Second) -> None:
    assert {second.erased_user, second.erased_customer} <= _texts(first)
    assert not {second.erased_user, second.erased_customer} & _texts(second.home / "current")


def _edit(path: Path, pattern: str, replacement: str) -> None:
    text, count = re.subn(pattern, replacement, path.read_text(encoding="utf-8"), count=1)
    assert count == 1, path
    path.write_text(text, encoding="utf-8")


@pytest.mark.whole
def test_a_broken_promise_stops_the_release(
    rollcall, shop: Path, second: Second, tmp_path: Path
) -> None:
    project = _copy_project(tmp_path)
    _edit(
        project / "expectations/suites/cohorts.yml",
        r"where: >-\n +period_start_date",
        "where: >-\n      period_start_date is not null or period_start_date",
    )
    failed = _run(rollcall, second.home, shop, as_of=LATER, project=project, check=False)
    assert failed.returncode == 5
    assert "cohorts" in failed.stderr
    assert "periods_begin_on_their_first_day" in failed.stderr
    assert (second.home / "current").resolve().name == "000002"


@pytest.mark.whole
def test_a_broken_test_and_a_broken_contract_stop_the_release(
    rollcall, shop: Path, second: Second, tmp_path: Path
) -> None:
    project = _copy_project(tmp_path)
    _edit(
        project / "models/activation/_activation__models.yml",
        r"values: \[ok, warn, stop\]",
        "values: [warn, stop]",
    )
    _edit(
        project / "models/marts/cohorts/_cohorts__models.yml",
        r"(name: cohort_type\n +data_type: )string",
        r"\1bigint",
    )
    failed = _run(rollcall, second.home, shop, as_of=LATER, project=project, check=False)
    assert failed.returncode == 4
    assert "accepted_values_data_health_status" in failed.stderr
    assert "cohorts" in failed.stderr
    assert (second.home / "current").resolve().name == "000002"
