"""Records put where sources would put them, and the identity models built on them."""

from __future__ import annotations

import csv
from collections.abc import Sequence

from model_lab import Lab
from plain_identity import Record

from rollcall.sources import PROJECT_ROOT

TYPES = ("user_id", "email", "phone", "loyalty_id", "anonymous_id")
WRITTEN = {
    "user_id": "u{}",
    "email": "e{}@example.com",
    "phone": "+44770{:07d}",
    "loyalty_id": "L{}",
    "anonymous_id": "d{}",
}


def limits() -> dict[tuple[str, str], int]:
    path = PROJECT_ROOT / "seeds" / "reference" / "identifier_limits.csv"
    with path.open(encoding="utf-8") as file:
        return {
            (row["identifier_type"], row["tied_type"]): int(row["maximum_count"])
            for row in csv.DictReader(file)
        }


def give_orders(lab: Lab, records: list[Record]) -> None:
    orders = [
        {
            "order_id": str(number),
            "ordered_at": record.seen_at,
            "updated_at": "2025-01-01",
            **{kind: record.identifiers.get(kind) for kind in TYPES},
        }
        for number, record in enumerate(records)
    ]
    lab.give("int_shop__orders", orders)


def build(lab: Lab, *views: str, flags: Sequence[str] = ()) -> None:
    built = lab.dbt(
        "run",
        *flags,
        "--select",
        *views,
        "int_unified__identity_cuts",
        "int_unified__erasure_requests",
        "path:models/intermediate/identity",
    )
    failed = [f"{outcome.name}: {outcome.message}" for outcome in built if not outcome.is_good]
    assert not failed, failed


def customers_of(lab: Lab) -> dict[tuple[str, str], str]:
    rows = lab.rows(
        "select identifier_type, identifier_value, customer_id from int_identity__living_clusters"
    )
    return {(kind, value): customer for kind, value, customer in rows}


def rejected_by(lab: Lab) -> set[tuple[tuple[str, str], tuple[str, str], str]]:
    rows = lab.rows(
        "select left_type, left_value, right_type, right_value, rejection_reason"
        " from int_identity__settled_edges where rejection_reason is not null"
    )
    return {((lt, lv), (rt, rv), reason) for lt, lv, rt, rv, reason in rows}
