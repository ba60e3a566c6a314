"""Whether the raw zone still holds what the ledger says that it does.

A file that is gone would be no error to a build: it reads what is there, and people would vanish.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import duckdb

from rollcall.errors import IngestError
from rollcall.home import Home
from rollcall.ingest.checks import literal, quoted
from rollcall.ingest.disk import for_glob
from rollcall.ingest.ledger import LOADED, Ledger, Load

# Ends the name of the file that holds the lines of a load which were mended later.
MENDED = "-replay"
# The name of the file without a row that has every declared column.
SCHEMA = "_schema"
# The column that says when retention took a row's other values out; no delivered file may have it.
REDUCED_AT = "_reduced_at"
# A Parquet file begins and ends with this.
_MARK = b"PAR1"
_NAMED_LOADS = 5


def is_cut(path: Path) -> bool:
    """Say whether a file is no whole Parquet file."""
    with path.open("rb") as file:
        begin = file.read(len(_MARK))
        size = file.seek(0, 2)
        file.seek(max(size - len(_MARK), 0))
        return begin != _MARK or file.read(len(_MARK)) != _MARK or size < 2 * len(_MARK)


def files_of(home: Home, source: str, table: str, load_id: str) -> tuple[Path, Path]:
    """Return the file of a load's lines, and that of its lines mended later."""
    folder = home.raw / source / table
    return folder / f"{load_id}.parquet", folder / f"{load_id}{MENDED}.parquet"


def count_rows(
    home: Home, connection: duckdb.DuckDBPyConnection, source: str, table: str, load_id: str
) -> int:
    """Count the rows that the raw zone holds of a load."""
    total = 0
    for path in files_of(home, source, table, load_id):
        if path.exists():
            row = connection.execute(
                "select count(*) from read_parquet(?)", [for_glob(path)]
            ).fetchone()
            total += int(row[0]) if row else 0
    return total


def columns_of(connection: duckdb.DuckDBPyConnection, path: Path) -> tuple[str, ...]:
    """Return the columns of a raw file, as they stand in it."""
    rows = connection.execute(
        "select column_name from (describe select * from read_parquet(?))", [for_glob(path)]
    ).fetchall()
    return tuple(str(name) for (name,) in rows)


def count_reduced(
    connection: duckdb.DuckDBPyConnection, path: Path, columns: Iterable[str]
) -> tuple[int, int]:
    """Return how many rows a raw file of these columns has, and how many retention reduced."""
    mark = REDUCED_AT if REDUCED_AT in columns else "null"
    row = connection.execute(
        f"select count(*), count({mark}) from read_parquet(?)",  # noqa: S608
        [for_glob(path)],
    ).fetchone()
    return (int(row[0]), int(row[1])) if row else (0, 0)


def _files(home: Home, load: Load) -> tuple[Path, Path]:
    return files_of(home, load.source, load.table_name, load.load_id)


def fault_of(home: Home, load: Load) -> str | None:
    """Return what is wrong with the raw zone's files of a load, or None."""
    if load.status != LOADED or not load.accepted_count:
        return None
    there = [path for path in _files(home, load) if path.exists()]
    if not there:
        return f"{_files(home, load)[0]}: gone"
    cut = [path for path in there if is_cut(path)]
    return f"{cut[0]}: not a whole Parquet file" if cut else None


def count_lacking(
    home: Home,
    connection: duckdb.DuckDBPyConnection,
    table: tuple[str, str],
    column: str,
    former: str,
    newer: str,
) -> int:
    """Count the values of a column that the raw zone holds of one load and not of a newer one."""
    held = []
    for load_id in (former, newer):
        paths = [path for path in files_of(home, *table, load_id) if path.exists()]
        read = ", ".join(literal(for_glob(path)) for path in paths)
        held.append(
            f"select trim({quoted(column)}) from read_parquet([{read}], union_by_name = true)"  # noqa: S608
            if paths
            else "select null where false"
        )
    row = connection.execute(
        f"select count(*) from (({held[0]}) except ({held[1]}))"  # noqa: S608
    ).fetchone()
    return int(row[0]) if row else 0


def can_load_again(home: Home, load: Load) -> bool:
    """Say whether a load is lost and its landing file holds all of it, none mended by hand."""
    _, mended = _files(home, load)
    return fault_of(home, load) is not None and not mended.exists()


def check_raw_zone(home: Home, ledger: Ledger, sources: Iterable[str]) -> None:
    """Hold the files of every load that counts against the ledger. Raises IngestError."""
    live, wanted = ledger.live, set(sources)
    found = []
    for load in ledger.loads.values():
        if load.load_id in live and load.source in wanted:
            fault = fault_of(home, load)
            if fault:
                found.append(f"{fault}; it held {load.accepted_count} lines of {load.path}")
    if not found:
        return
    more = [f"and {len(found) - _NAMED_LOADS} more"] if len(found) > _NAMED_LOADS else []
    raise IngestError(
        "the raw zone has lost what the ledger says it holds; the old release stands. Put the "
        "landing files back where they were, or the raw files from a backup, and run again.\n"
        + "\n".join([*sorted(found)[:_NAMED_LOADS], *more])
    )
