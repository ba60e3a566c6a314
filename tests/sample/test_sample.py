"""The sample companies: what Rollcall is judged by, so what they hold must itself be certain."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import phonenumbers
import pytest

from rollcall.errors import SettingsError
from rollcall.sample import KINDS, SampleSummary, write_sample
from rollcall.sources import shipped_sources

PROJECT = Path(__file__).resolve().parents[2]
UNTIL = datetime(2026, 6, 30, tzinfo=UTC)
CUSTOMERS = 2_000
# What 20,000 customers must hold, in proportion.
PART = CUSTOMERS / 20_000
MALFORMED_TIMES = {"yesterday", "31/31/2026 25:00"}

Record = dict[str, str]


def text_of(path: Path) -> str:
    data = path.read_bytes()
    return (gzip.decompress(data) if path.suffix == ".gz" else data).decode()


def records_of(folder: Path) -> Iterator[Record]:
    """Read a landing folder the way a careful reader would: malformed lines left out."""
    for path in sorted(folder.iterdir()):
        if ".csv" in path.name:
            rows = csv.reader(io.StringIO(text_of(path), newline=""))
            header = next(rows)
            for row in rows:
                if len(row) == len(header):
                    yield dict(zip(header, row, strict=True))
        else:
            for line in text_of(path).splitlines():
                try:
                    yield {name: str(value) for name, value in json.loads(line).items()}
                except json.JSONDecodeError:
                    continue


def hashes(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="session")
def summary(tmp_path_factory: pytest.TempPathFactory) -> SampleSummary:
    out = tmp_path_factory.mktemp("sample")
    return write_sample(out, customers=CUSTOMERS, days=420, until=UNTIL, seed=7)


@pytest.fixture(scope="session")
def read(summary: SampleSummary) -> Callable[[str], list[Record]]:
    kept: dict[str, list[Record]] = {}

    def reader(name: str) -> list[Record]:
        if name not in kept:
            kept[name] = list(records_of(summary.out / name))
        return kept[name]

    return reader


@pytest.fixture(scope="session")
def carried(read: Callable[[str], list[Record]]) -> dict[str, dict[str, str]]:
    """When each e-mail was first carried beside each user_id: e-mail -> user_id -> time."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for table, user, moment in (
        ("crm/contacts", "user_id", "created_at"),
        ("shop/accounts", "user_id", "registered_at"),
        ("shop/orders", "user_id", "placed_at"),
        ("shop/plus_memberships", "user_id", "started_at"),
        ("web/page_events", "user_id", "ts"),
        ("helpdesk/tickets", "user_id", "opened_at"),
        ("email_platform/contacts", "external_id", "created_at"),
        ("email_platform/activity", "external_id", "timestamp"),
        ("email_platform/assignments", "external_id", "assigned_at"),
    ):
        for row in read(table):
            email, who = row.get("email", "").lower(), row.get(user, "")
            if email and who:
                time = row[moment].replace("T", " ").removesuffix("Z")
                found[email][who] = min(found[email].get(who, time), time)
    return found


def small(out: Path, seed: int = 1, customers: int = 60, kind: str = "shop") -> SampleSummary:
    return write_sample(out, kind=kind, customers=customers, days=90, until=UNTIL, seed=seed)


@pytest.mark.parametrize("kind", KINDS)
def test_same_arguments_write_the_same_bytes(tmp_path: Path, kind: str) -> None:
    """A set's order or a clock in the data would make a failing run impossible to repeat."""
    small(tmp_path / "one", kind=kind)
    small(tmp_path / "two", kind=kind)
    assert hashes(tmp_path / "one") == hashes(tmp_path / "two")


def test_another_seed_writes_other_people(tmp_path: Path) -> None:
    small(tmp_path / "one")
    small(tmp_path / "two", seed=2)
    assert hashes(tmp_path / "one") != hashes(tmp_path / "two")


def test_a_smaller_sample_leaves_nothing_of_a_larger_one(tmp_path: Path) -> None:
    """Files of two samples side by side would be one company that nobody planned."""
    small(tmp_path / "clean", customers=30)
    write_sample(tmp_path / "used", customers=60, days=400, until=UNTIL, seed=1)
    other = tmp_path / "used" / "online_retail" / "kept.csv"
    other.parent.mkdir()
    other.write_text("a\n")
    small(tmp_path / "used", customers=30)
    assert other.exists()
    other.unlink()
    assert hashes(tmp_path / "used") == hashes(tmp_path / "clean")


