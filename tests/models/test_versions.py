"""Which version of a record counts, for every entity of the source contract.

dbt's unit tests cannot see this: the tie-break hashes the contract's columns, which a unit test
does not have. So versions are put where the sources would put them and the entity is built.
"""

from __future__ import annotations

from typing import Any

import pytest
from model_lab import Lab

_BEFORE = "2026-01-30 23:59:59.999999"
_AS_OF = "2026-01-31 00:00:00"

# entity: (a source that provides it, key columns, the time that has to lie before as_of)
_ENTITIES: dict[str, tuple[str, list[str], str | None]] = {
    "profiles": ("crm", ["profile_id"], "created_at"),
    "events": ("web", ["event_id"], "occurred_at"),
    "orders": ("shop", ["order_id"], "ordered_at"),
    "order_lines": ("shop", ["order_id", "line_number"], None),
    "products": ("shop", ["product_id"], None),
    "product_changes": ("shop", ["product_id", "changed_at"], None),
    "messages": ("email_platform", ["message_event_id"], "occurred_at"),
    "subscriptions": ("shop", ["subscription_id", "started_at"], None),
    "campaigns": ("email_platform", ["campaign_id"], None),
    "campaign_assignments": ("email_platform", ["campaign_id", "user_key"], "assigned_at"),
    "consents": ("preference_centre", ["consent_id"], None),
    "devices": ("app", ["device_id"], None),
    "tickets": ("helpdesk", ["ticket_id"], "opened_at"),
    "erasure_requests": ("preference_centre", ["request_id"], None),
    "identity_cuts": ("preference_centre", ["cut_id"], "requested_at"),
}
# A column whose value tells the versions apart.
_MARK = {
    "profiles": "city",
    "events": "page_path",
    "orders": "phone",
    "order_lines": "category",
    "products": "name",
    "product_changes": "currency",
    "messages": "link_url",
    "subscriptions": "plan",
    "campaigns": "name",
    "campaign_assignments": "variant",
    "consents": "email",
    "devices": "os",
    "tickets": "topic",
    "erasure_requests": "email",
    "identity_cuts": "left_value",
}
# Withdrawals and erasures count whatever their time.
_TIMELESS = {"consents", "erasure_requests"}
_NUMBERS = {"line_number": "1", "user_key": "u1"}
_TIMES = {"changed_at", "started_at"}


_Rows = list[tuple[str, str]]


def _marked(entity: str, mark: str) -> str:
    """Return the mark as its column may hold it: a price's currency is three letters."""
    letters = "".join(sign for sign in mark.upper() if sign.isalpha())
    return letters[:3] if _MARK[entity] == "currency" else mark


def _record(
    entity: str, key: str, mark: str, updated_at: str | None, **more: Any
) -> dict[str, Any]:
    _, columns, time_column = _ENTITIES[entity]
    row: dict[str, Any] = {
        name: _NUMBERS.get(name, "2025-01-01" if name in _TIMES else key) for name in columns
    }
    if time_column:
        row[time_column] = "2025-01-01"
    if entity == "consents":
        row |= {"purpose": "ads", "status": "denied", "occurred_at": "2025-01-01"}
    row |= {_MARK[entity]: _marked(entity, mark), "updated_at": updated_at, "is_deleted": None}
    return row | more


def _versions(entity: str) -> list[dict[str, Any]]:
    """Return versions of some records; the comment says what has to come of each."""
    rows = [
        # newest: the later of two
        _record(entity, "newest", "old", "2025-06-01"),
        _record(entity, "newest", "new", "2025-06-02"),
        _record(entity, "newest", "no time", None),
        # tie: one of them, whichever comes first
        _record(entity, "tie", "one", "2025-06-01"),
        _record(entity, "tie", "two", "2025-06-01"),
        _record(entity, "tie", "three", "2025-06-01"),
        # same twice: once
        _record(entity, "twice", "same", "2025-06-01"),
        _record(entity, "twice", "same", "2025-06-01"),
        # deleted: gone; brought back: there
        _record(entity, "deleted", "there", "2025-06-01"),
        _record(entity, "deleted", "gone", "2025-06-02", is_deleted="true"),
        _record(entity, "returned", "gone", "2025-06-01", is_deleted="true"),
        _record(entity, "returned", "there", "2025-06-02", is_deleted="false"),
        # changed at as_of: the version before it, of what has a time
        _record(entity, "changed", "before", _BEFORE),
        _record(entity, "changed", "later", _AS_OF),
    ]
    time_column = _ENTITIES[entity][2]
    if time_column:
        rows += [
            # happened just before as_of, and at it
            _record(entity, "in time", "there", "2025-06-01", **{time_column: _BEFORE}),
            _record(entity, "too late", "there", "2025-06-01", **{time_column: _AS_OF}),
        ]
    return rows


