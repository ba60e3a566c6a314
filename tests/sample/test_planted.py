"""The people who are planted for the audiences: what audiences are judged by."""

from __future__ import annotations

import csv
import gzip
from collections import Counter, defaultdict
from datetime import UTC, datetime
from pathlib import Path

import pytest

from rollcall.errors import SettingsError
from rollcall.sample import KINDS, SampleSummary, write_sample

PROJECT = Path(__file__).resolve().parents[2]
UNTIL = datetime(2026, 6, 30, tzinfo=UTC)
CUSTOMERS = 60
AUDIENCES = PROJECT / "models" / "audiences"
# A family that ships has a module of its people; one without is a company's own.
SHIPPED = {path.stem for path in (PROJECT / "rollcall/sample/planted").glob("*.py")}


def write(out: Path, kind: str, has_planted: bool, until: datetime = UNTIL) -> SampleSummary:
    return write_sample(
        out,
        kind=kind,
        customers=CUSTOMERS,
        days=90,
        until=until,
        seed=1,
        has_planted=has_planted,
    )


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> dict[str, SampleSummary]:
    """Each kind of company, planted people among its own."""
    return {kind: write(tmp_path_factory.mktemp(kind), kind, True) for kind in KINDS}


@pytest.fixture(params=KINDS)
def sample(request: pytest.FixtureRequest, samples: dict[str, SampleSummary]) -> SampleSummary:
    return samples[request.param]


def told(sample: SampleSummary, name: str = "audiences.csv") -> list[dict[str, str]]:
    with (sample.out / "_truth" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def records(folder: Path) -> dict[str, list[str]]:
    """Return the records of each table in their order; a file covers some months of them."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted(folder.rglob("*.*")):
        data = path.read_bytes()
        text = (gzip.decompress(data) if path.suffix == ".gz" else data).decode()
        table = path if path.parent.name == "_truth" else path.parent
        found[table.relative_to(folder).as_posix()] += text.splitlines()
    found.pop("_truth/files.txt")
    return found


def audiences_below(folder: Path) -> set[str]:
    """Return the audiences of the families that ship."""
    return {
        path.stem.removeprefix("aud_")
        for path in folder.rglob("aud_*.sql")
        if path.relative_to(folder).parts[0] in SHIPPED
    }


def test_every_audience_that_ships_is_planted_in_some_company(
    samples: dict[str, SampleSummary],
) -> None:
    planted = {row["audience"] for sample in samples.values() for row in told(sample)}
    shipped = audiences_below(AUDIENCES)
    assert planted <= shipped
    assert not shipped - planted, (
        "plant people for these in rollcall/sample/planted/, or, where they are of one company "
        "alone, move them to a family of its own (docs/add_an_audience.md)"
    )


def test_a_family_of_a_company_s_own_plants_nobody(tmp_path: Path) -> None:
    """Who plants people knows Rollcall's code; an audience of one company needs none of it."""
    for family in ("value", "mycompany"):
        (tmp_path / family).mkdir()
        (tmp_path / family / f"aud_of_{family}.sql").touch()
    assert audiences_below(tmp_path) == {"of_value"}


def test_an_audience_has_planted_people_and_ten_near_misses(sample: SampleSummary) -> None:
    counts = Counter((row["audience"], row["role"]) for row in told(sample))
    for audience in {audience for audience, _ in counts}:
        assert counts[audience, "planted"] >= 3, audience
        assert counts[audience, "near_miss"] == 10, audience
    assert sample.planted_people == counts.total()


def test_a_near_miss_names_the_one_clause_that_it_fails(sample: SampleSummary) -> None:
    for row in told(sample):
        assert bool(row["clause"]) == (row["role"] == "near_miss"), row


def test_a_planted_person_is_one_account_that_grants_marketing(sample: SampleSummary) -> None:
    people = {row["person_id"]: row for row in told(sample, "people.csv")}
    rows = told(sample)
    assert len({row["user_id"] for row in rows}) == len({row["person_id"] for row in rows})
    for row in rows:
        assert row["user_id"] == f"u{int(row['person_id'][1:]):06d}"
        person = people[row["person_id"]]
        assert person["persona"] == "scripted" and person["marketing_email"] == "granted"


@pytest.mark.parametrize("kind", KINDS)
def test_planted_people_change_nothing_of_anybody_else(
    tmp_path: Path, samples: dict[str, SampleSummary], kind: str
) -> None:
    """Whoever asks for them must find the same company as before, and no row in another place."""
    plain = write(tmp_path, kind, False)
    assert plain.planted_people == 0
    before, after = records(plain.out), records(samples[kind].out)
    after.pop("_truth/audiences.csv")
    assert before.keys() == after.keys()
    added = 0
    for table, lines in before.items():
        waiting = iter(after[table])
        missing = [line for line in lines if line not in waiting]
        assert not missing, table
        added += len(after[table]) - len(lines)
    assert added > samples[kind].planted_people


def test_the_same_arguments_plant_the_same_people(
    tmp_path: Path, samples: dict[str, SampleSummary]
) -> None:
    again = write(tmp_path, "shop", True)
    assert records(again.out) == records(samples["shop"].out)


def test_planted_people_need_an_end_at_midnight(tmp_path: Path) -> None:
    """At another hour their nights would be days."""
    with pytest.raises(SettingsError, match="midnight UTC"):
        write(tmp_path, "game", True, UNTIL.replace(hour=5))
    assert not list(tmp_path.iterdir())
    write(tmp_path, "game", False, UNTIL.replace(hour=5))
