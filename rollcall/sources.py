"""What every shipped source provides, read from its own yml (`models/staging/<source>/`)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import yaml

from rollcall.errors import SettingsError

PROJECT_ROOT = Path(__file__).resolve().parent.parent

# What a compressed file may come to when it is read: a day of a busy site is less.
EXPANDED_LIMIT_MEGABYTES = 16_384
# The types of identifier that a source may be barred from binding.
IDENTIFIER_TYPES = ("user_id", "email", "phone", "loyalty_id", "anonymous_id")

_SETTINGS = {
    "provides",
    "namespace",
    "purchases",
    "freshness_days",
    "binds_not",
    "expanded_limit_megabytes",
}
_PURCHASES = {"orders", "events"}
_NAMESPACE = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True)
class IdentifierSpec:
    """What a column's values identify, as identity writes it.

    `type` is the identifier's type; where it is None, `type_column` names the column that tells it.
    `namespace` is the column that names the id's namespace, `country` that of a phone number's
    country, and `without` a pattern that staging takes out of the value.
    """

    type: str | None = None
    type_column: str | None = None
    namespace: str | None = None
    country: str | None = None
    without: str | None = None


@dataclass(frozen=True)
class ColumnSpec:
    """One column that staging reads. `data_type` is what every non-blank value must cast to.

    `allowed` are the only words it may hold, in lower case; any text where it is empty. `needs` is
    the column that must be filled in wherever this one is. `identifier` says whom a value
    identifies; `record` names what rows of the source belong together that have the same value, so
    that the lines of an order go with it.
    """

    name: str
    data_type: str = "string"
    is_required: bool = False
    is_optional: bool = False
    allowed: tuple[str, ...] = ()
    needs: str | None = None
    identifier: IdentifierSpec | None = None
    record: str | None = None


@dataclass(frozen=True)
class TableSpec:
    """One raw table: the landing folder of the same name and the columns that staging needs.

    A file without a column that is not optional cannot be read; a line whose required column is
    blank, or whose value does not cast to the column's type or is no allowed word, or that
    lacks the value that another one needs, is quarantined. One that
    `finds_people` names them by identifiers and makes none: consents and erasure requests.
    """

    name: str
    columns: Mapping[str, ColumnSpec] = field(default_factory=dict)
    finds_people: bool = False


@dataclass(frozen=True)
class SourceSpec:
    """One source: its raw tables, the contract entities it provides, and how it is read.

    `binds_not` are the types of identifier of which it has no say whose they are: what it writes
    there ties nobody, makes nobody and finds nobody. A compressed file may expand to
    `expanded_limit_megabytes`.
    """

    name: str
    tables: Mapping[str, TableSpec]
    provides: tuple[str, ...]
    namespace: str = "main"
    purchases: str = "orders"
    freshness_days: int = 2
    binds_not: tuple[str, ...] = ()
    expanded_limit_megabytes: int = EXPANDED_LIMIT_MEGABYTES

    def configured(self, overrides: Mapping[str, Any], where: str) -> SourceSpec:
        """Return the source with a company's settings over its own; `where` names their file."""
        unknown = set(overrides) - _SETTINGS
        if unknown:
            raise SettingsError(
                f"{where}: source {self.name}: unknown setting {sorted(unknown)[0]!r}. "
                f"Known: {', '.join(sorted(_SETTINGS))}."
            )
        values = dict(overrides)
        for name in ("provides", "binds_not"):
            if isinstance(values.get(name), list):
                values[name] = tuple(values[name])
        spec = replace(self, **values)
        spec._check(f"{where}: source {self.name}")
        return spec

    def _check(self, where: str) -> None:
        """Raise SettingsError where a setting that is written into SQL, or bounds, is wrong."""
        if not (isinstance(self.namespace, str) and _NAMESPACE.fullmatch(self.namespace)):
            raise SettingsError(
                f"{where}: namespace is {self.namespace!r}. Write it in lower case, like books_2."
            )
        if self.purchases not in _PURCHASES:
            raise SettingsError(
                f"{where}: purchases is {self.purchases!r}. Set it to orders or events."
            )
        wrong = [name for name in self.binds_not if name not in IDENTIFIER_TYPES]
        if not isinstance(self.binds_not, tuple) or wrong:
            given = repr(wrong[0] if wrong else self.binds_not)
            raise SettingsError(
                f"{where}: binds_not: {given} is no type of identifier. "
                f"Write a list of {', '.join(IDENTIFIER_TYPES)}."
            )
        limit = self.expanded_limit_megabytes
        if type(limit) is not int or limit < 1:
            raise SettingsError(
                f"{where}: expanded_limit_megabytes is {limit!r}. Write a whole number, 1 or more."
            )


def _identifier(written: Any) -> IdentifierSpec | None:
    if written is None:
        return None
    return IdentifierSpec(**(written if isinstance(written, Mapping) else {"type": written}))


def _column(raw: Mapping[str, Any]) -> ColumnSpec:
    meta = raw.get("config", {}).get("meta", {})
    return ColumnSpec(
        name=raw["name"],
        data_type=raw.get("data_type", "string"),
        is_required=bool(meta.get("required", False)),
        is_optional=bool(meta.get("optional", False)),
        allowed=tuple(meta.get("allowed", ())),
        needs=meta.get("needs"),
        identifier=_identifier(meta.get("identifier")),
        record=meta.get("record"),
    )


def is_landed(raw: Mapping[str, Any]) -> bool:
    """Say whether a source, or a table of it, lands as files, by its yml or dbt's manifest.

    The run's own records (ledger, releases) do not.
    """
    meta = {**(raw.get("source_meta") or {}), **((raw.get("config") or {}).get("meta") or {})}
    return "rollcall" in meta


def _source(raw: Mapping[str, Any], where: str) -> SourceSpec:
    tables = {
        table["name"]: TableSpec(
            table["name"],
            {col["name"]: _column(col) for col in table.get("columns", [])},
            bool(table.get("config", {}).get("meta", {}).get("finds_people", False)),
        )
        for table in raw["tables"]
    }
    bare = SourceSpec(name=raw["name"], tables=tables, provides=())
    return bare.configured(raw["config"]["meta"]["rollcall"], where)


def shipped_sources(project: Path = PROJECT_ROOT) -> dict[str, SourceSpec]:
    """Read every source folder's yml. Raises SettingsError naming a file that is not readable."""
    found: dict[str, SourceSpec] = {}
    for path in sorted((project / "models" / "staging").glob("*/_*__sources.yml")):
        try:
            document = yaml.safe_load(path.read_text(encoding="utf-8"))
            specs = [_source(raw, str(path)) for raw in document["sources"] if is_landed(raw)]
        except (yaml.YAMLError, KeyError, TypeError) as error:
            raise SettingsError(f"{path}: not a dbt sources file: {error}") from error
        found.update({spec.name: spec for spec in specs})
    return found
