"""The sample company of kind `game`: an app to play and bet in."""

from __future__ import annotations

from rollcall.sample.company import (
    APP_CRM_RATE,
    APP_PERSON_WEIGHTS,
    APP_SYSTEMS,
    Campaign,
    Company,
    Step,
    Words,
)

GAME = Company(
    kind="game",
    systems=APP_SYSTEMS,
    person_weights=APP_PERSON_WEIGHTS,
    crm_rate=APP_CRM_RATE,
    words=Words(
        intents=("play", "bet", "compete", "meet_friends"),
        use_cases=("evenings", "commute", "weekends", "tournaments"),
        notes=("Asked for a lower limit", 'Says the "cup" is her favourite'),
        tickets=(
            ("bonus", "My bonus is not there"),
            ("identity", "How do I prove who I am?\nThe photo is refused."),
            ("payment", "Paid in twice, please check"),
            ("other", "Is there a version for tablets"),
        ),
        links=("games", "bonuses", "cup", "limits"),
    ),
    features={
        "games": Step("game_started"),
        # The player's net win: below nothing where the house won.
        "bets": Step("bet_settled", (-5_000, 4_000)),
        "bonuses": Step("bonus_claimed", (200, 5_000)),
        "deposits": Step("deposit", (500, 20_000)),
        "tournaments": Step("tournament_entered", (100, 2_000)),
    },
    setups={"identity": Step("identity_verified"), "friends": Step("friend_invited")},
    others=(
        Step("bonus_offered", (200, 5_000)),
        Step("withdrawal", (500, 30_000)),
        Step("withdrawal_cancelled", (500, 30_000)),
        Step("cool_off_started"),
    ),
    newsletter_goal="game_started",
    campaigns=(
        Campaign(
            "summer-cup",
            "The summer cup",
            4,
            "tournament_entered",
            required_features=("identity",),
            target_states=("core", "power"),
        ),
        Campaign("new-games", "Three new games", 6, "game_started"),
        Campaign("welcome-bonus", "A bonus is waiting", 8, "bonus_claimed"),
        Campaign(
            "double-deposit",
            "We double your deposit",
            48,
            "deposit",
            target_states=("casual", "core"),
            is_randomised=True,
        ),
        Campaign("cup-starts", "The cup starts tonight", 12, "tournament_entered", channel="push"),
    ),
)
