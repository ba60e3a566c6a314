"""What the sample company's systems export: every landing table with its columns."""

from __future__ import annotations

from rollcall.sample.landing import table

CRM_CONTACTS = table(
    "crm",
    "contacts",
    "csv",
    3,
    "contact_id user_id email phone loyalty_number first_name last_name birth_date city country "
    "timezone language lead_source intent use_case notes created_at updated_at deleted",
)
WEB_EVENTS = table(
    "web",
    "page_events",
    "csv.gz",
    1,
    "event_id ts received_at event user_id visitor_id email session_id utm_source utm_medium "
    "utm_campaign country city os path sku category value currency properties",
)
APP_EVENTS = table(
    "app",
    "app_events",
    "csv.gz",
    1,
    "event_id event_time received_time event_type user_id installation_id country os_name "
    "sku category revenue currency utm_source utm_medium utm_campaign",
)
APP_INSTALLATIONS = table(
    "app",
    "installations",
    "jsonl",
    0,
    "device_id user_id installation_id os_name push_token push_enabled updated_at",
)
SHOP_ACCOUNTS = table(
    "shop",
    "accounts",
    "csv",
    3,
    "account_id user_id email phone loyalty_number given_name family_name city country_code "
    "registered_at modified_at closed",
)
SHOP_ORDERS = table(
    "shop",
    "orders",
    "csv",
    1,
    "order_id placed_at modified_at state sales_channel user_id email phone loyalty_number "
    "visitor_id currency gross discount net",
)
SHOP_ORDER_LINES = table(
    "shop",
    "order_lines",
    "csv.gz",
    3,
    "order_id line_no sku category quantity unit_price net modified_at",
)
SHOP_PRODUCTS = table(
    "shop",
    "products",
    "csv",
    0,
    "sku title category rating price currency available modified_at",
)
SHOP_PRICE_CHANGES = table(
    "shop", "price_changes", "csv", 0, "sku changed_at price currency available"
)
SHOP_PLUS = table(
    "shop",
    "plus_memberships",
    "jsonl",
    0,
    "membership_id started_at user_id email plan state ended_at price currency billing_interval "
    "modified_at",
)
POS_MEMBERS = table(
    "pos",
    "members",
    "csv",
    0,
    "member_id loyalty_number email phone first_name last_name city country joined_at changed_at",
)
POS_RECEIPTS = table(
    "pos",
    "receipts",
    "csv",
    1,
    "receipt_id printed_at kind loyalty_number email currency gross discount net",
)
POS_RECEIPT_LINES = table(
    "pos",
    "receipt_lines",
    "csv.gz",
    3,
    "receipt_id line_no sku category quantity unit_price net",
)
MAIL_CONTACTS = table(
    "email_platform",
    "contacts",
    "jsonl",
    0,
    "contact_id external_id email first_name last_name language created_at updated_at",
)
MAIL_ACTIVITY = table(
    "email_platform",
    "activity",
    "jsonl.gz",
    1,
    "activity_id message_id campaign_id channel type timestamp external_id email phone url "
    "link_category bounce_type machine_open",
)
MAIL_CAMPAIGNS = table(
    "email_platform",
    "campaigns",
    "csv",
    0,
    "campaign_id name channel message_type purpose audience utm_campaign started_at ended_at "
    "goal_event required_features target_states target_languages target_countries target_intents "
    "target_use_cases minimum_active_days is_randomised holdout_rate horizon_days updated_at",
)
MAIL_ASSIGNMENTS = table(
    "email_platform",
    "assignments",
    "csv",
    0,
    "campaign_id external_id email variant assigned_at",
)
HELPDESK_TICKETS = table(
    "helpdesk",
    "tickets",
    "csv",
    3,
    "ticket_id opened_at closed_at user_id email channel topic subject csat updated_at",
)
CONSENTS = table(
    "preference_centre",
    "consents",
    "csv",
    3,
    "consent_id user_id email phone purpose status occurred_at loyalty_id anonymous_id namespace",
)
ERASURE_REQUESTS = table(
    "preference_centre",
    "erasure_requests",
    "csv",
    0,
    "request_id requested_at user_id email phone loyalty_id anonymous_id namespace",
)
IDENTITY_CUTS = table(
    "preference_centre",
    "identity_cuts",
    "csv",
    0,
    "cut_id requested_at left_type left_value right_type right_value status namespace",
)
