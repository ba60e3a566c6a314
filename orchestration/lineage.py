"""How dbt's nodes are named in Dagster: by folder, so that the lineage reads as the house does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dagster import AssetKey
from dagster_dbt import DagsterDbtTranslator, DagsterDbtTranslatorSettings

from rollcall.sources import is_landed

RAW = "raw"


class ByFolder(DagsterDbtTranslator):
    """Keys and groups by folder: `marts/customers/customer_360`, in the group `marts_customers`."""

    def __init__(self) -> None:
        """Leave dbt's tests to dbt: as checks they cost more in Dagster than they take to run."""
        super().__init__(settings=DagsterDbtTranslatorSettings(enable_asset_checks=False))

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> AssetKey:
        """Return the node's folders and name; a source's is its place in the raw zone."""
        node = dbt_resource_props
        if node["resource_type"] == "source":
            root = RAW if is_landed(node) else "records"
            return AssetKey([root, node["source_name"], node["name"]])
        if node["resource_type"] == "seed":
            return AssetKey(["seeds", node["name"]])
        return AssetKey(list(node["fqn"][1:]))

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        """Return the node's folders, joined."""
        return "_".join(self.get_asset_key(dbt_resource_props).path[:-1])
