"""Back to an older release, less who may not be in it any more; unclear means no."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from nodes import columns, node

from rollcall.errors import LockedError, ReleaseError, SettingsError
from rollcall.home import Home
from rollcall.release import home_lock, publish, read_manifest, release_plan, verify
from rollcall.release.seen import note_built, note_released
from rollcall.rollback import rollback

AS_OF = datetime(2026, 7, 1, tzinfo=UTC)
IDS = [f"c{number}" for number in range(1, 9)]


def manifest(*personal: str) -> dict[str, Any]:
    members = {"key": ["audience", "customer_id"], "is_consent_gated": True}
    nodes = [
        node(
            "customers",
            columns("customer_id", "name", personal=personal),
            release={"key": ["customer_id"]},
        ),
        node(
            "members",
            columns("audience", "customer_id", "purpose", personal=("email", "fields_hash")),
            release=members,
        ),
        node("candidates", release={**members, "is_internal": True}),
        node("audiences", release={"key": ["audience"]}),
        node("audience_holds", release={"key": ["audience", "gate", "subject"]}),
        node("audience_exclusions", release={"key": ["audience", "reason"]}),
        node("audience_changes", release={"key": ["release_id", "audience", "customer_id"]}),
        node("audience_release_history", release={"key": ["release_id", "audience"]}),
        node(
            "identity_map",
            release={"key": ["identifier_type", "identifier_value"]},
            gate="identity",
        ),
        node("identity_merges", release={"key": ["absorbed_customer_id"]}, gate="merges"),
        node("sendable", gate="consent"),
        node("denied", gate="denial"),
        node("erased", gate="erasure"),
        node("suppressed", gate="suppression"),
        node("consent_identifiers", gate="consent_identifiers"),
        node("erased_identifiers", gate="erased_identifiers"),
        node("faults", gate="consent_faults"),
    ]
    return {"nodes": {entry["unique_id"]: entry for entry in nodes}, "sources": {}}


def build(home: Home, release_id: str, members: list[str], name: str, *more: str) -> None:
    """Make what a run would have left in the work database."""
    home.work.unlink(missing_ok=True)
    with duckdb.connect(str(home.work)) as work:
        ids = ", ".join(f"('{one}')" for one in IDS)
        chosen = ", ".join(f"('{one}')" for one in members)
        for sql in (
            f"create table customers as select customer_id, '{name}' as name"
            f" from (values {ids}) t (customer_id)",
            "create table members as select 'a' as audience, customer_id, 'ads' as purpose,"
            f" customer_id || '@x' as email, '{name}' as fields_hash"
            f" from (values {chosen}) t (customer_id)",
            "create table candidates as select * from members where false",
            "create table audiences as select 'a' as audience, 'ads' as purpose,"
            " true as is_sendable, 'released' as status, null::varchar as reason,"
            " null::varchar as approved_by, 'h' as definition_hash,"
            f" 8::bigint as qualified_count, {len(members)}::bigint as member_count,"
            " 0::bigint as carried_count",
            "create table audience_holds (audience text, gate text, subject text, place bigint,"
            " metric_value double, limit_value double, status text, sentence text)",
            "create table audience_exclusions as select 'a' as audience, 'held' as reason,"
            f" {8 - len(members)}::bigint as customer_count",
            "create table audience_changes as select "
            f"'{release_id}' as release_id, timestamp '2026-07-01' as released_as_of,"
            " 'a' as audience, customer_id, 'entered' as action, 'qualified' as reason"
            " from members",
            "create table audience_release_history as select "
            f"'{release_id}' as release_id, timestamp '2026-07-01' as released_as_of, audience,"
            " qualified_count, member_count, member_count as entered_count,"
            " 0::bigint as exited_count, definition_hash, status, reason, approved_by"
            " from audiences",
            "create table identity_map as select 'user_id' as identifier_type,"
            " 'u' || customer_id as identifier_value, customer_id from customers",
            "create table identity_merges (absorbed_customer_id text, customer_id text,"
            " left_type text, left_value text, right_type text, right_value text)",
            "create table sendable as select customer_id, 'ads' as purpose from customers",
            "create table denied (customer_id text, purpose text)",
            "create table erased (customer_id text)",
            "create table suppressed (customer_id text)",
            "create table consent_identifiers (identifier_type text, identifier_value text,"
            " purpose text, is_granted boolean)",
            "create table erased_identifiers (identifier_type text, identifier_value text)",
            "create table faults (gate text, subject text, metric_value double,"
            " limit_value double, sentence text)",
            *more,
        ):
            work.execute(sql)
    note_built(home, AS_OF + timedelta(days=int(release_id)))


def release(home: Home, version: str, members: list[str], name: str, *more: str) -> None:
    build(home, version, members, name, *more)
    plan = release_plan(manifest())
    publish(
        home,
        plan,
        version=version,
        as_of=AS_OF + timedelta(days=int(version)),
        results=dict.fromkeys(plan.unique_ids, "success"),
        freshness_days={},
    )
    note_released(home)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home whose second release has two members of the first one's six, and a new one."""
    place = Home.at(tmp_path / "home")
    place.ledger.mkdir(parents=True)
    ledger = place.ledger / "loads.parquet"
    duckdb.execute(
        "copy (select 's' as source, true as is_live, 1 as accepted_count,"
        f" timestamp '2026-06-01' as loaded_at, 'loaded' as status, '000001' as release_id)"
        f" to '{ledger}'"
    )
    (place.dbt / "target").mkdir(parents=True)
    (place.dbt / "target" / "manifest.json").write_text(json.dumps(manifest()), encoding="utf-8")
    release(place, "000001", IDS[:6], "one")
    release(place, "000002", [*IDS[:2], "c8"], "two")
    return place


