"""A definition's hash moves with what decides who is in, and with nothing else."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from rollcall.authors import Change
from rollcall.catalogue import Audience, audiences, write_catalogue
from rollcall.catalogue_page import PAGE, declared_in, page
from rollcall.definitions import Definitions, normalised, variables_in_force
from rollcall.errors import SettingsError
from rollcall.home import Home
from rollcall.sources import PROJECT_ROOT

PREDICATE = "select customer_id from {{ ref('c360') }} where days < {{ setting('limit_days') }}"
AUDIENCE = "model.rollcall.aud_new"
YML = "models/audiences/value/_value__audiences.yml"
GOALS = ("purchase", "deposit")
SOURCES = ("web.pages", "web.clicks", "crm.people", "off.people")
META: dict[str, Any] = {
    "owner": "crm",
    "purpose": "ads",
    "priority": 3,
    "tier": "B",
    "industry": ["shop", "any"],
    "campaign": "welcome",
    "goal": "purchase",
}


@pytest.fixture
def project(tmp_path: Path) -> dict[str, Any]:
    """An audience over one model, which reads a seed through a macro."""
    (tmp_path / "rules.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    return {
        "metadata": {"project_name": "rollcall"},
        "nodes": {
            AUDIENCE: {
                "unique_id": AUDIENCE,
                "name": "aud_new",
                "fqn": ["rollcall", "audiences", "value", "deeper", "aud_new"],
                "description": "One row per customer that qualifies. Is new. Or nearly.",
                "original_file_path": "models/audiences/value/aud_new.sql",
                "patch_path": f"rollcall://{YML}",
                "config": {"meta": dict(META)},
                "raw_code": PREDICATE,
                "depends_on": {
                    "nodes": ["model.rollcall.c360"],
                    "macros": ["macro.rollcall.setting"],
                },
            },
            "model.rollcall.c360": {
                "name": "c360",
                "fqn": ["rollcall", "marts", "c360"],
                "original_file_path": "models/marts/c360.sql",
                "raw_code": "select 1 as customer_id",
                "depends_on": {
                    "nodes": ["seed.rollcall.rules", *(f"source.rollcall.{s}" for s in SOURCES)],
                    "macros": [],
                },
            },
            "seed.rollcall.rules": {
                "name": "rules",
                "root_path": str(tmp_path),
                "original_file_path": "x/../rules.csv",
            },
        },
        "sources": {f"source.rollcall.{s}": {"source_name": s.split(".")[0]} for s in SOURCES},
        "macros": {
            "macro.rollcall.setting": {
                "name": "setting",
                "package_name": "rollcall",
                "original_file_path": "macros/settings.sql",
                "macro_sql": "{% macro setting(n) %}{{ run_settings()[n] }}{% endmacro %}",
                "depends_on": {"macros": ["macro.rollcall.run_settings"]},
            },
            "macro.rollcall.run_settings": {
                "name": "run_settings",
                "package_name": "rollcall",
                "original_file_path": "macros/settings.sql",
                "macro_sql": "as_of 2026-01-01",
                "depends_on": {"macros": []},
            },
        },
    }


VARIABLES = {"limit_days": 30, "unread": 1}


def read(
    project: dict[str, Any], seeds: dict[str, Path] | None = None, **variables: Any
) -> list[Audience]:
    definitions = Definitions(project, {**VARIABLES, **variables}, seeds or {})
    # A folder that git knows nothing of.
    return audiences(definitions, GOALS, project=Path("/"))


def hash_of(project: dict[str, Any], **variables: Any) -> str:
    [audience] = read(project, **variables)
    return audience.definition_hash


def _predicate(project: dict[str, Any], code: str) -> None:
    project["nodes"][AUDIENCE]["raw_code"] = code


def _upstream(project: dict[str, Any]) -> None:
    project["nodes"]["model.rollcall.c360"]["raw_code"] = "select 2 as customer_id"


def _macro(project: dict[str, Any]) -> None:
    project["macros"]["macro.rollcall.setting"]["macro_sql"] += "x"


def _seed(project: dict[str, Any]) -> None:
    path = Path(project["nodes"]["seed.rollcall.rules"]["root_path"]) / "rules.csv"
    path.write_text("a,b\n1,3\n", encoding="utf-8")


@pytest.mark.parametrize(
    "edit",
    [
        lambda project: _predicate(project, PREDICATE.replace("<", "<=")),
        lambda project: _predicate(project, PREDICATE + " and city = 'a  b'"),
        _upstream,
        _macro,
        _seed,
    ],
)
def test_hash_moves_with_the_definition(
    project: dict[str, Any], edit: Callable[[dict[str, Any]], None]
) -> None:
    before = hash_of(deepcopy(project))
    edit(project)
    assert hash_of(project) != before


def test_hash_moves_with_a_var_that_is_read_only(project: dict[str, Any]) -> None:
    before = hash_of(project)
    assert hash_of(project, unread=2) == before
    assert hash_of(project, limit_days=31) != before


def test_hash_moves_with_a_trait_that_the_predicate_names_and_with_no_other(
    project: dict[str, Any],
) -> None:
    """Else a new trait would change, and hold, every audience there is."""
    days, other = {"measure": "count", "of": "deposit"}, {"measure": "count", "of": "bet"}
    columns = {
        "days": {"name": "days", "config": {"meta": {"trait": days}}},
        "other": {"name": "other", "config": {"meta": {"trait": other}}},
        "plain": {"name": "plain", "config": {"meta": {"pii": True}}},
    }
    project["nodes"]["model.rollcall.c360"]["columns"] = columns
    before = hash_of(project)
    other["of"] = "trade"
    assert hash_of(project) == before
    days["of"] = "trade"
    assert hash_of(project) != before


def _run_settings(project: dict[str, Any]) -> None:
    project["macros"]["macro.rollcall.run_settings"]["macro_sql"] = "as_of 2026-02-02"


def _line_ends(project: dict[str, Any]) -> None:
    path = Path(project["nodes"]["seed.rollcall.rules"]["root_path"]) / "rules.csv"
    path.write_bytes(b"a,b\r\n1,2\r\n")


def _move(project: dict[str, Any]) -> None:
    project["nodes"][AUDIENCE]["original_file_path"] = "models/audiences/other/aud_new.sql"


@pytest.mark.parametrize(
    "edit",
    [
        lambda project: _predicate(project, "-- it's new\n" + PREDICATE.replace(" ", "\n  ")),
        lambda project: _predicate(project, "{# don't ask #}/* 'x */" + PREDICATE),
        _run_settings,
        _line_ends,
        _move,
    ],
)
def test_hash_stays_for_comments_white_space_as_of_and_paths(
    project: dict[str, Any], edit: Callable[[dict[str, Any]], None]
) -> None:
    before = hash_of(deepcopy(project))
    edit(project)
    assert hash_of(project) == before


def test_white_space_and_comment_marks_in_text_are_kept() -> None:
    assert normalised("select '-- a  b' -- c") == "select\n'-- a  b'"


def test_hash_moves_with_a_company_s_own_seed(project: dict[str, Any], tmp_path: Path) -> None:
    [shipped] = read(project)
    (tmp_path / "own.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    [same] = read(project, {"rules": tmp_path / "own.csv"})
    assert same.definition_hash == shipped.definition_hash
    (tmp_path / "own.csv").write_text("a,b\n1,9\n", encoding="utf-8")
    [other] = read(project, {"rules": tmp_path / "own.csv"})
    assert other.definition_hash != shipped.definition_hash


@pytest.mark.parametrize(
    ("meta", "message"),
    [
        *(({name: None}, f"aud_new: config.meta.{name} is missing") for name in META),
        ({"purpose": "spam"}, "purpose 'spam' is unknown. Known: marketing_email"),
        ({"priority": "1"}, "priority '1' is no whole number"),
        ({"tier": "D"}, "config.meta.tier 'D' is unknown. Known: A, B, C"),
        ({"industry": ["shop", "zoo"]}, "config.meta.industry 'zoo' is unknown. Known: any, shop"),
        ({"industry": "shop"}, "config.meta.industry 'shop' is no list, like .shop."),
        ({"goal": "fame"}, "config.meta.goal 'fame' is unknown. Known: purchase, deposit"),
        ({"colour": "red"}, "config.meta.colour is unknown. Known: campaign, goal"),
        ({"suppresses": "yes"}, "config.meta.suppresses 'yes': write true"),
        ({"hold": 0.5}, "config.meta.hold 0.5 is no mapping of limits. Known: change_rate"),
        ({"hold": {"rate": 1}}, "is no mapping of limits. Known: change_rate, change_count"),
        ({"hold": {"change_rate": "all"}}, "config.meta.hold.change_rate 'all' is no number"),
        ({"hold": {"change_count": -1}}, "config.meta.hold.change_count -1 is no number"),
        ({"suppresses": True}, "suppresses, yet its config.meta.purpose is 'ads'. Write none"),
        (
            {"suppresses": True, "purpose": "none", "goal": "fame"},
            "config.meta.goal 'fame' is unknown",
        ),
    ],
)
def test_incomplete_audience_is_named_with_its_file(
    project: dict[str, Any], meta: dict[str, Any], message: str
) -> None:
    project["nodes"][AUDIENCE]["config"]["meta"] |= meta
    with pytest.raises(SettingsError, match=rf"^{YML}: .*{message}"):
        read(project)


def test_an_audience_without_a_block_is_told_where_one_belongs(project: dict[str, Any]) -> None:
    """dbt leaves out a block whose name is no model's, and says nothing that a run shows."""
    project["nodes"][AUDIENCE]["patch_path"] = None
    missing = rf"^models/audiences/value/aud_new.sql: no yml has a block of .* aud_new\..*{YML}"
    with pytest.raises(SettingsError, match=missing):
        read(project)


