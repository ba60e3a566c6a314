"""What an audience means: all that decides who is in, part by part, and a hash of it."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from rollcall.sources import PROJECT_ROOT

# The macro that a run writes holds as_of and the release: not part of what an audience means.
_RUN_MACRO = "run_settings"
# Comments and white space match outside the group, so they yield no token. Text in quotes is one
# token: a dash or a brace inside it begins no comment.
_TOKEN = re.compile(
    r"\{#.*?#\}|--[^\n]*|/\*.*?\*/|\s+|('(?:[^']|'')*'|\"[^\"]*\"|\w+|.)", re.DOTALL
)


def normalised(code: str) -> str:
    """Return `code` (SQL and Jinja) without comments and white space, one token a line."""
    return "\n".join(token for token in _TOKEN.findall(code) if token)


def variables_in_force(
    overrides: Mapping[str, Any], project: Path = PROJECT_ROOT
) -> dict[str, Any]:
    """Return dbt_project.yml's vars with a company's over them."""
    document = yaml.safe_load((project / "dbt_project.yml").read_text(encoding="utf-8"))
    return {**(document.get("vars") or {}), **overrides}


def _digest(value: Any) -> str:
    text = json.dumps(value, sort_keys=True, default=str)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _rows(path: Path) -> list[list[str]]:
    # As rows, so that a file saved with other line ends means the same.
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


@dataclass
class Definitions:
    """What dbt's manifest says of each node's meaning, with the settings and seeds in force.

    `seeds` are the CSVs in force by seed name: a company's stand in for the shipped ones. A seed
    that it does not name is read where the manifest says. Each node is read once, however many
    audiences rest on it.
    """

    manifest: Mapping[str, Any]
    settings: Mapping[str, Any]
    seeds: Mapping[str, Path] = field(default_factory=dict)
    _read: dict[str, tuple[str, frozenset[str]] | None] = field(default_factory=dict, repr=False)

    def upstream(self, unique_id: str) -> set[str]:
        """Return a node and all that it is built from: models, seeds and macros."""
        found: set[str] = set()
        waiting = [unique_id]
        while waiting:
            name = waiting.pop()
            node = self._node(name)
            if name in found or node is None:
                continue
            found.add(name)
            depends = node.get("depends_on") or {}
            waiting += [*depends.get("nodes", []), *depends.get("macros", [])]
        return found

    def sources(self, unique_id: str) -> set[str]:
        """Return the sources that a node is built from, by name."""
        return {
            self.manifest["sources"][needed]["source_name"]
            for name in self.upstream(unique_id)
            for needed in (self._node(name) or {}).get("depends_on", {}).get("nodes", [])
            if needed in self.manifest["sources"]
        }

    def parts(self, unique_id: str) -> dict[str, str]:
        """Return what the node means, part by part: name to sha256, without any path.

        Of the settings and of the traits those count that the code names, of traits the node's own
        code: a new one changes no audience. as_of and paths never do.
        """
        read = {name: part for name, part in self._parts(unique_id)}
        words = frozenset().union(*(part[1] for part in read.values()))
        own = {
            f"setting.{name}": _digest(value)
            for name, value in self.settings.items()
            if name in words
        }
        return {name: part[0] for name, part in read.items()} | own | self._traits(unique_id)

    def definition_hash(self, unique_id: str) -> str:
        """Return the sha256 of all that decides who is in: predicate, traits, macros, rules."""
        return _digest(self.parts(unique_id))

    def path(self, unique_id: str) -> Path | None:
        """Return the file that a part is written in; None where it is no node."""
        node = self._node(unique_id)
        if node is None:
            return None
        if node["name"] in self.seeds and unique_id.startswith("seed."):
            return self.seeds[node["name"]]
        # dbt gives the path from the project's root, which for a seed of the home climbs out of it.
        root = Path(node.get("root_path") or PROJECT_ROOT)
        return Path(os.path.normpath(root / node["original_file_path"]))

    def _traits(self, unique_id: str) -> dict[str, str]:
        # A trait is a block of yml, so no code that is upstream says what it is.
        part = self._part(unique_id)
        words = part[1] if part else frozenset()
        return {
            f"trait.{column['name']}": _digest(block)
            for name in self.upstream(unique_id)
            for column in (self._node(name) or {}).get("columns", {}).values()
            if (block := column.get("config", {}).get("meta", {}).get("trait"))
            and column["name"] in words
        }

    def _node(self, name: str) -> Mapping[str, Any] | None:
        node: Mapping[str, Any] | None = self.manifest["nodes"].get(name)
        return node or self.manifest["macros"].get(name)

    def _parts(self, unique_id: str) -> Iterator[tuple[str, tuple[str, frozenset[str]]]]:
        for name in sorted(self.upstream(unique_id)):
            if name not in self._read:
                self._read[name] = self._part(name)
            part = self._read[name]
            if part is not None:
                yield name, part

    def _part(self, name: str) -> tuple[str, frozenset[str]] | None:
        """Return the digest of one node's meaning and the words of its code."""
        kind = name.split(".")[0]
        node = self._node(name)
        if node is None:
            return None
        if kind == "macro":
            # dbt's own macros are pinned with its version.
            is_own = node["package_name"] == self.manifest["metadata"]["project_name"]
            if not is_own or node["name"] == _RUN_MACRO:
                return None
            text = normalised(node["macro_sql"])
        elif kind == "model":
            text = normalised(node["raw_code"])
        elif kind == "seed":
            path = self.path(name)
            return (_digest(_rows(path)), frozenset()) if path else None
        else:
            return None
        return _digest(text), frozenset(re.findall(r"\w+", text))
