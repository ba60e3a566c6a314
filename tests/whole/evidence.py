"""What the sample company's files say, read without any rule of Rollcall's."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path
from typing import Any

import duckdb


def ask(release: Path, sql: str) -> list[tuple[Any, ...]]:
    """Ask a release's serving.duckdb."""
    with duckdb.connect(str(release / "serving.duckdb"), read_only=True) as connection:
        return connection.execute(sql).fetchall()


@dataclass
class Pairs:
    """Pairs of profiles, held against the truth; what is wrong is counted by kind of profile."""

    together: int = 0
    false: Counter[frozenset[str]] = field(default_factory=Counter)
    found: int = 0
    missed: Counter[frozenset[str]] = field(default_factory=Counter)

    @property
    def precision(self) -> float:
        """The share of pairs put together that are one person."""
        return self.together / (self.together + self.false.total())

    @property
    def recall(self) -> float:
        """The share of linkable pairs that were put together."""
        return self.found / (self.found + self.missed.total())


def pairs_of_profiles(shop: Path, release: Path) -> Pairs:
    """Hold every pair of profiles of a release against who the sample planned them to be."""
    customer_of = dict(
        ask(
            release,
            "select identifier_value, customer_id from identity_map"
            " where identifier_type = 'profile_id'",
        )
    )
    customers: dict[str, list[dict[str, str]]] = defaultdict(list)
    chains: dict[str, list[tuple[str, str]]] = defaultdict(list)
    with (shop / "_truth" / "profiles.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            customer = customer_of.get(f"{row['source']}:{row['profile_id']}")
            if customer:
                customers[customer].append(row)
                chains[row["chain_id"]].append((row["kind"], customer))
    pairs = Pairs()
    for profiles in customers.values():
        for one, other in combinations(profiles, 2):
            if one["person_id"] == other["person_id"]:
                pairs.together += 1
            else:
                pairs.false[frozenset((one["kind"], other["kind"]))] += 1
    for linkable in chains.values():
        for (kind, customer), (other_kind, other) in combinations(linkable, 2):
            if customer == other:
                pairs.found += 1
            else:
                pairs.missed[frozenset((kind, other_kind))] += 1
    return pairs


def customers_of_two_accounts(release: Path) -> list[tuple[Any, ...]]:
    """Return the customers that hold more than one user_id; the sample has one namespace."""
    return ask(
        release,
        "select customer_id from identity_map where identifier_type = 'user_id'"
        " group by customer_id having count(*) > 1",
    )


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


def qualified_accounts(home: Path) -> set[tuple[str, str]]:
    """Return the audiences, and the accounts (user_ids) that a home's last run found for them."""
    with duckdb.connect(str(home / "work.duckdb"), read_only=True) as connection:
        rows = connection.execute(
            "select audience, identifier_value from int_activation__qualified"
            " inner join identity_map using (customer_id) where identifier_type = 'user_id'"
        ).fetchall()
    return set(rows)


def misjudged(landing: Path, qualified: set[tuple[str, str]]) -> list[dict[str, str]]:
    """Return the planted people whom their audience lacks, and the near-misses whom it has."""
    with (landing / "_truth" / "audiences.csv").open(encoding="utf-8", newline="") as file:
        told = list(csv.DictReader(file))
    assert {row["role"] for row in told} == {"planted", "near_miss"}
    return [
        row
        for row in told
        if ((row["audience"], row["user_id"]) in qualified) != (row["role"] == "planted")
    ]
