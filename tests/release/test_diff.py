"""What `rollcall diff` builds, and what it shows; a whole one is in tests/whole."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from dbt.contracts.graph.manifest import Manifest
from nodes import node
from rich.console import Console

from rollcall.authors import Change
from rollcall.build import Parsed
from rollcall.definitions import Definitions
from rollcall.diff import (
    AudienceDiff,
    Diff,
    Moved,
    diff,
    settings_like_last_run,
    stand_in_notes,
    to_build,
)
from rollcall.diff_shown import as_json, part_name, show_diff
from rollcall.diff_tables import ColumnDiff, ColumnSide, GroupDiff, SizesDiff, TableDiff
from rollcall.errors import ReleaseError, SettingsError
from rollcall.home import Home
from rollcall.run import open_run
from rollcall.settings import Settings, last_written, resolve, write_for_dbt
from rollcall.sources import PROJECT_ROOT

TARGET = "model.rollcall.qualified"
AS_OF = "2026-01-31T00:00:00+00:00"


def _model(name: str, *reads: str, materialized: str = "view", macros: tuple[str, ...] = ()) -> Any:
    return {
        "name": name,
        "resource_type": "model",
        "original_file_path": f"models/{name}.sql",
        "raw_code": f"select {name}",
        "config": {"materialized": materialized},
        "depends_on": {"nodes": list(reads), "macros": [f"macro.rollcall.{m}" for m in macros]},
    }


@pytest.fixture
def manifest() -> dict[str, Any]:
    """Two branches that meet in the target, records of the run, and what only reads it."""
    models = {
        "left": _model("left", macros=("window",)),
        "right": _model("right"),
        "trait": _model("trait", "model.rollcall.left", "model.rollcall.right"),
        "aud_a": _model("aud_a", "model.rollcall.trait", materialized="ephemeral"),
        "catalogue": _model("catalogue", "source.rollcall.rollcall.audience_catalogue"),
        "qualified": _model("qualified", "model.rollcall.aud_a", "model.rollcall.catalogue"),
        "history": _model("history", TARGET),
    }
    return {
        "metadata": {"project_name": "rollcall"},
        "nodes": {f"model.rollcall.{name}": model for name, model in models.items()},
        "exposures": {},
        "sources": {},
        "macros": {
            f"macro.rollcall.{name}": {
                "name": name,
                "package_name": "rollcall",
                "original_file_path": f"macros/{name}.sql",
                "macro_sql": text,
                "depends_on": {"macros": [f"macro.rollcall.{m}" for m in needs]},
            }
            for name, text, needs in (("window", "{{ days() }}", ("days",)), ("days", "7", ()))
        },
    }


def _code(manifest: dict[str, Any], name: str) -> None:
    manifest["nodes"][f"model.rollcall.{name}"]["raw_code"] += " changed"


def _macro(manifest: dict[str, Any]) -> None:
    manifest["macros"]["macro.rollcall.days"]["macro_sql"] = "8"


def _reads(manifest: dict[str, Any]) -> None:
    needed = manifest["nodes"]["model.rollcall.left"]["depends_on"]["nodes"]
    needed.append("model.rollcall.right")


@pytest.mark.parametrize(
    ("edit", "built"),
    [
        (lambda manifest: None, ["catalogue", "qualified"]),
        (lambda manifest: _code(manifest, "history"), ["catalogue", "qualified"]),
        (lambda manifest: _code(manifest, "aud_a"), ["catalogue", "qualified"]),
        (lambda manifest: _code(manifest, "trait"), ["catalogue", "qualified", "trait"]),
        (_macro, ["catalogue", "left", "qualified", "trait"]),
        (_reads, ["catalogue", "left", "qualified", "trait"]),
    ],
)
def test_only_what_changed_and_what_reads_it_is_built(
    manifest: dict[str, Any], edit: Callable[[dict[str, Any]], None], built: list[str]
) -> None:
    before = Definitions(manifest, {}).parts(TARGET)
    edit(manifest)
    assert to_build(Definitions(manifest, {}), TARGET, before) == built


def test_what_is_compared_besides_is_built_where_it_is_affected(manifest: dict[str, Any]) -> None:
    """A cohort's branch, say: only what changed of it, and never what reads neither."""
    compared = ["model.rollcall.cohorts"]
    read = {
        "entries": _model("entries", "model.rollcall.left"),
        "cohorts": _model("cohorts", "model.rollcall.entries"),
        "retention": _model("retention", "model.rollcall.cohorts"),
    }
    manifest["nodes"] |= {f"model.rollcall.{name}": model for name, model in read.items()}
    definitions = Definitions(manifest, {})
    before = definitions.parts(TARGET) | definitions.parts(compared[0])
    assert to_build(definitions, TARGET, before, compared) == ["catalogue", "qualified"]
    _code(manifest, "entries")
    built = to_build(Definitions(manifest, {}), TARGET, before, compared)
    assert built == ["catalogue", "cohorts", "entries", "qualified"]