def test_an_error_names_the_line_of_the_block(project: dict[str, Any], tmp_path: Path) -> None:
    yml = tmp_path / YML
    yml.parent.mkdir(parents=True)
    yml.write_text("models:\n  - name: aud_newer\n  - name: aud_new\n    description: Is new.\n")
    project["nodes"][AUDIENCE]["config"]["meta"]["tier"] = "D"
    with pytest.raises(SettingsError, match=rf"^{YML}:3: aud_new: config.meta.tier 'D'"):
        audiences(Definitions(project, VARIABLES), GOALS, project=tmp_path)
    (tmp_path / "seeds/reference").mkdir(parents=True)
    (tmp_path / "seeds/reference/audience_goals.csv").write_text("goal\n")
    with pytest.raises(SettingsError, match=rf"^{YML}:2: aud_newer: config.meta.purpose"):
        list(declared_in(tmp_path))


@pytest.mark.parametrize("description", ["", "Is new.", "One row per customer that qualifies."])
def test_an_audience_tells_its_rule(project: dict[str, Any], description: str) -> None:
    project["nodes"][AUDIENCE]["description"] = description
    with pytest.raises(SettingsError, match="aud_new: description tells no rule"):
        read(project)


def test_a_suppression_list_needs_no_campaign(project: dict[str, Any]) -> None:
    bare = {"suppresses": True, "purpose": "none", "campaign": None, "goal": None}
    project["nodes"][AUDIENCE]["config"]["meta"] |= bare
    [audience] = read(project)
    assert audience.declared.is_suppression
    assert (audience.declared.campaign, audience.declared.goal) == (None, None)
    project["nodes"][AUDIENCE]["config"]["meta"] |= {"campaign": "a call", "goal": "deposit"}
    [audience] = read(project)
    assert (audience.declared.campaign, audience.declared.goal) == ("a call", "deposit")