def test_an_unknown_kind_names_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"zoo.*Known: shop, trading, game, bank"):
        write_sample(tmp_path, kind="zoo", customers=10, days=10, until=UNTIL, seed=1)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(("customers", "days"), [(0, 10), (10, 0)])
def test_a_size_that_is_not_positive_is_refused(tmp_path: Path, customers: int, days: int) -> None:
    with pytest.raises(SettingsError, match="at least 1"):
        write_sample(tmp_path, customers=customers, days=days, until=UNTIL, seed=1)


@pytest.mark.parametrize("kind", KINDS)
def test_the_smallest_sample_can_be_written(tmp_path: Path, kind: str) -> None:
    summary = write_sample(tmp_path, kind=kind, customers=1, days=1, until=UNTIL, seed=1)
    assert summary.customers == 1


def test_all_entities_of_the_contract_have_lines(summary: SampleSummary) -> None:
    specs = shipped_sources()
    entities: set[str] = set()
    for source in {name.split(".")[0] for name in summary.rows}:
        entities |= set(specs[source].provides)
        for table in specs[source].tables:
            assert summary.rows[f"{source}.{table}"] > 0, (source, table)
    assert len(entities) == 15


def test_every_file_has_the_columns_that_staging_reads(summary: SampleSummary) -> None:
    specs = shipped_sources()
    for name in summary.rows:
        source, table = name.split(".")
        declared = set(specs[source].tables[table].columns)
        for path in (summary.out / source / table).glob("*.csv*"):
            assert declared == set(text_of(path).splitlines()[0].split(",")), path


def test_the_files_are_few_and_of_every_kind(summary: SampleSummary) -> None:
    names = [path.name for path in summary.out.glob("[!_]*/*/*")]
    assert len(names) == summary.files <= 150
    for suffix in (".csv", ".csv.gz", ".jsonl", ".jsonl.gz"):
        assert any(name.endswith(suffix) and name.split(".", 1)[1] == suffix[1:] for name in names)


def test_nothing_happens_at_or_after_the_end(tmp_path: Path) -> None:
    """In two days much runs into the end; a campaign alone may end later."""
    summary = write_sample(tmp_path, customers=600, days=2, until=UNTIL, seed=5)
    specs = shipped_sources()
    begin = datetime(2026, 6, 28, tzinfo=UTC)
    checked = 0
    for name in summary.rows:
        source, table = name.split(".")
        columns = specs[source].tables[table].columns.values()
        times = [column.name for column in columns if column.data_type == "timestamp"]
        for row in records_of(tmp_path / source / table):
            for column in set(times) - ({"ended_at"} if table == "campaigns" else set()):
                if not row.get(column) or row[column] in MALFORMED_TIMES:
                    continue
                moment = datetime.fromisoformat(row[column])
                moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
                assert begin <= moment < UNTIL, (name, column, row[column])
                checked += 1
    assert checked > 5_000


def test_the_truth_names_every_profile_once(
    summary: SampleSummary, read: Callable[[str], list[Record]]
) -> None:
    truth = list(csv.DictReader((summary.out / "_truth/profiles.csv").open(encoding="utf-8")))
    told = [(row["source"], row["profile_id"]) for row in truth]
    delivered: set[tuple[str, str]] = set()
    for source, table, key in (
        ("crm", "contacts", "contact_id"),
        ("shop", "accounts", "account_id"),
        ("pos", "members", "member_id"),
        ("email_platform", "contacts", "contact_id"),
    ):
        delivered |= {(source, row[key]) for row in read(f"{source}/{table}")}
    assert len(told) == len(set(told)) == summary.profiles
    assert set(told) == delivered
    assert len({row["person_id"] for row in truth}) == CUSTOMERS
    chains = {row["chain_id"]: row["person_id"] for row in truth}
    assert CUSTOMERS < len(chains) < 1.1 * CUSTOMERS


