"""A node of dbt's manifest, as what is published reads it."""

from __future__ import annotations

from typing import Any


def node(name: str, columns: Any = None, **meta: Any) -> dict[str, Any]:
    return {
        "unique_id": f"model.rollcall.{name}",
        "name": name,
        "alias": name,
        "resource_type": "model",
        "original_file_path": f"models/{name}.sql",
        "fqn": ["rollcall", "marts", name],
        "config": {"materialized": "table", "meta": meta},
        "columns": columns or {},
        "description": name,
    }
