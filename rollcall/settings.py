"""What one run is about: flags first, then ROLLCALL_* variables, then --config, then defaults."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from expectations.suite import history_figures
from rollcall.catalogue import INDUSTRIES
from rollcall.errors import SettingsError
from rollcall.forms import check_seeds, declared_seeds
from rollcall.home import Home
from rollcall.rules import (
    check_audience_goals,
    check_content_fields,
    check_engagement_rules,
    check_risk_indicators,
    check_value_rules,
)
from rollcall.seeds import utf8_text
from rollcall.sources import PROJECT_ROOT, SourceSpec, shipped_sources
from rollcall.variables import check_variables

_CONFIG_FILE = "rollcall.yml"
_CONFIG_KEYS = {"sources", "vars", "industries"}
_AS_OF_FORMAT = "%Y-%m-%d %H:%M:%S.%f"
_SETTINGS_MACRO = "run_settings"
# When the run is and which release it makes. Apart from the settings: of what changes with each
# run dbt need not parse every model anew (macros/settings/of_this_run.sql).
_MOMENT_MACRO = "run_moment"
_ODD_IN_HOME = re.compile(r"[\x00-\x1f'\"{}*?\[\]\\]")


@dataclass(frozen=True)
class Settings:
    """One run's settings. `as_of` is UTC and the run's only now."""

    home: Home
    as_of: datetime
    sources: Mapping[str, SourceSpec]
    landings: tuple[Path, ...] = ()
    config: Path | None = None
    variables: Mapping[str, Any] = field(default_factory=dict)
    # What the company is: audiences of other industries are left out. None named, none left out.
    industries: tuple[str, ...] = ()
    target: str = "duckdb"
    tier: str = "all"
    is_full_refresh: bool = False

    @property
    def as_of_text(self) -> str:
        """`as_of` as SQL reads it, to the microsecond, UTC."""
        return self.as_of.strftime(_AS_OF_FORMAT)

    @property
    def as_of_utc(self) -> datetime:
        """`as_of` without a zone, as the ledger and the raw zone tell times."""
        return self.as_of.astimezone(UTC).replace(tzinfo=None)

    def is_for(self, industries: Sequence[str]) -> bool:
        """Say whether an audience of these industries is one of the company's."""
        return not self.industries or bool({"any", *self.industries} & set(industries))


def parse_as_of(text: str) -> datetime:
    """Read an ISO 8601 time; without an offset it is UTC. Raises SettingsError."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise SettingsError(
            f"--as-of {text!r} is not an ISO 8601 time. Write it like 2026-06-30T00:00:00Z."
        ) from error
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


@dataclass(frozen=True)
class _Config:
    """What a company's rollcall.yml says. `places` are the file and line of each source and var."""

    sources: Mapping[str, Any] = field(default_factory=dict)
    variables: Mapping[str, Any] = field(default_factory=dict)
    industries: tuple[str, ...] = ()
    places: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def _check_keys(node: yaml.Node, path: Path) -> None:
    """Raise SettingsError where a key is written twice; yaml takes the last without a word."""
    waiting, seen = [node], set()
    while waiting:
        block = waiting.pop()
        # What an anchor names is there more than once, and may hold itself.
        if id(block) in seen:
            continue
        seen.add(id(block))
        if isinstance(block, yaml.SequenceNode):
            waiting += block.value
        elif isinstance(block, yaml.MappingNode):
            lines: dict[Any, int] = {}
            for key, value in block.value:
                waiting.append(value)
                line = key.start_mark.line + 1
                # A key that is no scalar is told when the block is read.
                if isinstance(key, yaml.ScalarNode) and key.value in lines:
                    raise SettingsError(
                        f"{path}:{line}: key {key.value!r} is in line {lines[key.value]} already. "
                        "Keep one of the two."
                    )
                if isinstance(key, yaml.ScalarNode):
                    lines[key.value] = line


def _places(node: yaml.Node | None, path: Path, section: str) -> dict[str, str]:
    """Return the file and line of each key below a section of the file."""
    blocks = [
        value
        for key, value in (node.value if isinstance(node, yaml.MappingNode) else ())
        if key.value == section and isinstance(value, yaml.MappingNode)
    ]
    return {
        key.value: f"{path}:{key.start_mark.line + 1}" for block in blocks for key, _ in block.value
    }


