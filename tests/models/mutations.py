"""What is taken away from the models, one at a time, and which unit tests have to notice."""

from __future__ import annotations

import re
from dataclasses import dataclass

_AUDIENCES = "models/audiences/aud_"
_CONSENT = "models/intermediate/consent/int_consent__"
_IDENTITY = "models/intermediate/identity/int_identity__"
_ACTIVITY = "models/intermediate/activity/int_activity__"
_CUSTOMERS = "models/intermediate/customers/int_customers__"
_ACTIVATION = "models/activation/"
_MARTS = "models/marts/"


@dataclass(frozen=True)
class Mutation:
    """One change: in the file, `old` becomes `new`; `tested` is the model whose tests must fail."""

    path: str
    old: str
    new: str
    tested: str

    @property
    def name(self) -> str:
        """A short name: the file and what is taken away."""
        stem = self.path.rsplit("/", 1)[-1].rsplit(".", 1)[0]
        return f"{stem}: {' '.join(self.old.split())} -> {' '.join(self.new.split()) or 'nothing'}"

    def applied_to(self, text: str) -> str:
        """Return the file's text with the first `old` changed, however its lines are broken."""
        pattern = r"\s+".join(re.escape(word) for word in self.old.split())
        changed, count = re.subn(pattern, lambda _: self.new, text, count=1)
        if not count:
            raise LookupError(f"{self.path}: there is no {self.old!r} any more: mend mutations.py")
        return changed


def _of(prefix: str, *changes: tuple[str, str, str]) -> list[Mutation]:
    """Name mutations of models: (model's name after the prefix, old, new)."""
    return [
        Mutation(f"{prefix}{name}.sql", old, new, f"{prefix}{name}".rsplit("/", 1)[-1])
        for name, old, new in changes
    ]


AUDIENCES = _of(
    _AUDIENCES,
    ("browse_abandoners", "top_category_view_count_7_days >= 3", "true"),
    ("browse_abandoners", ">= 3", ">= 2"),
    ("browse_abandoners", ">= 3", "> 3"),
    ("browse_abandoners", "last_purchase_at is null or ", ""),
    (
        "browse_abandoners",
        "and (last_purchase_at is null or last_purchase_at < {{ days_before_as_of(30) }})",
        "",
    ),
    ("browse_abandoners", "last_purchase_at < {{", "last_purchase_at <= {{"),
    ("browse_abandoners", "(30)", "(31)"),
    ("recent_purchasers", "where last_purchase_at >= {{ days_before_as_of(14) }}", ""),
    ("recent_purchasers", ">=", ">"),
    ("recent_purchasers", "(14)", "(15)"),
    ("cart_abandoners", "last_cart_at >= {{ days_before_as_of(7) }}", "true"),
    ("cart_abandoners", ">=", ">"),
    ("cart_abandoners", "(7)", "(8)"),
    (
        "cart_abandoners",
        "and (last_purchase_at is null or last_purchase_at <= last_cart_at)",
        "",
    ),
    ("cart_abandoners", "last_purchase_at is null or ", ""),
    ("cart_abandoners", "<= last_cart_at", "< last_cart_at"),
    ("new_customers", "first_purchase_at >= {{ days_before_as_of(30) }}", "true"),
    ("new_customers", ">=", ">"),
    ("new_customers", "(30)", "(31)"),
    ("new_customers", "and purchase_count = 1", ""),
    ("returning_customers", "purchase_count >= 2", "true"),
    ("returning_customers", ">= 2", "> 2"),
    ("returning_customers", "and last_purchase_at >= {{ days_before_as_of(90) }}", ""),
    ("returning_customers", "last_purchase_at >=", "last_purchase_at >"),
    ("returning_customers", "(90)", "(91)"),
    ("high_value_customers", "monetary_score = 5", "true"),
    ("high_value_customers", "and frequency_score >= 4", ""),
    ("high_value_customers", ">= 4", "> 4"),
    ("at_risk_customers", "where rfm_segment in ('at_risk', 'cant_lose')", ""),
    ("at_risk_customers", "'at_risk', ", ""),
    ("at_risk_customers", ", 'cant_lose'", ""),
    ("dormant_customers", "where last_active_at < {{ days_before_as_of(90) }}", ""),
    ("dormant_customers", "<", "<="),
    ("dormant_customers", "(90)", "(91)"),
    ("engaged_readers", "message_clicked_count_28_days >= 1", "true"),
    (
        "engaged_readers",
        "and message_opened_count_28_days + message_clicked_count_28_days >= 3",
        "",
    ),
    ("engaged_readers", "message_opened_count_28_days + ", ""),
    ("engaged_readers", " + message_clicked_count_28_days", ""),
    ("engaged_readers", ">= 3", "> 3"),
    ("power_users", "where engagement_state = 'power'", ""),
)

