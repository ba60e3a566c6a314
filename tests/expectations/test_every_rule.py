"""Each SQL rule of each suite, asked of DuckDB alone: it holds, and it finds what breaks it.

A rule that cannot fail guards nothing, so a rule without a break below fails here.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from small_candidate import ADA, AS_OF, BO, SHOWN

from expectations.suite import UNEXPECTED_ROWS, Figure, Rule, load_suite, suite_names

LATE = "timestamp '2026-01-31 00:00:00'"
EARLY = "timestamp '1969-12-31 23:59:59'"
U = "int_unified__"
RATED = "reason = 'top_rated_in_category', basis_product_id = null"
HOLD = (
    "insert into audience_holds (audience, gate, metric_value, limit_value, status) values "
    "('new_customers', 'changed',"
)
# What breaks a rule of this name wherever it stands: assignments to its first row.
ANYWHERE = {
    "records_came_from_accepted_lines": ["source = 'nowhere'"],
    "hashes_are_sha256": ["definition_hash = 'E' || substr(definition_hash, 2)"],
    "countries_are_two_capital_letters": ["country = 'gb'", "country = 'GBR'"],
    "currencies_are_three_capital_letters": ["currency = 'gbp'", "currency = 'GB'"],
    "amounts_have_a_currency": ["currency = null"],
    "somebody_is_named": ["user_id = null"],
}
# Suite, rule: the assignments to one row, each of which breaks it in that row.
ROWS: dict[tuple[str, str], list[str]] = {
    ("customer_360", "ids_are_sha256"): ["customer_id = 'c1'", "customer_id = upper(customer_id)"],
    ("customer_360", "emails_look_like_addresses"): [
        "email = 'ada'", "email = 'a@b@c'", "email = '@b'", "email = 'a da@b'",
    ],
    ("customer_360", "counts_are_not_negative"): [
        "order_count = -1", "open_ticket_count = -1", "monthly_value_amount = -1",
    ],
    ("customer_360", "shorter_windows_hold_no_more"): [
        "active_days_7_days = 2", "active_days_28_days = 2", "session_count_7_days = 2",
        "session_count_28_days = 2", "session_count_90_days = 2",
        "message_opened_count_28_days = 1", "message_clicked_count_28_days = 1",
        "open_ticket_count = 1",
    ],
    ("customer_360", "active_days_fit_their_windows"): [
        "active_days_7_days = 9", "active_days_28_days = 30", "active_days_90_days = 92",
    ],
    ("customer_360", "nothing_at_or_after_as_of"): [
        f"first_seen_at = {LATE}", f"last_event_at = {LATE}", f"last_ticket_at = {LATE}",
        f"plan_since = {LATE}",
    ],
    ("customer_360", "first_is_not_after_last"): [
        "first_purchase_at = timestamp '2026-01-30'", "last_active_at = timestamp '2020-01-01'",
        "first_event_at = timestamp '2026-01-30', last_event_at = timestamp '2026-01-01'",
    ],
    ("customer_360", "last_times_match_their_counts"): [
        "purchase_count = 0", "last_purchase_at = null", "event_count = 3",
    ],
    ("customer_360", "average_stands_with_orders"): ["average_order_amount = null"],
    ("customer_360", "a_subscription_is_live_or_has_churned"): [
        "subscription_status = null", "subscription_status = 'cancelled'",
        "subscription_since = null", "subscription_since = plan_since + interval 1 day",
        "churned_at = plan_since",
        "subscription_status = 'cancelled', subscription_since = null, churned_at = plan_since",
    ],
    ("customer_360", "changes_are_no_fewer_than_their_kinds"): [
        "subscription_upgrade_count = 1", "subscription_downgrade_count = 1",
    ],
    ("customer_360", "revenue_is_plausible"): ["net_revenue_amount = 1e9"],
    ("identity_map", "ids_are_sha256"): ["customer_id = 'c1'"],
    ("identity_map", "values_are_normalised"): [
        "identifier_value = null", "identifier_value = ''", "identifier_value = ' u1'",
        "identifier_type = 'email', identifier_value = 'Ada@example.com'",
        "identifier_type = 'phone', identifier_value = '+44 1'",
        "identifier_type = 'phone', identifier_value = '447700900001'",
        "identifier_type = 'phone', identifier_value = '44+7700900001'",
        "identifier_type = 'profile_id', identifier_value = '12'",
        "identifier_type = 'profile_id', identifier_value = ':12'",
    ],
    ("identity_edges", "ends_differ"): ["right_type = left_type, right_value = left_value"],
    ("identity_edges", "sources_are_told"): ["sources = '[]'", "sources = null"],
    ("identity_edges", "first_is_not_after_last"): ["last_seen_at = timestamp '2020-01-01'"],
    ("identity_edges", "nothing_at_or_after_as_of"): [f"last_seen_at = {LATE}"],
    ("identity_edges", "both_ends_are_the_customer"): [
        "left_value = 'u2'", "right_value = 'x@example.com'", f"customer_id = '{BO}'",
        "left_type = 'email'", "right_type = 'phone'",
    ],
    ("identity_cuts", "nothing_at_or_after_as_of"): [f"requested_at = {LATE}"],
    ("identity_cuts", "applied_cuts_hold"): [
        "left_value = 'u1'", "right_type = null, right_value = null",
    ],
    ("identity_merges", "ids_are_sha256"): ["absorbed_customer_id = 'x'", "customer_id = 'x'"],
    ("identity_merges", "vanished_ids_are_gone"): [f"absorbed_customer_id = '{BO}'"],
    ("identity_merges", "survivors_live"): ["customer_id = repeat('f', 64)"],
    ("identity_merges", "nothing_after_as_of"): [f"merged_at = {LATE} + interval 1 second"],
    ("identity_rejected_edges", "ends_differ"): [
        "right_type = left_type, right_value = left_value",
    ],
    ("identity_rejected_edges", "sources_are_told"): ["sources = '[]'", "sources = null"],
    ("identity_rejected_edges", "first_is_not_after_last"): [
        "last_seen_at = timestamp '2020-01-01'",
    ],
    ("identity_rejected_edges", "nothing_at_or_after_as_of"): [f"last_seen_at = {LATE}"],
    ("sessions", "ids_are_sha256"): ["session_id = 'x'", "customer_id = 'x'"],
    ("sessions", "a_customer_is_told_by_something"): ["customer_id = null", "attributed_by = null"],
    ("sessions", "start_is_not_after_end"): ["ended_at = timestamp '2020-01-01'"],
    ("sessions", "nothing_at_or_after_as_of"): [f"ended_at = {LATE}"],
    ("sessions", "counts_are_not_negative"): ["cart_count = -1"],
    ("sessions", "parts_fit_the_whole"): ["cart_count = 1"],
    ("sessions", "no_more_events_than_happened"): ["event_count = 2", "source = 'web'"],
    ("sessions", "customers_are_in_identity_map"): ["customer_id = repeat('f', 64)"],
    ("engagement_states", "counts_are_not_negative"): [
        "feature_count = -1", "active_days_7_days = -1", "state_days_count = -1",
    ],
    ("engagement_states", "nobody_rises_and_slips"): ["is_rising = true, is_slipping = true"],
    ("engagement_states", "a_state_that_lasts_is_in_the_history"): [
        "state_days_count = 3, engagement_state = 'core'",
    ],
    ("engagement_state_history", "an_interval_takes_time"): ["valid_to = valid_from"],
    ("engagement_state_history", "nothing_after_as_of"): ["valid_to = timestamp '2026-02-02'"],
    ("engagement_state_history", "intervals_tile"): ["valid_to = timestamp '2026-01-17'"],
    ("engagement_state_history", "a_state_ends_when_another_begins"): [
        "engagement_state = 'inactive'",
    ],
    ("engagement_state_levels", "measured_on_mondays"): [
        "measured_at = timestamp '2026-01-13'", "measured_at = timestamp '2026-02-02'",
    ],
    ("engagement_state_levels", "somebody_is_counted"): ["customer_count = 0"],
    ("engagement_state_levels", "levels_sum_to_the_customers"): ["customer_count = 2"],
    ("engagement_transitions", "somebody_is_counted"): ["customer_count = 0"],
    ("engagement_transitions", "they_lead_to_the_levels"): ["customer_count = 2"],
    ("engagement_attribute_levels", "somebody_is_counted"): ["customer_count = 0"],
    ("engagement_attribute_levels", "every_attribute_sums_to_the_levels"): ["customer_count = 2"],
    ("engagement_lifecycle", "somebody_is_counted"): ["customer_count = 0"],
    ("engagement_lifecycle", "lifecycles_are_known"): ["lifecycle = 'gone'"],
    ("engagement_lifecycle", "intervals_begin_before_as_of"): [f"interval_start_at = {LATE}"],
    ("engagement_stickiness", "somebody_is_counted"): ["customer_count = 0"],
    ("engagement_stickiness", "days_fit_the_month"): [
        "active_days_count = 0", "active_days_count = 32",
    ],
    ("engagement_states", "features_are_counted"): ["features = '[\"news\"]'"],
    ("engagement_states", "no_feature_is_inactive"): ["engagement_state = 'casual'"],
    ("engagement_states", "states_agree_with_customer_360"): [
        "engagement_state = null", "feature_count = 3",
    ],
    ("engagement_states", "scores_are_of_a_hundred"): [
        "engagement_score = -1", "engagement_score = 101", "web_score = 101", "other_score = 0",
    ],
    ("campaign_performance", "rates_are_shares"): ["opened_rate = 1.1", "visited_rate = -0.1"],
    ("campaign_performance", "nobody_responds_who_is_no_recipient"): [
        "visited_count = 2", "converted_count = 2",
    ],
    ("campaign_influence", "nothing_is_shown_of_a_draw_that_did_not_hold"): [
        "sample_ratio_test = 'failed'",
        "sample_ratio_test = 'untested', exposed_rate = null, unexposed_rate = null,"
        " difference = null, difference_low = null",
    ],
    ("campaign_influence", "the_difference_is_in_its_interval"): [
        "difference_low = 0.1", "difference_high = -0.1",
    ],
    ("campaign_influence", "shares_are_of_those_counted"): [
        "exposed_moved_count = 3", "unexposed_moved_count = 3", "exposed_count = 0",
        "unexposed_count = 0",
    ],
    ("campaign_influence", "a_design_is_tested_as_one"): [
        "design = 'observational'", "sample_ratio_test = null",
    ],
    ("campaign_mismatches", "mismatches_are_a_share_of_the_reach"): [
        "mismatch_rate = 0", "mismatch_rate = 1.1", "reach_count = 0",
    ],
    ("campaign_mismatches", "reasons_say_what_is_there"): ["detail = null", "detail = '[]'"],
    ("campaign_fit", "a_campaign_that_fits_has_no_reason_against_it"): [
        f"customer_id = '{ADA}'",
    ],
    ("campaign_fit", "a_next_state_is_short_of_features"): [
        "next_state = null", "missing_feature_count = 0", "missing_feature_count = null",
    ],
    ("customer_360", "hours_are_of_a_day"): ["preferred_hour = 24", "preferred_hour = -1"],
    ("customer_360", "markers_in_force_are_told"): [
        "is_risk_marked = true", "risk_indicators = '[\"vulnerable\"]'", "risk_indicators = null",
    ],
    ("audience_memberships", "nobody_with_a_risk_marker_in_force"): [f"customer_id = '{BO}'"],
    ("risk_markers", "nothing_at_or_after_as_of"): ["marked_at = null", f"marked_at = {LATE}"],
    ("risk_markers", "times_follow_each_other"): [
        "window_start_at = window_end_at", "window_end_at = window_end_at + interval 1 second",
        "in_force_until = marked_at", "window_start_at = null",
    ],
    ("risk_markers", "in_force_until_its_end"): [
        "is_in_force = false", f"in_force_until = {LATE}", "is_in_force = null",
    ],
    ("risk_markers", "inputs_are_figures"): [
        "inputs = null", "inputs = '{'", "inputs = '[1]'", "inputs = '{}'",
        "inputs = '{\"count\": 1, \"name\": \"Bo\"}'",
        "inputs = '{\"count\": 2, \"minimum_count\": 3}'",
    ],
    ("risk_markers", "an_action_is_proposed"): ["proposed_action = ' '", "proposed_action = null"],
    ("product_recommendations", "ranks_count_from_one"): ["recommendation_rank = 2"],
    ("product_recommendations", "a_reason_tells_what_it_rests_on"): [
        "basis_product_id = null", "basis_category = 'hats'", "basis_order_count = 0",
        "basis_order_count = null", "confidence_rate = 0", "confidence_rate = 1.1",
        "confidence_rate = null",
        f"{RATED}, basis_order_count = null, confidence_rate = null",
        f"{RATED}, basis_category = 'hats', rating = null, basis_order_count = null,"
        " confidence_rate = null",
        f"{RATED}, basis_category = 'hats', confidence_rate = null",
        f"{RATED}, basis_category = 'hats', basis_order_count = null",
        "reason = 'top_rated_in_category', basis_category = 'hats', basis_order_count = null,"
        " confidence_rate = null",
    ],
    ("cohorts", "periods_begin_on_their_first_day"): [
        "period_start_date = '2026-01-02'", "period_start_date = '2026-02-01'",
        "period_grain = 'quarter', period_start_date = '2025-11-01'",
    ],
    ("cohorts", "ids_tell_type_period_and_group"): [
        "cohort_id = 'first_order_month_2026-02'", "cohort_group = 'referral'",
        "cohort_id = 'first_order_month_2026-01-01'", "period_grain = 'quarter'",
    ],
    ("cohort_memberships", "nothing_at_or_after_as_of"): [f"entered_at = {LATE}"],
    ("cohort_memberships", "entered_in_the_cohorts_period"): [
        "entered_at = timestamp '2025-12-31'",
    ],
    ("cohort_retention", "rates_are_count_over_size"): [
        "customer_count = 1", "customer_count = 1, retention_rate = 0.5",
    ],
    ("cohort_retention", "only_whole_periods_have_figures"): [
        "customer_count = 1", "period_number = -1", "revenue_amount = 0",
        "retention_type = 'bounded', customer_count = 1",
    ],
    ("rfm_transitions", "somebody_is_counted"): ["customer_count = 0"],
    ("rfm_transitions", "months_begin_on_the_first"): [
        "month = '2025-12-02'", "month = '2026-02-01'",
    ],
    ("rfm_transitions", "nobody_becomes_unscored"): ["to_segment = 'unscored'"],
    ("rfm_behaviour", "everybody_scored_is_counted_once"): [
        "customer_count = 2", "monetary_amount = 9",
    ],
    ("audiences", "texts_are_told"): ["owner = ' '", "description = null"],
    ("audiences", "campaigns_and_goals_are_told"): ["campaign = null", "goal = null"],
    ("audiences", "a_change_has_its_author"): [
        "defined_at = null", "defined_by = null", "defined_by = 'uncommitted'",
    ],
    ("audiences", "suppression_lists_are_not_exported"): ["is_suppression = true"],
    ("audiences", "counts_are_not_negative"): ["member_count = -1"],
    ("audiences", "members_are_counted"): ["member_count = 2"],
    ("audiences", "qualified_are_members_or_excluded"): ["qualified_count = 1"],
    ("audiences", "no_larger_than_the_company"): ["qualified_count = 3"],
    ("audiences", "a_hold_has_its_reason"): [
        "status = 'held'", "status = 'approved'", "approved_by = 'Ann'", "carried_count = 1",
    ],
    ("audiences", "nothing_is_sent_without_consent"): [
        "purpose = 'none'", "reason = 'consent_stale'",
    ],
    ("audience_memberships", "members_have_consent"): [
        f"customer_id = '{BO}'", "purpose = 'ads'", "purpose = null", "purpose = 'newsletter'",
    ],
    ("audience_memberships", "rows_agree_with_audiences"): [
        "purpose = 'ads'", "definition_hash = repeat('0', 64)",
    ],
    ("audience_memberships", "fields_agree_with_customer_360"): [
        f"{column} = 'other'"
        for column in ("user_id", "email", "phone", "first_name", "last_name")
    ],
    ("audience_memberships", "nothing_that_is_shown_is_blank"): [
        f"{column} = {blank}" for column in SHOWN for blank in ("null", "' '")
    ],
    ("audience_memberships", "lists_name_something"): [
        "abandoned_products = '[]'", "abandoned_products = 'p1'", "recommended_products = '[]'",
    ],
    ("audience_memberships", "figures_are_figures"): [
        "send_hour = '24'", "send_hour = 'noon'", "behaviour_score = '101'",
        "is_recently_browsing = 'maybe'",
    ],
    ("audience_memberships", "nothing_after_as_of"): [
        "entered_at = null", f"entered_at = {LATE} + interval 1 second",
    ],
    ("audience_changes", "nothing_after_as_of"): [f"released_as_of = {LATE} + interval 1 second"],
    ("audience_changes", "ids_are_sha256"): ["customer_id = 'x'"],
    ("audience_changes", "this_releases_changes_hold"): [
        "action = 'exited'", f"customer_id = '{BO}'",
    ],
    ("tracking_plan", "first_is_not_after_last"): ["last_date = '2026-01-09'"],
    ("tracking_plan", "nothing_after_as_of"): [
        f"changed_as_of = {LATE} + interval 1 second", "last_date = '2026-02-01'",
    ],
    ("tracking_plan", "what_changed_says_when"): ["change = null", "changed_as_of = null"],
    ("tracking_plan", "what_is_told_has_a_line"): [
        "first_file = null", "first_line = null", "first_file = '/in/events.csv'",
    ],
    ("tracking_plan", "names_tell_of_nobody"): [
        "event_name = 'ada@example.com'", "property = 'ada@example.com'",
        "event_name = 'Wish 447700900123'", "property = '447700'",
    ],
    ("table_profiles", "nothing_after_as_of"): [f"released_as_of = {LATE} + interval 1 second"],
    ("table_profiles", "bounds_stand_with_enough_releases"): [
        "lower_bound = null", "upper_bound = null", "status = 'too_few'", "lower_bound = 3",
    ],
    ("table_profiles", "no_category_tells_of_a_person"): [
        "subject = 'ada@example.com'", "subject = 'u000171'",
    ],
    ("audience_release_history", "nothing_after_as_of"): [
        f"released_as_of = {LATE} + interval 1 second",
    ],
    ("audience_release_history", "counts_are_not_negative"): [
        "exited_count = -1", "qualified_count = -1",
    ],
    ("audience_release_history", "entered_fit_the_members"): ["entered_count = 2"],
    ("audience_release_history", "this_release_is_told"): [
        "member_count = 2", "audience = 'other'", "definition_hash = repeat('0', 64)",
        "qualified_count = 1",
    ],
    ("audience_metrics", "months_begin_on_the_first"): [
        "entry_month = '2025-12-02'", "entry_month = '2026-02-01', engagement_rate = null",
    ],
    ("audience_metrics", "somebody_entered"): ["entered_count = 0"],
    ("audience_metrics", "rates_are_shares"): [
        "engagement_rate = 1.1", "baseline_retention_rate = -0.1",
    ],
    ("audience_metrics", "open_windows_tell_nothing"): [
        "entry_month = '2026-01-01'",
        "entry_month = '2026-01-01', engagement_rate = null, conversion_rate = 0",
    ],
    ("audience_overlaps", "each_pair_once"): ["other_audience = 'a'"],
    ("audience_overlaps", "somebody_is_in_both"): ["customer_count = 0"],
    ("audience_overlaps", "rates_are_shares"): [
        "jaccard_rate = -0.1", "audience_rate = 1.1", "other_audience_rate = 0.4",
    ],
    ("audience_overlaps", "no_more_than_the_audience_has"): [
        "customer_count = 2", "other_audience = 'new_customers', customer_count = 2",
    ],
    ("audience_advice", "subjects_are_told"): [
        "subject = null", "advice = 'too_small', limit_value = 1",
        "advice = 'empty'",
    ],
    ("audience_advice", "figures_are_past_their_limit"): [
        "metric_value = 0.4", "advice = 'too_small', subject = null",
        "advice = 'stale_source'",
    ],
    ("audience_exclusions", "audiences_are_known"): ["audience = 'other'"],
    ("data_health", "values_are_finite_and_not_negative"): [
        "metric_value = -1", "metric_value = null", "metric_value = 'nan'", "metric_value = 'inf'",
    ],
    ("data_health", "rates_are_zero_to_one"): ["metric = 'match_rate'"],
    ("data_health", "customers_are_counted"): ["metric = 'customer_count'"],
    ("data_health", "no_figure_is_past_its_stop_limit"): ["status = 'stop'"],
    ("data_health", "rejected_edges_are_counted"): ["metric = 'rejected_edge_count'"],
    (f"{U}events", "occurred_at_is_told"): ["occurred_at = null"],
    (f"{U}events", "amounts_are_not_negative"): ["value_amount = -1"],
    (f"{U}events", "amounts_are_plausible"): ["value_amount = 1e9"],
    (f"{U}events", "properties_are_json"): ["properties = '{'"],
    (f"{U}events", "most_names_are_in_the_vocabulary"): ["event_name = 'clicked_it'"],
    (f"{U}orders", "ordered_at_is_told"): ["ordered_at = null"],
    (f"{U}orders", "status_is_told"): ["status = null"],
    (f"{U}orders", "signs_follow_the_status"): ["net_amount = -1", "status = 'refunded'"],
    (f"{U}orders", "discounts_are_not_negative"): ["discount_amount = -1"],
    (f"{U}orders", "net_is_gross_less_discount"): ["net_amount = 11"],
    (f"{U}orders", "amounts_are_plausible"): ["net_amount = 1e9"],
    (f"{U}order_lines", "returns_carry_no_revenue"): ["quantity = -1"],
    (f"{U}order_lines", "amounts_are_plausible"): ["net_amount = -1e9"],
    (f"{U}products", "prices_are_not_negative"): ["price_amount = -1"],
    (f"{U}products", "ratings_are_not_negative"): ["rating = -1"],
    (f"{U}product_changes", "prices_are_not_negative"): ["price_amount = -1"],
    (f"{U}messages", "channel_and_action_are_told"): ["channel = null", "action = null"],
    (f"{U}messages", "bounces_have_a_type"): [
        "action = 'bounced'", "bounce_type = 'hard'", "action = 'bounced', bounce_type = 'odd'",
    ],
    (f"{U}subscriptions", "start_is_not_after_end"): ["ended_at = timestamp '2020-01-01'"],
    (f"{U}subscriptions", "prices_are_not_negative"): ["amount = -1"],
    (f"{U}subscriptions", "billing_intervals_are_known"): ["billing_interval = 'monthly'"],
    (f"{U}campaigns", "start_is_not_after_end"): ["ended_at = timestamp '2020-01-01'"],
    (f"{U}campaigns", "days_are_not_negative"): ["minimum_active_days = -1", "horizon_days = 0"],
    (f"{U}campaigns", "lists_are_json_arrays"): ["target_states = '{}'", "target_countries = '1'"],
    (f"{U}campaign_assignments", "variant_is_told"): ["variant = ''", "variant = null"],
    (f"{U}campaign_assignments", "keys_name_their_person"): ["user_key = 'u2'", "user_id = null"],
    (f"{U}consents", "records_are_whole"): [
        "purpose = null", "status = null", "occurred_at = null",
    ],
    (f"{U}consents", "grants_come_before_as_of"): [f"occurred_at = {LATE}"],
    (f"{U}devices", "somebody_is_named"): ["anonymous_id = null"],
    (f"{U}devices", "push_needs_a_token"): ["is_push_enabled = true"],
    (f"{U}tickets", "opening_is_not_after_closing"): ["closed_at = timestamp '2020-01-01'"],
    (f"{U}erasure_requests", "requested_at_is_told"): ["requested_at = null"],
    (f"{U}identity_cuts", "status_is_known"): ["status = 'maybe'", "status = null"],
    (f"{U}identity_cuts", "types_are_known"): ["left_type = 'e-mail'", "right_type = 'mail'"],
    (f"{U}identity_cuts", "both_ends_or_one"): [
        "left_value = null", "right_value = null", "right_type = null",
    ],
}  # fmt: skip
# Rules that more than one row breaks: the statements, and how many rows then break the rule.
SCORES = (
    f"insert into rfm_scores select '{BO}', 9, 2, 20, 4, 4, 4, 'new'; "
    f"update customer_360 set order_count = 2 where customer_id = '{BO}'; "
)
# One denied profiling, and it is none of those who granted it.
GRANTED = (
    "update data_health set metric_value = 1 where metric = 'profiling_denied_count'; "
    "update customer_360 set has_profiling_consent = true; "
)
STATEMENTS: dict[tuple[str, str], list[tuple[str, int]]] = {
    ("customer_360", "one_row_per_known_customer"): [
        (f"delete from customer_360 where customer_id = '{BO}'", 1),
        ("delete from identity_map where customer_id <> ''", 2),
    ],
    ("customer_360", "identifiers_are_the_customers_own"): [
        (f"update customer_360 set {column} = 'ada2@example.com' where customer_id = '{ADA}'", 1)
        for column in ("user_id", "email", "phone", "loyalty_id")
    ] + [(f"update customer_360 set email = 'ada@example.com' where customer_id = '{BO}'", 1)],
    ("customer_360", "scores_stand_with_orders"): [
        (f"{given} update customer_360 set {change} where customer_id = '{ADA}'", 1)
        for given, change in (
            ("", "rfm_segment = null"), ("", "order_count = 0"), (GRANTED, "rfm_segment = null"),
        )
    ],
    ("rfm_scores", "customers_with_a_purchase"): [
        ("delete from rfm_scores", 1), (f"update rfm_scores set customer_id = '{BO}'", 2),
        (GRANTED + "delete from rfm_scores", 1),
    ],
    ("rfm_scores", "recency_scores_follow_recency"): [
        (SCORES, 1), (SCORES + "update rfm_scores set recency_days = 1", 1),
    ],
    ("rfm_scores", "frequency_scores_follow_frequency"): [(SCORES, 1)],
    ("rfm_scores", "monetary_scores_follow_monetary"): [(SCORES, 1)],
    ("rfm_scores", "the_worst_scores_one"): [(SCORES, 1)],
    ("product_recommendations", "no_product_twice"): [
        ("insert into product_recommendations from product_recommendations", 1),
    ],
    ("rfm_score_bounds", "three_axes_of_five_scores"): [
        ("delete from rfm_score_bounds where axis = 'recency' and score = 1", 1),
        ("update rfm_score_bounds set score = 2 where axis = 'recency' and score = 1", 1),
        ("update rfm_score_bounds set score = 6 where score = 5", 1),
        ("update rfm_score_bounds set score = 0 where score = 1", 1),
    ],
    ("rfm_score_bounds", "scores_follow_the_cuts"): [
        (f"update rfm_score_bounds set {change}", 1)
        for change in (
            "highest_value = 22 where axis = 'recency' and score = 5",
            "lowest_value = 0 where axis = 'frequency' and score = 5",
            "lowest_value = 21 where axis = 'recency' and score = 4",
            "highest_value = 10 where axis = 'monetary' and score = 4",
        )
    ],
    ("rfm_score_bounds", "everybody_scored_is_counted"): [
        ("update rfm_score_bounds set customer_count = 2 where axis = 'recency' and score = 5", 1),
    ],
    ("rfm_transitions", "moves_lead_on_from_the_month_before"): [
        ("update rfm_transitions set customer_count = 2 where from_segment = 'new'", 1),
        ("update rfm_transitions set from_segment = 'loyal' where month = '2026-01-01'", 2),
    ],
    ("cohort_retention", "who_is_given_more_time_comes_back_no_less"): [
        (f"update cohort_retention set customer_count = {counts}", 1)
        for counts in (
            "case retention_type when 'classic' then 2 when 'rolling' then 1 end",
            "case retention_type when 'classic' then 2 when 'bounded' then 1 end",
            "case retention_type when 'bounded' then 2 when 'rolling' then 1 end",
        )
    ],
    ("cohort_memberships", "one_cohort_of_a_type_and_group"): [
        ("insert into cohort_memberships from cohort_memberships", 1),
    ],
    ("engagement_transitions", "they_lead_from_the_levels_of_a_week_before"): [
        ("update engagement_transitions set customer_count = 2 where from_state = 'casual'", 1),
    ],
    ("audience_holds", "what_is_held_says_why"): [
        (f"{HOLD} null, null, 'held')", 1),
        ("update audiences set status = 'held'", 1),
        (f"update audiences set status = 'approved'; {HOLD} null, null, 'held')", 1),
    ],
    ("audience_holds", "figures_are_past_their_limit"): [(f"{HOLD} 0.15, 0.15, 'held')", 1)],
    ("audience_holds", "nobody_overrules_consent"): [
        (f"{HOLD.replace('changed', 'consent_failed')} 1, 0, 'approved')", 1),
    ],
    ("data_health", "every_company_metric_is_told"): [("delete from data_health", 3)],
}  # fmt: skip


def _rules() -> list[tuple[str, Rule]]:
    variables = {"as_of": AS_OF}
    return [
        (table, rule)
        for table in suite_names()
        for rule in load_suite(table, variables).rules
        if rule.expectation == UNEXPECTED_ROWS
    ]


def _times(table: str, rule: Rule, moment: str) -> list[str]:
    """Return an assignment of `moment` to every time that a unified entity's rule names."""
    query = rule.kwargs["unexpected_rows_query"]
    names = ("created_at", "occurred_at", "received_at", "ordered_at", "changed_at", "started_at",
             "assigned_at", "opened_at", "requested_at", "updated_at")  # fmt: skip
    return [f"{name} = {moment}" for name in names if name in query]


