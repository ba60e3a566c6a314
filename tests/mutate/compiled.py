"""The SQL of models as dbt compiles it, with the fixtures and expected rows of their unit tests."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlglot
from model_lab import Lab
from mutants import DIALECT, MACRO_BEGINS, MACRO_ENDS, Query
from sqlglot import exp

if TYPE_CHECKING:
    from dbt.contracts.graph.manifest import Manifest

# How dbt names the CTE of an ephemeral model, which a unit test's fixture is to it too.
_FIXTURE = "__dbt__cte__"
# The tag of a test that compiles all declared traits to hold one of them.
_DECLARED = "declared_traits"
_MACRO_BODY = re.compile(r"(\{%-?\s*macro\b.*?-?%\})(.*)(\{%-?\s*endmacro\s*-?%\})", re.DOTALL)


@dataclass(frozen=True)
class UnitTest:
    """One unit test, without dbt: tables to make, columns to ask the model for, rows to get."""

    name: str
    # By the name under which the compiled SQL reads it, the SQL of its rows.
    fixtures: Mapping[str, str]
    columns: tuple[str, ...]
    # The SQL of the rows; none where no row is expected.
    expected: str | None


@dataclass(frozen=True)
class Variant:
    """A model's SQL under some of its tests; one that overrides a macro compiles another SQL."""

    query: Query
    tests: tuple[UnitTest, ...]


@dataclass(frozen=True)
class Model:
    """A model in reach, and what tests it; without a test one variant has its SQL alone."""

    name: str
    path: str
    variants: tuple[Variant, ...] = field(default=())

    @property
    def tests(self) -> list[UnitTest]:
        """All of its unit tests."""
        return [test for variant in self.variants for test in variant.tests]


def with_marked_macros(manifest: Manifest) -> Manifest:
    """Return a manifest whose macros leave marks in compiled SQL, so that it shows who wrote it."""
    marked, project = manifest.deepcopy(), manifest.metadata.project_name
    for macro in marked.macros.values():
        path = macro.original_file_path
        # dbt's own macros write literals too, and a mark would become part of those.
        if macro.package_name != project or not path.startswith("macros/"):
            continue
        text, count = _MACRO_BODY.subn(
            lambda found, path=path: (
                found[1] + MACRO_BEGINS.format(path) + found[2] + MACRO_ENDS + found[3]
            ),
            macro.macro_sql,
        )
        if count == 1:
            macro.macro_sql = text
    return marked


def models_using(manifest: Manifest, macro_paths: Iterable[str]) -> set[str]:
    """Return the unique ids of models that use a macro of these files, themselves or by another."""
    wanted = set(macro_paths)
    using = {uid for uid, macro in manifest.macros.items() if macro.original_file_path in wanted}
    while True:
        more = {
            uid
            for uid, macro in manifest.macros.items()
            if uid not in using and using.intersection(macro.depends_on.macros)
        }
        if not more:
            break
        using |= more
    return {
        uid
        for uid, node in manifest.nodes.items()
        if node.resource_type == "model" and using.intersection(node.depends_on.macros)
    }


def compiled_models(lab: Lab, unique_ids: Sequence[str]) -> list[Model]:
    """Run the unit tests of the models once and return what dbt made of them.

    Raises RuntimeError where one does not pass: nothing can be learnt by it.
    """
    assert lab.manifest is not None
    if not unique_ids:
        return []
    nodes = [lab.manifest.nodes[uid] for uid in unique_ids]
    selected = (f"{node.name},test_type:unit" for node in nodes)
    results = lab.invoke("test", "--select", *selected, "--exclude", f"tag:{_DECLARED}")
    failed = [f"{r.node.name}: {r.message}" for r in results if str(r.status) != "pass"]
    if failed:
        raise RuntimeError("unit tests fail with nothing changed:\n" + "\n".join(failed))
    tested: dict[str, dict[str, Variant]] = {}
    for result in results:
        path = Path(lab.project / result.node.build_path)
        query, test = _taken_apart(result.node.name, path.read_text(encoding="utf-8"))
        variants = tested.setdefault(result.node.tested_node_unique_id, {})
        known = variants.get(query.sql)
        variants[query.sql] = (
            replace(known, tests=(*known.tests, test)) if known else Variant(query, (test,))
        )
    untested = [node for node in nodes if node.unique_id not in tested]
    plain = _compiled(lab, untested)
    return [
        Model(
            node.name,
            node.original_file_path,
            tuple(tested[node.unique_id].values())
            if node.unique_id in tested
            else (Variant(Query.of(plain[node.unique_id], ignored=_FIXTURE), ()),),
        )
        for node in nodes
    ]


def _taken_apart(name: str, sql: str) -> tuple[Query, UnitTest]:
    """Undo what dbt's macro get_unit_test_sql and its fixtures put round a model's SQL."""
    whole = sqlglot.parse_one(sql, dialect=DIALECT)
    actual, expected = (cte.this for cte in whole.ctes[:2])
    body = actual.args["from_"].this.this
    fixtures = {
        cte.alias: cte.this.sql(DIALECT) for cte in body.ctes if cte.alias.startswith(_FIXTURE)
    }
    columns = tuple(column.sql(DIALECT) for column in expected.expressions[:-1])
    rows = expected.args["from_"].this.this
    # Where no row is expected, dbt writes `select * from dbt_internal_unit_test_actual limit 0`.
    is_empty = isinstance(rows, exp.Select) and rows.args.get("limit") is not None
    test = UnitTest(name, fixtures, columns, None if is_empty else rows.sql(DIALECT))
    return Query(body, sql, ignored=_FIXTURE), test


def _compiled(lab: Lab, nodes: Sequence[Any]) -> dict[str, str]:
    if not nodes:
        return {}
    results = lab.invoke("compile", "--select", *(node.name for node in nodes))
    return {result.node.unique_id: result.node.compiled_code for result in results}


def rendered(lab: Lab, calls: Mapping[str, str]) -> dict[str, str]:
    """Return what each Jinja expression becomes in a model's SQL."""
    between = "\n/*|*/\n"
    [result] = lab.invoke("compile", "--inline", between.join(calls.values()))
    parts = result.node.compiled_code.split(between.strip())
    return {name: part.strip() for name, part in zip(calls, parts, strict=True)}
