"""What `campaign_influence` says of campaigns whose effect is known, because it was planted."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from model_lab import Lab

_SEEDS = 100
_CUSTOMERS = 2_000
_BASE = 0.2
_LIFT = 0.1
# as_of is 2026-01-31: the first horizon ends 11 days before it, the other a day after it.
_MATURED, _RUNNING = "2025-12-20 08:00:00", "2026-01-04 08:00:00"
_HORIZON_DAYS = 28
_FROM, _MOVED_AT = "2025-01-01", "2026-01-05"


def _move_rates(campaign: str) -> tuple[float, float]:
    """Return the chance of a move to core in the holdout and among the exposed."""
    return _BASE, _BASE if campaign.startswith("idle") else _BASE + _LIFT


def _trial(campaign: str, holdout_share: float) -> Iterator[tuple[str, str, bool]]:
    """Draw arms and moves of one campaign: customer, variant, whether they become core."""
    rng = random.Random(campaign)
    at_rest, moved = _move_rates(campaign)
    for number in range(_CUSTOMERS):
        is_held_out = rng.random() < holdout_share
        variant = "holdout" if is_held_out else rng.choice(("a", "b"))
        is_moved = rng.random() < (at_rest if is_held_out else moved)
        yield f"{campaign} {number}", variant, is_moved


@pytest.fixture(scope="module")
def influence(lab: Lab) -> dict[str, tuple[object, ...]]:
    """What is said of each campaign's customers who went from casual to core."""
    campaigns = {f"lift {seed}": _MATURED for seed in range(_SEEDS)}
    campaigns |= {f"idle {seed}": _MATURED for seed in range(_SEEDS)}
    campaigns |= {"lift skewed": _MATURED, "lift running": _RUNNING}
    rows = [
        (campaign, at, customer, variant, is_moved)
        for campaign, at in campaigns.items()
        for customer, variant, is_moved in _trial(campaign, 0.4 if "skewed" in campaign else 0.5)
    ]
    with lab.restoring_views():
        _give(lab, campaigns, rows)
        built = lab.run(
            "int_unified__campaigns", "int_unified__campaign_assignments",
            "path:models/intermediate/campaigns", "campaign_influence",
        )  # fmt: skip
    assert all(outcome.is_good for outcome in built)
    found = lab.rows(
        "select campaign_id, sample_ratio_test, exposed_count + unexposed_count, design,"
        " difference_low, difference, difference_high from campaign_influence"
        " where from_state = 'casual' and to_state = 'core'"
    )
    return {campaign: tuple(rest) for campaign, *rest in found}


def _give(lab: Lab, campaigns: dict[str, str], rows: list[tuple[object, ...]]) -> None:
    lab.give(
        "int_email_platform__campaigns",
        [
            {
                "campaign_id": campaign,
                "is_randomised": "true",
                "holdout_rate": "0.5",
                "horizon_days": str(_HORIZON_DAYS),
                "started_at": at,
                "updated_at": at,
            }
            for campaign, at in campaigns.items()
        ],
    )
    with lab.connect() as connection:
        connection.execute(
            "create or replace table planted (campaign varchar, drawn_at varchar,"
            " customer varchar, variant varchar, is_moved boolean)"
        )
        values = [[row[column] for row in rows] for column in range(5)]
        connection.execute(
            "insert into planted select unnest(?), unnest(?), unnest(?), unnest(?), unnest(?)",
            values,
        )
        connection.execute(
            f"""
            create or replace view int_email_platform__campaign_assignments as
            select
                campaign as campaign_id, customer as user_key, variant,
                cast(drawn_at as timestamp) as assigned_at, customer as user_id
            from planted;
            delete from int_activity__messages;
            delete from int_identity__living_clusters;
            insert into int_identity__living_clusters by name
            select
                'user_id' as identifier_type, customer as identifier_value, customer as customer_id,
                true as is_known
            from planted;
            delete from int_engagement__state_intervals;
            insert into int_engagement__state_intervals by name
            select
                customer as customer_id, 'casual' as engagement_state,
                timestamp '{_FROM}' as valid_from, timestamp '{_FROM}' as measured_from,
                case when is_moved then timestamp '{_MOVED_AT}' end as valid_to
            from planted
            union all by name
            select
                customer as customer_id, 'core' as engagement_state, 'casual' as previous_state,
                timestamp '{_MOVED_AT}' as valid_from, timestamp '{_MOVED_AT}' as measured_from
            from planted where is_moved
            """
        )


def test_a_planted_lift_is_in_the_interval(influence: dict[str, tuple[object, ...]]) -> None:
    """At 95 % the interval misses it in one seed of twenty; and it finds that something moves."""
    covered = found = 0
    for seed in range(_SEEDS):
        test, counted, design, low, _, high = influence[f"lift {seed}"]
        assert (test, counted, design) == ("passed", _CUSTOMERS, "randomised")
        covered += low <= _LIFT <= high
        found += low > 0
    assert covered >= 90
    assert found >= 90


def test_where_nothing_moves_nothing_is_found(influence: dict[str, tuple[object, ...]]) -> None:
    excluded = sum(
        not low <= 0 <= high
        for seed in range(_SEEDS)
        for *_, low, _, high in [influence[f"idle {seed}"]]
    )
    assert excluded <= 10


def test_a_draw_that_did_not_hold_shows_no_lift(influence: dict[str, tuple[object, ...]]) -> None:
    """40 of 100 were held out, where 50 should have been."""
    assert influence["lift skewed"] == ("failed", _CUSTOMERS, "randomised", None, None, None)


def test_nothing_is_shown_before_the_horizon_ends(
    influence: dict[str, tuple[object, ...]],
) -> None:
    assert "lift running" not in influence
    assert len(influence) == 2 * _SEEDS + 1
