"""A chain of a million identifiers and a star of half a million leaves: minutes, so apart."""

from __future__ import annotations

import pytest
from identity_lab import build
from model_lab import Lab

pytestmark = pytest.mark.slow

_CHAIN = 1_000_000
_LEAVES = 500_000


def test_a_million_in_a_row_and_half_a_million_round_one(given: Lab) -> None:
    """The chain is one customer, however long; the star is nobody's, and every edge told."""
    with given.connect() as connection:
        connection.execute(
            f"""
            create or replace view int_shop__orders as
            select
                order_id, '2025-01-01' as ordered_at, '2025-01-01' as updated_at, email, loyalty_id
            from (
                select
                    'chain ' || range as order_id,
                    'c' || ((range + 1) // 2) || '@example.com' as email,
                    'C' || (range // 2) as loyalty_id
                from range({_CHAIN - 1})
                union all
                select 'star ' || range, 'office@example.com', 'S' || range from range({_LEAVES})
            ) as orders
            """
        )
    build(given)
    assert given.rows(
        "select count(*), count(distinct customer_id) from int_identity__living_clusters"
        " where identifier_value not like 'S%'"
    ) == [(_CHAIN, 1)]
    assert given.rows(
        "select rejection_reason, count(*) from int_identity__settled_edges"
        " where rejection_reason is not null group by rejection_reason"
    ) == [("shared_address", _LEAVES)]
    given.run("int_identity__largest_clusters")
    assert given.rows(
        "select identifier_count, split_left_type from int_identity__largest_clusters"
        " where size_rank = 1"
    ) == [(_CHAIN, None)]
