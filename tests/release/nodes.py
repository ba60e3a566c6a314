"""A node of dbt's manifest, as what is published reads it."""

from __future__ import annotations

from typing import Any


def columns(*names: str, personal: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return the columns of a node, with the tag of those that name a person."""
    return {
        name: {"name": name, "config": {"meta": {"pii": True} if name in personal else {}}}
        for name in (*names, *personal)
    }


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
