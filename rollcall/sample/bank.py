"""The sample company of kind `bank`: an account, a card and the app that they live in."""

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

BANK = Company(
    kind="bank",
    systems=APP_SYSTEMS,
    person_weights=APP_PERSON_WEIGHTS,
    crm_rate=APP_CRM_RATE,
    words=Words(
        intents=("main_account", "second_account", "save", "travel"),
        use_cases=("salary", "household", "holidays", "freelance"),
        notes=("Asked about a loan, wants a call back", 'Has a "joint account" elsewhere'),
        tickets=(
            ("card", "My card is not here yet"),
            ("transfer", "Where is my transfer?\nIt left on Monday."),
            ("fees", "Charged twice, please check"),
            ("other", "Do you have a branch in my town"),
        ),
        links=("account", "cards", "savings", "budgets"),
    ),
    features={
        "balance": Step("balance_viewed"),
        "cards": Step("card_payment", (150, 15_000)),
        "transfers": Step("transfer_made", (1_000, 120_000)),
        "bills": Step("bill_paid", (1_500, 25_000)),
        "savings": Step("savings_added", (1_000, 50_000)),
        "budgets": Step("budget_set", (5_000, 100_000)),
    },
    setups={"card": Step("card_activated"), "direct_debit": Step("direct_debit_set_up")},
    others=(
        Step("overdraft_entered", (100, 40_000)),
        Step("repayment_made", (2_000, 30_000)),
        Step("repayment_missed", (2_000, 30_000)),
    ),
    newsletter_goal="balance_viewed",
    campaigns=(
        Campaign(
            "round-up",
            "Round up and save",
            4,
            "savings_added",
            required_features=("card", "direct_debit"),
            target_states=("core", "power"),
        ),
        Campaign("set-a-budget", "Set a budget in a minute", 6, "budget_set"),
        Campaign("pay-bills-here", "Pay your bills here", 8, "bill_paid"),
        Campaign(
            "save-more",
            "Save a little more",
            48,
            "savings_added",
            target_states=("casual", "core"),
            is_randomised=True,
        ),
        Campaign("card-abroad", "Your card abroad", 12, "card_payment", channel="push"),
    ),
)
