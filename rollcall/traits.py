"""Traits, held against what there can be before anything is built.

What a block may say is told by dbt's macro `trait_problem`, which the models read as well; the
moments that it names by the seeds in force.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from jinja2.sandbox import SandboxedEnvironment

from rollcall.errors import SettingsError
from rollcall.rules import ANY_MOMENT, OWN_MOMENTS, known_moments, no_moment

# Where a trait's block names moments: itself, and the blocks in it.
_NAMED = ("of", "among")
_BLOCKS = ("first", "then", "again")
# Which macro says what is wrong with a block.
_PROBLEM = "macro.rollcall.trait_problem"


class _ReturnedError(Exception):
    """What a macro hands to `return`, on its way to the caller."""

    def __init__(self, value: Any) -> None:
        self.value = value


def _return(value: Any) -> None:
    raise _ReturnedError(value)


def trait_problem(macros: Mapping[str, Any]) -> Callable[[Any], str]:
    """Return dbt's macro `trait_problem` as a function; `macros` are the manifest's.

    It and what it calls are plain Jinja but for dbt's `return`: asking dbt costs a second a run.
    """
    environment = SandboxedEnvironment(extensions=["jinja2.ext.do"])
    environment.globals["return"] = _return

    def called(macro: Mapping[str, Any]) -> Callable[..., Any]:
        template = environment.from_string(macro["macro_sql"])

        def call(*arguments: Any) -> Any:
            try:
                return getattr(template.module, macro["name"])(*arguments)
            except _ReturnedError as returned:
                return returned.value

        return call

    functions: dict[str, Callable[..., Any]] = {}
    waiting = [_PROBLEM]
    while waiting:
        name = waiting.pop()
        if name not in functions:
            functions[name] = environment.globals[macros[name]["name"]] = called(macros[name])
            waiting += macros[name]["depends_on"]["macros"]
    return functions[_PROBLEM]


def named_moments(block: Any) -> Iterator[str]:
    """Yield the moments that a right block names."""
    if not isinstance(block, Mapping):
        return
    for part in _NAMED:
        names = block.get(part)
        yield from [names] if isinstance(names, str) else names if isinstance(names, list) else []
    for part in _BLOCKS:
        yield from named_moments(block.get(part))


def declared_traits(manifest: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield each trait's name and its block."""
    for _, name, block in _declared(manifest):
        yield name, block


def _declared(manifest: Mapping[str, Any]) -> Iterator[tuple[str, str, Any]]:
    """Yield the yml that each trait stands in, its name and its block."""
    for node in manifest["nodes"].values():
        for column in node.get("columns", {}).values():
            meta = column.get("config", {}).get("meta", {})
            if "trait" in meta:
                where = str(node.get("patch_path") or node["original_file_path"]).split("://")[-1]
                yield where, column["name"], meta["trait"]


def check_traits(manifest: Mapping[str, Any], seeds: Mapping[str, Path]) -> None:
    """Raise SettingsError where a trait's block is wrong, or names what there cannot be.

    `manifest` is dbt's, `seeds` are as known_moments reads them. The message names the yml, the
    trait, the name and the way out.
    """
    known = known_moments(seeds) | {ANY_MOMENT}
    problem_of = trait_problem(manifest["macros"])
    for path, trait, block in _declared(manifest):
        where = f"{path}: trait {trait}"
        problem = problem_of(block)
        if problem:
            raise SettingsError(f"{where}: {problem}")
        for name in named_moments(block):
            if name in known:
                continue
            near = get_close_matches(str(name), sorted(known), n=1)
            raise SettingsError(
                f"{where}: {no_moment(name, seeds, (ANY_MOMENT, *OWN_MOMENTS))} Write one that is"
                + (f", like {near[0]}," if near else "")
                + " or add it there with its meaning."
            )
