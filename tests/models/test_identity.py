"""Who is one customer, from records to customer_360, by the rules that ship (the reference seeds).

The unit tests hold each model to rows made for it; these hold the shipped guards, and the walk
through components of any length, to records as sources deliver them.
"""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from model_lab import SECRET, Lab

_CHAIN = 40
# What stands for nobody, and the guard that says so.
_PLACEHOLDERS = [
    ("user_id", "000"),
    ("user_id", "-1"),
    ("user_id", "NULL"),
    ("email", "test@example.com"),
    ("email", "NoReply@example.com"),
    ("phone", "+000"),
    ("phone", "+44000000000"),
    ("phone", "+441111111111"),
    ("phone", "+44123456789"),
    ("loyalty_id", "0"),
    ("loyalty_id", "-1"),
    ("loyalty_id", "unknown"),
    ("anonymous_id", "0-0"),
    ("anonymous_id", "-1"),
    ("anonymous_id", "undefined"),
]
_INVALID = [("email", "not-an-address"), ("phone", "12"), ("email", "two words@example.com")]


def _profile(number: int, **identifiers: str) -> dict[str, Any]:
    day = f"2025-01-{number % 28 + 1:02d}"
    return {"profile_id": f"p{number}", "created_at": day, "updated_at": day} | identifiers


def _resolve(lab: Lab, profiles: list[dict[str, Any]], erasures: list[dict[str, Any]]) -> None:
    lab.give("int_crm__profiles", profiles)
    nobody = {"request_id": "none", "user_id": "nobody-at-all", "requested_at": "2025-01-01"}
    lab.give("int_preference_centre__erasure_requests", [nobody, *erasures])
    built = lab.run(
        "int_unified__erasure_requests",
        "int_unified__identity_cuts",
        "path:models/intermediate/identity",
    )
    assert all(outcome.is_good for outcome in built), built


def _customers(lab: Lab) -> dict[str, str]:
    query = "select identifier_type || ' ' || identifier_value, customer_id from {}"
    return dict(lab.rows(query.format("int_identity__living_clusters")))


def _rejected(lab: Lab) -> dict[str, str]:
    """Return the reason by the identifier at the right of each rejected edge."""
    query = "select right_value, rejection_reason from int_identity__edges"
    return dict(lab.rows(f"{query} where rejection_reason is not null"))


@pytest.mark.parametrize(
    ("kind", "value", "reason"),
    [(*one, "blocked") for one in _PLACEHOLDERS] + [(*one, "invalid") for one in _INVALID],
)
def test_a_placeholder_ties_nobody(
    kind: str, value: str, reason: str, placeholders: dict[tuple[str, str], str]
) -> None:
    """One "null" typed into a form by a thousand people must not make them one."""
    assert placeholders[(kind, value.lower())] == reason


@pytest.fixture(scope="module")
def placeholders(lab: Lab) -> dict[tuple[str, str], str]:
    """The verdicts on the placeholders above, of one build for all of them."""
    profiles = [
        _profile(number, **{kind: value})
        for number, (kind, value) in enumerate([*_PLACEHOLDERS, *_INVALID])
    ]
    query = (
        "select identifier_type, lower(replace(identifier_value, 'unparsable:', '')),"
        " rejection_reason from int_identity__judged_identifiers"
    )
    with lab.restoring_views():
        _resolve(lab, profiles, [])
        rows = lab.rows(query)
    return {(kind, value): reason for kind, value, reason in rows}


def test_chains_guards_and_ids(given: Lab) -> None:
    """A chain of any length is one customer; what a guard refuses is nobody's, and listed."""
    steps = [(number, number) for number in range(_CHAIN)]
    steps += [(number + 1, number) for number in range(_CHAIN - 1)]
    chain = [
        _profile(place, email=f"step{address}@example.com", phone=f"+447700{900000 + number}")
        for place, (address, number) in enumerate(steps)
    ]
    # Made earliest of all, by time alone: it names the customer.
    chain.append(
        _profile(100, email="step39@example.com", loyalty_id="L1") | {"created_at": "2020-01-01"}
    )
    others = [
        *(_profile(200 + n, user_id=f"three{n}", email="family@example.com") for n in range(3)),
        *(_profile(300 + n, user_id=f"four{n}", email="office@example.com") for n in range(4)),
        *(_profile(400 + n, user_id=f"two{n}", anonymous_id="kiosk") for n in range(2)),
        _profile(500, user_id="alone", anonymous_id="phone-in-my-pocket"),
    ]
    _resolve(given, chain + others, [])
    customers = _customers(given)
    expected = hashlib.sha256(f"{SECRET}|email|step39@example.com".encode()).hexdigest()
    found = {customers[f"email step{number}@example.com"] for number in range(_CHAIN)}
    assert found == {expected}
    assert customers["loyalty_id L1"] == expected
    assert len({customers[f"user_id three{n}"] for n in range(3)}) == 3
    assert customers["email family@example.com"] == customers["user_id three0"]
    assert "email office@example.com" not in customers
    assert "anonymous_id kiosk" not in customers
    assert customers["anonymous_id phone-in-my-pocket"] == customers["user_id alone"]
    assert _rejected(given) == {
        "family@example.com": "owned_by_another_account",
        "office@example.com": "shared_address",
        "kiosk": "shared_device",
    }