@pytest.mark.parametrize(
    ("folder", "sources"),
    [("customers", ("crm", "web")), ("identity", ("web",)), ("consent", ("web",))],
)
def test_what_is_about_everybody_counts_for_none(
    project: dict[str, Any], folder: str, sources: tuple[str, ...]
) -> None:
    """The danger: one feed that is behind, of consents, would hold each audience as a source."""
    nodes = project["nodes"]
    for source in project["sources"].values():
        source["config"] = {"meta": {"rollcall": {}}}
    nodes["model.rollcall.c360"]["raw_code"] = (
        "with known as (\n    select 1 as one\n),\n\n"
        "days as (\n    select * from {{ ref('part') }}\n)\n\n"
        "select\n    days.days\nfrom known\ncross join days\n"
    )
    for name, place, needed in (
        ("part", "activity", ["source.rollcall.web.pages", "model.rollcall.about"]),
        ("about", folder, ["source.rollcall.crm.people"]),
    ):
        nodes[f"model.rollcall.{name}"] = {
            "name": name,
            "fqn": ["rollcall", "intermediate", place, name],
            "raw_code": "",
            "depends_on": {"nodes": needed, "macros": []},
        }
    [audience] = read(project)
    assert audience.sources == sources


def test_catalogue_file_has_a_row_an_audience_or_none(
    project: dict[str, Any], tmp_path: Path
) -> None:
    home = Home.at(tmp_path / "home")
    project["nodes"][AUDIENCE]["config"]["meta"]["hold"] = {"change_rate": 0.5}
    [audience] = read(project)
    assert audience.sources == ("crm", "off", "web")
    write_catalogue(home, [audience], {"web": 2, "crm": 7})
    path, sources = (
        home.catalogue / f"audience_{name}.parquet" for name in ("catalogue", "sources")
    )
    assert duckdb.execute(f"select * from '{sources}'").fetchall() == [
        ("new", "crm", 7), ("new", "web", 2),
    ]  # fmt: skip
    assert duckdb.execute(f"select * from '{path}'").fetchall() == [
        (
            *("new", "crm", "ads", 3, "B", "welcome", "purchase", False, "Is new. Or nearly."),
            audience.definition_hash,
            *(None, None),
            *(0.5, None, None),
        )
    ]
    approvals = f"select * from '{home.catalogue}/audience_approvals.parquet'"
    assert duckdb.execute(approvals).fetchall() == []
    write_catalogue(home, [], {}, {"new": "Ann"})
    assert duckdb.execute(approvals).fetchall() == [("new", "Ann")]
    assert duckdb.execute(f"select count(audience), min(priority) from '{path}'").fetchall() == [
        (0, None)
    ]


