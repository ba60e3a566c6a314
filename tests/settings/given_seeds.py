"""Seeds that fit each other, with one text of one of them changed."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from rollcall.forms import Seed, declared_seeds
from rollcall.sources import PROJECT_ROOT

SHIPPED = {path.stem: path for path in (PROJECT_ROOT / "seeds" / "reference").glob("*.csv")}


@cache
def declared() -> Mapping[str, Seed]:
    """Return what the project declares of its seeds."""
    return declared_seeds(PROJECT_ROOT)


def write_seeds(
    folder: Path, good: Mapping[str, str], name: str, old: str, new: str
) -> dict[str, Path]:
    """Write the seeds of `good` to `folder`, `old` of the one called `name` as `new`.

    `old` has to be in it: a change that changes nothing would test nothing.
    """
    paths = {}
    for seed, text in good.items():
        paths[seed] = folder / f"{seed}.csv"
        assert seed != name or old in text
        paths[seed].write_text(
            text.replace(old, new, 1) if seed == name else text, encoding="utf-8"
        )
    return paths
