"""What an ingest did, counted so that nothing can go missing unseen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

WAY_OUT = (
    "Deliver it corrected at the same path, or mend its copy in quarantine "
    "and run `rollcall replay`."
)


@dataclass(frozen=True)
class UnreadableFile:
    """A landing file that could not be read at all. `line` is how far the reading came."""

    source: str
    table: str
    path: Path
    line: int | None
    reason: str
    way_out: str = WAY_OUT

    def __str__(self) -> str:
        """Return one line: where, why, and the way out."""
        where = f"{self.path}, line {self.line}" if self.line is not None else str(self.path)
        return f"{where}: {self.reason}. {self.way_out}"


class Ignored(StrEnum):
    """The kinds of what ingest does not read, as a log and a metric may tell them."""

    LINK = "link"
    SPECIAL_FILE = "special_file"
    UNKNOWN_SOURCE = "unknown_source"
    UNKNOWN_TABLE = "unknown_table"
    # By their names no delivery, or not one yet: these are counted, the others are listed.
    BEING_WRITTEN = "being_written"
    NO_DELIVERY = "no_delivery"


# The source of what lies in no source's folder: its name may be anything.
NO_SOURCE = "none"


@dataclass(frozen=True)
class IgnoredPath:
    """Something in the landing that ingest does not read, why, and the way out."""

    path: Path
    source: str
    kind: Ignored
    reason: str
    way_out: str

    def __str__(self) -> str:
        """Return one line: where, why, and the way out."""
        return f"{self.path}: {self.reason}. {self.way_out}"


@dataclass
class TableCounts:
    """Counts of one raw table in one run: files, and data lines of the files newly read."""

    source: str
    table: str
    files_seen: int = 0
    files_loaded: int = 0
    files_known: int = 0
    files_unreadable: int = 0
    lines_accepted: int = 0
    lines_quarantined: int = 0
    # Of people who were erased: delivered again, and left out.
    lines_erased: int = 0
    # Of files that were loaded in any run, and are older now than the company keeps them whole.
    files_reduced: int = 0
    lines_reduced: int = 0
    # Removed from quarantine, where they lay for too long: by this run, and by all so far.
    lines_expired: int = 0
    lines_expired_ever: int = 0


@dataclass
class IngestReport:
    """What one ingest or replay did, by table, and what it could not read or did not look at."""

    tables: dict[tuple[str, str], TableCounts] = field(default_factory=dict)
    unreadable: list[UnreadableFile] = field(default_factory=list)
    ignored: list[IgnoredPath] = field(default_factory=list)

    @property
    def ignored_counts(self) -> Mapping[tuple[str, str], int]:
        """How much was not read, by source and kind."""
        return Counter((one.source, str(one.kind)) for one in self.ignored)

    def of(self, source: str, table: str) -> TableCounts:
        """Return the counts of a table, from zero where it has none yet."""
        return self.tables.setdefault((source, table), TableCounts(source, table))

    def __iter__(self) -> Iterator[TableCounts]:
        """Go over the tables by source and name."""
        return iter(self.tables[key] for key in sorted(self.tables))

    @property
    def files_loaded(self) -> int:
        """Files newly loaded, over all tables."""
        return sum(counts.files_loaded for counts in self)

    @property
    def lines_accepted(self) -> int:
        """Data lines newly accepted, over all tables."""
        return sum(counts.lines_accepted for counts in self)

    @property
    def lines_quarantined(self) -> int:
        """Data lines newly quarantined, over all tables."""
        return sum(counts.lines_quarantined for counts in self)
