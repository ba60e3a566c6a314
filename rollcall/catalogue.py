"""The audience catalogue: who owns each audience, what it is for, and a hash of what it means."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any

import duckdb
import yaml

from rollcall.errors import SettingsError
from rollcall.home import Home
from rollcall.release.sql import statement
from rollcall.release.tables import node_meta
from rollcall.sources import PROJECT_ROOT

CATALOGUE_NAME = "audience_catalogue.parquet"
# `none` is never exported.
PURPOSES = ("marketing_email", "marketing_sms", "marketing_push", "ads", "profiling", "none")
_FOLDER = "audiences"
_PREFIX = "aud_"
# The macro that a run writes holds as_of and the release: not part of what an audience means.
_RUN_MACRO = "run_settings"
_COLUMNS = {
    "audience": "varchar",
    "owner": "varchar",
    "purpose": "varchar",
    "priority": "integer",
    "description": "varchar",
    "definition_hash": "varchar",
}
# Comments and white space match outside the group, so they yield no token. Text in quotes is one
# token: a dash or a brace inside it begins no comment.
_TOKEN = re.compile(
    r"\{#.*?#\}|--[^\n]*|/\*.*?\*/|\s+|('(?:[^']|'')*'|\"[^\"]*\"|\w+|.)", re.DOTALL
)


@dataclass(frozen=True)
class Audience:
    """One audience as its yml declares it."""

    audience: str
    owner: str
    purpose: str
    priority: int
    description: str
    definition_hash: str


def normalised(code: str) -> str:
    """Return `code` (SQL and Jinja) without comments and white space, one token a line."""
    return "\n".join(token for token in _TOKEN.findall(code) if token)


def _upstream(manifest: Mapping[str, Any], unique_id: str) -> set[str]:
    """Return a node and all that it is built from: models, seeds and macros."""
    found: set[str] = set()
    waiting = [unique_id]
    while waiting:
        name = waiting.pop()
        node = manifest["nodes"].get(name) or manifest["macros"].get(name)
        if name in found or node is None:
            continue
        found.add(name)
        depends = node.get("depends_on") or {}
        waiting += [*depends.get("nodes", []), *depends.get("macros", [])]
    return found


def _seed_rows(node: Mapping[str, Any]) -> str:
    # Read as rows, so that a file saved with other line ends means the same. dbt gives the path
    # from the project's root, which for a seed of the home climbs out of it again.
    root = Path(node["root_path"] or PROJECT_ROOT)
    path = Path(os.path.normpath(root / node["original_file_path"]))
    with path.open(encoding="utf-8-sig", newline="") as file:
        return json.dumps(list(csv.reader(file)))


def _parts(manifest: Mapping[str, Any], unique_id: str) -> Iterator[tuple[str, str]]:
    """Yield what the node means, part by part: (name, normalised text), without any path."""
    project = manifest["metadata"]["project_name"]
    for name in sorted(_upstream(manifest, unique_id)):
        kind = name.split(".")[0]
        if kind == "macro":
            macro = manifest["macros"][name]
            # dbt's own macros are pinned with its version.
            if macro["package_name"] == project and macro["name"] != _RUN_MACRO:
                yield name, normalised(macro["macro_sql"])
        elif kind == "model":
            yield name, normalised(manifest["nodes"][name]["raw_code"])
        elif kind == "seed":
            yield name, _seed_rows(manifest["nodes"][name])


def definition_hash(
    manifest: Mapping[str, Any], unique_id: str, variables: Mapping[str, Any]
) -> str:
    """Return the sha256 of all that decides who is in: predicate, traits, macros, rules, vars.

    Of `variables` (in force) only those count that the code names; as_of and paths never do.
    """
    parts = list(_parts(manifest, unique_id))
    code = "\n".join(text for name, text in parts if not name.startswith("seed."))
    words = set(re.findall(r"\w+", code))
    read = {name: value for name, value in variables.items() if name in words}
    text = json.dumps([parts, read], sort_keys=True, default=str)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def variables_in_force(
    overrides: Mapping[str, Any], project: Path = PROJECT_ROOT
) -> dict[str, Any]:
    """Return dbt_project.yml's vars with a company's over them."""
    document = yaml.safe_load((project / "dbt_project.yml").read_text(encoding="utf-8"))
    return {**(document.get("vars") or {}), **overrides}


def _field(node: Mapping[str, Any], name: str) -> Any:
    value = node_meta(node).get(name)
    if value in (None, ""):
        raise SettingsError(
            f"{_where(node)}: {node['name']}: config.meta.{name} is missing. "
            "An audience says its owner, purpose and priority."
        )
    return value


def _where(node: Mapping[str, Any]) -> str:
    patch = str(node.get("patch_path") or node["original_file_path"])
    return patch.split("://")[-1]


def _audience(
    manifest: Mapping[str, Any], node: Mapping[str, Any], variables: Mapping[str, Any]
) -> Audience:
    purpose, priority = _field(node, "purpose"), _field(node, "priority")
    if purpose not in PURPOSES:
        raise SettingsError(
            f"{_where(node)}: {node['name']}: config.meta.purpose {purpose!r} is unknown. "
            f"Known: {', '.join(PURPOSES)}."
        )
    if type(priority) is not int:
        raise SettingsError(
            f"{_where(node)}: {node['name']}: config.meta.priority {priority!r} is no whole number."
        )
    if not node.get("description"):
        raise SettingsError(f"{_where(node)}: {node['name']}: description is missing.")
    return Audience(
        audience=node["name"].removeprefix(_PREFIX),
        owner=str(_field(node, "owner")),
        purpose=purpose,
        priority=priority,
        description=node["description"],
        definition_hash=definition_hash(manifest, node["unique_id"], variables),
    )


def audiences(manifest: Mapping[str, Any], variables: Mapping[str, Any]) -> list[Audience]:
    """Read every audience (a model `aud_<name>` below models/audiences) from dbt's manifest.

    Raises SettingsError naming the file, the audience and the field that is missing or unknown.
    """
    return [
        _audience(manifest, node, variables)
        for unique_id, node in sorted(manifest["nodes"].items())
        if unique_id.startswith("model.")
        and _FOLDER in node["fqn"][:-1]
        and node["name"].startswith(_PREFIX)
    ]


def write_catalogue(
    home: Home, manifest: Mapping[str, Any], variables: Mapping[str, Any]
) -> list[Audience]:
    """Write `<home>/catalogue/audience_catalogue.parquet`, a row an audience; none is no rows.

    `variables` are the vars in force. Raises SettingsError as `audiences` does.
    """
    found = audiences(manifest, variables)
    home.catalogue.mkdir(parents=True, exist_ok=True)
    path = home.catalogue / CATALOGUE_NAME
    temporary = path.with_suffix(".tmp")
    columns = [f"{name} {data_type}" for name, data_type in _COLUMNS.items()]
    with duckdb.connect() as connection:
        connection.execute(statement("create table catalogue ({columns})", columns=columns))
        insert = statement("insert into catalogue values ({marks})", marks=["?"] * len(_COLUMNS))
        for audience in found:
            connection.execute(insert, list(astuple(audience)))
        copy = "copy (select * from catalogue order by audience) to {path} (format parquet)"
        connection.execute(statement(copy, path=temporary))
    temporary.replace(path)
    return found
