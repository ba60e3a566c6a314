"""What an audience means: all that decides who is in, part by part, and a hash of it."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from rollcall.sources import PROJECT_ROOT

# The macro that a run writes holds what each company sets: of it those count that the code names.
_RUN_MACRO = "run_settings"
# The macro that reads the traits out of the manifest.
_TRAITS_MACRO = "traits"
_TRAIT = "trait."
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
    _walked: dict[str, frozenset[str]] = field(default_factory=dict, repr=False)
    _files: dict[str, Path | None] = field(default_factory=dict, repr=False)

    def node_parts(self, unique_id: str) -> dict[str, str]:
        """Return what one node means without the nodes it reads: itself, its macros, settings.

        Who loops over the traits means all of them.
        """
        node = self._node(unique_id) or {}
        macros = (node.get("depends_on") or {}).get("macros", [])
        read = {unique_id}.union(*(self.upstream(macro) for macro in macros))
        is_looped = any(name.endswith(f".{_TRAITS_MACRO}") for name in read)
        return self._told(read) | (self._traits if is_looped else {})

    def upstream(self, unique_id: str) -> set[str]:
        """Return a node and all that it is built from: models, seeds and macros."""
        # Audiences rest on the same few models: what is below those is walked once.
        if self._node(unique_id) is None:
            return set()
        return {unique_id}.union(*map(self._closure, self._needed(unique_id)))

    def _needed(self, name: str) -> list[str]:
        depends = (self._node(name) or {}).get("depends_on") or {}
        return [*depends.get("nodes", []), *depends.get("macros", [])]

    def _closure(self, unique_id: str) -> frozenset[str]:
        if unique_id in self._walked:
            return self._walked[unique_id]
        found: set[str] = set()
        waiting = [unique_id]
        while waiting:
            name = waiting.pop()
            if name in found or self._node(name) is None:
                continue
            found.add(name)
            waiting += self._needed(name)
        self._walked[unique_id] = frozenset(found)
        return self._walked[unique_id]

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
        told = self._told(self.upstream(unique_id))
        _, words = self._read.get(unique_id) or ("", frozenset())
        named = {
            name: digest
            for name, digest in self._traits.items()
            if name.removeprefix(_TRAIT) in words
        }
        return told | named

    def everything(self, unique_id: str) -> dict[str, str]:
        """Return what the node means with all traits that are declared, named or not."""
        return self.parts(unique_id) | self._traits

    @cached_property
    def _traits(self) -> dict[str, str]:
        # A trait is a block of yml: no code says what it is. Two hundred audiences ask for them.
        return {
            f"{_TRAIT}{column['name']}": _digest(block)
            for node in self.manifest["nodes"].values()
            for column in node.get("columns", {}).values()
            if (block := column.get("config", {}).get("meta", {}).get("trait"))
        }

    def _told(self, names: set[str]) -> dict[str, str]:
        read = dict(self._parts(names))
        words = frozenset().union(*(part[1] for part in read.values()))
        own = {
            f"setting.{name}": _digest(value)
            for name, value in self.settings.items()
            if name in words
        }
        return {name: part[0] for name, part in read.items()} | own

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

    def paths(self, unique_id: str) -> set[Path]:
        """Return the files that all that a node means is written in."""
        names = [name for name, _ in self._parts(self.upstream(unique_id))]
        # Audiences rest on the same few hundred files.
        self._files.update((name, self.path(name)) for name in names if name not in self._files)
        found = (self._files[name] for name in names)
        return {path for path in found if path is not None}

    def _node(self, name: str) -> Mapping[str, Any] | None:
        node: Mapping[str, Any] | None = self.manifest["nodes"].get(name)
        return node or self.manifest["macros"].get(name)

    def _parts(self, names: set[str]) -> Iterator[tuple[str, tuple[str, frozenset[str]]]]:
        for name in sorted(names):
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
            # What a loop reads is not in its text: one source or one audience more.
            read = sorted((node.get("depends_on") or {}).get("nodes", []))
            return _digest([text, read]), frozenset(re.findall(r"\w+", text))
        elif kind == "seed":
            path = self.path(name)
            return (_digest(_rows(path)), frozenset()) if path else None
        else:
            return None
        return _digest(text), frozenset(re.findall(r"\w+", text))