def test_the_last_change_of_any_part_is_the_definition_s(
    project: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seed = tmp_path / "rules.csv"
    monkeypatch.setattr(
        "rollcall.catalogue.last_changes",
        lambda _, paths: {path: Change("Ann", datetime(2026, 1, 2, tzinfo=UTC)) for path in paths},
    )
    [audience] = read(project)
    assert audience.last_change == Change("Ann", datetime(2026, 1, 2, tzinfo=UTC))
    assert seed in Definitions(project, VARIABLES).paths(AUDIENCE)
    home = Home.at(tmp_path / "home")
    write_catalogue(home, [audience], {})
    told = f"select defined_at, defined_by from '{home.catalogue}/audience_catalogue.parquet'"
    assert duckdb.execute(told).fetchall() == [(datetime(2026, 1, 2), "Ann")]


def test_the_catalogue_page_is_current() -> None:
    """`make catalogue` writes it."""
    written = (PROJECT_ROOT / PAGE).read_text(encoding="utf-8")
    assert written == page(list(declared_in(PROJECT_ROOT)))


def test_the_page_has_an_audience_in_each_of_its_industries(project: dict[str, Any]) -> None:
    [audience] = read(project)
    row = "| new | Is new. Or nearly. | ads | 3 | B | crm | welcome | purchase |"
    text = page([audience.declared])
    assert [line for line in text.splitlines() if line.startswith("## ")] == [
        "## Any company", "## Shop",
    ]  # fmt: skip
    assert text.count(row) == 2


def test_a_companys_var_stands_over_the_shipped_one(tmp_path: Path) -> None:
    (tmp_path / "dbt_project.yml").write_text("vars:\n  a: 1\n  b: 2\n", encoding="utf-8")
    assert variables_in_force({"b": 3}, tmp_path) == {"a": 1, "b": 3}
