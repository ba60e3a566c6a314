"""Old raw files lose what the company keeps no longer, and nothing else changes by it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from ingest_shop import Shop, make_shop

from rollcall.ingest import IngestReport, ingest, replay
from rollcall.ingest.ledger import Ledger
from rollcall.settings import Settings
from rollcall.sources import ColumnSpec, IdentifierSpec, SourceSpec, TableSpec

AS_OF = datetime(2024, 6, 1, tzinfo=UTC)
DAYS = 30
# The last moment at which a row is still young is the limit itself.
LIMIT = datetime(2024, 5, 2)
COLUMNS = [
    ColumnSpec("id", is_required=True),
    ColumnSpec("at", "timestamp", is_required=True),
    ColumnSpec("received", "timestamp"),
    ColumnSpec("user", identifier=IdentifierSpec("user_id")),
    ColumnSpec("phone", identifier=IdentifierSpec("phone", country="land")),
    ColumnSpec("land"),
    ColumnSpec("worth", "decimal(18,4)", is_kept=True),
    ColumnSpec("page"),
]
HEADER = "id,at,received,user,phone,land,worth,page,extra\n"
TABLE = TableSpec("clicks", {column.name: column for column in COLUMNS}, expires="events")
MAIL = TableSpec("mail", {column.name: column for column in COLUMNS}, expires="messages")
WHOLE = SourceSpec("shop", {"clicks": TABLE, "mail": MAIL}, ("events", "messages"))
KEPT = replace(WHOLE, retention_days={"events": DAYS})
GOES = ("page", "extra")


def row(number: int, at: datetime | str, received: str = "") -> str:
    return f"{number},{at},{received},u{number},020,GB,1.5,secret-{number},other-{number}\n"


def old(number: int) -> str:
    return row(number, LIMIT - timedelta(microseconds=1))


@dataclass
class Clicks:
    """A home with events that expire, and what a test wants to know of it."""

    shop: Shop
    spec: SourceSpec = KEPT
    as_of: datetime = AS_OF

    @property
    def settings(self) -> Settings:
        return Settings(
            home=self.shop.home,
            as_of=self.as_of,
            sources={"shop": self.spec},
            landings=(self.shop.landing,),
        )

    def land(self, name: str, *lines: str, table: str = "clicks") -> Path:
        return self.shop.land(name, HEADER + "".join(lines), table)

    def ingest(self) -> tuple[int, int]:
        """Return how many lines were loaded, and how many reduced."""
        counts = ingest(self.settings).of("shop", "clicks")
        return counts.lines_accepted, counts.lines_reduced

    def report(self) -> IngestReport:
        return ingest(self.settings)

    def rows(self, columns: str, table: str = "clicks") -> list[Any]:
        return self.shop.query(
            f"select {columns} from read_parquet('{self.shop.home.raw}/shop/{table}/*.parquet', "
            "union_by_name = true) order by all"
        )

    def files(self) -> dict[Path, bytes]:
        folder = self.shop.home.raw / "shop" / "clicks"
        return {path: path.read_bytes() for path in folder.iterdir()}

    def found(self, word: str) -> list[str]:
        """Return the raw files that hold a word in any column."""
        found = []
        for path in self.files():
            texts = self.shop.query(f"select to_json(t)::text from read_parquet('{path}') as t")
            found += [path.name for (text,) in texts if word in text]
        return found


@pytest.fixture
def clicks(tmp_path: Path) -> Clicks:
    return Clicks(make_shop(tmp_path))


def test_a_file_whose_rows_are_all_old_keeps_what_is_kept(clicks: Clicks) -> None:
    clicks.land("a.csv", old(1), old(2))
    assert clicks.ingest() == (2, 2)
    kept = 'id, "at", "user", phone, land, worth, _line'
    at = str(LIMIT - timedelta(microseconds=1))
    assert clicks.rows(kept) == [
        (str(number), at, f"u{number}", "020", "GB", "1.5", number + 1) for number in (1, 2)
    ]
    assert clicks.rows("count(page), count(received), count(_loaded_at), count(_load_id)") == [
        (0, 0, 2, 2)
    ]
    assert clicks.found("secret") == clicks.found("other") == []
    assert clicks.shop.loads("accepted_count, quarantined_count, reduced_count") == [(2, 0, 2)]


@pytest.mark.parametrize(
    "young",
    [
        row(2, LIMIT),
        row(2, "2024-05-01T23:00:00-01:00"),
        # What is received late is as young as that.
        row(2, "2024-01-01", received="2024-05-02"),
        row(2, "2031-01-01"),
    ],
)
def test_a_young_row_keeps_its_file_whole(clicks: Clicks, young: str) -> None:
    clicks.land("a.csv", old(1), young)
    clicks.land("b.csv", old(3))
    assert clicks.ingest() == (3, 1)
    assert clicks.rows("id, page") == [("1", "secret-1"), ("2", "secret-2"), ("3", None)]
    counts = "accepted_count, coalesce(reduced_count, 0)"
    assert clicks.shop.loads(counts) == [(1, 1), (2, 0)]


def test_as_of_alone_says_what_is_old(clicks: Clicks) -> None:
    clicks.land("a.csv", row(1, LIMIT))
    assert clicks.ingest() == (1, 0)
    clicks.as_of = AS_OF + timedelta(microseconds=1)
    assert clicks.ingest() == (0, 1)


def test_nothing_expires_where_nothing_is_said(clicks: Clicks) -> None:
    clicks.spec = WHOLE
    clicks.land("a.csv", row(1, "1999-01-01"))
    assert clicks.ingest() == (1, 0)
    before = clicks.files()
    clicks.spec = replace(WHOLE, retention_days={"messages": 1})
    clicks.land("m.csv", row(1, "1999-01-01"), table="mail")
    counts = {(one.table, one.lines_reduced) for one in clicks.report()}
    assert counts == {("clicks", 0), ("mail", 1)}
    assert clicks.files() == before
    assert clicks.rows("page", "mail") == [(None,)]


def test_what_is_reduced_stays_so(clicks: Clicks) -> None:
    """Delivered again, under another name or without a limit by now: it is known, and stands."""
    landed = clicks.land("a.csv", old(1))
    clicks.ingest()
    before = clicks.files()
    landed.rename(landed.with_name("b.csv"))
    clicks.as_of += timedelta(days=5)
    assert clicks.ingest() == (0, 0)
    clicks.spec = WHOLE
    assert clicks.ingest() == (0, 0)
    assert clicks.files() == before
    assert clicks.shop.loads("is_live, reduced_count") == [(True, 1)]


def test_old_rows_that_land_in_another_file_are_reduced_as_well(clicks: Clicks) -> None:
    clicks.land("a.csv", old(1))
    clicks.ingest()
    clicks.land("late.csv", old(1), old(2))
    assert clicks.ingest() == (2, 2)
    assert clicks.found("secret") == []


def test_a_lost_file_is_loaded_anew_and_reduced_anew(clicks: Clicks) -> None:
    clicks.land("a.csv", old(1))
    clicks.ingest()
    before = clicks.rows("* exclude (_loaded_at)")
    (path,) = (path for path in clicks.files() if path.stem != "_schema")
    path.unlink()
    assert clicks.ingest() == (1, 1)
    assert clicks.rows("* exclude (_loaded_at)") == before


def test_a_line_mended_later_is_reduced_later(clicks: Clicks) -> None:
    clicks.land("a.csv", old(1), row(2, "soon"), row(3, "soon"))
    clicks.ingest()
    (listing,) = (clicks.shop.home.quarantine / "shop" / "clicks").glob("*.jsonl")
    for number, lines in ((2, (2, 0)), (3, (3, 0))):
        text = listing.read_text(encoding="utf-8").replace(f"{number},soon", f"{number},2024-01-01")
        listing.write_text(text, encoding="utf-8")
        replay(clicks.settings)
        assert clicks.found(f"secret-{number}") != []
        assert clicks.ingest() == (0, 1)
        assert clicks.found("secret") == []
        counts = "accepted_count, quarantined_count, reduced_count"
        assert clicks.shop.loads(counts) == [(lines[0], 3 - lines[0], lines[0])]


@pytest.mark.parametrize("rewritten", [1, 2, 3])
def test_a_kill_between_two_files_or_before_the_ledger_changes_nothing(
    clicks: Clicks, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rewritten: int
) -> None:
    """The files may be reduced and the ledger not know it yet."""
    for number in (1, 2, 3):
        clicks.land(f"{number}.csv", old(number))
    clicks.spec = WHOLE
    clicks.ingest()
    clicks.spec = KEPT
    replaced: list[Path] = []
    move = Path.replace

    def killed(path: Path, target: Path) -> Path:
        if path.suffix == ".tmp" and len(replaced) == rewritten:
            raise KeyboardInterrupt
        replaced.append(path)
        return move(path, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", killed)
        with pytest.raises(KeyboardInterrupt):
            clicks.ingest()
    assert len(replaced) == rewritten
    assert clicks.ingest() == (0, 3 - rewritten)
    assert clicks.found("secret") == []
    assert clicks.shop.loads("accepted_count, reduced_count") == [(1, 1)] * 3


def test_the_mark_is_no_column_that_a_file_can_bring(clicks: Clicks) -> None:
    """A file that bears it would count as reduced, and keep for ever what it holds."""
    text = HEADER.strip() + ",_reduced_at\n" + old(1).strip() + ",2020-01-01\n"
    clicks.shop.land("a.csv", text, "clicks")
    (refused,) = clicks.report().unreadable
    assert "_reduced_at has the name of one of ingest's own" in refused.reason


def test_a_ledger_of_an_older_version_is_read(clicks: Clicks) -> None:
    clicks.land("a.csv", old(1))
    clicks.ingest()
    path = clicks.shop.home.ledger / "loads.parquet"
    older = path.with_name("older.parquet")
    clicks.shop.query(f"copy (select * exclude (reduced_count) from '{path}') to '{older}'")
    older.replace(path)
    with_it = {load.reduced_count for load in _ledger(clicks).loads.values()}
    assert with_it == {None}
    clicks.ingest()
    assert clicks.shop.loads("reduced_count") == [(1,)]


def _ledger(clicks: Clicks) -> Ledger:
    with duckdb.connect() as connection:
        return Ledger(clicks.shop.home, connection)
