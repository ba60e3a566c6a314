"""Worlds in which an identifier is everybody's: it ties nobody, is told, changes nobody else."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from identity_lab import build, customers_of, give_orders, rejected_by
from model_lab import Lab
from plain_identity import Record

_PEOPLE = 4_000
_LENT_TO = 3_000
Node = tuple[str, str]


def _person(number: int) -> list[Record]:
    """Return two records of somebody, in an order of their own; half have an account."""
    own = {"email": f"p{number}@example.com", "phone": f"+4479{number:08d}"}
    if number % 2:
        own["user_id"] = f"u{number}"
    day = f"2025-01-{number % 28 + 1:02d}"
    return [
        Record(own, day),
        Record({"phone": own["phone"], "anonymous_id": f"d{number}"}, "2025-02-01"),
    ]


@pytest.fixture(scope="module")
def clean(lab: Lab) -> dict[Node, str]:
    """Who is who where everybody writes their own address."""
    with lab.restoring_views():
        give_orders(lab, [record for number in range(_PEOPLE) for record in _person(number)])
        build(lab)
        customers = customers_of(lab)
    assert len(set(customers.values())) == _PEOPLE
    return customers


def _largest(customers: dict[Node, str]) -> int:
    return Counter(customers.values()).most_common(1)[0][1]


def test_a_third_of_all_addresses_are_one_placeholder(lab: Lab, clean: dict[Node, str]) -> None:
    """A form that demands an address gets `null@null.com`: a thousand people must not be one."""
    lost = set(random.Random(1).sample(range(_PEOPLE), _PEOPLE * 3 // 10))
    records = [
        Record(record.identifiers | {"email": "null@null.com"}, record.seen_at)
        if number in lost and "email" in record.identifiers
        else record
        for number in range(_PEOPLE)
        for record in _person(number)
    ]
    with lab.restoring_views():
        give_orders(lab, records)
        build(lab)
        customers, rejected = customers_of(lab), rejected_by(lab)
    assert _largest(customers) <= _largest(clean)
    assert ("email", "null@null.com") not in customers
    told = {edge[2] for edge in rejected if ("email", "null@null.com") in edge}
    assert told == {"blocked"}
    assert len(rejected) == len(lost)
    touched = {node for number in lost for record in _person(number) for node in
               record.identifiers.items()}  # fmt: skip
    kept = {node: customer for node, customer in clean.items() if node not in touched}
    assert len(kept) > 2 * _PEOPLE
    assert kept.items() <= customers.items()


def test_one_card_is_shown_for_three_thousand_people(lab: Lab, clean: dict[Node, str]) -> None:
    """A shop assistant's own card, shown for whoever has none."""
    lent = [
        Record({"phone": f"+4479{number:08d}", "loyalty_id": "till-7"}, "2025-03-01")
        for number in range(_LENT_TO)
    ]
    records = [record for number in range(_PEOPLE) for record in _person(number)]
    with lab.restoring_views():
        give_orders(lab, [*records, *lent])
        build(lab)
        customers, rejected = customers_of(lab), rejected_by(lab)
    assert customers == clean
    assert len(rejected) == _LENT_TO
    assert {edge[2] for edge in rejected if ("loyalty_id", "till-7") in edge} == {"shared_address"}