def test_a_changed_setting_is_built_where_it_is_read(manifest: dict[str, Any]) -> None:
    before = Definitions(manifest, {"right": 1}).parts(TARGET)
    built = to_build(Definitions(manifest, {"right": 2}), TARGET, before)
    assert built == ["catalogue", "qualified", "right", "trait"]


def test_without_a_former_definition_all_is_built(manifest: dict[str, Any]) -> None:
    built = to_build(Definitions(manifest, {}), TARGET, {})
    assert built == ["catalogue", "left", "qualified", "right", "trait"]


def _audience(name: str, kind: str, **changes: Any) -> AudienceDiff:
    values: dict[str, Any] = {
        "audience": name, "kind": kind, "old_hash": "a" * 64, "new_hash": "a" * 64, "parts": (),
        "old_count": 5, "new_count": 5, "entered": Moved(0, ()), "left": Moved(0, ()),
    }  # fmt: skip
    return AudienceDiff(**{**values, **changes})


FOUND = Diff(
    version="000007",
    as_of="2026-01-31T00:00:00+00:00",
    audiences=(
        _audience(
            "buyers", "changed", new_hash="b" * 64, new_count=6,
            parts=("macro.rollcall.window", "model.rollcall.aud_buyers", "setting.days",
                   "seed.rollcall.map", "model.rollcall.left"),
            entered=Moved(2, ("id1", "id2")), left=Moved(1, ("id3",)),
        ),
        _audience("anew", "changed", new_hash="c" * 64, parts=("model.rollcall.left",)),
        _audience("fresh", "new", old_hash=None, old_count=None, entered=Moved(5, ("id4",)),
                  new_qualified_count=8),
        _audience("dropped", "removed", new_hash=None, new_count=None, old_qualified_count=9),
        _audience("same", "unchanged"),
        _audience("other", "unchanged"),
    ),
    exposures=("audience_sync",),
    is_whole_build=False,
    notes=("look out",),
    tables=(
        TableDiff(
            "people", 10, 11,
            (
                ColumnDiff("visits", "new", None, ColumnSide(7, 3, "0", "1", "9"), None),
                ColumnDiff(
                    "plan", "changed",
                    ColumnSide(6, 6, commonest=(("gold", 1400), ("low", 5))), ColumnSide(5, 5), 4,
                ),
            ),
        ),
    ),
    sizes=(
        SizesDiff("cohorts", "kind", (GroupDiff("week", "new", None, 3, None, 20),)),
        SizesDiff("states", "state", (GroupDiff("low", "size", None, None, 9, 8),)),
    ),
)  # fmt: skip


def test_a_person_reads_who_comes_and_goes_and_why() -> None:
    text = StringIO()
    show_diff(Console(file=text, width=200), FOUND)
    lines = text.getvalue().splitlines()
    (row,) = [line for line in lines if "buyers" in line and "definition changed" in line]
    cells = [cell.strip() for cell in row.strip("│").split("│")]
    parts = "predicate aud_buyers, macro window, setting days, seed map and 1 more"
    assert cells == [
        "buyers", "definition changed", parts, "aaaaaaaa > bbbbbbbb", "5", "6", "", "2", "1",
    ]  # fmt: skip
    assert "buyers: would enter, 2 of 2" in lines
    assert "  id3" in lines
    assert "anew is defined anew with the same people, by model left" in lines
    assert "Unchanged audiences: 2" in lines
    assert "Read by: audience_sync" in lines
    assert "note: look out" in lines