def test_user_ids_begin_with_a_letter(read: Callable[[str], list[Record]]) -> None:
    users = {row["user_id"] for row in read("shop/accounts")}
    assert len(users) > CUSTOMERS / 2
    assert all(user[0].isalpha() for user in users)


def test_devices_carry_two_peoples_user_ids(
    summary: SampleSummary, read: Callable[[str], list[Record]]
) -> None:
    users: dict[str, set[str]] = defaultdict(set)
    for row in read("web/page_events"):
        if row["user_id"] and row["visitor_id"]:
            users[row["visitor_id"]].add(row["user_id"])
    shared = [device for device, carriers in users.items() if len(carriers) == 2]
    assert max(map(len, users.values())) == 2
    assert len(shared) == summary.shared_devices >= 500 * PART


def test_mistaken_emails_come_later_than_their_owners(
    summary: SampleSummary, carried: dict[str, dict[str, str]]
) -> None:
    """An owner seen second would lose the address, and two people would be one customer."""
    mistaken = 0
    for email, users in carried.items():
        if len(users) not in (2, 3):
            continue
        owner = min(users, key=lambda user: users[user])
        # An address ends in its owner's number.
        assert email.split("@")[0].endswith(owner.lstrip("u0")), email
        times = sorted(users.values())
        assert times[0] < times[1]
        mistaken += len(users) - 1
    assert mistaken == summary.mistaken_emails >= 200 * PART


def test_a_mistake_is_days_later_even_in_a_short_sample(tmp_path: Path) -> None:
    """Two who join within hours could come in either order, once a record is late."""
    write_sample(tmp_path, customers=1_500, days=4, until=UNTIL, seed=3)
    joined: dict[str, list[datetime]] = defaultdict(list)
    for row in records_of(tmp_path / "shop/accounts"):
        joined[row["email"]].append(datetime.fromisoformat(row["registered_at"]))
    gaps = [max(times) - min(times) for times in joined.values() if 2 <= len(times) <= 3]
    assert gaps and all(gap.days >= 2 for gap in gaps)


def test_mailboxes_serve_fifty_people_with_user_ids(
    summary: SampleSummary, carried: dict[str, dict[str, str]]
) -> None:
    boxes = {email: users for email, users in carried.items() if len(users) > 3}
    assert all(len(users) == 50 for users in boxes.values())
    assert len(boxes) == summary.shared_mailboxes >= max(1, int(5 * PART))


def test_no_record_without_a_user_id_names_anothers_address(
    summary: SampleSummary,
    read: Callable[[str], list[Record]],
    carried: dict[str, dict[str, str]],
) -> None:
    """Such a record would be the address's owner's by right, and the truth would be wrong."""
    shared = {email for email, users in carried.items() if len(users) > 3}
    checked = 0
    for table, user in (
        ("shop/orders", "user_id"),
        ("email_platform/contacts", "external_id"),
        ("email_platform/activity", "external_id"),
        ("pos/members", ""),
        ("pos/receipts", ""),
        ("helpdesk/tickets", "user_id"),
        ("preference_centre/consents", "user_id"),
    ):
        for row in read(table):
            if row.get("email") and not row.get(user):
                assert row["email"].lower() not in shared, table
                checked += 1
    assert checked > 100


def _e164(row: Record) -> str:
    """Read a phone as whoever typed it meant it: of the country beside it."""
    if not row["phone"]:
        return ""
    number = phonenumbers.parse(row["phone"], row["country"])
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


@pytest.fixture(scope="session")
def holders(read: Callable[[str], list[Record]]) -> dict[str, set[str]]:
    """Who holds each phone and card, but for contacts typed together from two people."""
    holders: dict[str, set[str]] = defaultdict(set)
    for name, key in (("crm/contacts", "contact_id"), ("pos/members", "member_id")):
        for row in read(name):
            if not row[key].startswith("x"):
                for held in (_e164(row), row["loyalty_number"]):
                    holders[held].add(row[key].lstrip("cm0"))
    holders.pop("")
    return holders


