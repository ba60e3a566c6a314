"""The sample company of kind `trading`: an app for coins, with the features that Rollcall ships."""

from __future__ import annotations

from rollcall.sample.company import (
    APP_CRM_RATE,
    APP_PERSON_WEIGHTS,
    APP_SYSTEMS,
    Campaign,
    Company,
    Planted,
    Step,
    Words,
)
from rollcall.sample.personas import Persona

TRADING = Company(
    kind="trading",
    systems=APP_SYSTEMS,
    person_weights=APP_PERSON_WEIGHTS,
    crm_rate=APP_CRM_RATE,
    words=Words(
        intents=("invest", "trade", "learn", "follow_prices"),
        use_cases=("long_term", "day_trading", "savings", "curiosity"),
        notes=("Asked about fees, wants a call back", 'Calls the app "the only one that is clear"'),
        tickets=(
            ("trading", "My order is not filled yet"),
            ("wallet", "How do I add a wallet?\nThe code does not arrive."),
            ("payment", "Paid in twice, please check"),
            ("other", "Do you have a dark mode"),
        ),
        links=("news", "prices", "swap", "academy"),
    ),
    features={
        "coin_analytics": Step("coin_analytics_viewed"),
        "news": Step("news_read"),
        "trading": Step("trade_executed", (1_000, 250_000)),
        "price_alerts": Step("alert_created"),
        "portfolio_tracking": Step("portfolio_viewed"),
        "price_tracking": Step("price_tracked"),
    },
    setups={
        "wallet": Step("wallet_added"),
        "connected_portfolio": Step("portfolio_connected"),
    },
    others=(Step("deposit", (2_000, 100_000)), Step("withdrawal", (1_000, 80_000))),
    newsletter_goal="news_read",
    campaigns=(
        Campaign(
            campaign_id="swap",
            name="Swap your coins",
            days_ago=4,
            goal_event="trade_executed",
            required_features=("wallet", "connected_portfolio"),
            target_states=("core", "power"),
        ),
        Campaign("morning-news", "The morning in two minutes", 6, "news_read"),
        Campaign("never-miss-a-price", "Never miss a price", 8, "alert_created"),
        Campaign(
            "first-trade",
            "Your first trade is free",
            48,
            "trade_executed",
            target_states=("casual", "core"),
            is_randomised=True,
        ),
        Campaign("market-moves", "The market moves", 12, "price_tracked", channel="push"),
    ),
    planted=(
        Planted(
            Persona("weekly_trader", 0, (60, 100_000), 7, 0, is_regular=True),
            features=("trading", "price_alerts", "portfolio_tracking", "news"),
            setups=("wallet", *["connected_portfolio"] * 3),
        ),
        Planted(
            Persona("swap_starter", 0, (60, 100_000), 6, 0, is_regular=True),
            features=("news", "price_tracking"),
        ),
    ),
)