def _cells(lines: list[str], first: str) -> list[str]:
    (row,) = [line for line in lines if line.startswith(f"│ {first} ")]
    return [cell.strip() for cell in row.strip("│").split("│")]


def test_a_person_reads_what_traits_cohorts_and_states_become() -> None:
    text = StringIO()
    show_diff(Console(file=text, width=200), FOUND)
    lines = [line.rstrip() for line in text.getvalue().splitlines()]
    # Who qualifies stands beside the members; of one that is gone, who did.
    assert _cells(lines, "fresh")[4:7] == ["", "5", "8"]
    assert _cells(lines, "dropped")[4:7] == ["5", "", "9"]
    assert _cells(lines, "visits") == ["visits", "new", "", "after", "7", "3", "0", "1", "9", ""]
    plan = ["plan", "definition changed", "4", "before", "6", "6", "", "", ""]
    assert _cells(lines, "plan") == [*plan, "gold (1,400), low (5)"]
    assert _cells(lines, " " * 6)[:6] == ["", "", "", "after", "5", "5"]
    assert "people: 10 rows before, 11 after" in lines
    assert "cohorts by kind" in lines
    assert _cells(lines, "week") == ["week", "new", "", "3", "", "20"]
    assert _cells(lines, "low") == ["low", "another size", "9", "8"]


def test_many_audiences_defined_anew_are_one_line() -> None:
    """A seed below customer_360 defines all anew: a list of them says no more than their number."""
    many = [
        _audience(f"a{number}", "changed", new_hash="b" * 64, parts=("seed.rollcall.map",))
        for number in range(31)
    ]
    shown = []
    for before in ((), FOUND.audiences[:1]):
        text = StringIO()
        found = replace(FOUND, audiences=(*before, *many))
        show_diff(Console(file=text, width=200), found)
        shown += [line for line in text.getvalue().splitlines() if "defined anew" in line]
        assert len(json.loads(as_json(found))["audiences"]) == len(found.audiences)
    assert shown == [
        "31 audiences are defined anew with the same people, by seed map",
        "31 others are defined anew with the same people, by seed map",
    ]


def test_columns_beyond_a_screen_are_counted() -> None:
    columns = tuple(
        ColumnDiff(f"c{number}", "values", ColumnSide(1), ColumnSide(2), 1) for number in range(23)
    )
    text = StringIO()
    show_diff(
        Console(file=text, width=200), replace(FOUND, tables=(TableDiff("t", 1, 1, columns),))
    )
    assert "and 3 more columns of other values: see --format json" in text.getvalue()


@pytest.mark.parametrize("state", ["as committed", "edited", "edited, nothing stands in"])
def test_an_edit_that_nothing_reads_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, state: str
) -> None:
    """A company's file stands in for the seed that was edited, and nothing would change."""
    config = tmp_path / "config" / "shop"
    config.mkdir(parents=True)
    reference = tmp_path / "seeds" / "reference"
    edited = Change("uncommitted" if state.startswith("edited") else "Ann", None)
    stand_in = config if "nothing" not in state else reference
    monkeypatch.setattr("rollcall.diff.PROJECT_ROOT", tmp_path)
    seeds = {"map": stand_in / "map.csv", "other": reference / "other.csv"}
    monkeypatch.setattr("rollcall.diff.seeds_in_force", lambda _: seeds)
    changes = {reference / f"{name}.csv": edited for name in seeds}
    monkeypatch.setattr(
        "rollcall.diff.last_changes",
        lambda _, paths: {path: changes[path] for path in paths},
    )
    settings = resolve(Home.at(tmp_path / "home"), sources=["pos"])
    assert stand_in_notes(settings) == (
        [
            "seeds/reference/map.csv differs from its last commit, and nothing reads it: "
            f"{config}/map.csv stands in for it. Edit that one."
        ]
        if state == "edited"
        else []
    )


