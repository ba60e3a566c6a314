"""What is measured of tables, each figure as SQL makes it, against rows that are easy to count."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest
from model_lab import Lab

from expectations.suite import history_figures

# A person's own word, a word of few, one of enough, and no word.
# Enough of each, and a name of somebody in two.
TOPICS = ["ada@example.com"] * 5 + ["call 07700 900123"] * 5 + ["Rückgabe"] * 10
PLANS = ["ana-only"] + ["rare"] * 4 + ["gold"] * 5 + [None] * 10


def _empty(db: duckdb.DuckDBPyConnection) -> None:
    for table in {figure.table for figure in history_figures()}:
        db.execute(f"delete from {table}")


@pytest.fixture(scope="module")
def figures(lab: Lab) -> Iterator[dict[tuple[str, str, str, str], float | None]]:
    """Every figure, by table, column, statistic and subject."""
    with lab.connect() as db:
        # Other tests of the session leave their rows.
        _empty(db)
        db.execute("create temp table plans (place bigint, plan text)")
        db.executemany("insert into plans values (?, ?)", list(enumerate(PLANS)))
        db.execute("create temp table topics (place bigint, topic text)")
        db.executemany("insert into topics values (?, ?)", list(enumerate(TOPICS)))
        db.execute(
            """
            insert into int_unified__tickets by name
            select 'desk' as source, 't' || place as ticket_id, topic from topics;
            insert into customer_360 by name
            select 'c' || place as customer_id, plan as subscription_plan,
                case when place < 5 then 'e' end as email, place as net_revenue_amount,
                case when place = 0 then 100 when place < 10 then place end as recency_score,
                timestamp '2026-01-30 12:00:00' - to_hours(cast(place as integer)) as last_event_at
            from plans;
            insert into int_unified__orders by name
            select 'shop' as source, 'o' || range as order_id, 'c' || range as status,
                'GBP' as currency
            from range(306);
            insert into int_unified__orders by name
            select 'shop' as source, 'p' || range as order_id, 'c' || range % 51 as status
            from range(255);
            insert into data_health by name
            select * from (values ('delivered_line_count', 'shop', 'orders', 7),
                ('hours_since_last_load', 'shop', 'all', 5), ('match_rate', 'all', 'all', 1)
            ) as given (metric, source, subject, metric_value)
            """
        )
    try:
        (outcome,) = lab.run("int_activation__table_figures")
        assert outcome.is_good, outcome.message
        rows = lab.rows(
            "select table_name, column_name, statistic, subject, figure_value"
            " from int_activation__table_figures"
        )
        yield {tuple(row[:4]): row[4] for row in rows}
    finally:
        with lab.connect() as db:
            _empty(db)


def test_each_figure_that_a_suite_asks_for_is_measured(figures: dict) -> None:
    """The danger: a rule about a figure that nobody computes."""
    measured = {key[:3] for key in figures}
    for figure in history_figures():
        statistic = figure.statistics[-1]
        assert (figure.table, figure.column, statistic) in measured, figure


def test_figures_are_what_can_be_counted(figures: dict) -> None:
    of = "customer_360"
    assert figures[of, "all", "row_count", "all"] == 20
    assert figures[of, "email", "null_rate", "all"] == 0.75
    assert figures[of, "net_revenue_amount", "mean", "all"] == 9.5
    # 1 to 9 and 100: half between the two in the middle.
    assert figures[of, "recency_score", "median", "all"] == 5.5
    assert figures[of, "last_event_at", "hours_behind", "all"] == 12
    assert figures["data_health", "metric_value", "delivered_line_count", "shop/orders"] == 7
    assert figures["data_health", "metric_value", "hours_since_last_load", "shop"] == 5
    assert not [key for key in figures if key[2] == "match_rate"]
    # Of nothing there is no mean.
    assert figures["int_unified__events", "all", "row_count", "all"] == 0
    assert figures["int_unified__orders", "net_amount", "median", "all"] is None


def test_a_category_is_named_where_enough_rows_have_it(figures: dict) -> None:
    """The danger: a word that one person wrote, kept for good among the figures."""
    column = "subscription_plan"
    shares = {
        key[3]: value
        for key, value in figures.items()
        if key[:3] == ("customer_360", column, "share")
    }
    assert shares == {"gold": 0.25, "(none)": 0.5}
    assert figures["customer_360", column, "rare_category_count", "all"] == 2


def test_a_category_that_could_name_somebody_is_told_as_other(figures: dict) -> None:
    """The danger: a text that a form sent as its topic, which no erasure finds any more."""
    shares = {key[3]: value for key, value in figures.items() if key[1:3] == ("topic", "share")}
    assert shares == {"(other)": 0.5, "Rückgabe": 0.5}


def test_a_column_of_too_many_values_is_no_list(figures: dict) -> None:
    column = ("int_unified__orders", "status")
    assert not [key for key in figures if key[:3] == (*column, "share")]
    assert figures[(*column, "rare_category_count", "all")] == 306
