"""The sample company of kind `shop`: clothes and home goods, sold online and over the counter."""

from __future__ import annotations

from rollcall.sample.company import Campaign, Company, Words

SHOP = Company(
    kind="shop",
    systems=frozenset(
        {
            *("crm", "web", "app", "shop", "pos"),
            *("email_platform", "helpdesk", "preference_centre"),
        }
    ),
    person_weights=(74, 14, 12),
    crm_rate=0.9,
    words=Words(
        intents=("gift", "wardrobe", "home", "inspiration"),
        use_cases=("self", "family", "work", "occasion"),
        notes=(
            "Called about sizes, wants a call back",
            'Says the "soft" range is her favourite',
            "Moved house\nnew address in the account",
            "Prefers the store; buys online, returns in store",
        ),
        tickets=(
            ("delivery", "Parcel not here yet, ordered last week"),
            ("returns", "How do I send back a parcel?\nThe label is missing."),
            ("sizing", 'Is "M" a 12 or a 14?'),
            ("payment", "Charged twice, please check"),
            ("other", "Do you sell gift cards"),
        ),
        links=("dresses", "shoes", "home", "sale"),
    ),
    newsletter_goal="product_viewed",
    campaigns=(
        Campaign(
            "come-back",
            "Come back",
            20,
            "order_completed",
            target_states=("casual",),
            is_randomised=True,
        ),
        Campaign(
            "wish-list-week",
            "Wish list week",
            48,
            "order_completed",
            required_features=("wishlist",),
            target_states=("casual", "core"),
            is_randomised=True,
        ),
        Campaign(
            "reviews-wanted",
            "Reviews wanted",
            130,
            "order_completed",
            required_features=("reviews",),
            target_states=("core", "power"),
            is_randomised=True,
        ),
        Campaign(
            "app-only-early-sale",
            "App only: early sale",
            12,
            "order_completed",
            channel="push",
            required_features=("app",),
        ),
        Campaign("sale-starts", "Sale starts", 33, "order_completed", channel="sms"),
    ),
)