@pytest.mark.parametrize(
    ("delivered", "time", "amount"),
    [
        ("int_shop__orders", "ordered_at", "net_amount"),
        ("int_shop__subscriptions", "started_at", "amount"),
    ],
)
def test_an_order_of_a_currency_without_a_rate_stops_the_run(
    apart: Lab, delivered: str, time: str, amount: str
) -> None:
    """A missing rate taken for 1 would put dollars into sums of pounds."""
    key = {"order_id": "1", "subscription_id": "1", "status": "completed"}
    money = {amount: "5", "currency": "sek", time: "2025-01-01", "updated_at": "2025-01-01"}
    apart.give(delivered, [key | money])
    apart.run("int_unified__orders", "int_unified__events", "int_unified__subscriptions")
    [outcome] = apart.run("int_activity__unconverted")
    assert outcome.status == "error"
    assert "no rate SEK to GBP on 2025-01-01" in outcome.message


@pytest.mark.parametrize(
    ("delivered", "time", "amount", "built", "currency"),
    [
        ("int_shop__orders", "ordered_at", "net_amount", "orders", None),
        ("int_web__events", "occurred_at", "value_amount", "identified_events", None),
        ("int_web__events", "occurred_at", "value_amount", "identified_events", "SEK"),
        ("int_shop__subscriptions", "started_at", "amount", "subscriptions", None),
    ],
)
def test_money_of_nobody_s_currency_is_unknown_and_counted(
    apart: Lab, delivered: str, time: str, amount: str, built: str, currency: str | None
) -> None:
    """A missing rate taken for 1 would put dollars into sums of pounds.

    A stop would hold back everybody's opt-outs for what one browser sent.
    """
    source = delivered.removeprefix("int_").partition("__")[0]
    key = {"order_id": "1", "event_id": "1", "event_name": "deposit", "subscription_id": "1"}
    money = {amount: "5", "currency": currency, "status": "active" if "sub" in built else None}
    apart.give(delivered, [key | money | {time: "2025-01-01", "updated_at": "2025-01-01"}])
    shown = "amount" if built == "subscriptions" else amount
    apart.run("int_unified__orders", "int_unified__events", "int_unified__subscriptions")
    built_all = apart.run(f"int_activity__{built}", "int_activity__unconverted")
    assert all(outcome.is_good for outcome in built_all), built_all
    assert apart.rows(f"select {shown} from int_activity__{built}") == [(None,)]
    query = "select amount_count, unconverted_count, detail from int_activity__unconverted"
    told = f"no rate {currency or '(no currency)'} to GBP on 2025-01-01"
    assert apart.rows(f"{query} where source = '{source}'") == [(1, 1, told)]


def test_an_address_typed_into_an_old_profile_stays_its_owner_s(given: Lab) -> None:
    """What a profile is given later is as old as the change, however old the profile is."""
    old = {"created_at": "2020-01-01", "updated_at": "2020-01-01"}
    versions = [
        _profile(1, user_id="u1", email="mine@example.com") | {"created_at": "2021-01-01"},
        _profile(2, user_id="u2", email="own@example.com") | old,
        _profile(2, user_id="u2", email="mine@example.com") | old | {"updated_at": "2025-12-01"},
    ]
    _resolve(given, versions, [])
    customers = _customers(given)
    assert customers["email mine@example.com"] == customers["user_id u1"]
    assert customers["email own@example.com"] == customers["user_id u2"]
    assert customers["user_id u1"] != customers["user_id u2"]


def test_a_former_address_still_leads_to_its_owner(given: Lab) -> None:
    """Identity reads every version, so that an order under the old e-mail stays the customer's.

    What was seen at as_of or later ties nobody yet, and who asked to be erased is gone.
    """
    versions = [
        _profile(1, user_id="u1", email="old@example.com"),
        _profile(1, user_id="u1", email="new@example.com") | {"updated_at": "2025-06-01"},
        _profile(2, user_id="u2", email="late@example.com") | {"created_at": "2026-01-31"},
        _profile(3, user_id="u3", email="erased@example.com"),
        {"profile_id": "p4", "user_id": "u4", "updated_at": "2025-01-01"},
    ]
    request = {"request_id": "1", "email": "Erased@example.com", "requested_at": "2027-01-01"}
    _resolve(given, versions, [request])
    customers = _customers(given)
    assert customers["email old@example.com"] == customers["email new@example.com"]
    assert set(customers) == {
        "user_id u1",
        "email old@example.com",
        "email new@example.com",
        "profile_id crm:p1",
        "user_id u4",
        "profile_id crm:p4",
    }