GUARDS = _of(
    _IDENTITY,
    ("judged_identifiers", "when observed_identifiers.is_blocked then 'blocked'", ""),
    (
        "judged_identifiers",
        "carrier_counts.user_count > identifier_types",
        "false and 1 > identifier_types",
    ),
    ("judged_identifiers", "carrier_counts.user_count >", "carrier_counts.user_count >="),
    ("judged_identifiers", "max(user_count)", "min(user_count)"),
    (
        "judged_identifiers",
        "when owners.user_id <> users.user_id then 'owned_by_another_account'",
        "",
    ),
    ("judged_identifiers", "where carrier_rank = 1", ""),
    ("judged_identifiers", "and observed_identifiers.namespace = owners.namespace", ""),
    ("judged_identifiers", "'user_id' and not is_blocked", "'user_id'"),
    ("carried_identifiers", "'user_id' and not is_blocked", "'user_id'"),
    ("carried_identifiers", "and not observed_identifiers.is_blocked", ""),
    ("carried_identifiers", "first_carried_at nulls last, user_id", "user_id"),
    (
        "carried_identifiers",
        "first_carried_at nulls last, user_id",
        "first_carried_at nulls last, user_id desc",
    ),
    (
        "carried_identifiers",
        "first_carried_at nulls last, user_id",
        "first_carried_at nulls first, user_id",
    ),
    (
        "carried_identifiers",
        "min(observed_identifiers.first_seen_at)",
        "max(observed_identifiers.first_seen_at)",
    ),
    (
        "observed_identifiers",
        "blocked.identifier_value is not null as is_blocked",
        "false as is_blocked",
    ),
    ("observed_identifiers", "substr(identifier_value, length(namespace) + 2)", "identifier_value"),
    (
        "observed_identifiers",
        "identifiers.identifier_type = blocked_identifiers.identifier_type",
        "true",
    ),
    ("edges", "(case when rejection_reason is null then 0 else 1 end), ", ""),
    ("nodes", "where rejection_reason is null", ""),
    ("components", "where rejection_reason is null", ""),
    ("clusters", "members.first_seen_at nulls last, members.type_rank", "members.type_rank"),
    ("clusters", "members.type_rank, members.identifier_value", "members.identifier_value"),
    (
        "clusters",
        "members.type_rank, members.identifier_value",
        "members.type_rank, members.identifier_value desc",
    ),
    ("clusters", "members.is_anonymous then 1", "members.is_anonymous then 0"),
    ("clusters", "{{ sha256_hex(id_secret() ~ \" || '|' || ", '{{ sha256_hex("'),
    ("requested_identifiers", "where coalesce(carried_identifiers.carrier_rank, 1) = 1", ""),
    ("requested_identifiers", "and requested.requester_user_id = carried_identifiers.user_id", ""),
    ("erased_customers", "union\nselect customer_id from erased_before", ""),
    ("erased_customers", "where clusters.customer_id is null", ""),
    ("living_clusters", "where erased_customers.customer_id is null", ""),
)

