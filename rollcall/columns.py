"""Columns that a yml declares twice: dbt keeps the last one without a word."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import yaml

from rollcall.errors import SettingsError
from rollcall.sources import PROJECT_ROOT

# The folders and the keys of what has columns. Unit tests have none, and are most of the yml.
_FOLDERS = ("models", "seeds")
_OWNERS = ("models", "seeds", "sources", "snapshots")
_NO_COLUMNS = "__unit_tests.yml"


def _field(node: yaml.Node | None, name: str) -> yaml.Node | None:
    if not isinstance(node, yaml.MappingNode):
        return None
    return next((value for key, value in node.value if key.value == name), None)


def _listed(node: yaml.Node | None, name: str) -> list[yaml.Node]:
    found = _field(node, name)
    return found.value if isinstance(found, yaml.SequenceNode) else []


def _owners(document: yaml.Node | None) -> Iterator[yaml.Node]:
    for key in _OWNERS:
        for owner in _listed(document, key):
            yield owner
            yield from _listed(owner, "tables")


def check_columns(project: Path = PROJECT_ROOT) -> None:
    """Raise SettingsError where a yml declares two columns of one name, naming both lines.

    Of two traits of one name dbt would build the last one. What is no yml dbt says itself.
    """
    for folder in _FOLDERS:
        for path in sorted((project / folder).rglob("*.yml")):
            if not path.name.endswith(_NO_COLUMNS):
                _check(path, project)


def _check(path: Path, project: Path) -> None:
    try:
        document = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    except yaml.YAMLError:
        return
    for owner in _owners(document):
        lines: dict[str, int] = {}
        for column in _listed(owner, "columns"):
            name = _field(column, "name")
            if name is None:
                continue
            line = name.start_mark.line + 1
            # dbt and the engines know a column by its name in any case.
            first = lines.setdefault(str(name.value).lower(), line)
            if first != line:
                model = _field(owner, "name")
                raise SettingsError(
                    f"{path.relative_to(project)}:{line}: column {name.value} of "
                    f"{model.value if model else 'a table'} is declared in line {first} too, and "
                    "only the last one would count. Give one of the two another name, or take it "
                    "out."
                )
