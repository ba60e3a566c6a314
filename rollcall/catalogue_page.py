"""The catalogue page, docs/audiences.md, written from what the audiences' yml declares.

`python -m rollcall.catalogue_page` (make catalogue) writes it anew.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import yaml

from rollcall.catalogue import INDUSTRIES, Declared, block_place, declared
from rollcall.markdown import markdown_table
from rollcall.rules import goals_of
from rollcall.sources import PROJECT_ROOT

PAGE = Path("docs") / "audiences.md"
_FOLDER = Path("models") / "audiences"
_GOALS = Path("seeds") / "reference" / "audience_goals.csv"
_TITLES = {
    "any": "Any company",
    "shop": "Shop",
    "subscription": "Subscription",
    "trading": "Trading",
    "game": "Game",
    "bank": "Bank",
}
_HEADER = """\
# The audiences

Written from `models/audiences/` by `make catalogue`; change the yml there, not this page.
[add_an_audience.md](add_an_audience.md) says what each field means and how to add one.

Purpose is the consent that a member has given. Of several audiences the one with the lowest
priority goes first. Whoever is in a **suppression list** is in no audience that is exported.
"""
_COLUMNS = ("audience", "rule", "purpose", "priority", "tier", "owner", "campaign", "goal")


def declared_in(project: Path) -> Iterator[Declared]:
    """Yield what each audience of a project declares. Raises SettingsError as `declared` does."""
    goals = goals_of(project / _GOALS)
    for path in sorted((project / _FOLDER).rglob("_*.yml")):
        document = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
        for model in document.get("models") or []:
            meta = (model.get("config") or {}).get("meta") or {}
            where = block_place(str(path.relative_to(project)), model["name"], project)
            yield declared(model["name"], model.get("description", ""), meta, where, goals)


def _cells(audience: Declared) -> tuple[str, ...]:
    name = f"{audience.audience}{' (suppression list)' if audience.is_suppression else ''}"
    return (
        name,
        audience.description,
        audience.purpose,
        str(audience.priority),
        audience.tier,
        audience.owner,
        audience.campaign or "",
        audience.goal or "",
    )


def page(audiences: Sequence[Declared]) -> str:
    """Return the page: a table an industry; an audience of several is in each of theirs."""
    parts = [_HEADER]
    for industry in INDUSTRIES:
        rows = [
            _cells(audience)
            for audience in sorted(audiences, key=lambda one: (one.priority, one.audience))
            if industry in audience.industries
        ]
        if rows:
            parts.append(f"## {_TITLES[industry]}\n\n{markdown_table(_COLUMNS, rows)}\n")
    return "\n".join(parts)


def write_page(project: Path = PROJECT_ROOT) -> Path:
    """Write the page of a project and return its path. Raises SettingsError."""
    path = project / PAGE
    path.write_text(page(list(declared_in(project))), encoding="utf-8")
    return path


if __name__ == "__main__":
    print(write_page())
