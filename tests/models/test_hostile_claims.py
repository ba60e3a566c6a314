"""A stranger's records that claim a victim's address, and texts that a template would run.

The same claim is made twice: by a source that may not bind addresses, where nothing of the victim
may change, and by one that may, where it must, or the test would show nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from identity_lab import build, customers_of
from model_lab import BARRED, Lab

VICTIM = "victim@example.com"
PHONE = "+447700900001"
TEMPLATES = (
    "{{ env_var('ROLLCALL_ID_SECRET') }}",
    "{% for i in range(9) %}x{% endfor %}",
    "{# gone #}",
    "'; drop table customer_360; --",
    "../../../etc/passwd",
    "=cmd|' /C calc'!A0",
    "\x1b[2J\x07",
)
MODELS = (
    "customer_360",
    "int_activation__found",
    "int_consent__customers",
    "int_identity__settled_edges",
)


@dataclass(frozen=True)
class World:
    """What was built: of the victim, row, audiences and consents; of all, who is who."""

    customer: dict[str, Any]
    audiences: set[str]
    consents: set[tuple[str, bool]]
    customers: dict[str, str]
    rejected: dict[str, str]
    names: set[str]


def _give(lab: Lab) -> None:
    """Give a victim who is a member, and people whose names are templates."""
    people = [
        {"profile_id": f"n{number}", "email": f"n{number}@example.com", "first_name": name}
        for number, name in enumerate(TEMPLATES)
    ]
    victim = {"profile_id": "v", "user_id": "u1", "email": VICTIM, "phone": PHONE}
    born = {"created_at": "2025-06-01", "updated_at": "2025-06-01"}
    lab.give("int_crm__profiles", [victim | born, *(person | born for person in people)])
    order = {"order_id": "o1", "ordered_at": "2026-01-20", "status": "completed", "email": VICTIM}
    amounts = {"net_amount": "40", "gross_amount": "40", "currency": "GBP", "channel": "web"}
    lab.give("int_shop__orders", [order | amounts | {"updated_at": "2026-01-20"}])
    consent = {"consent_id": "c1", "email": VICTIM, "occurred_at": "2025-06-01"}
    granted = {"purpose": "marketing_email", "status": "granted"}
    lab.give("int_preference_centre__consents", [consent | granted])


def _claim(lab: Lab, source: str) -> None:
    """Make a source say that the victim's address is another's, since long before."""
    claimed = {"email": VICTIM, "phone": PHONE, "created_at": "1970-01-01"}
    profiles = [
        claimed | {"profile_id": "a1", "user_id": "mallory", "updated_at": "1970-01-01"},
        claimed | {"profile_id": "a2", "first_name": TEMPLATES[0], "updated_at": "2026-01-30"},
    ]
    lab.give(f"int_{source}__profiles", profiles)
    message = {"message_id": "m", "campaign_id": "k", "channel": "email", "action": "clicked"}
    sent = [
        message | {"message_event_id": f"e{day}", "occurred_at": f"2026-01-{day}", "email": VICTIM}
        for day in range(10, 30)
    ]
    lab.give(f"int_{source}__messages", sent)


def _customers(lab: Lab) -> dict[str, str]:
    return {f"{kind} {value}": customer for (kind, value), customer in customers_of(lab).items()}


def _build(lab: Lab) -> World:
    # What was given stands in for files: staging and sources stay as they are.
    given = ("path:models/staging", "path:models/intermediate/sources")
    built = lab.dbt("run", "--select", *(f"+{model}" for model in MODELS), "--exclude", *given)
    failed = [f"{outcome.name}: {outcome.message}" for outcome in built if not outcome.is_good]
    assert not failed, failed
    customers = _customers(lab)
    mine = customers["user_id u1"]
    with lab.connect() as connection:
        found = connection.execute("select * from customer_360 where customer_id = ?", [mine])
        columns = [column[0] for column in found.description]
        [row] = found.fetchall()
    audiences = lab.rows(f"select audience from int_activation__found where customer_id = '{mine}'")
    consents = lab.rows(
        f"select purpose, is_granted from int_consent__customers where customer_id = '{mine}'"
    )
    rejected = lab.rows(
        "select right_type || ' ' || right_value, rejection_reason from int_identity__settled_edges"
        " where rejection_reason is not null"
    )
    names = lab.rows("select first_name from customer_360 where first_name is not null")
    return World(
        dict(zip(columns, row, strict=True)),
        {audience for (audience,) in audiences},
        set(consents),
        customers,
        dict(rejected),
        {name for (name,) in names},
    )


@dataclass(frozen=True)
class Worlds:
    """Without the claim; with that of the barred source; who is who with that of another."""

    none: World
    barred: World
    others: dict[str, str]


@pytest.fixture(scope="module")
def worlds(lab: Lab) -> Worlds:
    with lab.restoring_views():
        _give(lab)
        none = _build(lab)
        with lab.restoring_views():
            _claim(lab, BARRED)
            barred = _build(lab)
        _claim(lab, "email_platform")
        build(lab)
        return Worlds(none, barred, _customers(lab))


def test_a_barred_source_changes_nothing_of_whose_address_it_claims(worlds: Worlds) -> None:
    before, after = worlds.none, worlds.barred
    assert before.audiences
    assert before.consents == {("marketing_email", True)}
    assert after.customer == before.customer
    assert (after.audiences, after.consents) == (before.audiences, before.consents)
    assert before.customers.items() <= after.customers.items()
    stranger = {name for name in after.customers if name not in before.customers}
    assert {f"user_id {BARRED}:mallory", f"profile_id {BARRED}:a1"} <= stranger
    assert not {after.customers[name] for name in stranger} & set(before.customers.values())


def test_what_a_barred_source_claimed_is_listed(worlds: Worlds) -> None:
    told = worlds.barred.rejected
    assert told[f"email {VICTIM}"] == told[f"phone {PHONE}"] == "source_may_not_bind"


def test_the_same_claim_of_another_source_takes_the_address_over(worlds: Worlds) -> None:
    """Else the claim is too weak to tell that the bar does anything."""
    assert worlds.none.customers[f"email {VICTIM}"] == worlds.none.customers["user_id u1"]
    assert worlds.others[f"email {VICTIM}"] == worlds.others["user_id mallory"]
    assert worlds.others["user_id mallory"] != worlds.others["user_id u1"]


def test_no_text_is_run_as_a_template(worlds: Worlds) -> None:
    assert set(TEMPLATES) <= worlds.none.names
