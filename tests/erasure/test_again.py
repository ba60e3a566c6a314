"""Whoever was erased and is delivered again goes nowhere."""

from __future__ import annotations

import duckdb
from conftest import World

from rollcall.erasure.again import Leaver, forms_of
from rollcall.erasure.erase import erase


def redeliver(world: World) -> None:
    for name in ("accounts/a", "orders/o", "order_lines/l"):
        path = world.landing / f"shop/{name}.csv"
        text = path.read_text(encoding="utf-8")
        world.land(f"shop/{name}2.csv", text.replace("\n", "\r\n"))


def test_delivered_again_it_is_left_out_and_counted(world: World) -> None:
    erase(world.home, "u-ana")
    redeliver(world)
    report = world.ingest()
    assert world.traces() == {}
    accounts = report.of("shop", "accounts")
    assert (accounts.lines_accepted, accounts.lines_quarantined, accounts.lines_erased) == (2, 1, 3)
    assert report.of("shop", "orders").lines_erased == 2
    assert report.of("shop", "order_lines").lines_erased == 1
    assert world.raw("accounts", "user_id, email") == [
        ("u-ben", None),
        ("u-ben", None),
        ("u-cy", "cy@cobra.example"),
        ("u-cy", "cy@cobra.example"),
    ]


def test_lines_of_a_new_order_follow_it(world: World) -> None:
    erase(world.home, "u-ana")
    head, lines = (
        (world.landing / f"shop/{name}.csv").read_text(encoding="utf-8").splitlines()[0]
        for name in ("orders/o", "order_lines/l")
    )
    order = "o-new,completed,web,u-ana,,,,,GBP,1,0,1,2026-05-01,2026-05-01"
    world.land("shop/orders/new.csv", f"{head}\n{order}\n")
    assert world.ingest().of("shop", "orders").lines_erased == 1
    world.land("shop/order_lines/new.csv", f"{lines}\no-new,s9,shoes,1,1,1,1,2026-05-01\n")
    assert world.ingest().of("shop", "order_lines").lines_erased == 1


def test_without_a_stone_it_would_come_in(world: World) -> None:
    erase(world.home, "u-ana")
    (world.home.erasure / "tombstones").unlink()
    redeliver(world)
    world.ingest()
    assert world.traces()


def test_a_line_mended_in_quarantine_brings_nobody_back(world: World) -> None:
    from rollcall.ingest import replay

    erase(world.home, "u-ana")
    listing = next((world.home.quarantine / "shop" / "accounts").glob("*.jsonl"))
    text = listing.read_text(encoding="utf-8")
    listing.write_text(text.replace("cy@cobra", "ana@canary").replace("u-cy", "u-ana"))
    replay(world.settings)
    assert ("u-ana",) not in world.raw("accounts", "user_id")


def test_where_nobody_was_erased_nothing_is_left_out(world: World) -> None:
    redeliver(world)
    report = world.ingest()
    assert report.of("shop", "orders").lines_accepted > 0
    assert report.of("shop", "orders").lines_erased == 0


def test_of_a_source_that_is_off_nobody_is_looked_for(world: World) -> None:
    erase(world.home, "u-ana")
    table = world.settings.sources["shop"].tables["accounts"]
    with duckdb.connect() as connection:
        leaver = Leaver(world.settings, connection)
        assert leaver.leave_out("switched_off", table, ["user_id"]) == 0
        assert not leaver.names_erased(b"acc-ana,u-ana", "switched_off", table)


def test_identifiers_are_written_as_the_company_s_identity_writes_them() -> None:
    provider = {"domains": ["mail.example"], "ignores_dots": True, "tag_separator": "+"}
    told = forms_of({"phone_country": "GB", "email_providers": [provider]})
    shipped = forms_of({})
    assert told.phone_country == "GB"
    assert list(told.email_providers) == [provider]
    assert (shipped.phone_country, list(shipped.email_providers)) == ("", [])