def test_one_phone_and_one_card_are_one_persons_but_in_families(
    summary: SampleSummary, holders: dict[str, set[str]]
) -> None:
    assert len(holders) > CUSTOMERS / 4
    shared = {held for held, people in holders.items() if len(people) > 1}
    assert all(held.startswith("+") and len(holders[held]) <= 3 for held in shared)
    # Some families are known to the shop's own accounts alone.
    assert 100 * PART <= len(shared) <= summary.shared_phones
    assert summary.shared_phones >= 200 * PART


def test_contacts_typed_together_carry_two_peoples_identifiers(
    summary: SampleSummary,
    read: Callable[[str], list[Record]],
    holders: dict[str, set[str]],
    carried: dict[str, dict[str, str]],
) -> None:
    mixed = {row["contact_id"]: row for row in read("crm/contacts") if row["contact_id"][0] == "x"}
    assert len(mixed) == summary.mixed_profiles >= 200 * PART
    for contact, row in mixed.items():
        assert not row["user_id"]
        (owner,) = carried[row["email"].lower()]
        assert owner.lstrip("u0") == contact.lstrip("x0")
        assert contact.lstrip("x0") not in holders.get(_e164(row), set())


def test_addresses_are_of_reserved_domains(carried: dict[str, dict[str, str]]) -> None:
    domains = {email.split("@")[1] for email in carried}
    assert domains == {"example.com", "example.org", "example.net"}


def test_malformed_and_redelivered_lines_are_counted(summary: SampleSummary) -> None:
    """Whoever checks the quarantine needs to know how many lines must be in it."""
    assert summary.malformed_lines == 9
    last = summary.out / "web/page_events/page_events_2026-06.csv.gz"
    lines = text_of(last).splitlines()
    assert lines.count("502 Bad Gateway") == 1
    events = [row["event_id"] for row in records_of(summary.out / "web/page_events")]
    again = len(events) - len(set(events))
    assert 0 < again < summary.redelivered_lines


def test_people_change_address_withdraw_and_ask_to_be_erased(
    summary: SampleSummary, read: Callable[[str], list[Record]]
) -> None:
    addresses: dict[str, set[str]] = defaultdict(set)
    for row in read("shop/accounts"):
        addresses[row["account_id"]].add(row["email"])
    assert sum(len(found) == 2 for found in addresses.values()) > 20
    statuses = {row["status"] for row in read("preference_centre/consents")}
    assert statuses == {"granted", "denied", "withdrawn"}
    assert len(read("preference_centre/erasure_requests")) == summary.erased_people > 0
    actions = {row["type"] for row in read("email_platform/activity")}
    assert {"bounce", "spam_report", "unsubscribe", "open", "click"} <= actions


def test_money_goes_back_in_rows_of_its_own(read: Callable[[str], list[Record]]) -> None:
    orders = read("shop/orders")
    refunds = [row for row in orders if row["state"] == "refunded"]
    assert refunds and all(float(row["net"]) < 0 for row in refunds)
    placed = {row["order_id"]: row["placed_at"] for row in orders if row["state"] == "completed"}
    for row in refunds:
        assert row["placed_at"] > placed["W" + row["order_id"].removeprefix("CN")]
    assert any(row["state"] == "cancelled" for row in orders)
    guests = [row for row in orders if not row["user_id"] and row["visitor_id"]]
    assert guests and all(row["email"] for row in guests)
    assert any(not row["user_id"] and not row["email"] and not row["visitor_id"] for row in orders)


APP_KINDS = [kind for kind in KINDS if kind != "shop"]
APP_CUSTOMERS = 250
SYSTEMS_OF_AN_APP = {"crm", "app", "email_platform", "helpdesk", "preference_centre"}


