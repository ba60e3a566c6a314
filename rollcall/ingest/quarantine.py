"""The quarantine: refused lines and files, to be listed, mended in place, and replayed.

`<home>/quarantine/<source>/<table>/<load_id>.jsonl` holds one JSON object a line. A person edits
`raw_text` there. A file that could not be read at all has one entry without a `raw_text`, and a
copy of its bytes beside it, `<load_id>.<suffix>`, which is mended instead.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import duckdb

from rollcall.errors import IngestError
from rollcall.home import Home
from rollcall.ingest.disk import private_folder, replacing
from rollcall.ingest.landing import SUFFIXES
from rollcall.ingest.ledger import Ledger

UTF8 = "utf-8"
ESCAPED = "escaped"
_ESCAPE = re.compile(r"\\(\\|x[0-9a-f]{2})")


@dataclass(frozen=True)
class QuarantineEntry:
    """One refused line, or one refused file (`line` then says how far the reading came).

    `raw_encoding` is `utf-8`, or `escaped` where the bytes are not UTF-8: then a byte that is not
    stands as `\\xNN` and a backslash is doubled. `header` names the columns of a CSV line.
    `is_open` is false once a later delivery took the file's place.
    """

    source: str
    table: str
    load_id: str
    file: str
    line: int | None
    reason: str
    raw_text: str | None = None
    raw_encoding: str = UTF8
    header: list[str] | None = None
    way_out: str | None = None
    is_open: bool = True

    @property
    def is_file(self) -> bool:
        """Say whether the entry is about a whole file."""
        return self.raw_text is None


def encode_raw(raw: bytes) -> tuple[str, str]:
    """Return `raw` as text and how it is written, such that `decode_raw` gives the bytes back."""
    try:
        return raw.decode(), UTF8
    except UnicodeDecodeError:
        text = raw.replace(b"\\", b"\\\\").decode("utf-8", "backslashreplace")
        return text, ESCAPED


def decode_raw(text: str, encoding: str) -> bytes:
    """Return the bytes of an entry's `raw_text`, as it stands now."""
    raw = text.encode("utf-8", "surrogatepass")
    if encoding != ESCAPED:
        return raw
    bare = re.compile(_ESCAPE.pattern.encode())
    return bare.sub(
        lambda found: b"\\" if found[1] == b"\\" else bytes([int(found[1][1:], 16)]), raw
    )


class Quarantine:
    """The quarantine of one home."""

    def __init__(self, home: Home) -> None:
        """Touch no disk."""
        self._home = home

    def folder(self, source: str, table: str) -> Path:
        """Return the folder of a table's refused lines, made where it is not there."""
        return private_folder(self._home.quarantine / source / table, self._home.root)

    def listing(self, source: str, table: str, load_id: str) -> Path:
        """Return the file that holds the entries of a load."""
        return self._home.quarantine / source / table / f"{load_id}.jsonl"

    def copy_of(self, source: str, table: str, load_id: str) -> Path | None:
        """Return the copy of a file that could not be read, where there is one."""
        folder = self._home.quarantine / source / table
        # The entries have a suffix of the same kind, so a copy's name says that it is one.
        paths = (folder / f"{load_id}.copy{suffix}" for suffix in SUFFIXES)
        return next((path for path in paths if path.exists()), None)

    def keep_copy(self, path: Path, source: str, table: str, load_id: str, suffix: str) -> None:
        """Keep the bytes of a file that cannot be read, where they are not kept yet."""
        if self.copy_of(source, table, load_id) is None:
            target = self.folder(source, table) / f"{load_id}.copy{suffix}"
            with replacing(target) as draft:
                shutil.copyfile(path, draft)

    def write(
        self, source: str, table: str, load_id: str, entries: Iterable[QuarantineEntry]
    ) -> int:
        """Write a load's entries in place of the former ones; return how many there are."""
        path = self.folder(source, table) / f"{load_id}.jsonl"
        count = 0
        with replacing(path) as draft, draft.open("w", encoding="utf-8") as file:
            for entry in entries:
                values = asdict(entry)
                for name in ("source", "table", "load_id", "is_open"):
                    del values[name]
                file.write(json.dumps(values, ensure_ascii=False) + "\n")
                count += 1
        if not count:
            path.unlink()
        return count

    def drop_entries(self, source: str, table: str, load_id: str) -> None:
        """Forget a load's entries."""
        self.listing(source, table, load_id).unlink(missing_ok=True)

    def drop_copy(self, source: str, table: str, load_id: str) -> None:
        """Forget a load's copy: what it held is in the raw zone."""
        copy = self.copy_of(source, table, load_id)
        if copy:
            copy.unlink()

    def read(self, source: str, table: str, load_id: str) -> Iterator[QuarantineEntry]:
        """Go over a load's entries. Raises IngestError where an edit left no JSON object."""
        path = self.listing(source, table, load_id)
        if not path.exists():
            return
        with path.open("rb") as file:
            for number, raw in enumerate(file, 1):
                if raw.strip():
                    yield _entry(path, number, raw, source, table, load_id)

    def folders(self) -> Iterator[tuple[str, str, Path]]:
        """Go over the tables that have a folder in the quarantine."""
        for path in sorted(self._home.quarantine.glob("*/*/")):
            yield path.parent.name, path.name, path


def _entry(
    path: Path, number: int, raw: bytes, source: str, table: str, load_id: str
) -> QuarantineEntry:
    try:
        values = json.loads(raw)
        entry = QuarantineEntry(source=source, table=table, load_id=load_id, **values)
    except (ValueError, TypeError):
        raise IngestError(
            f"{path}, line {number}: not an entry of the quarantine. Edit the text inside the "
            'quotes of raw_text alone; a quote in it is written \\" and a backslash \\\\.'
        ) from None
    if not isinstance(entry.raw_text, str | None):
        raise IngestError(f"{path}, line {number}: raw_text must be a text in quotes.")
    return entry


def list_quarantine(home: Home, *, include_closed: bool = False) -> Iterator[QuarantineEntry]:
    """Go over what is refused now, by source, table and load; with closed entries if wanted.

    An entry is closed once other content at the same path took the place of its file.
    """
    with duckdb.connect() as connection:
        live = Ledger(home, connection).live
    quarantine = Quarantine(home)
    for source, table, folder in quarantine.folders():
        for path in sorted(folder.glob("*.jsonl")):
            if path.stem.endswith(".copy"):
                continue
            is_open = path.stem in live
            if is_open or include_closed:
                for entry in quarantine.read(source, table, path.stem):
                    yield replace(entry, is_open=is_open)
