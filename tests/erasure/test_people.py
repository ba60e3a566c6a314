"""Who a person is where the current release does not tell of all that is loaded."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pytest
from conftest import World
from typer.testing import CliRunner

from rollcall.cli import app
from rollcall.erasure.erase import erase, erase_pending
from rollcall.erasure.journal import Journal, save
from rollcall.erasure.people import Identifier, State, person
from rollcall.erasure.stones import Stones
from rollcall.errors import ReleaseError, SettingsError
from rollcall.home import Home
from rollcall.release import flip
from rollcall.release.seen import built_as_of, is_released
from rollcall.release.tables import known_plan

Known = dict[str, Sequence[str]]


def state(known: Known, former: Sequence[tuple[str, str]] = ()) -> State:
    """Make a state of each customer's identifiers: u1 is a user_id, e1 an email."""
    connection = duckdb.connect()
    rows = [
        (kind, value, customer) for customer, told in known.items() for kind, value in told_of(told)
    ]
    for table, columns, told in (
        ("identity_map", "identifier_type text, identifier_value text, customer_id text", rows),
        ("identity_merges", "absorbed_customer_id text, customer_id text", former),
        ("identity_rejected_edges", "left_type text, right_type text", ()),
    ):
        connection.execute(f"create table {table} ({columns})")
        for row in told:
            marks = ", ".join("?" * len(row))
            connection.execute(f"insert into {table} values ({marks})", list(row))
    return State(connection)


def told_of(words: Sequence[str]) -> set[Identifier]:
    return {("user_id" if word.startswith("u") else "email", word) for word in words}