Change = Callable[[str], None]


@pytest.fixture
def change(home: Home) -> Change:
    def execute(sql: str) -> None:
        with duckdb.connect(str(home.work)) as work:
            work.execute(sql)

    return execute


def ask(home: Home, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(home.current / "serving.duckdb"), read_only=True) as serving:
        return serving.execute(sql).fetchall()


def members(home: Home) -> list[str]:
    return [one for (one,) in ask(home, "select customer_id from members order by all")]


def test_older_tables_are_a_new_version(home: Home) -> None:
    assert members(home) == ["c1", "c2", "c8"]
    made = rollback(home, by="ana").manifest
    assert made.version == home.current.resolve().name == "000003"
    assert verify(home.current.resolve()) == made
    assert members(home) == IDS[:6]
    assert ask(home, "select distinct name from customers") == [("one",)]
    # The tables are of their own time, the release moves on, and what it tells is its own.
    assert made.tables["customers"] == (AS_OF + timedelta(days=1)).isoformat()
    assert made.tables["audience_changes"] == (AS_OF + timedelta(days=2)).isoformat()
    assert made.as_of == (AS_OF + timedelta(days=2)).isoformat()
    assert made.rollback is not None
    assert {key: made.rollback[key] for key in ("from", "to", "by")} == {
        "from": "000002",
        "to": "000001",
        "by": "ana",
    }
    assert ask(home, "select status, reason, approved_by from audiences") == [
        ("approved", "rolled_back", "ana")
    ]


def test_changes_lead_from_what_was_current_to_what_is(home: Home) -> None:
    rollback(home, by="ana")
    told = ask(
        home,
        "select customer_id, action, reason from audience_changes"
        " where release_id = '000003' order by all",
    )
    assert told == [
        ("c1", "updated", "fields_changed"),
        ("c2", "updated", "fields_changed"),
        ("c3", "entered", "rolled_back"),
        ("c4", "entered", "rolled_back"),
        ("c5", "entered", "rolled_back"),
        ("c6", "entered", "rolled_back"),
        ("c8", "exited", "rolled_back"),
    ]
    history = ask(
        home,
        "select release_id, member_count, entered_count, exited_count, status"
        " from audience_release_history order by all",
    )
    assert history == [("000002", 3, 3, 0, "released"), ("000003", 6, 4, 1, "approved")]


