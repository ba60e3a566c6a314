"""DuckDB as Great Expectations can use it through SQLAlchemy.

Great Expectations closes a connection before it has read the result, and the rollback on closing
drops that result. This dialect opens no transactions, so there is nothing to roll back.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb_engine
from sqlalchemy.dialects import registry


class GxDialect(duckdb_engine.Dialect):
    """duckdb-engine's dialect without transactions and without cached statements."""

    supports_statement_cache = False

    def do_begin(self, connection: Any) -> None:
        """Begin nothing: DuckDB commits each statement by itself."""

    def do_commit(self, connection: Any) -> None:
        """Commit nothing: nothing was begun."""

    def do_rollback(self, connection: Any) -> None:
        """Roll nothing back: a pending result would be lost."""


def connection_string(database: Path) -> str:
    """Return the address of a DuckDB file, read-only, and make SQLAlchemy know the dialect."""
    registry.register("duckdb.gx", __name__, GxDialect.__name__)
    return f"duckdb+gx:///{database}?access_mode=read_only"
