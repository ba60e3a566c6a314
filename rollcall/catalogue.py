"""The audience catalogue: what each audience says of itself in its yml, and a hash of its rule."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from rollcall.authors import Change, last_changes, latest
from rollcall.definitions import Definitions
from rollcall.errors import SettingsError
from rollcall.home import Home
from rollcall.lineage import Lineage
from rollcall.release.sql import statement
from rollcall.release.tables import node_meta
from rollcall.sources import PROJECT_ROOT

CATALOGUE_NAME = "audience_catalogue.parquet"
SOURCES_NAME = "audience_sources.parquet"
EVENTS_NAME = "audience_events.parquet"
FEEDS_NAME = "consent_feeds.parquet"
APPROVALS_NAME = "audience_approvals.parquet"
# `none` is never exported.
PURPOSES = ("marketing_email", "marketing_sms", "marketing_push", "ads", "profiling", "none")
TIERS = ("A", "B", "C")
INDUSTRIES = ("any", "shop", "subscription", "trading", "game", "bank")
_FOLDER = "audiences"
_PREFIX = "aud_"
_COLUMNS = {
    "audience": "varchar",
    "owner": "varchar",
    "purpose": "varchar",
    "priority": "integer",
    "tier": "varchar",
    "campaign": "varchar",
    "goal": "varchar",
    "is_suppression": "boolean",
    "description": "varchar",
    "definition_hash": "varchar",
    "defined_at": "timestamp",
    "defined_by": "varchar",
    "hold_change_rate": "double",
    "hold_change_count": "integer",
    "hold_days_change_rate": "double",
}
_SOURCE_COLUMNS = {"audience": "varchar", "source": "varchar", "freshness_days": "integer"}
_EVENT_COLUMNS = {"audience": "varchar", "event_name": "varchar", "property": "varchar"}
_FEED_COLUMNS = {"source": "varchar", "table_name": "varchar", "freshness_days": "integer"}
_APPROVAL_COLUMNS = {"audience": "varchar", "approved_by": "varchar"}
_FIELDS = {
    "owner", "purpose", "priority", "tier", "industry", "campaign", "goal", "suppresses", "hold",
}  # fmt: skip
# An audience's own limits, beyond which a release of it is held.
_HOLD_LIMITS = ("change_rate", "change_count", "days_change_rate")
_GRAIN = re.compile(r"One row per [^.]*\.\s+")


@dataclass(frozen=True)
class Declared:
    """One audience as its yml declares it. A suppression list may serve no campaign or goal."""

    audience: str
    owner: str
    purpose: str
    priority: int
    tier: str
    campaign: str | None
    goal: str | None
    is_suppression: bool
    description: str
    industries: tuple[str, ...]
    hold_limits: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Audience:
    """One audience of the project: what it declares, its dbt node, and the hash of its rule."""

    declared: Declared
    unique_id: str
    definition_hash: str
    sources: tuple[str, ...] = ()
    events: tuple[tuple[str, str], ...] = ()
    # The last change of anything that it is made of, in git; None where that is not known.
    last_change: Change | None = None

    @property
    def audience(self) -> str:
        """The audience's name."""
        return self.declared.audience


class _Block:
    """One audience's block in its yml: its fields, and errors that say where they stand."""

    def __init__(self, name: str, meta: Mapping[str, Any], where: str) -> None:
        self._meta = meta
        self._where = f"{where}: {name}"

    def error(self, text: str) -> SettingsError:
        """Return an error about this audience."""
        return SettingsError(f"{self._where}: {text}")

    def optional(self, name: str) -> Any:
        """Return a field that may be left out."""
        return self._meta.get(name)

    def field(self, name: str, known: Collection[str] = ()) -> Any:
        """Return a field that must be there, and be one of `known` where that is given."""
        value = self._meta.get(name)
        if value in (None, "", []):
            raise self.error(
                f"config.meta.{name} is missing. An audience says its owner, purpose, priority, "
                "tier, industry, campaign and goal."
            )
        for one in value if isinstance(value, list) else [value]:
            if known and one not in known:
                raise self.error(
                    f"config.meta.{name} {one!r} is unknown. Known: {', '.join(known)}."
                )
        return value


