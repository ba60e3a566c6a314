"""A trait's block that is wrong stops the run: by file, trait, what is wrong and what is known."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from rollcall.sources import PROJECT_ROOT
from rollcall.traits import trait_problem

Compile = Callable[..., Any]

_LEFT = {"measure": "sequence_then_absence", "first": {"of": "a"}, "then": {"of": "b"}}
_GAP = {"measure": "gap_between", "of": "a", "result": "ended_at", "at_least": {"hours": 1}}
_RUN = {"measure": "streak", "of": "a", "unit": "moments", "result": "ended_at", "at_least": 3}
_DURATION = "is not days, hours, minutes and seconds in whole numbers, like {days: 7}."
_NAMES = "is not a name or a list of names."


def _count(**parts: Any) -> dict[str, Any]:
    return {"measure": "count", "of": "a", **parts}


def _where(**parts: Any) -> dict[str, Any]:
    return _count(where=parts)


def _left(**parts: Any) -> dict[str, Any]:
    return {**_LEFT, "within": {"hours": 1}, **parts}


RIGHT: tuple[Any, ...] = (
    _count(of=["a", "b"], window={"from": {"days": 2}, "to": {"days": 0, "hours": 3}}),
    _where(category=["x"], country="GB", value_below=-0.5, value_at_least=0, local_hours=[0, 24]),
    _where(property={"page": "help", "is_gift": True}),
    {"measure": "distinct", "of": "a", "by": {"property": "page"}},
    {"measure": "top", "of": "a", "value": "day", "result": "count"},
    _left(first={"of": "a", "count": 3, "within": {"days": 7}}, same="product_id"),
    {"measure": "first_then_again", "first": {"of": "a"}, "again": {"of": "b", "where": {}}},
    {**_GAP, "steps": 2},
    _RUN,
)
WRONG: tuple[tuple[Any, str], ...] = (
    # Measures, parts and results.
    (None, "measure None is unknown. Known: count, sum, distinct, first, last, days_since, share,"),
    ({"of": "a"}, "measure  is unknown. Known: count,"),
    ({"measure": "mean", "of": "a"}, "measure mean is unknown. Known: count,"),
    ({"measure": "count"}, "count needs of."),
    (_count(windw={"days": 7}), "count has no part windw. It has: of, where, window."),
    (_count(result="last_at"), "count has no part result. It has: of, where, window."),
    ({**_GAP, "result": "mean"}, "result mean is unknown. Known: shortest, longest, average, en"),
    ({**_RUN, "result": ["current"]}, "result ['current'] is unknown. Known: longest, current, e"),
    (_LEFT, "sequence_then_absence needs within."),
    # A part that belongs to one result alone.
    ({**_RUN, "result": "longest"}, "streak has no part at_least. It has: of, unit, result, where"),
    ({"measure": "streak", "of": "a", "unit": "days", "result": "ended_at"}, "streak needs at_lea"),
    # Blocks in the block.
    (_left(first="a"), "first a is no block, like {of: product_viewed}."),
    (_left(then={"where": {}}), "then needs of."),
    (_left(then={"of": "b", "count": 2}), "then has no part count. It has: of, where."),
    (_left(first={"of": "a", "cont": 2}), "first has no part cont. It has: of, where, count, wit"),
    (_left(first={"of": "a", "count": 2}), "first needs within."),
    (_left(first={"of": "a", "within": {"days": 7}}), "first needs count."),
    (_left(first={"of": "a", "count": 0, "within": {"days": 7}}), "count 0 is not a whole number"),
    (_left(then={"of": "b", "where": {"city": "x"}}), "where has no part city. It has: category, "),
    (
        {"measure": "first_then_again", "first": {"of": "a", "count": 2, "within": {"days": 7}}},
        "first has no part count. It has: of, where.",
    ),
    # Names and texts; yml reads the country of Norway as false.
    (_count(of=[]), f"of [] {_NAMES}"),
    (_count(of={"a": 1}), f"of {{'a': 1}} {_NAMES}"),
    ({"measure": "share", "of": "a", "among": 5}, f"among 5 {_NAMES}"),
    (_where(country=False), f"country False {_NAMES}"),
    (_where(category=["x", 5]), f"category ['x', 5] {_NAMES}"),
    # Numbers.
    (_where(value_below="5"), "value_below 5 is not a number."),
    (_where(value_at_least=True), "value_at_least True is not a number."),
    (_where(local_hours=[22, 6]), "local_hours [22, 6] is not an hour of the day and a later one"),
    (_where(local_hours=[0, 25]), "local_hours [0, 25] is not an hour of the day and a later one"),
    (_where(local_hours=[0, 6, 8]), "local_hours [0, 6, 8] is not an hour of the day and a later"),
    (_where(local_hours=6), "local_hours 6 is not an hour of the day and a later one, like [0, 6]"),
    (_where(property="page"), "property page is not names with values, like {page: help}."),
    ({**_GAP, "steps": 0}, "steps 0 is not a whole number from 1 on."),
    ({**_RUN, "at_least": {"days": 1}}, "at_least {'days': 1} is not a whole number from 1 on."),
    # Durations and windows.
    ({**_GAP, "at_least": 3}, f"at_least 3 {_DURATION}"),
    (_count(window=7), f"window 7 {_DURATION}"),
    (_count(window={}), f"window {{}} {_DURATION}"),
    (_count(window={"weeks": 1}), f"window {{'weeks': 1}} {_DURATION}"),
    (_count(window={"days": 0}), f"window {{'days': 0}} {_DURATION}"),
    (_count(window={"days": 1, "hours": -1}), f"window {{'days': 1, 'hours': -1}} {_DURATION}"),
    (_left(within={"hours": 1.5}), f"within {{'hours': 1.5}} {_DURATION}"),
    (_count(window={"from": {"days": 7}}), "window needs to."),
    (
        _count(window={"from": {"days": 7}, "to": {"days": 1}, "days": 7}),
        "window has no part days. It has: from, to.",
    ),
    (_count(window={"from": {"days": 7}, "to": 1}), f"to 1 {_DURATION}"),
    (
        _count(window={"from": {"days": 1}, "to": {"hours": 24}}),
        "window {'from': {'days': 1}, 'to': {'hours': 24}} ends before it begins: from lies furth",
    ),
    # What is one of a few.
    (_left(same="platform"), "same platform is not product_id or category."),
    ({**_RUN, "unit": "weeks"}, "unit weeks is not days or moments."),
    (
        {"measure": "distinct", "of": "a", "by": "page"},
        "by page is not moment, category, product_id, platform, country, value_amount, day or {pro",
    ),
    ({"measure": "last", "of": "a", "value": {"property": ["x"]}}, "value {'property': ['x']} is"),
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("blocks")


@pytest.fixture(scope="module")
def compiled(folder: Path) -> Compile:
    """Parse a project of one model, whose trait is wrong; each call then compiles."""
    from dbt.cli.main import dbtRunner

    shutil.copytree(PROJECT_ROOT / "macros" / "traits", folder / "macros")
    (folder / "macros" / "_traits__macros.yml").unlink()
    (folder / "models").mkdir()
    (folder / "models" / "customer_360.sql").write_text("select {{ traits() | length }} as one")
    columns = [{"name": "late", "config": {"meta": {"trait": _count(window={"weeks": 1})}}}]
    declared = {"models": [{"name": "customer_360", "columns": columns}]}
    (folder / "models" / "declared.yml").write_text(yaml.safe_dump(declared))
    (folder / "dbt_project.yml").write_text(
        "name: rollcall\nprofile: rollcall\nflags: {send_anonymous_usage_stats: false}\n"
    )
    (folder / "profiles.yml").write_text(
        "rollcall: {target: duckdb, outputs: {duckdb: {type: duckdb}}}\n"
    )
    place = ["--project-dir", str(folder), "--profiles-dir", str(folder)]
    place += ["--target-path", str(folder / "target"), "--log-level-file", "none"]
    parsed = dbtRunner().invoke(["--log-level", "none", "parse", *place])
    assert parsed.success, parsed.exception

    def compile_(*arguments: str) -> Any:
        runner = dbtRunner(manifest=parsed.result)
        return runner.invoke(["--log-level", "none", "compile", *arguments, *place])

    return compile_


def test_a_wrong_block_says_what_is_wrong_and_what_is_known(compiled: Compile) -> None:
    """A part that nothing reads would make another trait than the one that was meant."""
    blocks = [*RIGHT, *(block for block, _ in WRONG)]
    calls = [
        "{{ trait_problem("
        + ("none" if block is None else f"fromjson({json.dumps(block)!r})")
        + ") }}"
        for block in blocks
    ]
    result = compiled("--inline", "\n".join(calls))
    assert result.success, result.exception
    said = result.result.results[0].node.compiled_code.split("\n")
    assert len(said) == len(blocks)
    assert said[: len(RIGHT)] == [""] * len(RIGHT)
    for (block, message), problem in zip(WRONG, said[len(RIGHT) :], strict=True):
        assert problem.startswith(message), block


@pytest.mark.usefixtures("compiled")
def test_the_check_before_a_build_says_the_same_without_dbt(folder: Path) -> None:
    manifest = json.loads((folder / "target" / "manifest.json").read_text())
    problem_of = trait_problem(manifest["macros"])
    assert [problem_of(block) for block in RIGHT] == [""] * len(RIGHT)
    for block, message in WRONG:
        assert problem_of(block).startswith(message), block


def test_it_stops_dbt_by_file_and_trait(compiled: Compile) -> None:
    result = compiled()
    assert not result.success
    assert f"models/declared.yml: trait late: window {{'weeks': 1}} {_DURATION}" in str(
        result.exception
    )
