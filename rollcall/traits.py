"""The moments that traits name, held against what there can be before anything is built."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from rollcall.errors import SettingsError
from rollcall.rules import OWN_MOMENTS
from rollcall.seeds import seed_rows

# What a trait may name that is no event of the vocabulary.
_OWN = ("any", *OWN_MOMENTS)
_FEATURE = "feature:"
# Where a trait's block names moments: itself, and the blocks in it.
_NAMED = ("of", "among")
_BLOCKS = ("first", "then", "again")


def known_moments(seeds: Mapping[str, Path]) -> set[str]:
    """Return every name that a moment can have, and `any`.

    `seeds` holds the files in force of event_vocabulary and features. Raises SettingsError where
    the vocabulary has a name that Rollcall gives itself.
    """
    events = set()
    for line, row in seed_rows(seeds["event_vocabulary"]):
        name = row["event_name"]
        if name in _OWN or ":" in name:
            raise SettingsError(
                f"{seeds['event_vocabulary']}:{line}: event {name!r} is a name that Rollcall gives "
                "itself. Choose another, and let the source's model write that."
            )
        events.add(name)
    return {*_OWN} | events | {_FEATURE + row["feature"] for _, row in seed_rows(seeds["features"])}


def _named(block: Any) -> Iterator[str]:
    """Yield the moments that a block names; what is wrong with its parts dbt says itself."""
    if not isinstance(block, Mapping):
        return
    for part in _NAMED:
        names = block.get(part)
        yield from [names] if isinstance(names, str) else names if isinstance(names, list) else []
    for part in _BLOCKS:
        yield from _named(block.get(part))


def check_traits(manifest: Mapping[str, Any], seeds: Mapping[str, Path]) -> None:
    """Raise SettingsError where a trait names a moment that there cannot be.

    `manifest` is dbt's, `seeds` are as known_moments reads them. The message names the yml, the
    trait, the name and the way out.
    """
    known = known_moments(seeds)
    for node in manifest["nodes"].values():
        for column in node.get("columns", {}).values():
            block = column.get("config", {}).get("meta", {}).get("trait")
            for name in _named(block):
                if name in known:
                    continue
                where = str(node.get("patch_path") or node["original_file_path"]).split("://")[-1]
                near = get_close_matches(str(name), sorted(known), n=1)
                raise SettingsError(
                    f"{where}: trait {column['name']}: {name!r} is no event of "
                    f"{seeds['event_vocabulary'].name}, nor {', '.join(_OWN)} or "
                    f"{_FEATURE}<feature of {seeds['features'].name}>. Write one that is"
                    + (f", like {near[0]}," if near else "")
                    + " or add it there with its meaning."
                )
