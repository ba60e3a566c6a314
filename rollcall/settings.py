"""What one run is about: flags first, then ROLLCALL_* variables, then --config, then defaults."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from rollcall.errors import SettingsError
from rollcall.home import Home
from rollcall.sources import PROJECT_ROOT, SourceSpec, shipped_sources

_CONFIG_FILE = "rollcall.yml"
_CONFIG_KEYS = {"sources", "vars"}
_AS_OF_FORMAT = "%Y-%m-%d %H:%M:%S.%f"
_SETTINGS_FILE = "settings.json"


@dataclass(frozen=True)
class Settings:
    """One run's settings. `as_of` is UTC and the run's only now."""

    home: Home
    as_of: datetime
    sources: Mapping[str, SourceSpec]
    landings: tuple[Path, ...] = ()
    config: Path | None = None
    variables: Mapping[str, Any] = field(default_factory=dict)
    target: str = "duckdb"
    tier: str = "all"
    is_full_refresh: bool = False

    @property
    def as_of_text(self) -> str:
        """`as_of` as SQL reads it, to the microsecond, UTC."""
        return self.as_of.strftime(_AS_OF_FORMAT)


def parse_as_of(text: str) -> datetime:
    """Read an ISO 8601 time; without an offset it is UTC. Raises SettingsError."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise SettingsError(
            f"--as-of {text!r} is not an ISO 8601 time. Write it like 2026-06-30T00:00:00Z."
        ) from error
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _read_config(config: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    path = config / _CONFIG_FILE
    if not path.is_file():
        raise SettingsError(f"--config {config}: no {_CONFIG_FILE} there.")
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    except yaml.YAMLError as error:
        raise SettingsError(f"{path}: not valid yaml: {error}") from error
    unknown = set(document) - _CONFIG_KEYS
    if unknown:
        raise SettingsError(
            f"{path}: unknown key {sorted(unknown)[0]!r}. Known: {', '.join(sorted(_CONFIG_KEYS))}."
        )
    return document.get("sources") or {}, document.get("vars") or {}


def _holds_files(folder: Path) -> bool:
    return folder.is_dir() and any(folder.iterdir())


def _known(name: str, shipped: Mapping[str, SourceSpec], where: str) -> str:
    if name not in shipped:
        raise SettingsError(
            f"{where}: there is no source {name!r}. Known: {', '.join(sorted(shipped))}. "
            "A new one is a folder below models/staging; docs/add_a_source.md says how."
        )
    return name


def resolve(
    home: Home,
    *,
    landings: Sequence[Path] = (),
    config: Path | None = None,
    sources: Sequence[str] = (),
    as_of: datetime | None = None,
    target: str = "duckdb",
    tier: str = "all",
    is_full_refresh: bool = False,
    project: Path = PROJECT_ROOT,
) -> Settings:
    """Settle which sources are on and with what settings.

    A configuration's sources are on; without one, every shipped source that a landing folder or
    the home's raw zone holds. `sources` narrows either. Raises SettingsError.
    """
    shipped = shipped_sources(project)
    for landing in landings:
        if not landing.is_dir():
            raise SettingsError(f"--landing {landing}: no such folder.")
    overrides: dict[str, Any] = {}
    variables: dict[str, Any] = {}
    if config is not None:
        overrides, variables = _read_config(config)
        where = str(config / _CONFIG_FILE)
        on = [_known(name, shipped, where) for name in overrides]
    else:
        on = [
            name
            for name in shipped
            if any(_holds_files(base / name) for base in (*landings, home.raw))
        ]
    if sources:
        on = [_known(name, shipped, "--source") for name in sources]
    specs = {
        name: shipped[name].configured(overrides.get(name) or {}, str(config))
        for name in sorted(set(on))
    }
    return Settings(
        home=home,
        as_of=as_of or datetime.now(UTC),
        sources=specs,
        landings=tuple(path.resolve() for path in landings),
        config=config.resolve() if config else None,
        variables=variables,
        target=target,
        tier=tier,
        is_full_refresh=is_full_refresh,
    )


def _audience_models(project: Path) -> list[str]:
    return sorted(path.stem for path in (project / "models" / "audiences").rglob("aud_*.sql"))


def _link_seeds(settings: Settings, project: Path) -> None:
    """Link every reference seed into the home, or the company's CSV of the same name."""
    reference = project / "seeds" / "reference"
    own = {p.name: p for p in settings.config.glob("*.csv")} if settings.config else {}
    names = {path.name for path in reference.glob("*.csv")}
    stray = sorted(set(own) - names)
    if stray:
        raise SettingsError(
            f"{own[stray[0]]}: stands in for no reference seed. "
            f"Known: {', '.join(sorted(names))}."
        )
    folder = settings.home.dbt / "seeds"
    folder.mkdir(parents=True, exist_ok=True)
    wanted = {path.name: own.get(path.name, path) for path in reference.iterdir()}
    for link in folder.iterdir():
        if link.name not in wanted or link.resolve() != wanted[link.name].resolve():
            link.unlink()
    for name, path in wanted.items():
        link = folder / name
        if not link.is_symlink():
            link.symlink_to(path.resolve())


def write_for_dbt(settings: Settings, *, release_id: str, project: Path = PROJECT_ROOT) -> None:
    """Write what dbt reads of the run below `<home>/dbt`: the settings macro and the seeds.

    Every dbt command on this home, by `rollcall run` or by hand, then reads the same settings.
    """
    values = {
        "as_of": settings.as_of_text,
        "release_id": release_id,
        "sources": {
            name: {
                "provides": sorted(spec.provides),
                "namespace": spec.namespace,
                "purchases": spec.purchases,
                "freshness_days": spec.freshness_days,
            }
            for name, spec in settings.sources.items()
        },
        "audiences": _audience_models(project),
        "vars": dict(settings.variables),
    }
    text = json.dumps(values, sort_keys=True)
    literal = text.replace("\\", "\\\\").replace("'", "\\'")
    macros = settings.home.dbt / "macros"
    macros.mkdir(parents=True, exist_ok=True)
    body = (
        "{# Written by rollcall at the start of a run; dbt commands by hand read it too. #}\n"
        "{% macro run_settings() %}\n"
        f"    {{{{ return(fromjson('{literal}')) }}}}\n"
        "{% endmacro %}\n"
    )
    path = macros / "run_settings.sql"
    if not path.exists() or path.read_text(encoding="utf-8") != body:
        path.write_text(body, encoding="utf-8")
    _link_seeds(settings, project)
    os.environ["ROLLCALL_HOME"] = str(settings.home.root)
    os.environ["DBT_TARGET_PATH"] = str(settings.home.dbt / "target")
    os.environ["DBT_LOG_PATH"] = str(settings.home.dbt / "logs")
