"""Person records with errors, held against who they truly are, with and without composite keys."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from itertools import combinations
from pathlib import Path

import pytest

pytestmark = pytest.mark.realdata

AS_OF = "2026-01-01T00:00:00Z"
PROJECT = Path(__file__).resolve().parents[2]


def _run(rollcall, realdata: Path, home: Path, *flags: str | Path) -> Path:
    landing = realdata / "fake_people" / "landing"
    rollcall("run", "--landing", landing, "--home", home, "--as-of", AS_OF, *flags)
    return home


@pytest.fixture(scope="module")
def truth(realdata: Path) -> dict[str, str]:
    with (realdata / "fake_people" / "truth" / "clusters.csv").open(encoding="utf-8") as file:
        return {row["unique_id"]: row["cluster"] for row in csv.DictReader(file)}


def _precision_and_recall(home: Path, truth: dict[str, str], released) -> tuple[float, float]:
    """Return both over pairs of profiles; no model has read the truth."""
    customers: dict[str, list[str]] = defaultdict(list)
    for value, customer in released(
        home,
        "select identifier_value, customer_id from identity_map"
        " where identifier_type = 'profile_id'",
    ):
        customers[customer].append(truth[value.removeprefix("fake_people:")])
    assert sum(map(len, customers.values())) == len(truth) == 1_000
    pairs = Counter(
        one == other for people in customers.values() for one, other in combinations(people, 2)
    )
    true_pairs = sum(size * (size - 1) // 2 for size in Counter(truth.values()).values())
    return pairs[True] / pairs.total(), pairs[True] / true_pairs


def test_identifiers_alone(rollcall, realdata, tmp_path, truth, released) -> None:
    home = _run(rollcall, realdata, tmp_path / "home")
    precision, recall = _precision_and_recall(home, truth, released)
    assert precision == 1.0
    assert round(recall, 4) == 0.3358
    assert released(home, "select count(*) from identity_map where is_composite_match") == [(0,)]


def test_names_and_birth_dates_too(rollcall, realdata, tmp_path, truth, released) -> None:
    config = PROJECT / "config" / "fake_people"
    home = _run(rollcall, realdata, tmp_path / "home", "--config", config)
    precision, recall = _precision_and_recall(home, truth, released)
    assert precision >= 0.995
    assert recall >= 0.68
    # Who was found by such a key says so; nothing of the key itself can be read.
    ((found,),) = released(
        home,
        "select count(*) from identity_map"
        " where is_composite_match and identifier_type = 'profile_id'",
    )
    assert found > 200
    hashes = released(
        home,
        "select count(*),"
        " count(*) filter (where regexp_full_match(identifier_value, '[0-9a-f]{64}'))"
        " from identity_map where identifier_type like 'composite_%'",
    )
    assert hashes[0][0] == hashes[0][1] > 500
