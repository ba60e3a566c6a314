"""dbt-duckdb plugin: gives connections the secret behind customer_id, and Rollcall's functions."""

from __future__ import annotations

from typing import Any

from dbt.adapters.duckdb.plugins import BasePlugin

from rollcall.identity.functions import FUNCTIONS
from rollcall.secret import id_secret


def add_functions(connection: Any) -> None:
    """Add Rollcall's functions to a DuckDB connection, which views of a home may call."""
    for name, (function, arity) in FUNCTIONS.items():
        connection.create_function(
            name, function, ["VARCHAR"] * arity, "VARCHAR", null_handling="special"
        )


class Plugin(BasePlugin):
    """Sets the variable `rollcall_id_secret`, which no log then holds, and adds functions."""

    def initialize(self, plugin_config: dict[str, Any]) -> None:
        """Take no configuration: the secret comes from the environment alone."""

    def configure_connection(self, conn: Any) -> None:
        """Add the functions; they belong to the database while it is open."""
        add_functions(conn)

    def configure_cursor(self, cursor: Any) -> None:
        """Set the variable on `cursor`; a variable belongs to one connection, not to the file."""
        cursor.execute("set variable rollcall_id_secret = ?", [id_secret()])
