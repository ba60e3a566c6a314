"""What a source gives in another form than the contract's is null, whatever source it is.

dbt's unit tests cannot see this: the forms stand in the contract's columns, which a unit test does
not have. So rows are put where the sources would put them and the entity is built.
"""

from __future__ import annotations

import pytest
from model_lab import Lab

from rollcall.erasure.matching import Forms

_COUNTRIES = {
    "GB": "GB",
    " gb ": "GB",
    "\u00a0de": "DE",
    "United Kingdom": None,
    "GBR": None,
    "G1": None,
    "gb\n": None,
    "\u0131t": None,
    "'; drop table x;--": None,
    "": None,
}
_LOCAL = "020 7946 0018"


def test_a_country_is_two_capital_letters_and_its_phone_is_erasure_s(apart: Lab) -> None:
    """A number is read by the same country here and where an erased person is looked for."""
    rows = [
        {"profile_id": str(number), "country": country, "phone": f"{_LOCAL} ", "updated_at": None}
        for number, country in enumerate(_COUNTRIES)
    ]
    apart.give("int_crm__profiles", rows)
    apart.run("int_unified__profiles", "int_identity__phone_numbers")
    query = "select profile_id, country from int_unified__profiles where source = 'crm'"
    found = dict(apart.rows(query))
    assert found == {str(place): code for place, code in enumerate(_COUNTRIES.values())}
    phones = dict(apart.rows("select country, phone from int_identity__phone_numbers"))
    for country, code in _COUNTRIES.items():
        expected = Forms("GB").phone(_LOCAL, country)
        assert (phones[code or "GB"] or f"unparsable:{_LOCAL}") == expected


@pytest.mark.parametrize(
    ("entity", "source", "key", "column", "given_values"),
    [
        (
            "orders",
            "shop",
            "order_id",
            "currency",
            {"usd": "USD", "US": None, "ZZZ ": "ZZZ", "NaN": None, "xxx": None},
        ),
        ("orders", "shop", "order_id", "status", {"Completed": "completed", "paid": None}),
        ("orders", "shop", "order_id", "channel", {"STORE": "store", "fax": None}),
        ("events", "web", "event_id", "platform", {"iOS": "ios", "tv": None}),
        ("messages", "email_platform", "message_event_id", "action", {"sent": "sent", "x": None}),
        ("subscriptions", "shop", "subscription_id", "status", {"Trial": "trial", "x": None}),
    ],
)
def test_a_word_that_the_contract_lacks_is_null(
    apart: Lab,
    entity: str,
    source: str,
    key: str,
    column: str,
    given_values: dict[str, str | None],
) -> None:
    times = ("ordered_at", "occurred_at", "started_at")
    apart.give(
        f"int_{source}__{entity}",
        [
            {key: str(number), column: value, **dict.fromkeys(times, "2026-01-01")}
            for number, value in enumerate(given_values)
        ],
    )
    apart.run(f"int_unified__{entity}")
    found = dict(apart.rows(f"select {key}, {column} from int_unified__{entity}"))
    assert found == {str(place): value for place, value in enumerate(given_values.values())}


def test_what_people_type_for_a_city_tells_of_nobody(apart: Lab) -> None:
    typed = {
        "L'Aquila": "L'Aquila",
        "Stratford-upon-Avon, 2nd": "Stratford-upon-Avon, 2nd",
        "London ana@example.com": None,
        "call 07700 900123": None,
        "12345": "12345",
        "1-2-3-4-5-6": None,
        None: None,
    }
    columns = ("city", "language", "acquisition_channel", "onboarding_intent")
    rows = [
        {"profile_id": str(number), "updated_at": "2026-01-01", **dict.fromkeys(columns, text)}
        for number, text in enumerate(typed)
    ]
    apart.give("int_crm__profiles", rows)
    apart.run("int_unified__profiles")
    for column in columns:
        query = f"select profile_id, {column} from int_unified__profiles where source = 'crm'"
        found = {place: text for place, text in apart.rows(query)}
        assert found == {str(place): text for place, text in enumerate(typed.values())}


def test_a_time_before_1970_is_none(apart: Lab) -> None:
    """It would name the customer's earliest identifier, and their first cohort."""
    times = {"1": "1969-12-31 23:59:59", "2": "1970-01-01 00:00:00"}
    apart.give(
        "int_crm__profiles",
        [{"profile_id": key, "created_at": at, "birth_date": at} for key, at in times.items()],
    )
    apart.run("int_unified__profiles")
    query = "select created_at is null, birth_date is null from int_unified__profiles"
    assert apart.rows(f"{query} order by profile_id") == [(True, False), (False, False)]
