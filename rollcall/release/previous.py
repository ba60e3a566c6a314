"""The current release as the next run reads it: dbt's source `previous_release`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb

from rollcall.errors import SettingsError
from rollcall.home import Home
from rollcall.release.sql import name as quoted
from rollcall.release.sql import statement
from rollcall.release.tables import INTERNAL_FOLDER, TABLES_FOLDER

SOURCE_NAME = "previous_release"


def _declared(source: Mapping[str, Any]) -> dict[str, str]:
    columns = {
        column["name"]: column.get("data_type") for column in source.get("columns", {}).values()
    }
    untyped = sorted(name for name, data_type in columns.items() if not data_type)
    if untyped or not columns:
        raise SettingsError(
            f"{source['original_file_path']}: source table {source['name']}: "
            f"{'column ' + untyped[0] + ' has no data_type' if untyped else 'no columns'}. "
            "A run without an earlier release makes an empty table from them."
        )
    return columns


def _select(released: Path, columns: Mapping[str, str]) -> str:
    held: set[str] = set()
    if released.exists():
        described = "select column_name from (describe select * from read_parquet({released}))"
        rows = duckdb.execute(statement(described, released=released)).fetchall()
        held = {name for (name,) in rows}
    casts = [
        f"cast({quoted(name) if name in held else 'null'} as {data_type}) as {quoted(name)}"
        for name, data_type in columns.items()
    ]
    if not held:
        return statement("select {casts} where false", casts=casts)
    return statement("select {casts} from read_parquet({released})", casts=casts, released=released)


def prepare_previous(
    home: Home, manifest: Mapping[str, Any], release: Path | None = None
) -> list[Path]:
    """Write `<home>/previous/<table>.parquet` for every table of the source `previous_release`.

    They are the tables of `release`, by default of the current one.

    A table or column that the current release lacks is empty or null, so a first run and a new
    table need no special case in SQL. Raises SettingsError where a declared column has no type.
    """
    # For nobody but the owner: it holds the addresses of all members.
    home.previous.mkdir(mode=0o700, parents=True, exist_ok=True)
    current = release or home.current.resolve()
    written = []
    for _, source in sorted(manifest["sources"].items()):
        if source["source_name"] != SOURCE_NAME:
            continue
        name = source["name"]
        path = home.previous / f"{name}.parquet"
        temporary = path.with_suffix(".tmp")
        kept = [current / folder / f"{name}.parquet" for folder in (TABLES_FOLDER, INTERNAL_FOLDER)]
        released = next((path for path in kept if path.exists()), kept[0])
        select = _select(released, _declared(source))
        copy = "copy ({select}) to {path} (format parquet)"
        duckdb.execute(statement(copy, select=[select], path=temporary))
        temporary.replace(path)
        written.append(path)
    return written