CONSENT = [
    *_of(
        _CONSENT,
        ("records", "where messages.action in ('unsubscribed', 'complained')", ""),
        ("records", "'unsubscribed', ", ""),
        ("records", ", 'complained'", ""),
        ("records", "coalesce(status = 'granted', false)", "status <> 'denied'"),
        ("records", "not named.is_grant\n    or ", ""),
        ("records", "or named.speaker_user_id is null", ""),
        ("records", "or owners.identifier_value is null", ""),
        ("identifiers", "occurred_at desc", "occurred_at"),
        ("identifiers", "nulls first", "nulls last"),
        ("identifiers", "then 1 else 0 end", "then 0 else 1 end"),
        (
            "identifiers",
            "consent_records.identifier_value, consent_records.purpose",
            "consent_records.identifier_value",
        ),
        ("identifiers", "where newest_rank = 1", ""),
        ("customers", "min(case when", "max(case when"),
        (
            "customers",
            "living_clusters.identifier_type = consent_identifiers.identifier_type",
            "true",
        ),
        ("granted", "where is_granted", ""),
    ),
    *_of(
        _ACTIVATION,
        ("int_activation__qualified", "when granted.customer_id is null", "when false"),
        ("int_activation__qualified", "audience_catalogue.purpose = 'none'", "false"),
        ("int_activation__qualified", "and audience_catalogue.purpose = granted.purpose", ""),
        ("audience_memberships", "where exclusion_reason is null", ""),
        ("audience_exclusions", "where exclusion_reason is not null", ""),
    ),
]