def _breaks_of_the_past(figure: Figure, condition: str) -> list[tuple[str, int]]:
    """A figure past its bounds, or a category that is new; and one that nobody measured."""
    told = (
        f"where table_name = '{figure.table}' and column_name = '{figure.column}'"
        f" and statistic = '{figure.statistics[-1]}'"
    )
    change = condition if "=" in condition else f"{condition} = true"
    return [
        (f"update table_profiles set {change} {told}", 1),
        (f"delete from table_profiles {told}", 1),
        (f"update table_profiles set released_as_of = timestamp '2020-01-01' {told}", 1),
    ]


def _breaks(table: str, rule: Rule) -> list[tuple[str, int]]:
    key = (table, rule.name)
    if rule.history:
        return _breaks_of_the_past(rule.history, rule.condition)
    if key in STATEMENTS:
        return STATEMENTS[key]
    assignments = ROWS.get(key) or ANYWHERE.get(rule.name, [])
    if not assignments and rule.name == "nothing_at_or_after_as_of":
        assignments = _times(table, rule, LATE)
    if not assignments and rule.name == "nothing_before_1970":
        assignments = _times(table, rule, EARLY)
    first = f"rowid = (select min(rowid) from {table})"
    return [(f"update {table} set {change} where {first}", 1) for change in assignments]


@pytest.fixture(scope="module")
def connection(good_root: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        opened.execute(f"attach '{good_root / 'work.duckdb'}' as good (read_only)")
        opened.execute("copy from database good to memory")
        yield opened


def _broken_rows(connection: duckdb.DuckDBPyConnection, table: str, rule: Rule) -> int:
    query = rule.kwargs["unexpected_rows_query"].format(batch=table)
    return len(connection.execute(query).fetchall())


@pytest.mark.parametrize(
    ("table", "rule"), [pytest.param(t, r, id=f"{t}-{r.name}") for t, r in _rules()]
)
def test_a_rule_holds_and_finds_what_breaks_it(
    connection: duckdb.DuckDBPyConnection, table: str, rule: Rule
) -> None:
    """The danger: a rule whose condition no row can meet, which then guards nothing."""
    assert _broken_rows(connection, table, rule) == 0
    breaks = _breaks(table, rule)
    assert breaks, "say in this file what breaks the rule"
    for sql, expected in breaks:
        connection.execute("begin")
        try:
            connection.execute(sql)
            assert _broken_rows(connection, table, rule) == expected, sql
        finally:
            connection.execute("rollback")
