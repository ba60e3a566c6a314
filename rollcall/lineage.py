"""Which sources and events an audience rests on: the columns that it names of its one table.

All audiences read one wide table, which rests on everything; a column of it rests on less. Read are
dbt's lineage, and of the wide table's SQL which part each column is taken from. Who a customer is
rests on every source, and who may be looked at on every source of consents: both are left out, or
one source that is behind would be behind for all. Consents have a gate of their own.

An event is rested on where a trait's block or a feature names it, or where a model between events
and the column has its name in quotes; so is a property of it that the block or feature names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from functools import cached_property
from typing import Any

from rollcall.definitions import Definitions, normalised
from rollcall.release.tables import node_meta
from rollcall.rules import ANY_MOMENT, FEATURE
from rollcall.seeds import seed_rows
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
_QUOTED = re.compile(r"'(\w+)'")
# Models below these folders give events the names that the ones above them ask for.
_BELOW_NAMES = _ABOUT_EVERYBODY | {"unified", "sources", "staging", "tracking"}
# What the tracking plan calls the event itself, beside its properties.
EVENT_ITSELF = "(event)"
# Columns of a moment that are properties of an event, by what a trait's block calls them.
_MOMENT_COLUMNS = {
    "category": "category",
    "product_id": "product_id",
    "platform": "platform",
    "country": "country",
    "value_amount": "value_amount",
    "value_below": "value_amount",
    "value_at_least": "value_amount",
}


def _split(items: str) -> Iterator[str]:
    """Yield what stands between commas that no bracket holds."""
    depth, begin = 0, 0
    for place, sign in enumerate(items):
        depth += (sign in "([") - (sign in ")]")
        if sign == "," and depth == 0:
            yield items[begin:place]
            begin = place + 1
    yield items[begin:]


def named_properties(block: Any) -> Iterator[str]:
    """Yield the properties of events that a right trait block reads."""
    if isinstance(block, str):
        yield from [_MOMENT_COLUMNS[block]] if block in _MOMENT_COLUMNS else []
    if not isinstance(block, Mapping):
        return
    for part, value in block.items():
        if part == "property":
            yield from [value] if isinstance(value, str) else value
        elif part in ("value_below", "value_at_least", *_MOMENT_COLUMNS):
            yield _MOMENT_COLUMNS[part]
        elif part not in ("of", "among"):
            yield from named_properties(value)


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
        self._events: dict[str, frozenset[tuple[str, str]]] = {}
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

    def events(self, audience: str) -> set[tuple[str, str]]:
        """Return the (event, property) that an audience's node rests on, the events themselves too.

        Those of columns that are traced: of a rule that names none, nothing is told.
        """
        node = self._manifest["nodes"][audience]
        words = set(normalised(node["raw_code"]).split("\n"))
        found: set[tuple[str, str]] = set()
        for table in node["depends_on"]["nodes"]:
            columns = (self._manifest["nodes"].get(table) or {}).get("columns", {})
            for column, models in self._parts_of(table).items():
                if column not in words:
                    continue
                meta = columns.get(column, {}).get("config", {}).get("meta", {})
                if meta.get("trait"):
                    found |= self._events_of_trait(meta["trait"])
                else:
                    found = found.union(*map(self._events_below, models))
        return found

    def _events_of_trait(self, trait: Any) -> set[tuple[str, str]]:
        names, properties = set(named_moments(trait)), set(named_properties(trait))
        events = names & self._vocabulary
        found = {(event, one) for event in events for one in (EVENT_ITSELF, *properties)}
        features = {name.removeprefix(FEATURE) for name in names if name.startswith(FEATURE)}
        return found | {pair for feature, pair in self._features if feature in features}

    def _events_below(self, unique_id: str) -> frozenset[tuple[str, str]]:
        if unique_id in self._events:
            return self._events[unique_id]
        node = self._manifest["nodes"].get(unique_id)
        found: set[tuple[str, str]] = set()
        if unique_id.endswith(".features"):
            found = {pair for _, pair in self._features}
        elif node and _BELOW_NAMES.isdisjoint(node["fqn"][:-1]):
            code = _COMMENT.sub("", node.get("raw_code") or "")
            found = {(name, EVENT_ITSELF) for name in {*_QUOTED.findall(code)} & self._vocabulary}
            found = found.union(*map(self._events_below, self._needed(unique_id)))
        self._events[unique_id] = frozenset(found)
        return self._events[unique_id]

    def _rows(self, seed: str) -> list[Mapping[str, str]]:
        unique_id = f"seed.{self._manifest['metadata']['project_name']}.{seed}"
        path = self._definitions.path(unique_id)
        return [row for _, row in seed_rows(path)] if path else []

    @cached_property
    def _vocabulary(self) -> frozenset[str]:
        return frozenset(row["event_name"] for row in self._rows("event_vocabulary"))

    @cached_property
    def _features(self) -> list[tuple[str, tuple[str, str]]]:
        return [
            (row["feature"], (row["event_name"], one))
            for row in self._rows("features")
            for one in dict.fromkeys((EVENT_ITSELF, row["property"] or EVENT_ITSELF))
        ]

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