def test_a_script_reads_all_of_it() -> None:
    document = json.loads(as_json(FOUND))
    buyers = document["audiences"][0]
    assert buyers["entered"] == {"customer_count": 2, "examples": ["id1", "id2"]}
    assert (document["version"], len(document["audiences"])) == ("000007", 6)
    assert document["tables"][0]["columns"][0]["after"]["filled_count"] == 3
    assert document["sizes"][0]["groups"][0]["new_customers"] == 20
    assert part_name("setting.days") == "setting days"


def _release(home: Home) -> None:
    release = home.releases / "000001"
    release.mkdir(parents=True)
    manifest = {"version": "000001", "as_of": AS_OF, "code_version": "1"}
    empty: dict[str, Any] = {key: {} for key in ("files", "tables", "watermarks", "audiences")}
    (release / "MANIFEST.json").write_text(json.dumps(manifest | empty), encoding="utf-8")
    home.current.symlink_to(release)


def test_the_last_run_s_settings_are_taken_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A configuration is read anew from its folder; a run without one names its sources."""
    for name in ("ROLLCALL_HOME", "DBT_TARGET_PATH", "DBT_LOG_PATH"):
        monkeypatch.setenv(name, "")
    home = Home.at(tmp_path / "home")
    with pytest.raises(SettingsError, match="tells nothing"):
        last_written(home)
    _release(home)
    config = PROJECT_ROOT / "config" / "shop"
    write_for_dbt(resolve(home, config=config), release_id="000001")
    found = settings_like_last_run(home, None, ())
    assert (found.config, found.as_of.isoformat()) == (config, AS_OF)
    assert found.variables["phone_country"] == "GB"
    write_for_dbt(resolve(home, sources=["pos", "web"]), release_id="000001")
    assert sorted(settings_like_last_run(home, None, ()).sources) == ["pos", "web"]
    assert sorted(settings_like_last_run(home, None, ["crm"]).sources) == ["crm"]


def _run(settings: Settings) -> None:
    with open_run(settings):
        pass


@pytest.mark.parametrize(
    ("trait", "gate", "sources", "error", "message"),
    [
        ("depositt", "consent", ["app"], SettingsError, "trait late: 'depositt' is no event of"),
        ("deposit", "other", ["app"], ReleaseError, "config.meta.gate 'other' is unknown"),
        ("deposit", "consent", [], SettingsError, "no source is on"),
    ],
)
@pytest.mark.parametrize("command", ["run", "diff"])
def test_what_a_run_refuses_is_refused_by_diff(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    command: str,
    trait: str,
    gate: str,
    sources: list[str],
    error: type[Exception],
    message: str,
) -> None:
    """Both before they build, so that a definition that diff shows can be run."""
    for name in ("ROLLCALL_HOME", "DBT_TARGET_PATH", "DBT_LOG_PATH"):
        monkeypatch.setenv(name, "")
    home = Home.at(tmp_path / "home")
    settings = resolve(home, sources=sources, as_of=datetime.fromisoformat(AS_OF))
    write_for_dbt(settings, release_id="000001")
    _release(home)
    trait_of = {"name": "late", "config": {"meta": {"trait": {"of": trait}}}}
    nodes = {
        one["unique_id"]: one
        for one in (
            node("customers", columns={"late": trait_of}, release={"key": ["customer_id"]}),
            node("members", release={"key": ["customer_id"], "is_consent_gated": True}),
            node("sendable", gate=gate),
            node("denied", gate="denial"),
            node("erased", gate="erasure"),
        )
    }
    dbt = {"metadata": {"project_name": "rollcall"}, "nodes": nodes, "macros": {}}
    parsed = Parsed(dbt, Manifest())
    monkeypatch.setattr("rollcall.build.parse", lambda home, target: parsed)
    # The block's form is told by a macro, which this manifest has not.
    monkeypatch.setattr("rollcall.traits.trait_problem", lambda macros: lambda block: "")
    with pytest.raises(error, match=message):
        _run(settings) if command == "run" else diff(home)
