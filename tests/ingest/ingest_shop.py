"""A small shop to ingest into: one source, one typed table and one without any check."""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from rollcall.home import Home
from rollcall.ingest import IngestReport, UnreadableFile, ingest, replay
from rollcall.settings import Settings
from rollcall.sources import ColumnSpec, SourceSpec, TableSpec

COLUMNS = [
    ColumnSpec("order_id", is_required=True),
    ColumnSpec("ordered_at", "timestamp"),
    ColumnSpec("quantity", "bigint"),
    ColumnSpec("amount", "decimal(18,4)"),
    ColumnSpec("note", is_optional=True),
]
HEADER = "order_id,ordered_at,quantity,amount,note\n"
SHOP = SourceSpec(
    name="shop",
    tables={
        "orders": TableSpec("orders", {column.name: column for column in COLUMNS}),
        "things": TableSpec("things"),
        "tickets": TableSpec("tickets", {"state": ColumnSpec("state", allowed=("open", "done"))}),
        "labels": TableSpec("labels", {"names": ColumnSpec("names", "array<string>")}),
        "links": TableSpec(
            "links",
            {
                "kind": ColumnSpec("kind", is_optional=True, needs="target"),
                "target": ColumnSpec("target", is_optional=True, needs="kind"),
            },
        ),
    },
    provides=("orders",),
)


def row(number: int, note: str = "fine") -> str:
    return f"{number},2024-05-0{number % 9 + 1} 10:00:00,{number},{number}.50,{note}\n"


@dataclass
class Shop:
    """A landing folder and a home, and what a test wants to know of them."""

    landing: Path
    home: Home

    @property
    def settings(self) -> Settings:
        return Settings(
            home=self.home,
            as_of=datetime(2024, 6, 1, tzinfo=UTC),
            sources={"shop": SHOP},
            landings=(self.landing,),
        )

    def land(self, name: str, content: str | bytes, table: str = "orders") -> Path:
        path = self.landing / "shop" / table / name
        path.parent.mkdir(parents=True, exist_ok=True)
        data = content.encode() if isinstance(content, str) else content
        path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
        return path

    def ingest(self) -> IngestReport:
        return ingest(self.settings)

    def replay(self) -> IngestReport:
        return replay(self.settings)

    def failed(self) -> list[UnreadableFile]:
        """Ingest, and return what could not be read: at least one file."""
        found = self.ingest().unreadable
        assert found
        return found

    def failures(self, columns: str = "source, table_name, path") -> list[Any]:
        """Return what dbt sees of the files that cannot be read."""
        return self.query(f"select {columns} from '{self.home.ledger}/failed_sources.parquet'")

    def counts(self, report: IngestReport, table: str = "orders") -> tuple[int, int]:
        counts = report.of("shop", table)
        return counts.lines_accepted, counts.lines_quarantined

    def live(self, columns: str = "* exclude (_file, _line, _loaded_at, _load_id)") -> list[Any]:
        """Return the rows that staging would read, in no order that matters."""
        return self.query(
            f"select {columns} from read_parquet('{self.home.raw}/shop/orders/*.parquet', "
            f"union_by_name = true) where _load_id in (select load_id from "
            f"'{self.home.ledger}/loads.parquet' where is_live) order by all"
        )

    def loads(self, columns: str) -> list[Any]:
        return self.query(f"select {columns} from '{self.home.ledger}/loads.parquet' order by all")

    def query(self, sql: str) -> list[Any]:
        with duckdb.connect() as connection:
            return connection.execute(sql).fetchall()

    def listing(self) -> Path:
        [path] = self.listing_all()
        return path

    def listing_all(self) -> list[Path]:
        return sorted((self.home.quarantine / "shop" / "orders").glob("*.jsonl"))


def make_shop(folder: Path) -> Shop:
    landing = folder / "landing"
    landing.mkdir(parents=True)
    return Shop(landing.resolve(), Home.at(folder / "home"))
