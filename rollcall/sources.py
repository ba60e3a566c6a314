"""What every shipped source provides, read from its own yml (`models/staging/<source>/`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import yaml

from rollcall.errors import SettingsError

PROJECT_ROOT = Path(__file__).resolve().parent.parent

_SETTINGS = {"provides", "namespace", "purchases", "freshness_days"}
_PURCHASES = {"orders", "events"}


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
    """One source: its raw tables, the contract entities it provides, and how it is read."""

    name: str
    tables: Mapping[str, TableSpec]
    provides: tuple[str, ...]
    namespace: str = "main"
    purchases: str = "orders"
    freshness_days: int = 2

    def configured(self, overrides: Mapping[str, Any], where: str) -> SourceSpec:
        """Return the source with a company's settings over its own; `where` names their file."""
        unknown = set(overrides) - _SETTINGS
        if unknown:
            raise SettingsError(
                f"{where}: source {self.name}: unknown setting {sorted(unknown)[0]!r}. "
                f"Known: {', '.join(sorted(_SETTINGS))}."
            )
        values = dict(overrides)
        if "provides" in values:
            values["provides"] = tuple(values["provides"])
        spec = replace(self, **values)
        if spec.purchases not in _PURCHASES:
            raise SettingsError(
                f"{where}: source {self.name}: purchases is {spec.purchases!r}. "
                "Set it to orders or events."
            )
        return spec


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


def _is_landed(raw: Mapping[str, Any]) -> bool:
    """Say whether the source lands as files; the run's own records (ledger, releases) do not."""
    return "rollcall" in raw.get("config", {}).get("meta", {})


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
            specs = [_source(raw, str(path)) for raw in document["sources"] if _is_landed(raw)]
        except (yaml.YAMLError, KeyError, TypeError) as error:
            raise SettingsError(f"{path}: not a dbt sources file: {error}") from error
        found.update({spec.name: spec for spec in specs})
    return found