TRAITS = [
    *_of(
        _ACTIVITY,
        ("events", "where erased_customers.customer_id is null", ""),
        ("events", "['user_id', 'email', 'anonymous_id']", "['email', 'user_id', 'anonymous_id']"),
        ("orders", "where erased_customers.customer_id is null", ""),
        ("orders", "case when orders.status <> 'adjustment' then", "case when true then"),
        (
            "orders",
            "when exchange_rates.rate is not null then exchange_rates.rate",
            "when true then 1",
        ),
        ("orders", "and cast(attributed.ordered_at as date) = exchange_rates.rate_date", ""),
        ("messages", "where erased_customers.customer_id is null", ""),
        ("tickets", "where erased_customers.customer_id is null", ""),
        ("purchases", "status = 'completed' and", ""),
        ("purchases", "event_name = 'order_completed' and", ""),
        ("purchases", "and {{ counts_purchases_by('orders', 'source') }}", ""),
        ("purchases", "and {{ counts_purchases_by('events', 'source') }}", ""),
        (
            "event_sessions",
            "< {{ setting('session_gap_minutes') }}",
            "<= {{ setting('session_gap_minutes') }}",
        ),
        ("event_sessions", "having min(customer_id) = max(customer_id)", ""),
        (
            "event_sessions",
            "partition by source, source_session_id, customer_id, silence_number",
            "partition by source, source_session_id, silence_number",
        ),
        ("sessions", "filter (where events.event_name = 'product_viewed')", ""),
    ),
    *_of(
        _CUSTOMERS,
        ("active_months", "where orders.status = 'completed'", ""),
        ("active_months", "where is_known", ""),
        ("activity", "filter (where event_name = 'product_added')", ""),
        *(
            (
                "activity",
                f"{column} >= {{{{ days_before_as_of({days})",
                f"{column} > {{{{ days_before_as_of({days})",
            )
            for column in ("last_at", "started_at")
            for days in (7, 28, 90)
        ),
        ("browsing", "and category is not null", ""),
        ("browsing", "event_name = 'product_viewed' and", ""),
        ("browsing", "categories.category asc", "categories.category desc"),
        (
            "browsing",
            "count(*) filter (where occurred_at >= {{ days_before_as_of(7) }})",
            "count(*)",
        ),
        ("features", "where customer_days.last_at >=", "where customer_days.last_at >"),
        ("features", "count(distinct features.feature)", "count(features.feature)"),
        ("features", "where kind = 'usage'", ""),
        ("first_touch", "occurred_at, source, event_id", "event_id"),
        ("known", "where is_known", ""),
        (
            "known",
            "living_clusters.last_seen_at desc nulls last,",
            "",
        ),
        (
            "messages",
            "where action = 'opened' and not is_machine_open)",
            "where action = 'opened')",
        ),
        ("profile", "normalised.created_at) desc", "normalised.created_at) asc"),
        ("profile", "source_priorities.priority asc nulls last,", ""),
        ("profile", "and ranked.customer_id = emails.customer_id", ""),
        ("profile", "and ranked.customer_id = phones.customer_id", ""),
        ("profile", "and ranked.customer_id = cards.customer_id", ""),
        ("support", "closed_at >= {{ as_of() }}", "closed_at > {{ as_of() }}"),
        ("value", "filter (where status <> 'cancelled')", ""),
        ("value", "full outer join", "left join"),
    ),
    Mutation(
        "macros/identity/normalised_identifier.sql",
        "lowered(trimmed(column))",
        "trimmed(column)",
        "int_activity__events",
    ),
    Mutation(
        "macros/settings/days_before_as_of.sql",
        "'{{ days }}' day",
        "'{{ days + 1 }}' day",
        "int_customers__activity",
    ),
    Mutation(
        "macros/value/rfm_score.sql",
        "when count(*) over () = 1 then 5",
        "when count(*) over () = 1 then 1",
        "rfm_scores",
    ),
    Mutation("macros/value/rfm_score.sql", "rank() over", "row_number() over", "rfm_scores"),
    Mutation(
        "macros/value/rfm_score.sql",
        "least(\n            5,",
        "least(\n            6,",
        "rfm_scores",
    ),
    *_of(
        _IDENTITY,
        ("merges", "vanished.shared_count desc,", ""),
        (
            "merges",
            "vanished.customer_id asc",
            "vanished.customer_id desc",
        ),
        ("merges", "returned.customer_id is null and ", ""),
        ("merges", " and erased_customers.customer_id is null", ""),
        (
            "merges",
            "coalesce(new_merges.customer_id, previous_merges.customer_id)",
            "previous_merges.customer_id",
        ),
    ),
    *_of(
        _MARTS,
        ("value/rfm_scores", "where order_count > 0", ""),
        ("value/rfm_scores", "'recency_days desc'", "'recency_days'"),
        (
            "engagement/engagement_states",
            "between rules.minimum_features and rules.maximum_features",
            ">= rules.minimum_features",
        ),
        ("cohorts/cohort_retention", "months.active_month < {{ month_of(as_of()) }}", "true"),
        (
            "cohorts/cohort_retention",
            "first_months.cohort_type = active_months.cohort_type",
            "true",
        ),
        ("customers/identity_rejected_edges", "where rejection_reason is not null", ""),
        ("customers/identity_rejected_edges", "erased_left.identifier_value is null and ", ""),
        ("customers/identity_rejected_edges", " and erased_right.identifier_value is null", ""),
        ("customers/customer_360", "coalesce(profile.email, known.email)", "known.email"),
    ),
    *(
        Mutation(
            "models/marts/customers/customer_360.sql",
            f"purpose = '{purpose}' and is_granted",
            f"purpose = '{purpose}'",
            "customer_360",
        )
        for purpose in ("marketing_email", "marketing_sms", "marketing_push", "ads", "profiling")
    ),
    *_of(
        _ACTIVATION,
        ("audience_changes", "where erased_customers.customer_id is null", ""),
        ("audience_changes", "where released_as_of >=", "where released_as_of <"),
        (
            "audience_changes",
            "when memberships.fields_hash <> previous_memberships.fields_hash then 'updated'",
            "",
        ),
        (
            "audience_changes",
            "when qualified.exclusion_reason is not null then qualified.exclusion_reason",
            "",
        ),
        (
            "audience_changes",
            "when audience_catalogue.audience is null then 'audience_removed'",
            "",
        ),
        ("audience_changes", "when absorbed.customer_id is not null then 'merged'", ""),
        ("audience_release_history", "where release_id = '{{ run_settings().release_id }}'", ""),
        (
            "audience_memberships",
            "coalesce(previous_memberships.entered_at, {{ as_of() }})",
            "{{ as_of() }}",
        ),
    ),
]

ALL = [*AUDIENCES, *GUARDS, *CONSENT, *TRAITS]

# Changes of how versions are ranked, and how many entities have to go wrong by each, at least.
VERSIONS = [
    (Mutation("macros/unified/version_rank.sql", "updated_at desc", "updated_at asc", "all"), 14),
    (Mutation("macros/unified/version_rank.sql", "{{ record_hash() }} desc", "1", "all"), 1),
    (
        Mutation(
            "macros/unified/version_rank.sql", "updated_at < ' ~ as_of()", "true' ~ ''", "all"
        ),
        12,
    ),
    (Mutation("macros/unified/version_rank.sql", "if not is_timeless", "if true", "all"), 2),
]
# The same taken away in every unified entity: (old, new, entities that have it).
UNIFIED = [
    ("version_rank = 1 and ", "", 14),
    ("and not coalesce(is_deleted, false)", "", 14),
]
UNIFIED_TIMES = ["profiles", "events", "orders", "messages", "campaign_assignments", "tickets"]