CASES: dict[str, tuple[State, State, str, Sequence[str], set[str]]] = {
    "joined since": (
        state({"A": ["u1", "e1", "e2"]}),
        state({"A": ["u1", "e1"]}),
        "u1",
        ["u1", "e1", "e2"],
        {"A"},
    ),
    "asked for by what joined since": (
        state({"A": ["u1", "e2"]}),
        state({"A": ["u1", "e1"]}),
        "e2",
        ["u1", "e1", "e2"],
        {"A"},
    ),
    "two who became one": (
        state({"A": ["u1", "e2"]}, [("B", "A")]),
        state({"A": ["u1"], "B": ["e2", "e3"]}, [("C", "B")]),
        "u1",
        ["u1", "e2", "e3"],
        {"A", "B", "C"},
    ),
    "one under another id": (
        state({"new": ["u1", "e2"]}),
        state({"old": ["u1", "e1"]}),
        "e2",
        ["u1", "e1", "e2"],
        {"new", "old"},
    ),
    "known to the release alone": (
        state({"A": ["u1", "e2"]}),
        state({"A": ["u1", "e1"]}),
        "e1",
        ["u1", "e1", "e2"],
        {"A"},
    ),
    "known to the release alone, and nothing else of them": (
        state({"B": ["u2"]}),
        state({"A": ["u1", "e1"]}),
        "e1",
        ["u1", "e1"],
        {"A"},
    ),
    "parted since": (
        state({"A": ["e1"], "B": ["u1", "e2"]}),
        state({"A": ["u1", "e1", "e3"]}),
        "u1",
        ["u1", "e2", "e3"],
        {"A", "B"},
    ),
    "vanished but for the id": (
        state({"A": ["e2"]}),
        state({"A": ["e1"]}),
        "e2",
        ["e1", "e2"],
        {"A"},
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_all_of_the_person(case: tuple[State, State, str, Sequence[str], set[str]]) -> None:
    newest, release, asked, identifiers, ids = case
    assert person(newest, release, asked, None) == (told_of(identifiers), ids)


def test_nobody() -> None:
    assert person(state({"A": ["u1"]}), state({"A": ["u1"]}), "u2", "user_id") is None


def test_whoever_is_several_by_now_is_to_be_named_otherwise() -> None:
    newest, release = state({"A": ["u1"], "B": ["e2"]}), state({"A": ["u1", "e1", "e2"]})
    with pytest.raises(SettingsError, match="is 2 by now"):
        person(newest, release, "e1", None)


def test_identifier_of_several_is_erased_of_none() -> None:
    several = state({"A": ["u:1"], "B": ["u2:1"]})
    with pytest.raises(SettingsError, match="of several customers"):
        person(several, several, "1", "user_id")


# In a home.

SECOND = """
account_id,user_id,email,phone,loyalty_number,given_name,family_name,city,country_code,closed,registered_at,modified_at
acc-2,,second@zweit.example,,,Ana,Zweit,Leeds,GB,no,2026-02-01,2026-02-01
acc-dee,u-dee,second@zweit.example,,,Dee,Dole,Leeds,GB,no,2026-02-01,2026-02-01
"""
JOINED = (
    "insert into identity_map values ('email', 'second@zweit.example', 'ana-id'),"
    " ('user_id', 'u-dee', 'dee-id')"
)


def load(world: World) -> None:
    world.land("shop/accounts/second.csv", SECOND)
    world.ingest()


def test_what_joined_the_person_since_the_release_goes_too(world: World) -> None:
    load(world)
    world.build(JOINED)
    erase(world.home, "u-ana")
    assert world.traces(("u-ana", "canary", "zweit")) == {}
    assert Stones(world.home).has("email", "second@zweit.example")
    # Somebody whom the release does not know lives all the same.
    assert ("u-dee", None) in world.raw("accounts", "user_id, email")


def test_after_a_rollback_it_is_the_same(world: World) -> None:
    """All that is loaded was released, and the tables are those of an older release again."""
    load(world)
    world.build(JOINED)
    flip(world.home, "000001")
    assert not is_released(world.home)
    erase(world.home, "second@zweit.example", "email")
    assert world.traces(("u-ana", "canary", "zweit")) == {}


def build_nothing(home: Home, gates: Sequence[str], so: str, *_: Any) -> None:
    raise ReleaseError(f"{' '.join(gates)}: {so}")


def replayed(world: World) -> None:
    path = world.home.ledger / "loads.parquet"
    query = f"select * replace (accepted_count + 1 as accepted_count) from '{path}'"
    rows = duckdb.execute(query)
    rows.execute(f"copy ({query}) to '{path}.tmp' (format parquet)")
    Path(f"{path}.tmp").replace(path)


def rolled_back_and_erased(world: World) -> None:
    flip(world.home, "000001")
    erase(world.home, "u-cy")


def erased_and_loaded(world: World) -> None:
    erase(world.home, "u-cy")
    load(world)


@pytest.mark.parametrize("since", [load, replayed, rolled_back_and_erased, erased_and_loaded])
def test_without_knowing_who_is_who_nobody_is_erased(
    world: World, monkeypatch: pytest.MonkeyPatch, since: Callable[[World], None]
) -> None:
    since(world)
    before = world.traces()
    monkeypatch.setattr("rollcall.state._rebuild", build_nothing)
    with pytest.raises(ReleaseError, match="identity merges: nobody is erased"):
        erase(world.home, "u-ana")
    assert world.traces() == before
    assert not (world.home.erasure / "under_way.json").exists()


def test_a_project_that_cannot_be_built_says_to_run_first(world: World) -> None:
    load(world)
    told = json.dumps({"vars": {}, "sources": {}, "config": "/gone"})
    settings = world.home.dbt / "macros" / "run_settings.sql"
    settings.write_text(f"fromjson('{told}')", encoding="utf-8")
    with pytest.raises(ReleaseError, match=r"(?s)so nobody is erased.*`rollcall run` first"):
        erase(world.home, "u-ana")


def test_it_is_built_first_where_nothing_tells(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    load(world)

    def rebuild(home: Home, *_: Any) -> Any:
        world.build(JOINED)
        return known_plan(home)

    monkeypatch.setattr("rollcall.state._rebuild", rebuild)
    erase(world.home, "u-ana")
    assert world.traces(("u-ana", "canary", "zweit")) == {}


def test_one_after_another_needs_no_database(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rollcall.state._rebuild", build_nothing)
    erase(world.home, "nobody@canary.example", "email")
    assert not world.home.work.exists()
    # One that is begun and not ended tells nothing, though the ledger is what it was.
    world.home.work.touch()
    assert built_as_of(world.home) is None
    world.home.work.unlink()
    erase(world.home, "u-ana")
    erase(world.home, "u-cy")
    assert not world.home.work.exists()
    assert world.traces(("u-cy", "cobra")) == {}
    assert world.raw("accounts", "user_id") == [("u-ben",)]


def test_requests_are_read_of_all_that_is_loaded(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    load(world)
    monkeypatch.setattr("rollcall.state._rebuild", build_nothing)
    with pytest.raises(ReleaseError, match="erased_identifiers identity merges: nobody is erased"):
        erase_pending(world.home)


def test_a_database_that_cannot_be_read_erases_nobody(world: World) -> None:
    with duckdb.connect(str(world.home.work)) as work:
        work.execute("drop table identity_merges")
    with pytest.raises(ReleaseError, match="Close what holds it and erase again"):
        erase(world.home, "u-ana")


def test_a_replay_finishes_an_erasure_first(world: World) -> None:
    """What it brings into the raw zone would else be none of what the erasure noted."""
    save(world.home, Journal("begun", "2026-07-01", [("user_id", "u-ana")], ["ana-id"]))
    assert CliRunner().invoke(app, ["replay", "--home", str(world.home.root)]).exit_code == 0
    assert not (world.home.erasure / "under_way.json").exists()
    assert ("u-ana",) not in world.raw("accounts", "user_id")