@pytest.fixture(scope="session", params=APP_KINDS)
def app(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> SampleSummary:
    """A company that is an app and nothing else; its folder is named as its kind."""
    return _app_company(tmp_path_factory, request.param)


@pytest.fixture(scope="session")
def trading(tmp_path_factory: pytest.TempPathFactory) -> SampleSummary:
    return _app_company(tmp_path_factory, "trading")


def _app_company(tmp_path_factory: pytest.TempPathFactory, kind: str) -> SampleSummary:
    out = tmp_path_factory.mktemp("app") / kind
    return write_sample(out, kind=kind, customers=APP_CUSTOMERS, days=200, until=UNTIL, seed=7)


def _features(kind: str) -> dict[str, tuple[str, str]]:
    """Return feature -> event and kind, as the company's configuration says."""
    seed = PROJECT / "config" / kind / "features.csv"
    seed = seed if seed.exists() else PROJECT / "seeds" / "reference" / "features.csv"
    with seed.open(encoding="utf-8", newline="") as file:
        return {row["feature"]: (row["event_name"], row["kind"]) for row in csv.DictReader(file)}


def test_no_table_of_a_system_that_the_company_lacks(app: SampleSummary) -> None:
    assert {folder.name for folder in app.out.glob("[!_]*")} == SYSTEMS_OF_AN_APP
    assert {name.split(".")[0] for name in app.rows} == SYSTEMS_OF_AN_APP
    truth = csv.DictReader((app.out / "_truth/profiles.csv").open(encoding="utf-8"))
    profiles = [(row["source"], row["profile_id"]) for row in truth]
    assert {source for source, _ in profiles} == {"crm", "email_platform"}
    assert len(profiles) == len(set(profiles)) == app.profiles
    # Of the nine, those of the systems that are there.
    assert app.malformed_lines == 6


def test_an_apps_files_have_the_columns_that_staging_reads(app: SampleSummary) -> None:
    specs = shipped_sources()
    for path in app.out.glob("[!_]*/*/*.csv*"):
        spec = specs[path.parts[-3]].tables[path.parts[-2]]
        assert set(spec.columns) == set(text_of(path).splitlines()[0].split(",")), path


def test_an_apps_events_are_of_the_vocabulary(app: SampleSummary) -> None:
    with (PROJECT / "seeds/reference/event_vocabulary.csv").open(encoding="utf-8") as file:
        names = {row["event_name"] for row in csv.DictReader(file)}
    events = list(records_of(app.out / "app/app_events"))
    assert len(events) > 5_000
    # But for the malformed lines.
    assert {row["event_type"] for row in events} - {"App Opened"} <= names
    for row in events:
        assert bool(row["revenue"]) == bool(row["currency"])
        if row["revenue"] and row["event_type"] != "bet_settled":
            assert float(row["revenue"]) >= 0


def test_a_net_win_may_be_a_loss(tmp_path: Path) -> None:
    small(tmp_path, kind="game")
    wins = [
        float(row["revenue"])
        for row in records_of(tmp_path / "app/app_events")
        if row["event_type"] == "bet_settled"
    ]
    assert min(wins) < 0 < max(wins)


def test_campaigns_ask_for_what_the_company_has(app: SampleSummary) -> None:
    """A campaign for a feature that nobody can use fits nobody, and shows nothing."""
    features = _features(app.out.name)
    events = {event for event, _ in features.values()}
    live_goals, randomised, with_setups = 0, 0, 0
    for row in records_of(app.out / "email_platform/campaigns"):
        assert row["goal_event"] in events
        required = json.loads(row["required_features"])
        assert set(required) <= features.keys()
        is_live = row["ended_at"] > UNTIL.isoformat(" ")
        setups = {feature for feature in required if features[feature][1] == "setup"}
        with_setups += bool(is_live and setups and json.loads(row["target_states"]))
        live_goals += is_live and row["audience"] == "all" and not required
        randomised += row["is_randomised"] == "true" and float(row["holdout_rate"]) > 0
        assert not (is_live and row["is_randomised"] == "true")
    assert live_goals >= 2 and randomised >= 1 and with_setups >= 1


def test_setups_happen_once_and_after_joining(app: SampleSummary) -> None:
    setups = {event for event, kind in _features(app.out.name).values() if kind == "setup"}
    joined: dict[str, str] = {}
    done: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in records_of(app.out / "app/app_events"):
        if row["event_type"] == "signed_up":
            joined[row["user_id"]] = row["event_time"]
        elif row["event_type"] in setups:
            done[row["user_id"], row["event_type"]].append(row["event_time"])
    assert {event for _, event in done} == setups
    weekly = _users(app, "weekly_trader")
    for (user, event), times in done.items():
        assert user
        assert len(times) == (3 if user in weekly and event == "portfolio_connected" else 1)
        assert min(times) > joined[user]


def _users(summary: SampleSummary, persona: str) -> set[str]:
    with (summary.out / "_truth/people.csv").open(encoding="utf-8") as file:
        return {
            f"u{int(row['person_id'][1:]):06d}"
            for row in csv.DictReader(file)
            if row["persona"] == persona
        }


def test_swap_is_live_and_for_those_who_can_swap(trading: SampleSummary) -> None:
    campaigns = records_of(trading.out / "email_platform/campaigns")
    (swap,) = (row for row in campaigns if row["campaign_id"] == "swap")
    end = UNTIL.isoformat(" ")
    assert swap["started_at"] < end < swap["ended_at"]
    said = {"name": "Swap your coins", "channel": "email", "purpose": "marketing_email"}
    said |= {"audience": "all", "goal_event": "trade_executed", "minimum_active_days": "0"}
    said |= {"is_randomised": "false", "required_features": '["wallet", "connected_portfolio"]'}
    said |= {"target_states": '["core", "power"]'}
    assert said.items() <= swap.items()


def test_weekly_traders_and_swap_starters_are_planted(trading: SampleSummary) -> None:
    weekly, starters = _users(trading, "weekly_trader"), _users(trading, "swap_starter")
    assert len(weekly) == len(starters) == APP_CUSTOMERS // 100
    events = list(records_of(trading.out / "app/app_events"))
    devices: dict[str, str] = {
        row["installation_id"]: row["user_id"]
        for row in records_of(trading.out / "app/installations")
    }
    features = {event for event, _ in _features("trading").values()}
    times: dict[tuple[str, str], list[datetime]] = defaultdict(list)
    for row in events:
        who = row["user_id"] or devices.get(row["installation_id"], "")
        if row["event_type"] in features:
            times[who, row["event_type"]].append(datetime.fromisoformat(row["event_time"]))
    for user in weekly:
        trades = sorted(times[user, "trade_executed"])
        gaps = [later - earlier for earlier, later in pairwise(trades)]
        assert gaps and max(gaps) <= timedelta(days=7, minutes=30)
        assert UNTIL.replace(tzinfo=None) - trades[-1] <= timedelta(days=7)
        assert times[user, "wallet_added"]
        assert len(times[user, "portfolio_connected"]) == 3
    for user in starters:
        assert {event for who, event in times if who == user} == {"news_read", "price_tracked"}


def test_one_person_is_enough_to_plant_one(tmp_path: Path) -> None:
    summary = small(tmp_path, kind="trading", customers=20)
    assert len(_users(summary, "weekly_trader")) == len(_users(summary, "swap_starter")) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_a_click_is_followed_by_its_visit(tmp_path: Path, kind: str) -> None:
    """By one visit of the same person, some seconds later, that names the campaign."""
    small(tmp_path, kind=kind, customers=300)
    clicks = {
        (row["campaign_id"], datetime.fromisoformat(row["timestamp"])): row.get("external_id")
        for row in records_of(tmp_path / "email_platform/activity")
        if row["type"] == "click"
    }
    assert len(clicks) > 50
    table, time = ("web/page_events", "ts") if kind == "shop" else ("app/app_events", "event_time")
    events = {row["event_id"]: row for row in records_of(tmp_path / table)}
    visits = [
        row
        for row in events.values()
        if row["utm_medium"] == "email" and row["utm_campaign"] != "newsletter"
    ]
    for row in visits:
        moment = datetime.fromisoformat(row[time]).replace(tzinfo=UTC)
        before = [moment - timedelta(seconds=seconds) for seconds in range(2, 41)]
        users = [
            clicks[row["utm_campaign"], at] for at in before if (row["utm_campaign"], at) in clicks
        ]
        assert users and row["utm_source"] == "newsletter"
        assert not row["user_id"] or {row["user_id"], None} & set(users)
    late = sum(moment >= UNTIL - timedelta(seconds=41) for _, moment in clicks)
    assert len(clicks) - late <= len(visits) <= len(clicks)


def test_the_shops_app_tells_no_campaign(read: Callable[[str], list[Record]]) -> None:
    assert not any(row["utm_campaign"] for row in read("app/app_events"))