@pytest.mark.parametrize(
    ("sql", "gone", "reason"),
    [
        ("insert into denied values ('c3', 'ads')", "c3", "consent"),
        ("insert into suppressed values ('c3')", "c3", "suppressed"),
        (
            "insert into consent_identifiers values ('user_id', 'uc3', 'ads', false)",
            "c3",
            "consent",
        ),
        (
            "insert into consent_identifiers values ('email', 'c3@x', 'ads', false)",
            "c3",
            "consent",
        ),
        # Merged since: what is said of the survivor is said of both.
        (
            "insert into identity_merges (absorbed_customer_id, customer_id) values ('c3', 'c7');"
            "insert into suppressed values ('c7')",
            "c3",
            "suppressed",
        ),
        (
            "update identity_map set customer_id = 'new' where customer_id = 'c3';"
            "insert into denied values ('new', 'ads')",
            "c3",
            "consent",
        ),
    ],
)
def test_who_is_out_since_is_out_of_the_older_members(
    home: Home, change: Change, sql: str, gone: str, reason: str
) -> None:
    change(sql)
    done = rollback(home)
    assert done.left == {reason: 1}
    assert members(home) == [one for one in IDS[:6] if one != gone]
    # Consent is of the audience alone: the person is a customer still.
    assert ask(home, f"select count(*) from customers where customer_id = '{gone}'") == [(1,)]
    excluded = ask(home, "select reason, customer_count from audience_exclusions")
    assert sorted(excluded) == sorted([("held", 2), (reason, 1)])


def test_denial_of_another_purpose_keeps_nobody_out(home: Home, change: Change) -> None:
    change("insert into denied values ('c3', 'marketing_sms')")
    change("insert into consent_identifiers values ('user_id', 'uc4', 'ads', true)")
    assert rollback(home).left == {}
    assert members(home) == IDS[:6]


@pytest.mark.parametrize(
    "sql",
    [
        "insert into erased values ('c3')",
        "insert into erased_identifiers values ('user_id', 'uc3')",
    ],
)
def test_who_asked_to_be_erased_is_in_no_table(home: Home, change: Change, sql: str) -> None:
    change(sql)
    done = rollback(home)
    assert (done.erased_customer_count, done.left) == (1, {"erased": 1})
    for table in ("customers", "members", "identity_map", "audience_changes"):
        assert ask(home, f"select count(*) from {table} where customer_id = 'c3'") == [(0,)]
    assert ask(home, "select qualified_count, member_count from audiences") == [(7, 5)]
    assert ask(home, "select sum(customer_count) from audience_exclusions") == [(2,)]
    assert b"uc3" not in (home.current / "serving.duckdb").read_bytes()


def corrupt_table(home: Home) -> None:
    with (home.releases / "000002" / "tables" / "members.parquet").open("ab") as file:
        file.write(b"x")


def corrupt_manifest(home: Home) -> None:
    (home.releases / "000002" / "MANIFEST.json").write_text("{", encoding="utf-8")
    moment = json.dumps({"as_of": "2026-07-03 00:00:00.000000"})
    (home.dbt / "macros").mkdir()
    for name, text in (("run_settings", "{}"), ("run_moment", moment)):
        (home.dbt / "macros" / f"{name}.sql").write_text(f"fromjson('{text}')")


def vanish(home: Home) -> None:
    corrupt_manifest(home)
    (home.releases / "000002").rename(home.root / "elsewhere")


@pytest.mark.parametrize("damage", [corrupt_table, corrupt_manifest, vanish])
def test_corrupt_release_is_no_hindrance(home: Home, damage: Callable[[Home], None]) -> None:
    damage(home)
    with pytest.raises(ReleaseError):
        verify(home.current.resolve())
    made = rollback(home).manifest
    assert verify(home.current.resolve()) == made
    assert members(home) == IDS[:6]
    # What the corrupt one told stands in what the last run built.
    exited = "select customer_id from audience_changes where action = 'exited'"
    assert ask(home, exited) == [("c8",)]
    assert made.as_of == (AS_OF + timedelta(days=2)).isoformat()