def declared(
    name: str, description: str, meta: Mapping[str, Any], where: str, goals: Collection[str]
) -> Declared:
    """Read one audience's block: model `name`, at `where` (a yml and its line).

    Raises SettingsError naming the file, the audience, the field and the way out.
    """
    block = _Block(name, meta, where)
    for key in sorted(set(meta) - _FIELDS):
        raise block.error(f"config.meta.{key} is unknown. Known: {', '.join(sorted(_FIELDS))}.")
    suppresses = meta.get("suppresses", False)
    if type(suppresses) is not bool:
        raise block.error(f"config.meta.suppresses {suppresses!r}: write true, or leave it out.")
    purpose, priority = block.field("purpose", PURPOSES), block.field("priority")
    if suppresses and purpose != "none":
        raise block.error(
            f"suppresses, yet its config.meta.purpose is {purpose!r}. Write none: such a list "
            "keeps people out of others and is never exported."
        )
    if type(priority) is not int:
        raise block.error(f"config.meta.priority {priority!r} is no whole number.")
    industries = block.field("industry", INDUSTRIES)
    if not isinstance(industries, list):
        raise block.error(f"config.meta.industry {industries!r} is no list, like [shop].")
    rule = _GRAIN.sub("", description or "", count=1)
    if not rule or rule == description:
        raise block.error(
            "description tells no rule. Write `One row per customer that qualifies.` and then the "
            "rule in one sentence."
        )
    # What only keeps people out of other audiences need not serve a campaign of its own.
    aims = {"campaign": (), "goal": tuple(goals)}
    told = [aim for aim in aims if meta.get(aim) or not suppresses]
    return Declared(
        audience=name.removeprefix(_PREFIX),
        owner=str(block.field("owner")),
        purpose=purpose,
        priority=priority,
        tier=block.field("tier", TIERS),
        campaign=str(block.field("campaign")) if "campaign" in told else None,
        goal=block.field("goal", aims["goal"]) if "goal" in told else None,
        is_suppression=suppresses,
        description=rule.strip(),
        industries=tuple(industries),
        hold_limits=_hold_limits(block),
    )


def _hold_limits(block: _Block) -> dict[str, float]:
    limits = block.optional("hold") or {}
    if not isinstance(limits, Mapping) or set(limits) - set(_HOLD_LIMITS):
        raise block.error(
            f"config.meta.hold {limits!r} is no mapping of limits. Known: "
            f"{', '.join(_HOLD_LIMITS)}."
        )
    for name, value in limits.items():
        if type(value) not in (int, float) or not value >= 0:
            raise block.error(f"config.meta.hold.{name} {value!r} is no number of 0 or more.")
    return dict(limits)


def is_predicate(unique_id: str) -> bool:
    """Say whether a dbt node is an audience's predicate, by its name."""
    return unique_id.split(".")[-1].startswith(_PREFIX)


def block_place(path: str, name: str, project: Path) -> str:
    """Return where the block of a model begins, as `path:line`; the path where that is unknown."""
    file = project / path
    lines = file.read_text(encoding="utf-8").splitlines() if file.is_file() else []
    starts = {f"- name: {name}", f'- name: "{name}"', f"- name: '{name}'"}
    found = [number for number, line in enumerate(lines, start=1) if line.strip() in starts]
    return f"{path}:{found[0]}" if found else path


def _where(node: Mapping[str, Any], project: Path) -> str:
    if not node.get("patch_path"):
        path = Path(node["original_file_path"])
        raise SettingsError(
            f"{path}: no yml has a block of the name {node['name']}. Write it below models: in "
            f"{path.parent}/_{path.parent.name}__audiences.yml, or mend the name there; "
            "docs/add_an_audience.md shows one."
        )
    return block_place(str(node["patch_path"]).split("://")[-1], node["name"], project)