def _read_config(config: Path) -> _Config:
    path = config / _CONFIG_FILE
    if not path.is_file():
        raise SettingsError(f"--config {config}: no {_CONFIG_FILE} there.")
    text = utf8_text(path)
    try:
        node = yaml.compose(text, yaml.SafeLoader)
        if node is not None:
            _check_keys(node, path)
        document = yaml.safe_load(text) or {}
    except yaml.YAMLError as error:
        raise SettingsError(f"{path}: not valid yaml: {error}") from error
    if not isinstance(document, dict):
        raise SettingsError(f"{path}: write keys with values: {', '.join(sorted(_CONFIG_KEYS))}.")
    for key in document:
        if key not in _CONFIG_KEYS:
            raise SettingsError(
                f"{path}: unknown key {key!r}. Known: {', '.join(sorted(_CONFIG_KEYS))}."
            )
    sources, variables = document.get("sources") or {}, document.get("vars") or {}
    for key, value in (("sources", sources), ("vars", variables)):
        if not isinstance(value, dict):
            raise SettingsError(f"{path}: {key} must be names with values, like `web: {{}}`.")
    for name, value in sources.items():
        if not isinstance(value, dict | None):
            raise SettingsError(
                f"{path}: source {name}: {value!r} is no mapping. Write `{name}: {{}}`, or its "
                "settings."
            )
    industries = document.get("industries") or []
    if not isinstance(industries, list):
        raise SettingsError(f"{path}: industries {industries!r} is no list, like [shop].")
    for name in industries:
        if name not in INDUSTRIES:
            raise SettingsError(
                f"{path}: industries: {name!r} is unknown. Known: {', '.join(INDUSTRIES)}."
            )
    places = {
        section: dict.fromkeys(block, str(path)) | _places(node, path, section)
        for section, block in (("sources", sources), ("vars", variables))
    }
    return _Config(sources, variables, tuple(industries), places)


def _holds_files(folder: Path) -> bool:
    return folder.is_dir() and any(folder.iterdir())


def _known(name: str, shipped: Mapping[str, SourceSpec], where: str) -> str:
    if name not in shipped:
        raise SettingsError(
            f"{where}: there is no source {name!r}. Known: {', '.join(sorted(shipped))}. "
            "A new one is a folder below models/staging; docs/add_a_source.md says how."
        )
    return name


def _check_home(home: Home) -> None:
    """Raise SettingsError where dbt, which writes the path into SQL, would read it as code."""
    odd = _ODD_IN_HOME.search(str(home.root))
    if odd:
        raise SettingsError(
            f"--home {home.root}: {odd[0]!r} in a path is read as code or as a pattern. "
            "Choose a folder without it."
        )


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
    _check_home(home)
    for landing in landings:
        if not landing.is_dir():
            raise SettingsError(f"--landing {landing}: no such folder.")
    own = _Config()
    if config is not None:
        own = _read_config(config)
        check_variables(own.variables, own.places["vars"], project)
        on = [_known(name, shipped, own.places["sources"][name]) for name in own.sources]
    else:
        on = [
            name
            for name in shipped
            if any(_holds_files(base / name) for base in (*landings, home.raw))
        ]
    if sources:
        on = [_known(name, shipped, "--source") for name in sources]
    specs = {name: shipped[name] for name in sorted(set(on))}
    for name, overrides in own.sources.items():
        if name in specs and overrides:
            specs[name] = specs[name].configured(overrides, own.places["sources"][name])
    return Settings(
        home=home,
        as_of=as_of or datetime.now(UTC),
        sources=specs,
        landings=tuple(path.resolve() for path in landings),
        config=config.resolve() if config else None,
        variables=own.variables,
        industries=own.industries,
        target=target,
        tier=tier,
        is_full_refresh=is_full_refresh,
    )


def _audience_models(settings: Settings, project: Path) -> list[str]:
    """Return the models of the company's audiences; one that says no industry is among them."""
    folder = project / "models" / "audiences"
    others = {
        model["name"]
        for path in folder.rglob("_*.yml")
        for model in (yaml.safe_load(path.read_text(encoding="utf-8")) or {}).get("models") or []
        if not settings.is_for(
            ((model.get("config") or {}).get("meta") or {}).get("industry") or ["any"]
        )
    }
    return sorted({path.stem for path in folder.rglob("aud_*.sql")} - others)


def _header(path: str | Path) -> str:
    return next(iter(utf8_text(Path(path)).splitlines()), "").strip()


def _reference_seeds(project: Path) -> dict[str, Path]:
    return {path.stem: path for path in (project / "seeds" / "reference").glob("*.csv")}


def seeds_in_force(settings: Settings, project: Path = PROJECT_ROOT) -> dict[str, Path]:
    """Return every reference seed's CSV by name; a company's stands in for the shipped one.

    Raises SettingsError where a company's stands in for none, or has other columns.
    """
    own = {name: Path(path) for name, path in _seed_files(settings, project).items()}
    return _reference_seeds(project) | own