def test_back_from_a_rollback_is_further_back(home: Home) -> None:
    rollback(home)
    with pytest.raises(SettingsError, match="no release before 000001 is kept"):
        rollback(home)
    assert rollback(home, to="2").manifest.rollback is not None
    assert members(home) == ["c1", "c2", "c8"]


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("drop table suppressed", "cannot be read"),
        ("drop table consent_identifiers", "cannot be read"),
        ("drop table faults", "cannot be read"),
        ("alter table denied drop purpose", "cannot be read"),
    ],
)
def test_unknown_state_publishes_nothing(
    home: Home, change: Change, sql: str, message: str
) -> None:
    change(sql)
    with pytest.raises(ReleaseError, match=message):
        rollback(home)
    assert home.current.resolve().name == "000002"
    assert sorted(path.name for path in home.releases.iterdir()) == ["000001", "000002"]
    assert not (home.root / "rollback").exists()


def later_load(home: Home) -> None:
    ledger = home.ledger / "loads.parquet"
    duckdb.execute(f"copy (select true as is_live, '000003' as release_id) to '{ledger}'")


def unreadable(home: Home) -> None:
    duckdb.execute(f"copy (select 'c' as path) to '{home.ledger}/failed_sources.parquet'")


def stopped(home: Home) -> None:
    """Let a run that ended in its build have begun one."""
    note_built(home, None)


def earlier(home: Home) -> None:
    """Let the database tell of a time before the release's."""
    note_built(home, AS_OF)


def no_database(home: Home) -> None:
    home.work.unlink()


def no_ledger(home: Home) -> None:
    (home.ledger / "loads.parquet").unlink()


@pytest.mark.parametrize(
    "since", [later_load, unreadable, stopped, earlier, no_database, no_ledger]
)
def test_what_was_not_built_yet_is_built_first_or_nothing_is_published(
    home: Home, since: Callable[[Home], None]
) -> None:
    """Here it cannot be: no run has told with which settings."""
    since(home)
    with pytest.raises(ReleaseError, match="so nothing is rolled back"):
        rollback(home)
    assert home.current.resolve().name == "000002"


def test_older_release_that_is_corrupt_is_refused(home: Home) -> None:
    with (home.releases / "000001" / "tables" / "members.parquet").open("ab") as file:
        file.write(b"x")
    with pytest.raises(ReleaseError, match="differs from MANIFEST"):
        rollback(home)
    assert home.current.resolve().name == "000002"


@pytest.mark.parametrize("to", ["7", "../000001", "000002", ""])
def test_only_a_kept_older_release_can_be_named(home: Home, to: str) -> None:
    with pytest.raises(SettingsError, match="there is no older release"):
        rollback(home, to=to)


def test_one_at_a_time(home: Home) -> None:
    with home_lock(home), pytest.raises(LockedError):
        rollback(home)


def _tag(home: Home, *personal: str) -> None:
    path = home.dbt / "target" / "manifest.json"
    path.write_text(json.dumps(manifest(*personal)), encoding="utf-8")


def _read_by_bi(home: Home) -> list[str]:
    with duckdb.connect(str(home.current / "analytics.duckdb"), read_only=True) as analytics:
        return [name for (name, *_) in analytics.execute("describe customers").fetchall()]


def test_bi_reads_what_it_read_then_less_what_is_tagged_since(home: Home) -> None:
    assert _read_by_bi(home) == ["customer_id", "name"]
    assert rollback(home).manifest.analytics == {
        "customers": ["customer_id", "name"],
        "members": ["audience", "customer_id", "purpose"],
    }
    _tag(home, "name")
    rollback(home, to="2")
    assert _read_by_bi(home) == ["customer_id"]
    # Whoever takes the tag away does not publish what was kept from BI then.
    _tag(home)
    rollback(home, to="3")
    rollback(home, to="4")
    assert _read_by_bi(home) == ["customer_id"]