def _expected(entity: str) -> dict[str, set[str]]:
    found = {
        "newest": {"new"},
        "twice": {"same"},
        "returned": {"there"},
        "changed": {"later" if entity in _TIMELESS else "before"},
    }
    if _ENTITIES[entity][2]:
        found["in time"] = {"there"}
    return {key: {_marked(entity, mark) for mark in marks} for key, marks in found.items()}


def _relations(lab: Lab, *, is_reversed: bool) -> None:
    for entity, (source, _, _) in _ENTITIES.items():
        rows = _versions(entity)
        lab.give(f"int_{source}__{entity}", rows[::-1] if is_reversed else rows)


def _build(lab: Lab, *, is_reversed: bool) -> dict[str, _Rows]:
    _relations(lab, is_reversed=is_reversed)
    built = lab.run(*(f"int_unified__{entity}" for entity in _ENTITIES))
    assert all(outcome.is_good for outcome in built), built
    return {
        entity: lab.rows(f"select {keys[0]}, {_MARK[entity]} from int_unified__{entity}")
        for entity, (_, keys, _) in _ENTITIES.items()
    }


def wrong_entities(lab: Lab) -> dict[str, str]:
    """Return what is wrong with the versions that count, by entity; nothing where all is right."""
    with lab.restoring_views():
        first, second = _build(lab, is_reversed=False), _build(lab, is_reversed=True)
    found = {entity: _wrong(entity, first[entity], second[entity]) for entity in _ENTITIES}
    return {entity: text for entity, text in found.items() if text}


def _wrong(entity: str, rows: _Rows, reversed_rows: _Rows) -> str:
    found: dict[str, set[str]] = {}
    for key, mark in rows:
        found.setdefault(key, set()).add(mark)
    tie = found.pop("tie", set())
    if found != _expected(entity):
        return f"{found} instead of {_expected(entity)}"
    if len(tie) != 1 or len(rows) != len(found) + 1:
        return "a record counts more than once"
    if sorted(rows) != sorted(reversed_rows):
        # A tie that load order settled would make two releases of one raw zone differ.
        return "the order of delivery decides"
    return ""


@pytest.fixture(scope="module")
def wrong(lab: Lab) -> dict[str, str]:
    """What is wrong, by entity: one build for all."""
    return wrong_entities(lab)


@pytest.mark.parametrize("entity", sorted(_ENTITIES))
def test_one_version_of_each_record_counts(entity: str, wrong: dict[str, str]) -> None:
    """The newest before as_of, each record once, none that was deleted, in any order delivered."""
    assert wrong.get(entity, "") == ""


def test_grants_wait_for_their_time_and_denials_do_not(given: Lab) -> None:
    """A grant at as_of counted already would write to people who have not agreed yet."""
    given.give(
        "int_preference_centre__consents",
        [
            {"consent_id": f"{status} {name}", "status": status, "occurred_at": time}
            | {"updated_at": time, "user_id": "u1", "purpose": "ads"}
            for status in ("granted", "denied", "withdrawn")
            for name, time in (("before", _BEFORE), ("at", _AS_OF), ("after", "2027-01-01"))
        ],
    )
    assert all(outcome.is_good for outcome in given.run("int_unified__consents"))
    rows = given.rows("select consent_id from int_unified__consents order by consent_id")
    assert [consent_id for (consent_id,) in rows] == [
        "denied after",
        "denied at",
        "denied before",
        "granted before",
        "withdrawn after",
        "withdrawn at",
        "withdrawn before",
    ]


def test_of_two_equally_new_versions_of_a_consent_the_denial_counts(given: Lab) -> None:
    """A record that is corrected to a denial and keeps its time must not go on granting."""
    given.give(
        "int_preference_centre__consents",
        [
            {"consent_id": f"c{number}", "status": status, "occurred_at": _BEFORE}
            | {"updated_at": _BEFORE, "user_id": f"u{number}", "purpose": "ads"}
            # Enough records that a hash would let one of the grants win.
            for number in range(20)
            for status in ("granted", "denied")
        ],
    )
    assert all(outcome.is_good for outcome in given.run("int_unified__consents"))
    assert given.rows("select status, count(*) from int_unified__consents group by status") == [
        ("denied", 20)
    ]


def test_a_profile_without_a_creation_time_counts(given: Lab) -> None:
    """created_at may be null in the contract; the person must not vanish with it."""
    given.give("int_crm__profiles", [{"profile_id": "p1", "updated_at": "2025-01-01"}])
    assert all(outcome.is_good for outcome in given.run("int_unified__profiles"))
    assert given.rows("select profile_id from int_unified__profiles") == [("p1",)]
