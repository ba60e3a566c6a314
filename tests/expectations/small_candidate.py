"""A candidate of three people, small enough to read, in which every rule holds.

Its tables have the columns that the models' contracts declare. Ada ordered and is a member, Bo only
browsed, and nobody knows the visitor.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import yaml

from expectations.suite import history_figures
from rollcall.home import Home
from rollcall.sources import PROJECT_ROOT

AS_OF = "2026-01-31 00:00:00.000000"
ADA, BO, VISITOR, FORMER = ("a" * 64, "b" * 64, "c" * 64, "d" * 64)
HASH = "e" * 64
EMAIL = "ada@example.com"
FIELDS = {"user_id": "u1", "email": EMAIL, "first_name": "Ada", "country": "GB"}
_ORDERED, _VIEWED = "2026-01-10 10:00:00", "2026-01-20 10:00:00"
_SOURCE = {"source": "shop", "updated_at": "2026-01-05 00:00:00", "is_deleted": False}
_MONEY = {"currency": "GBP"}
_STILL = {
    "features": "[]",
    "flags": "[]",
    "setup_features": "[]",
    "active_days_7_days": 0,
    "lifecycle": "inactive",
    "state_days_count": 0,
    "previous_feature_count": 0,
    "active_days_previous_7_days": 0,
    "is_rising": False,
    "is_slipping": False,
    "engagement_score": 0,
}
_CAMPAIGN = {"source": "shop", "campaign_id": "1"}
SHOWN = {
    "name": "Ada",
    "language": "en",
    "timezone": "UTC",
    "send_hour": "10",
    "country": "GB",
    "current_country": "GB",
    "last_browsed_category": "hats",
    "preferred_category": "hats",
    "cart_abandoned_date": "recently",
    "abandoned_products": '["p1"]',
    "last_action_date": "2026-01-10",
    "behaviour_score": "0",
    "is_recently_browsing": "false",
    "recommended_product_id": "p1",
    "recommended_product_name": "Hat",
    "recommended_products": '["p1"]',
}
_SHARES = ("delivered_rate", "opened_rate", "clicked_rate", "visited_rate", "converted_rate")


@cache
def contracts() -> list[tuple[str, bool, dict[str, str]]]:
    """Return (model, is published, column types) of every published and unified model."""
    found = []
    for path in sorted((PROJECT_ROOT / "models").rglob("_*.yml")):
        for model in (yaml.safe_load(path.read_text()) or {}).get("models") or []:
            config = model.get("config") or {}
            release = (config.get("meta") or {}).get("release")
            is_published = release is not None and not release.get("is_internal")
            is_unified = path.parent.name == "unified" and "contract" in config
            if is_published or is_unified:
                types = {column["name"]: column["data_type"] for column in model["columns"]}
                found.append((model["name"], is_published, types))
    return found


def traits_of_customers() -> set[str]:
    """Return the columns of customer_360 that are declared as traits."""
    path = PROJECT_ROOT / "models" / "marts" / "customers" / "_customer_360__models.yml"
    (model,) = yaml.safe_load(path.read_text())["models"]
    return {
        column["name"]
        for column in model["columns"]
        if "trait" in column.get("config", {}).get("meta", {})
    }


def _customers() -> list[dict[str, Any]]:
    at = {"first_seen_at": "2026-01-01 00:00:00", "last_active_at": _VIEWED}
    ada = {
        "customer_id": ADA,
        **FIELDS,
        **at,
        "order_count": 1,
        "purchase_count": 1,
        "net_revenue_amount": 10,
        "subscription_status": "active",
        "subscription_plan": "plus",
        "subscription_since": _ORDERED,
        "plan_since": _ORDERED,
        "monthly_value_amount": 5,
        "average_order_amount": 10,
        "first_purchase_at": _ORDERED,
        "last_purchase_at": _ORDERED,
        "last_active_at": _ORDERED,
        "risk_indicators": "[]",
        "is_risk_marked": False,
        "rfm_segment": "new",
        "recency_score": 5,
        "has_marketing_email_consent": True,
        "engagement_state": "inactive",
    }
    bo = {
        "customer_id": BO,
        "user_id": "u2",
        "risk_indicators": '["vulnerable"]',
        "is_risk_marked": True,
        **at,
        "event_count": 1,
        "session_count": 1,
        "first_event_at": _VIEWED,
        "last_event_at": _VIEWED,
        "engagement_state": "casual",
        "feature_count": 1,
        "session_count_28_days": 1,
        "session_count_90_days": 1,
        "active_days_28_days": 1,
        "active_days_90_days": 1,
    }
    return [ada, bo]


def _marts() -> dict[str, list[dict[str, Any]]]:
    cohort = {"cohort_id": "first_order_month_2026-01"}
    scores = {"recency_score": 5, "frequency_score": 5, "monetary_score": 5}
    rfm = {"monetary_amount": 10, **scores, "rfm_segment": "new"}
    return {
        "customer_360": _customers(),
        "identity_map": [
            {"identifier_type": "user_id", "identifier_value": "u1", "customer_id": ADA},
            {"identifier_type": "email", "identifier_value": EMAIL, "customer_id": ADA},
            {"identifier_type": "user_id", "identifier_value": "u2", "customer_id": BO},
            {"identifier_type": "anonymous_id", "identifier_value": "d1", "customer_id": VISITOR},
        ],
        "identity_edges": [
            {
                "left_type": "user_id",
                "left_value": "u1",
                "right_type": "email",
                "right_value": EMAIL,
                "customer_id": ADA,
                "record_count": 1,
                "sources": '["shop"]',
                "first_seen_at": _ORDERED,
                "last_seen_at": _VIEWED,
            },
        ],
        "identity_cuts": [
            {
                "source": "shop",
                "cut_id": "1",
                "requested_at": _ORDERED,
                "left_type": "user_id",
                "left_value": "u2",
                "right_type": "email",
                "right_value": EMAIL,
                "outcome": "applied",
            },
        ],
        "identity_merges": [
            {"absorbed_customer_id": FORMER, "customer_id": ADA, "merged_at": AS_OF},
        ],
        "identity_rejected_edges": [
            {
                "left_type": "user_id",
                "left_value": "u1",
                "right_type": "email",
                "record_count": 1,
                "right_value": "x@example.com",
                "sources": '["shop"]',
                "first_seen_at": _ORDERED,
                "last_seen_at": _VIEWED,
            },
        ],
        "sessions": [
            {
                "session_id": HASH,
                "source": "shop",
                "customer_id": BO,
                "attributed_by": "identifier",
                "event_count": 1,
                "product_view_count": 1,
                "cart_count": 0,
                "order_count": 0,
                "started_at": _VIEWED,
                "ended_at": _VIEWED,
            },
        ],
        "engagement_states": [
            {**_STILL, "customer_id": ADA, "engagement_state": "inactive", "feature_count": 0},
            {
                **_STILL,
                "customer_id": BO,
                "engagement_state": "casual",
                "feature_count": 1,
                "features": '["news"]',
                "state_days_count": 5,
                "engagement_score": 100,
                "web_score": 100,
            },
        ],
        # Bo was casual, then in no state, then casual again; Ada came later.
        "engagement_state_history": [
            {
                "customer_id": customer,
                "engagement_state": state,
                "valid_from": begin,
                "valid_to": end,
            }
            for customer, state, begin, end in (
                (BO, "casual", "2026-01-10 12:00:00", "2026-01-18"),
                (BO, "inactive", "2026-01-18", "2026-01-26"),
                (BO, "casual", "2026-01-26", AS_OF),
                (ADA, "inactive", "2026-01-19 12:00:00", AS_OF),
            )
        ],
        "engagement_state_levels": [
            {"measured_at": monday, "engagement_state": state, "customer_count": 1}
            for monday, state in (
                ("2026-01-12", "casual"),
                ("2026-01-19", "inactive"),
                ("2026-01-26", "casual"),
                ("2026-01-26", "inactive"),
            )
        ],
        "engagement_transitions": [
            {"measured_at": monday, "from_state": before, "to_state": after, "customer_count": 1}
            for monday, before, after in (
                ("2026-01-12", "new", "casual"),
                ("2026-01-19", "casual", "inactive"),
                ("2026-01-26", "inactive", "casual"),
                ("2026-01-26", "new", "inactive"),
            )
        ],
        "engagement_attribute_levels": [
            {
                "measured_at": "2026-01-12",
                "engagement_state": "casual",
                "attribute": "country",
                "attribute_value": "GB",
                "customer_count": 1,
            }
        ],
        "engagement_lifecycle": [
            {"interval_start_at": "2026-01-19", "lifecycle": "new", "customer_count": 1}
        ],
        "engagement_stickiness": [
            {"month": "2026-01-01", "active_days_count": 1, "customer_count": 2}
        ],
        "campaign_performance": [
            {
                **_CAMPAIGN,
                "variant": "a",
                "recipient_count": 1,
                "visited_count": 1,
                "converted_count": 0,
                **dict.fromkeys(_SHARES, 0.5),
            }
        ],
        "campaign_influence": [
            {
                **_CAMPAIGN,
                "from_state": "casual",
                "to_state": "core",
                "design": "randomised",
                "sample_ratio_test": "passed",
                "exposed_count": 2,
                "unexposed_count": 2,
                "exposed_moved_count": 1,
                "unexposed_moved_count": 1,
                "exposed_rate": 0.5,
                "unexposed_rate": 0.5,
                "difference": 0,
                "difference_low": -0.6,
                "difference_high": 0.6,
            }
        ],
        "rfm_scores": [{"customer_id": ADA, "recency_days": 21, "frequency_count": 1, **rfm}],
        # Bo asked for a break; nothing is sold to him.
        "risk_markers": [
            {
                "customer_id": BO,
                "indicator": "vulnerable",
                "marked_at": _VIEWED,
                "window_start_at": "2026-01-19 10:00:00",
                "window_end_at": _VIEWED,
                "inputs": '{"count": 1, "minimum_count": 1, "window_days": 1}',
                "proposed_action": "Call",
                "in_force_until": "2026-02-20 10:00:00",
                "is_in_force": True,
            },
        ],
        "product_recommendations": [
            {
                "customer_id": ADA,
                "recommendation_rank": 1,
                "product_source": "shop",
                "product_id": "p1",
                "category": "hats",
                "rating": 4,
                "reason": "bought_together",
                "basis_product_id": "p2",
                "basis_order_count": 3,
                "confidence_rate": 0.5,
            },
        ],
        "rfm_score_bounds": [
            {
                "axis": axis,
                "score": score,
                "method": "rank",
                "basis": "orders",
                "cut_value": value if score > 1 else None,
                "lowest_value": value if score == 5 else None,
                "highest_value": value if score == 5 else None,
                "customer_count": int(score == 5),
            }
            for axis, value in (("recency", 21), ("frequency", 1), ("monetary", 10))
            for score in range(1, 6)
        ],
        "rfm_transitions": [
            {
                "month": "2025-12-01",
                "from_segment": "unscored",
                "to_segment": "new",
                "customer_count": 1,
            },
            {
                "month": "2026-01-01",
                "from_segment": "new",
                "to_segment": "new",
                "customer_count": 1,
            },
        ],
        "rfm_behaviour": [
            {
                "rfm_segment": "new",
                "engagement_state": "inactive",
                "is_recently_browsing": False,
                "has_open_cart": False,
                "customer_count": 1,
                "monetary_amount": 10,
            }
        ],
        "cohorts": [
            {
                **cohort,
                "cohort_type": "first_order_month",
                "period_grain": "month",
                "period_start_date": "2026-01-01",
                "customer_count": 1,
            }
        ],
        "cohort_memberships": [{**cohort, "customer_id": ADA, "entered_at": _ORDERED}],
        "cohort_retention": [
            {**cohort, "retention_type": kind, "period_number": 0}
            for kind in ("classic", "bounded", "rolling")
        ],
    }


def _activation() -> dict[str, list[dict[str, Any]]]:
    name = {"audience": "new_customers", "definition_hash": HASH}
    purpose = {"purpose": "marketing_email"}
    release = {"release_id": "000001", "released_as_of": AS_OF}
    return {
        "audiences": [
            {
                **name,
                **purpose,
                "owner": "o",
                "description": "d",
                "campaign": "c",
                "defined_at": _ORDERED,
                "defined_by": "Cy",
                "goal": "purchase",
                "is_suppression": False,
                "qualified_count": 2,
                "member_count": 1,
                "carried_count": 0,
                "status": "released",
                "is_sendable": True,
            }
        ],
        "audience_memberships": [
            {**name, **purpose, **FIELDS, **SHOWN, "customer_id": ADA, "entered_at": AS_OF}
        ],
        "audience_changes": [
            {**release, "audience": "new_customers", "customer_id": ADA, "action": "entered"}
        ],
        "tracking_plan": [
            {
                "source": "web",
                "event_name": "signed_up",
                "property": "(event)",
                "value_kind": "event",
                "status": "delivered",
                "change": "appeared",
                "changed_as_of": AS_OF,
                "first_date": "2026-01-10",
                "last_date": "2026-01-20",
                "first_file": "events.csv",
                "first_line": 2,
            }
        ],
        "table_profiles": [
            {
                "released_as_of": AS_OF,
                "table_name": figure.table,
                "column_name": figure.column,
                "statistic": figure.statistics[-1],
                "subject": "all",
                "figure_value": 1,
                "release_count": 5,
                "lower_bound": 0,
                "upper_bound": 2,
                "status": "ok",
                "is_never_seen": False,
            }
            for figure in history_figures()
        ],
        "audience_release_history": [
            {
                **name,
                **release,
                "qualified_count": 2,
                "member_count": 1,
                "entered_count": 1,
                "exited_count": 0,
            }
        ],
        "campaign_mismatches": [
            {
                **_CAMPAIGN,
                "customer_id": ADA,
                "reason": "country",
                "detail": "GB",
                "reach_count": 2,
                "mismatch_rate": 0.5,
            }
        ],
        "campaign_fit": [
            {
                "customer_id": BO,
                "engagement_state": "casual",
                "next_state": "core",
                "missing_feature_count": 2,
                "next_feature": "trading",
                "campaign_source": "shop",
                "campaign_id": "1",
            }
        ],
        "audience_metrics": [
            {
                "audience": "new_customers",
                "entry_month": "2025-12-01",
                "entered_count": 1,
                "goal": "purchase",
                "engagement_rate": 0.5,
            }
        ],
        "audience_overlaps": [
            {
                "audience": "new_customers",
                "other_audience": "other",
                "customer_count": 1,
                "audience_rate": 1,
                "other_audience_rate": 0.5,
                "jaccard_rate": 0.5,
            }
        ],
        "audience_advice": [
            {
                "audience": "new_customers",
                "advice": "near_identical",
                "subject": "other",
                "metric_value": 0.5,
                "limit_value": 0.5,
            }
        ],
        # Nothing is held.
        "audience_holds": [],
        "audience_exclusions": [{"audience": "new_customers", "customer_count": 1}],
        "data_health": [
            {
                "metric": "accepted_line_count",
                "source": "shop",
                "subject": "all",
                "metric_value": 9,
            },
            {"metric": "customer_count", "source": "all", "subject": "all", "metric_value": 2},
            {"metric": "rejected_edge_count", "source": "all", "subject": "all", "metric_value": 1},
            {
                "metric": "profiling_denied_count",
                "source": "all",
                "subject": "all",
                "metric_value": 0,
            },
            {"metric": "match_rate", "source": "all", "subject": "all", "metric_value": 0.5},
        ],
    }


def _unified() -> dict[str, list[dict[str, Any]]]:
    entities: dict[str, dict[str, Any]] = {
        "profiles": {"created_at": "2026-01-01 00:00:00", "country": "GB"},
        "events": {
            "occurred_at": _VIEWED,
            "received_at": _VIEWED,
            "sequence_number": 1,
            "event_name": "product_viewed",
            "platform": "web",
            "country": "GB",
            "value_amount": 1,
            **_MONEY,
            "properties": "{}",
        },
        "orders": {
            "ordered_at": _ORDERED,
            "status": "completed",
            "channel": "web",
            "gross_amount": 12,
            "discount_amount": 2,
            "net_amount": 10,
            **_MONEY,
        },
        "order_lines": {"line_number": 1, "quantity": 1, "net_amount": 10},
        "products": {"price_amount": 10, "rating": 4, **_MONEY},
        "product_changes": {"changed_at": _ORDERED, "price_amount": 10, **_MONEY},
        "messages": {"channel": "email", "action": "sent", "occurred_at": _VIEWED},
        "subscriptions": {
            "started_at": _ORDERED,
            "ended_at": _VIEWED,
            "status": "active",
            "amount": 5,
            "billing_interval": "month",
            **_MONEY,
        },
        "campaigns": {
            "started_at": _ORDERED,
            "ended_at": _VIEWED,
            "holdout_rate": 0.1,
            "minimum_active_days": 0,
            "horizon_days": 7,
            "target_countries": '["GB"]',
        },
        "campaign_assignments": {
            "user_key": "u1",
            "user_id": "u1",
            "variant": "holdout",
            "assigned_at": _ORDERED,
        },
        "consents": {
            "user_id": "u1",
            "purpose": "marketing_email",
            "status": "granted",
            "occurred_at": _ORDERED,
        },
        "devices": {"anonymous_id": "d1", "is_push_enabled": False},
        "tickets": {"opened_at": _ORDERED, "closed_at": _VIEWED, "csat": 5},
        "erasure_requests": {"user_id": "u9", "requested_at": _ORDERED},
        "identity_cuts": {
            "requested_at": _ORDERED,
            "left_type": "user_id",
            "left_value": "u2",
            "right_type": "email",
            "right_value": EMAIL,
            "status": "cut",
        },
    }
    return {f"int_unified__{name}": [{**_SOURCE, **row}] for name, row in entities.items()}


def _insert(connection: duckdb.DuckDBPyConnection, table: str, row: dict[str, Any]) -> None:
    marks = ", ".join("?" for _ in row)
    connection.execute(
        f"insert into {table} ({', '.join(row)}) values ({marks})", list(row.values())
    )


def _counts(types: dict[str, str]) -> dict[str, int]:
    """Return 0 for every count of customer_360, as the model coalesces them."""
    return {
        name: 0
        for name, data_type in types.items()
        if data_type == "bigint" and not name.endswith("_score")
    }


def write_candidate(home: Home) -> None:
    """Write `<home>/work.duckdb` and the run's as_of where dbt reads it."""
    macros = home.dbt / "macros"
    macros.mkdir(parents=True)
    (macros / "run_moment.sql").write_text(f'fromjson(\'{{"as_of": "{AS_OF}"}}\')')
    rows = {**_marts(), **_activation(), **_unified()}
    with duckdb.connect(str(home.work)) as connection:
        connection.execute(
            "create table identifier_types (identifier_type text, is_anonymous bool)"
        )
        for name in ("user_id", "email", "anonymous_id"):
            _insert(
                connection,
                "identifier_types",
                {"identifier_type": name, "is_anonymous": name == "anonymous_id"},
            )
        connection.execute("create table event_vocabulary as select 'product_viewed' as event_name")
        connection.execute("create table billing_intervals as select 'month' as billing_interval")
        for table, _, types in contracts():
            columns = ", ".join(f"{name} {kind}" for name, kind in types.items())
            connection.execute(f"create table {table} ({columns})")
            filled = _counts(types) if table == "customer_360" else {}
            for row in rows.pop(table):
                _insert(connection, table, {**filled, **row})
        connection.commit()
    assert not rows, f"no contract declares {sorted(rows)}"


def break_candidate(database: Path, sql: str) -> None:
    """Run SQL that breaks a promise."""
    with duckdb.connect(str(database)) as connection:
        connection.execute(sql)