def test_release_from_before_there_was_one_follows_the_tags_of_today(home: Home) -> None:
    release_of_old = home.releases / "000001"
    raw = json.loads((release_of_old / "MANIFEST.json").read_text(encoding="utf-8"))
    del raw["analytics"], raw["files"]["analytics.duckdb"]
    (release_of_old / "analytics.duckdb").unlink()
    (release_of_old / "MANIFEST.json").write_text(json.dumps(raw), encoding="utf-8")
    _tag(home, "name")
    rollback(home)
    assert _read_by_bi(home) == ["customer_id"]


def test_home_without_a_release(tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match="nothing is released here yet"):
        rollback(Home.at(tmp_path))


def test_older_manifests_read_as_before(home: Home) -> None:
    path = home.current.resolve() / "MANIFEST.json"
    raw = json.loads(path.read_text(encoding="utf-8"))
    del raw["rollback"], raw["rewritten"]
    path.write_text(json.dumps(raw), encoding="utf-8")
    assert read_manifest(path.parent).rollback is None


# While nobody knows who said no.

FAILED = "insert into faults values ('consent_failed', 'crm', 1, 0, 'send nothing')"
STALE = "insert into faults values ('consent_stale', 'app', 3, 2, 'mend the delivery')"
STANDING = "select status, reason, approved_by, is_sendable from audiences"
HOLDS = "select gate, subject, place, status, sentence from audience_holds order by place"


@pytest.mark.parametrize("fault", [FAILED, STALE])
def test_without_the_consent_feed_nothing_is_sent_and_nobody_is_added(
    home: Home, change: Change, fault: str
) -> None:
    change(fault)
    done = rollback(home, by="ana")
    assert members(home) == ["c1", "c2"]
    assert done.left == {"held": 4}
    gate = fault.split("'")[1]
    assert ask(home, STANDING) == [("held", gate, None, False)]
    assert done.manifest.audiences["a"]["status"] == "held"
    # The tables are the older ones' all the same, and so is what is told of the members.
    assert ask(home, "select distinct name from customers") == [("one",)]
    counts = "select qualified_count, member_count from audiences"
    assert ask(home, counts) == [(8, 2)]
    assert ask(home, "select reason, customer_count from audience_exclusions") == [("held", 6)]
    told = "select status, reason, entered_count, exited_count from audience_release_history"
    assert ask(home, f"{told} where release_id = '000003'") == [("held", gate, 0, 1)]


def test_holds_say_each_fault_of_now(home: Home, change: Change) -> None:
    change(f"{STALE}; {FAILED}")
    rollback(home)
    assert ask(home, HOLDS) == [
        ("consent_failed", "crm", 1, "held", "send nothing"),
        ("consent_stale", "app", 2, "held", "mend the delivery"),
    ]


def candidates(home: Home) -> list[str]:
    path = home.current / "internal" / "candidates.parquet"
    query = "select customer_id from read_parquet(?) order by all"
    return [one for (one,) in duckdb.execute(query, [str(path)]).fetchall()]


def test_what_it_would_have_been_is_kept_for_the_day_the_feed_is_mended(
    home: Home, change: Change
) -> None:
    change(FAILED)
    change("insert into suppressed values ('c3')")
    done = rollback(home)
    assert done.left == {"held": 3, "suppressed": 1}
    assert members(home) == ["c1", "c2"]
    assert candidates(home) == ["c1", "c2", "c4", "c5", "c6"]


def test_where_nobody_can_say_who_is_a_member_nobody_is(home: Home, change: Change) -> None:
    change(FAILED)
    corrupt_table(home)
    change("update audience_release_history set release_id = '000009'")
    rollback(home)
    assert members(home) == []
    assert ask(home, STANDING) == [("held", "consent_failed", None, False)]


def test_members_of_a_run_that_did_not_release_are_nobody_s(home: Home, change: Change) -> None:
    """Its number is the rollback's by now."""
    rollback(home, to="1")
    build(home, "000003", IDS, "three", FAILED)
    with (home.releases / "000003" / "tables" / "members.parquet").open("ab") as file:
        file.write(b"x")
    rollback(home, to="2")
    assert members(home) == []


