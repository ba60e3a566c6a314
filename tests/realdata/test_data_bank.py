"""A bank's transactions: events of one instant, and a balance that runs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

pytestmark = pytest.mark.realdata

AS_OF = "2020-04-29T00:00:00Z"
# The balance of each customer at the end of each day with a transaction.
_BALANCES = (
    "select customer_id, occurred_at, sum(sum(money_direction * value_amount))"
    " over (partition by customer_id order by occurred_at) as balance_amount"
    " from int_activity__events inner join event_vocabulary using (event_name)"
    " group by customer_id, occurred_at"
)


@pytest.fixture(scope="module")
def home(company: Callable[..., Path]) -> Path:
    return company("data_bank", AS_OF, "--source", "data_bank")


def test_every_transaction_is_an_event_of_a_customer(home: Path, worked, released) -> None:
    assert released(home, "select count(*) from customer_360") == [(500,)]
    volumes = worked(
        home,
        "select event_name, count(*), cast(sum(value_amount) as bigint)"
        " from int_activity__events where customer_id is not null group by 1 order by 1",
    )
    assert volumes == [
        ("card_payment", 1_617, 806_537),
        ("deposit", 2_671, 1_359_168),
        ("withdrawal", 1_580, 793_003),
    ]


def test_events_of_one_instant_keep_the_order_of_the_file(home: Path, worked) -> None:
    """The danger: an order by id, which puts a day's deposits before its withdrawals."""
    numbered = "select *, row_number() over (partition by user_id, occurred_at order by"
    found = worked(
        home,
        f"select count(*) filter (where by_sequence <> by_id), count(*) from ({numbered}"
        " sequence_number) as by_sequence, row_number() over (partition by user_id, occurred_at"
        " order by event_id) as by_id from int_unified__events)",
    )
    assert found[0][0] > 100
    repeated = "group by user_id, occurred_at, sequence_number having count(*) > 1"
    assert worked(home, f"select 1 from int_unified__events {repeated}") == []


def test_overdrawn_at_the_end_of_a_day(home: Path, worked) -> None:
    ever = "select count(distinct customer_id)"
    assert worked(home, f"{ever} from ({_BALANCES}) where balance_amount < 0") == [(372,)]
    latest = f"select max_by(balance_amount, occurred_at) as b from ({_BALANCES})"
    assert worked(home, f"select count(*) from ({latest} group by customer_id) where b < 0") == [
        (284,)
    ]


def test_a_deposit_and_the_next_but_one_within_seven_days(home: Path, worked) -> None:
    """Two deposits of one day are two; exactly seven days later is too late."""
    deposits = (
        "select customer_id, occurred_at, lead(occurred_at, 2) over (partition by customer_id"
        " order by occurred_at, sequence_number, event_id) as third_at"
        " from int_activity__events where event_name = 'deposit'"
    )
    assert worked(
        home,
        f"select count(distinct customer_id) from ({deposits})"
        " where third_at < occurred_at + interval 7 days",
    ) == [(91,)]


def test_the_traits_say_the_same(home: Path, released) -> None:
    """What is declared in yml comes to the figures that the files are known by."""
    counted = (
        "count(*) filter (where lowest_day_end_balance_amount < 0),"
        " count(*) filter (where balance_amount < 0),"
        " count(*) filter (where deposit_shortest_gap_to_next_but_one_seconds < 7 * 86400)"
    )
    assert released(home, f"select {counted} from customer_360") == [(372, 284, 91)]
