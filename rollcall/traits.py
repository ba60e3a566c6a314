"""The moments that traits name, held against what there can be before anything is built."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from rollcall.errors import SettingsError
from rollcall.rules import ANY_MOMENT, FEATURE, OWN_MOMENTS, known_moments

# Where a trait's block names moments: itself, and the blocks in it.
_NAMED = ("of", "among")
_BLOCKS = ("first", "then", "again")


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
    known = known_moments(seeds) | {ANY_MOMENT}
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
                    f"{seeds['event_vocabulary'].name}, nor {ANY_MOMENT}, {', '.join(OWN_MOMENTS)} "
                    f"or {FEATURE}<feature of {seeds['features'].name}>. Write one that is"
                    + (f", like {near[0]}," if near else "")
                    + " or add it there with its meaning."
                )