HELD_THEN = (
    "update audiences set status = 'held', reason = '{0}'",
    "insert into audience_holds values ('a', '{0}', 's', 1, 1, 0, 'held', 'then')",
)


def held_then(home: Home, *gates: str) -> None:
    """Make two more releases, the first of which was held by these gates."""
    also = [
        f"insert into audience_holds values ('a', '{gate}', 's', 2, 1, 0, 'held', 'also')"
        for gate in gates[1:]
    ]
    changed = [sql.format(gates[0]) for sql in HELD_THEN]
    kept = "insert into candidates select * from members where customer_id = 'c1'"
    if gates[0].startswith("consent"):
        changed.append("update audiences set is_sendable = false")
    release(home, "000003", IDS[:6], "three", *changed, *also, kept)
    release(home, "000004", IDS[:6], "four")


def test_what_was_held_then_is_held_again(home: Home) -> None:
    held_then(home, "emptied", "changed")
    rollback(home)
    assert ask(home, STANDING) == [("held", "emptied", None, True)]
    assert ask(home, HOLDS) == [
        ("emptied", "s", 1, "held", "then"),
        ("changed", "s", 2, "held", "also"),
    ]
    assert candidates(home) == ["c1"]


def test_what_was_exported_no_more_is_sent_nothing(home: Home) -> None:
    held_then(home, "changed", "withdrawn")
    rollback(home)
    assert ask(home, STANDING) == [("held", "withdrawn", None, False)]


def test_what_was_exported_no_more_is_that_first_while_nobody_knows_who_said_no(
    home: Home, change: Change
) -> None:
    """Whoever lets it through later must be told by the next run that nobody was kept."""
    held_then(home, "withdrawn")
    change(FAILED)
    rollback(home)
    assert ask(home, STANDING) == [("held", "withdrawn", None, False)]
    assert [gate for gate, *_ in ask(home, HOLDS)] == ["withdrawn", "consent_failed"]


def test_what_was_held_for_its_consents_is_as_they_are_told_now(home: Home) -> None:
    held_then(home, "consent_failed")
    rollback(home, by="ana")
    assert ask(home, STANDING) == [("approved", "rolled_back", "ana", True)]
    assert ask(home, HOLDS) == []
    assert candidates(home) == []


def test_what_else_held_it_then_goes_on(home: Home) -> None:
    held_then(home, "consent_stale", "emptied")
    rollback(home, by="ana")
    assert ask(home, STANDING) == [("held", "emptied", None, True)]
    assert ask(home, HOLDS) == [("emptied", "s", 1, "held", "also")]


def test_consents_of_now_come_before_what_held_it_then(home: Home, change: Change) -> None:
    held_then(home, "consent_stale", "emptied")
    change(FAILED)
    rollback(home, by="ana")
    assert ask(home, STANDING) == [("held", "consent_failed", None, False)]
    assert ask(home, HOLDS) == [
        ("consent_failed", "crm", 1, "held", "send nothing"),
        ("emptied", "s", 2, "held", "also"),
    ]
    assert candidates(home) == ["c1"]


def test_what_is_never_exported_is_not_held(home: Home) -> None:
    never = "update audiences set purpose = 'none', is_sendable = false"
    release(home, "000003", IDS[:6], "three", never)
    release(home, "000004", IDS[:2], "four", never, FAILED)
    rollback(home, by="ana")
    assert ask(home, STANDING) == [("approved", "rolled_back", "ana", False)]
    assert ask(home, HOLDS) == []


def test_release_that_does_not_say_whether_it_may_be_sent_is_refused(home: Home) -> None:
    release(home, "000003", IDS[:6], "three", "alter table audiences drop is_sendable")
    release(home, "000004", IDS[:2], "four", FAILED)
    with pytest.raises(ReleaseError, match="nobody knows who said no since"):
        rollback(home)
    assert home.current.resolve().name == "000004"