def _seed_files(settings: Settings, project: Path) -> dict[str, str]:
    """Return the company's CSVs that stand in for reference seeds, by seed name."""
    if settings.config is None:
        return {}
    known = _reference_seeds(project)
    own = {path.stem: str(path) for path in sorted(settings.config.glob("*.csv"))}
    for name in own:
        if name not in known:
            raise SettingsError(
                f"{own[name]}: stands in for no reference seed. Known: {', '.join(sorted(known))}."
            )
        wanted, given = _header(known[name]), _header(own[name])
        # Rows are read by position: another order would put values into the wrong columns.
        if given != wanted:
            raise SettingsError(f"{own[name]}:1: columns are {given!r}. Write {wanted!r}.")
    return own


def _told(home: Home, macro: str) -> dict[str, Any]:
    path = home.dbt / "macros" / f"{macro}.sql"
    body = path.read_text(encoding="utf-8") if path.is_file() else ""
    found = re.search(r"fromjson\('(.*)'\)", body)
    if found is None:
        raise SettingsError(f"{path}: tells nothing. `rollcall run` writes it when a run begins.")
    text = re.sub(r"\\(.)", r"\1", found[1])
    told: dict[str, Any] = json.loads(text)
    return told


def last_written(home: Home) -> dict[str, Any]:
    """Return what `write_for_dbt` last wrote on this home.

    Raises SettingsError where nothing was written yet.
    """
    return {**_told(home, _SETTINGS_MACRO), **_told(home, _MOMENT_MACRO)}


def last_landings(home: Home) -> list[str]:
    """Return the landing folders of the last run that was given any; none before there was one."""
    try:
        landings: list[str] = _told(home, _MOMENT_MACRO).get("landings", [])
    except SettingsError:
        return []
    return landings


def as_of_text_of(home: Home) -> str:
    """Return the as_of that `write_for_dbt` last wrote on this home, as SQL reads it, UTC.

    Raises SettingsError where nothing was written yet.
    """
    return str(_told(home, _MOMENT_MACRO)["as_of"])


def _tell(home: Home, macro: str, values: Mapping[str, Any]) -> bool:
    """Write a macro that returns `values`; say whether it said something else before."""
    text = json.dumps(values, sort_keys=True)
    literal = text.replace("\\", "\\\\").replace("'", "\\'")
    body = (
        "{# Written by rollcall at the start of a run; dbt commands by hand read it too. #}\n"
        f"{{% macro {macro}() %}}\n"
        f"    {{{{ return(fromjson('{literal}')) }}}}\n"
        "{% endmacro %}\n"
    )
    path = home.dbt / "macros" / f"{macro}.sql"
    if path.exists() and path.read_text(encoding="utf-8") == body:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(body, encoding="utf-8")
    return True


def write_for_dbt(settings: Settings, *, release_id: str, project: Path = PROJECT_ROOT) -> None:
    """Write the macros that tell dbt what the run is about, below `<home>/dbt`.

    Raises SettingsError where the seeds in force do not fit each other.

    Every dbt command on this home, by `rollcall run` or by hand, then reads the same settings.
    """
    seeds = seeds_in_force(settings, project)
    check_seeds(seeds, declared_seeds(project))
    check_engagement_rules(seeds)
    check_audience_goals(seeds)
    check_risk_indicators(seeds)
    check_content_fields(seeds["content_fields"], _reference_seeds(project)["content_fields"])
    check_value_rules(seeds)
    values = {
        "config": str(settings.config) if settings.config else None,
        "sources": {
            name: {
                "provides": sorted(spec.provides),
                "namespace": spec.namespace,
                "purchases": spec.purchases,
                "freshness_days": spec.freshness_days,
                "binds_not": sorted(spec.binds_not),
            }
            for name, spec in settings.sources.items()
        },
        "audiences": _audience_models(settings, project),
        "figures": [asdict(figure) for figure in history_figures()],
        "seed_files": _seed_files(settings, project),
        "vars": dict(settings.variables),
    }
    home = settings.home
    moment = {
        "as_of": settings.as_of_text,
        "release_id": release_id,
        "landings": [str(path) for path in settings.landings] or last_landings(home),
    }
    _tell(home, _MOMENT_MACRO, moment)
    if _tell(home, _SETTINGS_MACRO, values):
        # What is on and what is not is settled while parsing: dbt must not remember it.
        (home.dbt / "target" / "partial_parse.msgpack").unlink(missing_ok=True)
    os.environ["ROLLCALL_HOME"] = str(home.root)
    os.environ["DBT_TARGET_PATH"] = str(home.dbt / "target")
    os.environ["DBT_LOG_PATH"] = str(home.dbt / "logs")
