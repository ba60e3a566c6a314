"""Rollcall's own SQL functions: text to text, and the same on every engine.

DuckDB gets them from `rollcall.duckdb_plugin`, Spark from the session of `rollcall.spark`.
"""

from __future__ import annotations

from collections.abc import Callable

from rollcall.identity.even_split import even_split
from rollcall.identity.normal_forms import email_address, phone_number, time_zone

# Name in SQL, the function, and how many texts it takes; each returns a text or null.
FUNCTIONS: dict[str, tuple[Callable[..., str | None], int]] = {
    "rollcall_email_address": (email_address, 1),
    "rollcall_phone_number": (phone_number, 2),
    "rollcall_time_zone": (time_zone, 1),
    "rollcall_even_split": (even_split, 1),
}
