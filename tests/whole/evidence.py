"""What the sample company's files say, read without any rule of Rollcall's."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb


def ask(release: Path, sql: str) -> list[tuple[Any, ...]]:
    """Ask a release's serving.duckdb."""
    with duckdb.connect(str(release / "serving.duckdb"), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def people_and_chains(
    shop: Path, release: Path
) -> tuple[Mapping[str, set[str]], Mapping[str, list[str]]]:
    """Return the true people of each customer, and the customers of each planned chain."""
    customer_of = dict(
        ask(
            release,
            "select identifier_value, customer_id from identity_map"
            " where identifier_type = 'profile_id'",
        )
    )
    people: dict[str, set[str]] = defaultdict(set)
    chains: dict[str, list[str]] = defaultdict(list)
    with (shop / "_truth" / "profiles.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            customer = customer_of.get(f"{row['source']}:{row['profile_id']}")
            if customer:
                people[customer].add(row["person_id"])
                chains[row["chain_id"]].append(customer)
    return people, chains


def marketing_consents(shop: Path) -> tuple[set[str], set[str]]:
    """Return who denies marketing e-mail and who grants it, by each account's newest word."""
    newest: dict[str, tuple[str, bool]] = {}
    for path in sorted((shop / "preference_centre" / "consents").glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                if row["purpose"] != "marketing_email" or not row["user_id"]:
                    continue
                # Of two at one time the stricter: False sorts before True.
                said = (row["occurred_at"], row["status"] != "granted")
                if row["user_id"] not in newest or said > newest[row["user_id"]]:
                    newest[row["user_id"]] = said
    denied = {user for user, (_, is_denial) in newest.items() if is_denial}
    return denied, newest.keys() - denied
