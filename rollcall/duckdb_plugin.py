"""dbt-duckdb plugin: gives the connection the secret behind customer_id, out of every log."""

from __future__ import annotations

from typing import Any

from dbt.adapters.duckdb.plugins import BasePlugin

from rollcall.secret import id_secret


class Plugin(BasePlugin):
    """Sets the session variable `rollcall_id_secret` on every connection that dbt opens."""

    def initialize(self, plugin_config: dict[str, Any]) -> None:
        """Take no configuration: the secret comes from the environment alone."""

    def configure_cursor(self, cursor: Any) -> None:
        """Set the variable on `cursor`; a variable belongs to one connection, not to the file."""
        cursor.execute("set variable rollcall_id_secret = ?", [id_secret()])
