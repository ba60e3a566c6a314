"""A person leaves everything that a home holds, and comes back by no door."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest
from conftest import TRACES, World

from rollcall.erasure.erase import erase, erase_pending, finish_begun
from rollcall.erasure.journal import acknowledge, sweep_outbox
from rollcall.erasure.stones import Stones
from rollcall.errors import LockedError, ReleaseError, SettingsError
from rollcall.release import home_lock, verify
from rollcall.release.seen import is_released
from rollcall.settings import resolve, write_for_dbt

PROJECT = Path(__file__).resolve().parents[2]
# Each place that a person can stand in, with a file of it.
PLACES = (
    "raw/shop/accounts",
    "raw/shop/orders",
    "raw/shop/order_lines",
    "raw/preference_centre/consents",
    "raw/preference_centre/identity_cuts",
    "quarantine/shop/accounts",
    "releases/000001/serving.duckdb",
    "releases/000001/analytics.duckdb",
    "releases/000001/tables/identity_map.parquet",
    "releases/000001/tables/identity_merges.parquet",
    "releases/000001/tables/identity_rejected_edges.parquet",
    "releases/000002/tables/customer_360.parquet",
    "releases/000002/tables/audience_memberships.parquet",
    "work.duckdb",
    "previous",
    "gx",
    "dagster/history",
    "dbt/target/run_results.json",
    "dbt/logs",
)


def test_nothing_of_the_person_is_left(world: World) -> None:
    before = world.traces()
    assert [place for place in PLACES if not any(name.startswith(place) for name in before)] == []
    assert {word for words in before.values() for word in words} == set(TRACES)
    receipt = erase(world.home, "ANA@canary.example", "email")
    assert world.traces() == {}
    assert receipt["raw"]["rows"] == {
        "shop/accounts": 1,
        "shop/orders": 2,
        "shop/order_lines": 1,
        "preference_centre/consents": 1,
        "preference_centre/identity_cuts": 1,
    }
    assert receipt["raw"]["lines"] == {"shop/accounts": 2}
    assert receipt["raw"]["landing_folders"] == sorted(
        str(world.landing / name)
        for name in (
            "preference_centre/consents",
            "preference_centre/identity_cuts",
            "shop/accounts",
            "shop/order_lines",
            "shop/orders",
        )
    )
    assert receipt["releases"] == {"000001": "000003", "000002": "000004"}
    path = world.home.erasure / "receipts" / f"{receipt['erasure_id']}.json"
    assert json.loads(path.read_text(encoding="utf-8")) == receipt
    assert (world.home.dagster / "schedules" / "schedules.db").exists()


def test_everybody_else_is_what_they_were(world: World) -> None:
    erase(world.home, "u-ana", "user_id")
    # Ben's account named Ana's address: the account stays, the name goes.
    assert world.raw("accounts", "user_id, email") == [
        ("u-ben", None),
        ("u-cy", "cy@cobra.example"),
    ]
    assert world.raw("orders", "order_id, net") == [("o-cy", "20"), ("o-guest", "5")]
    assert world.raw("order_lines", "order_id") == [("o-cy",)]
    # What was said of two people is said of the other still.
    consents = world.raw("preference_centre/consents", "consent_id, user_id, email, status")
    assert consents == [
        ("c-both", None, "cy@cobra.example", "denied"),
        ("c-cy", "u-cy", None, "granted"),
    ]
    left = (world.home.quarantine / "shop" / "accounts").glob("*.jsonl")
    assert [json.loads(text)["raw_text"][:9] for path in left for text in path.open()] == [
        "acc-cybad"
    ]
    assert world.released("select customer_id from customer_360 order by all") == [
        ("ben-id",),
        ("cy-id",),
    ]
    assert world.released("select * from audiences") == [("a", "released", None, 2, 1, 0)]
    assert world.released("select * from identity_merges") == [
        ("old-cy-id", "cy-id", None, None, None, None)
    ]
    assert world.released("select right_value from identity_rejected_edges") == [("shared",)]


def test_releases_are_new_versions_that_verify(world: World) -> None:
    erase(world.home, "u-ana")
    names = sorted(path.name for path in world.home.releases.iterdir())
    assert names == ["000003", "000004"]
    assert world.home.current.resolve().name == "000004"
    for name in names:
        made = verify(world.home.releases / name)
        assert made.rewritten is not None
    assert made.rewritten["from"] == "000002"


def test_counts_say_what_is_there(world: World) -> None:
    ledger = f"read_parquet('{world.home.ledger}/loads.parquet')"
    query = f"select table_name, accepted_count, quarantined_count, erased_count from {ledger}"
    assert ("accounts", 3, 3, 0) in duckdb.execute(query).fetchall()
    erase(world.home, "u-ana")
    assert ("accounts", 2, 1, 3) in duckdb.execute(query).fetchall()
    assert ("orders", 2, 0, 2) in duckdb.execute(query).fetchall()


def test_stones_name_nobody(world: World) -> None:
    erase(world.home, "u-ana")
    text = (world.home.erasure / "tombstones").read_text(encoding="ascii")
    lines = text.split()
    assert len(lines) == 6  # her five identifiers, and her order
    assert all(len(line) == 64 and int(line, 16) for line in lines)
    assert Stones(world.home).has("email", "ana@canary.example")
    assert not Stones(world.home).has("user_id", "ana@canary.example")
    assert (world.home.erasure / "tombstones").stat().st_mode & 0o077 == 0


def test_platforms_are_told_whom_to_remove(world: World) -> None:
    receipt = erase(world.home, "u-ana")
    path = world.home.erasure_outbox / f"{receipt['erasure_id']}.jsonl"
    owed = [json.loads(line) for line in path.open(encoding="utf-8")]
    assert owed == [
        {"action": "remove", "audience": "a", "key": "customer_id", "value": "ana-id"},
        {"action": "remove", "audience": "a", "key": "email", "value": "ana@canary.example"},
    ]
    assert path.stat().st_mode & 0o077 == 0
    with pytest.raises(SettingsError, match="no removals are owed for 'other'"):
        acknowledge(world.home, "other")
    acknowledge(world.home, receipt["erasure_id"])
    assert not path.exists()


def test_the_outbox_forgets_after_thirty_days(world: World) -> None:
    receipt = erase(world.home, "u-ana")
    path = world.home.erasure_outbox / f"{receipt['erasure_id']}.jsonl"
    now = datetime.now(UTC)
    assert sweep_outbox(world.home, now + timedelta(days=29)) == 0
    assert path.exists()
    old = (now - timedelta(days=30, minutes=1)).timestamp()
    os.utime(path, (old, old))
    finish_begun(world.home)
    assert not path.exists()


def test_requests_that_the_last_run_read(world: World) -> None:
    assert erase_pending(world.home) is None
    with duckdb.connect(str(world.home.work)) as work:
        work.execute("insert into erased values ('ana-id')")
        work.execute(
            "insert into erased_identifiers select identifier_type, identifier_value"
            " from identity_map where customer_id = 'ana-id'"
        )
    assert erase_pending(world.home)
    assert world.traces() == {}
    with pytest.raises(ReleaseError, match="without the last run's database"):
        erase_pending(world.home)


def test_an_identifier_that_nobody_has_is_erased_alone(world: World) -> None:
    with pytest.raises(SettingsError):
        erase(world.home, "shared@canary.example")
    world.land(
        "shop/accounts/z.csv",
        "account_id,user_id,email,phone,loyalty_number,given_name,"
        "family_name,city,country_code,closed,registered_at,modified_at\n"
        "z1,,Lost@found.example,,,Lo,St,,GB,no,2026-01-01,2026-01-01\n",
    )
    world.ingest()
    world.build()
    erase(world.home, "LOST@found.example", "email")
    assert world.traces(("lost@found",)) == {}
    assert world.traces()


def test_who_has_asked_to_go_is_not_erased_by_one_identifier(world: World) -> None:
    with duckdb.connect(str(world.home.work)) as work:
        work.execute("insert into erased_identifiers values ('email', 'asked@canary.example')")
    for kind in (None, "email"):
        with pytest.raises(SettingsError, match="`rollcall erase --pending` takes all") as caught:
            erase(world.home, "Asked@Canary.example", kind)
        assert "asked@" not in str(caught.value).lower()
    assert not (world.home.erasure / "tombstones").exists()


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("user_id", "null"),
        ("user_id", " Guest "),
        ("user_id", "club:0"),
        ("loyalty_id", "-1"),
        ("email", "NoReply@shop.example"),
        ("phone", "000"),
    ],
)
def test_a_placeholder_is_nobody_to_erase(world: World, kind: str, text: str) -> None:
    with pytest.raises(SettingsError, match=f"this {kind} stands for nobody") as caught:
        erase(world.home, text, kind)
    assert text.strip().lower() not in str(caught.value).partition("lists")[0]
    assert not (world.home.erasure / "tombstones").exists()


def test_a_company_has_placeholders_of_its_own(world: World, tmp_path: Path) -> None:
    config = tmp_path / "config"
    config.mkdir()
    own = "identifier_type,value,pattern,reason\nuser_id,till,,placeholder\n"
    (config / "blocked_identifiers.csv").write_text(own)
    (config / "rollcall.yml").write_text("sources: {shop: {}}\n")
    write_for_dbt(resolve(world.home, config=config), release_id="000002")
    with pytest.raises(SettingsError, match="lists till"):
        erase(world.home, "till", "user_id")
    erase(world.home, "null", "user_id")


def test_a_corrupt_release_is_not_erased_from(world: World) -> None:
    with (world.home.current / "tables" / "audiences.parquet").open("ab") as file:
        file.write(b"x")
    with pytest.raises(ReleaseError, match="rollcall rollback"):
        erase(world.home, "u-ana")
    assert not (world.home.erasure / "under_way.json").exists()


def test_an_older_corrupt_release_goes_whole(world: World) -> None:
    with (world.home.releases / "000001/tables/audiences.parquet").open("ab") as file:
        file.write(b"x")
    receipt = erase(world.home, "u-ana")
    assert receipt["releases_removed"] == ["000001"]
    assert world.traces() == {}


def test_one_at_a_time(world: World) -> None:
    with home_lock(world.home), pytest.raises(LockedError):
        erase(world.home, "u-ana")


KILLS = (
    ("rollcall.erasure.erase", "write_outbox", "before"),
    ("shutil", "rmtree", "before .old.tmp"),
    ("rollcall.erasure.erase", "Stones", "before"),
    ("rollcall.erasure.releases", "write_release", "after"),
    ("rollcall.erasure.releases", "flip", "before"),
    ("rollcall.erasure.releases", "flip", "after"),
    ("rollcall.erasure.raw", "replacing", "before"),
    ("rollcall.erasure.raw", "literal", "after"),
    ("rollcall.erasure.raw", "Ledger", "before"),
    ("rollcall.erasure.erase", "_remove_artefacts", "before"),
    ("rollcall.erasure.erase", "_remove_artefacts", "after"),
    ("rollcall.erasure.erase", "remove_old", "before"),
    ("rollcall.erasure.erase", "finish", "before"),
)


@pytest.mark.parametrize(("module", "name", "when"), KILLS)
def test_killed_it_is_finished_by_the_next(world: World, module: str, name: str, when: str) -> None:
    """What readers see is whole at any moment, and nothing is left in the end."""
    script = f"""
        import importlib, os, signal
        from rollcall.home import Home
        module = importlib.import_module({module!r})
        real = module.{name}
        def killed(*arguments, **options):
            moment, _, of = {when!r}.partition(" ")
            if of not in str(arguments):
                return real(*arguments, **options)
            if moment == "after":
                real(*arguments, **options)
            os.kill(os.getpid(), signal.SIGKILL)
        module.{name} = killed
        from rollcall.erasure.erase import erase
        erase(Home.at({str(world.home.root)!r}), "u-ana")
    """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(script)], cwd=PROJECT, check=False)
    assert done.returncode == -9
    verify(world.home.current.resolve())
    assert world.traces()
    with home_lock(world.home):
        receipt = finish_begun(world.home)
    assert receipt is not None
    assert world.traces() == {}
    assert is_released(world.home)
    verify(world.home.current.resolve())
    assert sorted(path.name for path in world.home.releases.iterdir()) == sorted(
        receipt["releases"].values()
    )
    assert world.released("select customer_id from customer_360 order by all") == [
        ("ben-id",),
        ("cy-id",),
    ]
    assert world.raw("accounts", "user_id") == [("u-ben",), ("u-cy",)]
    assert [path.name for path in world.home.erasure_outbox.iterdir()] == [
        f"{receipt['erasure_id']}.jsonl"
    ]
