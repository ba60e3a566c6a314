"""Which sources an audience rests on: of the one table that it reads, the columns that it names.

All audiences read one wide table, which rests on everything; a column of it rests on less. Read are
dbt's lineage, and of the wide table's SQL which part each column is taken from. Who a customer is
rests on every source, and who may be looked at on every source of consents: both are left out, or
one source that is behind would be behind for all. Consents have a gate of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from functools import cached_property
from typing import Any

from rollcall.definitions import Definitions, normalised
from rollcall.release.tables import node_meta
from rollcall.rules import ANY_MOMENT
from rollcall.sources import is_landed
from rollcall.traits import named_moments

# Models below these folders say who is who, and who said no.
_ABOUT_EVERYBODY = frozenset({"identity", "consent"})
# What a model of moments gives: patterns of their names, in its yml.
_MOMENTS = "moments"
_CONSENTS = "is_consent_feed"
_PART = re.compile(r"^(?:with )?(\w+) as \(\n(.*?)^\)", re.DOTALL | re.MULTILINE)
_END = "\n)\n"
_REF = re.compile(r"ref\('(\w+)'\)")
_COMMENT = re.compile(r"\{#.*?#\}|\{%.*?%\}|--[^\n]*", re.DOTALL)
_ALIAS = re.compile(r"\b(\w+)\.\w+")
_NAME = re.compile(r"(\w+)\s*$")


def _split(items: str) -> Iterator[str]:
    """Yield what stands between commas that no bracket holds."""
    depth, begin = 0, 0
    for place, sign in enumerate(items):
        depth += (sign in "([") - (sign in ")]")
        if sign == "," and depth == 0:
            yield items[begin:place]
            begin = place + 1
    yield items[begin:]


def column_parts(code: str) -> dict[str, set[str]]:
    """Return the models that each column of a model's last select is taken from, by its code.

    Of a column that a loop writes nothing is told.
    """
    parts = {name: set(_REF.findall(body)) for name, body in _PART.findall(code)}
    last = _COMMENT.sub("", code[code.rfind(_END) + len(_END) :])
    columns, _, _ = last.partition("\nfrom ")
    found = {}
    for item in _split(columns):
        name = _NAME.search(item)
        if name:
            models = (parts.get(alias, set()) for alias in _ALIAS.findall(item))
            found[name[1]] = set().union(*models)
    return found


class Lineage:
    """Sources by column, read once from dbt's manifest for all audiences."""

    def __init__(self, definitions: Definitions) -> None:
        """Read what `definitions` hold of the project; nothing is read twice."""
        self._definitions = definitions
        self._manifest = definitions.manifest
        self._found: dict[str, frozenset[str]] = {}
        self._columns: dict[str, dict[str, set[str]]] = {}

    def sources(self, audience: str) -> set[str]:
        """Return the sources that an audience's node rests on.

        All that are below it where it names no column that is traced: rather held than sent.
        """
        node = self._manifest["nodes"][audience]
        words = set(normalised(node["raw_code"]).split("\n"))
        found: set[str] = set()
        for table in node["depends_on"]["nodes"]:
            for column, models in self._parts_of(table).items():
                if column in words:
                    found.update(*(self._below(model) for model in models))
        return found or self._definitions.sources(audience)

    @property
    def consent_feeds(self) -> set[tuple[str, str]]:
        """Return the (source, table) of all that lands and is told as a consent.

        The model that gathers them says so in its yml: `config.meta.is_consent_feed`.
        """
        gathered = [
            unique_id
            for unique_id, node in self._manifest["nodes"].items()
            if node_meta(node).get(_CONSENTS)
        ]
        return {
            (source["source_name"], source["name"])
            for model in gathered
            for name in self._definitions.upstream(model)
            for needed in self._needed(name)
            if (source := self._source(needed))
        }

    def _id(self, model: str) -> str:
        return f"model.{self._manifest['metadata']['project_name']}.{model}"

    def _source(self, unique_id: str) -> Mapping[str, Any] | None:
        """Return a source table that lands as files; what Rollcall itself records is none."""
        source: Mapping[str, Any] | None = self._manifest["sources"].get(unique_id)
        return source if source and is_landed(source) else None

    def _needed(self, unique_id: str) -> list[str]:
        node = self._manifest["nodes"].get(unique_id) or {}
        return list((node.get("depends_on") or {}).get("nodes", []))

    def _parts_of(self, table: str) -> Mapping[str, set[str]]:
        if table not in self._columns:
            node = self._manifest["nodes"].get(table) or {}
            read = column_parts(node.get("raw_code") or "")
            parts = {name: {self._id(model) for model in models} for name, models in read.items()}
            for name, column in node.get("columns", {}).items():
                block = column.get("config", {}).get("meta", {}).get("trait")
                if block:
                    parts[name] = self._models_of(block)
            self._columns[table] = parts
        return self._columns[table]

    def _models_of(self, trait: Any) -> set[str]:
        """Return the models that the moments of a trait come from; all, where it may be any."""
        found = set()
        for moment in named_moments(trait):
            fits = [id_ for pattern, id_ in self._moments if fnmatchcase(moment, pattern)]
            found |= {id_ for _, id_ in self._moments} if moment == ANY_MOMENT else {*fits[:1]}
        return found

    @cached_property
    def _moments(self) -> list[tuple[str, str]]:
        # The longest pattern first: what only events can be named after is everything else.
        patterns = [
            (pattern, unique_id)
            for unique_id, node in self._manifest["nodes"].items()
            for pattern in node_meta(node).get(_MOMENTS, [])
        ]
        return sorted(patterns, key=lambda one: (-len(one[0]), one))

    def _below(self, unique_id: str) -> frozenset[str]:
        if unique_id not in self._found:
            found: set[str] = set()
            for needed in self._needed(unique_id):
                source = self._source(needed)
                node = self._manifest["nodes"].get(needed)
                if source:
                    found.add(source["source_name"])
                elif node and _ABOUT_EVERYBODY.isdisjoint(node["fqn"][:-1]):
                    found |= self._below(needed)
            self._found[unique_id] = frozenset(found)
        return self._found[unique_id]