def audiences(
    definitions: Definitions, goals: Collection[str], project: Path = PROJECT_ROOT
) -> list[Audience]:
    """Read every audience (a model `aud_<name>`, anywhere below models/audiences) from dbt.

    Raises SettingsError as `declared` does, and where an audience has no block.
    """
    found = [
        (unique_id, declared(node["name"], node["description"], node_meta(node), where, goals))
        for unique_id, node in sorted(definitions.manifest["nodes"].items())
        if unique_id.startswith("model.")
        and _FOLDER in node["fqn"][:-1]
        and node["name"].startswith(_PREFIX)
        for where in [_where(node, project)]
    ]
    paths = {unique_id: definitions.paths(unique_id) for unique_id, _ in found}
    changes = last_changes(project, set().union(*paths.values()))
    lineage = Lineage(definitions)
    return [
        Audience(
            declared=block,
            unique_id=unique_id,
            definition_hash=definitions.definition_hash(unique_id),
            sources=tuple(sorted(lineage.sources(unique_id))),
            events=tuple(sorted(lineage.events(unique_id))),
            last_change=latest(changes, paths[unique_id]),
        )
        for unique_id, block in found
    ]


def _row(audience: Audience) -> dict[str, Any]:
    change = audience.last_change
    limits = audience.declared.hold_limits
    return asdict(audience.declared) | {
        **{f"hold_{name}": limits.get(name) for name in _HOLD_LIMITS},
        "definition_hash": audience.definition_hash,
        "defined_at": change.committed_at.replace(tzinfo=None)
        if change and change.committed_at
        else None,
        "defined_by": change.author if change else None,
    }


def _write(path: Path, columns: Mapping[str, str], rows: Collection[Sequence[Any]]) -> None:
    temporary = path.with_suffix(".tmp")
    declared_columns = [f"{name} {data_type}" for name, data_type in columns.items()]
    with duckdb.connect() as connection:
        create = statement("create table catalogue ({columns})", columns=declared_columns)
        connection.execute(create)
        if rows:
            marks = [f"({', '.join('?' * len(columns))})"] * len(rows)
            insert = statement("insert into catalogue values {marks}", marks=marks)
            connection.execute(insert, [value for row in rows for value in row])
        copy = "copy (select * from catalogue order by all) to {path} (format parquet)"
        connection.execute(statement(copy, path=temporary))
    temporary.replace(path)


def write_catalogue(
    home: Home,
    found: Collection[Audience],
    freshness_days: Mapping[str, int],
    approvals: Mapping[str, str] | None = None,
    feeds: Collection[tuple[str, str]] = (),
) -> None:
    """Write what dbt reads of the audiences, below `<home>/catalogue`.

    `audience_catalogue.parquet` has a row an audience, `audience_sources.parquet` a row for each
    source that it is built from, with how many days old that may get (`freshness_days`, of the
    sources that are on), `audience_events.parquet` a row for each event and property that it rests
    on, `audience_approvals.parquet` one for each audience that a person lets
    through with this run (`approvals`: audience to name), `consent_feeds.parquet` one for each
    (source, table) of `feeds`, which tell of consent. No audience is no rows.
    """
    home.catalogue.mkdir(parents=True, exist_ok=True)
    rows = [_row(audience) for audience in found]
    values = [[row[name] for name in _COLUMNS] for row in rows]
    _write(home.catalogue / CATALOGUE_NAME, _COLUMNS, values)
    sources = [
        (audience.audience, source, freshness_days[source])
        for audience in found
        for source in audience.sources
        if source in freshness_days
    ]
    _write(home.catalogue / SOURCES_NAME, _SOURCE_COLUMNS, sources)
    events = [(audience.audience, *event) for audience in found for event in audience.events]
    _write(home.catalogue / EVENTS_NAME, _EVENT_COLUMNS, events)
    consents = [(*feed, freshness_days[feed[0]]) for feed in feeds if feed[0] in freshness_days]
    _write(home.catalogue / FEEDS_NAME, _FEED_COLUMNS, consents)
    _write(home.catalogue / APPROVALS_NAME, _APPROVAL_COLUMNS, sorted((approvals or {}).items()))
