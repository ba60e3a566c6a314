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
    "retention_days",
}
_PURCHASES = {"orders", "events"}
# The entities whose old rows can go, and the longest that a company may say.
_EXPIRING = ("events", "messages")
_LONGEST_RETENTION_DAYS = 36_500
_TIMES = ("timestamp", "date")
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

    `allowed` are the only words it may hold, in lower case; any text where it is empty. `minimum`
    and `maximum` are the bounds of a number, 11 digits of a decimal that has none; a timestamp is
    of 1970 to 9999 in any case. `needs` is
    the column that must be filled in wherever this one is. `identifier` says whom a value
    identifies; `record` names what rows of the source belong together that have the same value, so
    that the lines of an order go with it. `is_kept` when the row expires, as what is required and
    what identifies is in any case.
    """

    name: str
    data_type: str = "string"
    is_required: bool = False
    is_optional: bool = False
    allowed: tuple[str, ...] = ()
    minimum: int | None = None
    maximum: int | None = None
    needs: str | None = None
    identifier: IdentifierSpec | None = None
    record: str | None = None
    is_kept: bool = False

    @property
    def is_time(self) -> bool:
        """Whether the column says when something happened."""
        return self.data_type in _TIMES


@dataclass(frozen=True)
class TableSpec:
    """One raw table: the landing folder of the same name and the columns that staging needs.

    A file without a column that is not optional cannot be read; a line whose required column is
    blank, or whose value does not cast to the column's type, is out of its bounds or is no
    allowed word, or that lacks the value that another one needs, is quarantined. One that
    `finds_people` names them by identifiers and makes none: consents and erasure requests.
    `expires` is the entity that its rows are of, where they lose the rest of their columns when
    they are as old as the company says. `lasting` is the column whose values a file that takes
    another's place must all hold: what a person said once is not unsaid by a shorter file.
    """

    name: str
    columns: Mapping[str, ColumnSpec] = field(default_factory=dict)
    finds_people: bool = False
    expires: str | None = None
    lasting: str | None = None

    @property
    def kept(self) -> set[str]:
        """The columns that a row keeps when it expires; those that help to read one go with it."""
        columns = self.columns.values()
        told = [column.identifier for column in columns if column.identifier]
        helpers = {name for one in told for name in (one.type_column, one.namespace, one.country)}
        return {
            column.name
            for column in columns
            if column.is_required
            or column.is_kept
            or column.identifier
            or column.record
            or column.name in helpers
        }


@dataclass(frozen=True)
class SourceSpec:
    """One source: its raw tables, the contract entities it provides, and how it is read.

    `binds_not` are the types of identifier of which it has no say whose they are: what it writes
    there ties nobody, makes nobody and finds nobody. A compressed file may expand to
    `expanded_limit_megabytes`. `retention_days` says, by entity, after how many days a raw file of
    it keeps no more than its tables' `kept`; of an entity that is not there nothing expires.
    """

    name: str
    tables: Mapping[str, TableSpec]
    provides: tuple[str, ...]
    namespace: str = "main"
    purchases: str = "orders"
    freshness_days: int = 2
    binds_not: tuple[str, ...] = ()
    expanded_limit_megabytes: int = EXPANDED_LIMIT_MEGABYTES
    retention_days: Mapping[str, int] = field(default_factory=dict)

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
        self._check_retention(where)

    def _check_retention(self, where: str) -> None:
        """Raise SettingsError where what expires is no entity that can, or no number of days."""
        written, known = self.retention_days, ", ".join(_EXPIRING)
        if not isinstance(written, Mapping):
            raise SettingsError(
                f"{where}: retention_days is {written!r}. Write days by entity, like "
                "{events: 400, messages: 200}."
            )
        for entity, days in written.items():
            if entity not in _EXPIRING:
                raise SettingsError(
                    f"{where}: retention_days: {entity!r} does not expire. Known: {known}."
                )
            if type(days) is not int or not 1 <= days <= _LONGEST_RETENTION_DAYS:
                raise SettingsError(
                    f"{where}: retention_days: {entity} is {days!r}. Write a whole number of days, "
                    f"1 to {_LONGEST_RETENTION_DAYS}, or leave it out: then nothing expires."
                )
            if not any(table.expires == entity for table in self.tables.values()):
                raise SettingsError(
                    f"{where}: retention_days: no table of the source says `expires: {entity}` in "
                    "its yml, so nobody knows what may go. Leave it out, or see docs/retention.md."
                )
        for table in self.tables.values():
            timed = any(column.is_time for column in table.columns.values())
            lasting = table.columns.get(table.lasting or "")
            if table.lasting and (lasting is None or not lasting.is_required):
                raise SettingsError(
                    f"{where}: table {table.name}: lasting is {table.lasting!r}. Name a column of "
                    "it that is required."
                )
            if table.expires and (table.expires not in _EXPIRING or not timed):
                raise SettingsError(
                    f"{where}: table {table.name}: expires is {table.expires!r}. Write one of "
                    f"{known}, of a table that has a column of type timestamp or date."
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
        minimum=meta.get("minimum"),
        maximum=meta.get("maximum"),
        needs=meta.get("needs"),
        identifier=_identifier(meta.get("identifier")),
        record=meta.get("record"),
        is_kept=bool(meta.get("kept", False)),
    )


def _table(raw: Mapping[str, Any]) -> TableSpec:
    meta = raw.get("config", {}).get("meta", {})
    return TableSpec(
        raw["name"],
        {column["name"]: _column(column) for column in raw.get("columns", [])},
        bool(meta.get("finds_people", False)),
        meta.get("expires"),
        meta.get("lasting"),
    )


def is_landed(raw: Mapping[str, Any]) -> bool:
    """Say whether a source, or a table of it, lands as files, by its yml or dbt's manifest.

    The run's own records (ledger, releases) do not.
    """
    meta = {**(raw.get("source_meta") or {}), **((raw.get("config") or {}).get("meta") or {})}
    return "rollcall" in meta


def _source(raw: Mapping[str, Any], where: str) -> SourceSpec:
    tables = {table["name"]: _table(table) for table in raw["tables"]}
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
