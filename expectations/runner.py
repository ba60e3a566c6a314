"""Hold the candidate in `<home>/work.duckdb` against the suites, in this process.

Results and Data Docs hold counts, never a row's values. Great Expectations takes seconds to
import, so it is imported when a validation begins.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from expectations.suite import SUITES, UNEXPECTED_ROWS, Rule, Suite, load_suite
from rollcall.errors import ValidationError
from rollcall.home import Home
from rollcall.settings import as_of_text_of

if TYPE_CHECKING:
    from great_expectations.core import (
        ExpectationSuiteValidationResult,
        ExpectationValidationResult,
    )
    from great_expectations.data_context.data_context.abstract_data_context import (
        AbstractDataContext,
    )
    from great_expectations.datasource.fluent.sql_datasource import SQLDatasource
    from great_expectations.expectations.expectation import Expectation

DOCS = "data_docs"
_RULE = "rule"
_NAMED_FIGURES = 5
_NO_VALUES = {"result_format": "SUMMARY", "partial_unexpected_count": 0}
_GX_SEVERITY = {"error": "critical", "warn": "warning"}
_UNREADABLE = "The rule could not be evaluated on this table: see its columns and its SQL."
# Of DuckDB's errors these speak of the query alone; others quote the value that failed.
_OF_THE_QUERY = re.compile(r"\b(?:Binder|Catalog|Parser) Error: [^\n\\]*")


@dataclass(frozen=True)
class ExpectationResult:
    """How one rule of one table ended.

    `severity` is error (stops the release) or warn. `failed_rows` is how many rows break the
    rule, 0 where it holds, and 1 where the rule is about the table as a whole or could not be
    evaluated. `said` are the figures of a rule about the past that failed, `senders` the sources
    whose rows break one that stops the release, with their count.
    """

    table: str
    rule: str
    severity: str
    success: bool
    failed_rows: int
    said: str = ""
    senders: str = ""


def _check_relations(database: Path, tables: Sequence[str]) -> None:
    """Raise ValidationError for a candidate, or a table of it, that is not there."""
    if not database.is_file():
        raise ValidationError(f"{database}: no candidate to validate. Build it first.")
    query = "select table_name from information_schema.tables where table_schema = 'main'"
    with duckdb.connect(str(database), read_only=True) as connection:
        found = {name for (name,) in connection.execute(query).fetchall()}
    missing = [table for table in tables if table not in found]
    if missing:
        raise ValidationError(
            f"{database}: {missing[0]} is to be validated and is not there. "
            "Build the model, or materialise it as a table."
        )


def _expectation(rule: Rule) -> Expectation:
    import great_expectations as gx

    kind = getattr(gx.expectations, rule.expectation, None)
    if kind is None:
        raise ValidationError(f"rule {rule.name}: no expectation is named {rule.expectation}.")
    made: Expectation = kind(
        **rule.kwargs,
        severity=_GX_SEVERITY[rule.severity],
        description=f"{rule.name}: {rule.reason}",
        meta={_RULE: rule.name, "owner": rule.owner},
    )
    return made


def _context(docs: Path) -> AbstractDataContext:
    """Return a context that keeps its stores in memory and its Data Docs in `docs`."""
    import great_expectations as gx
    from great_expectations.data_context.types.base import (
        DataContextConfig,
        InMemoryStoreBackendDefaults,
        ProgressBarsConfig,
    )

    site = {
        "class_name": "SiteBuilder",
        "show_how_to_buttons": False,
        "store_backend": {
            "class_name": "TupleFilesystemStoreBackend",
            "base_directory": str(docs),
        },
        "site_index_builder": {"class_name": "DefaultSiteIndexBuilder"},
    }
    config = DataContextConfig(
        store_backend_defaults=InMemoryStoreBackendDefaults(init_temp_docs_sites=False),
        data_docs_sites={"candidate": site},
        progress_bars=ProgressBarsConfig(globally=False),
        analytics_enabled=False,
    )
    return gx.get_context(mode="ephemeral", project_config=config)


def _failed_rows(rule: Rule, result: ExpectationValidationResult) -> int:
    if result.success:
        return 0
    found: Any = result.result.get("unexpected_count")
    if rule.expectation == UNEXPECTED_ROWS:
        found = result.result.get("observed_value")
    return max(int(found or 0), 1)


def _without_exceptions(results: ExpectationSuiteValidationResult) -> None:
    """Take exception texts out of the results: DuckDB quotes the value that failed a cast."""
    for result in results.results:
        info = result.exception_info or {}
        # Great Expectations files an exception under its metric, not at the top.
        if info.get("raised_exception") is not False:
            about = _OF_THE_QUERY.search(str(info))
            result.exception_info = {
                "raised_exception": True,
                "exception_message": f"{_UNREADABLE} {about[0] if about else ''}".strip(),
                "exception_traceback": "",
            }


def _told(suite: Suite, results: ExpectationSuiteValidationResult) -> list[ExpectationResult]:
    """Return how each rule of the suite ended. Raises ValidationError where one did not run."""
    found: dict[str, ExpectationValidationResult] = {}
    for result in results.results:
        config = result.expectation_config
        if config is not None and config.meta is not None:
            found[config.meta[_RULE]] = result
    lost = [rule.name for rule in suite.rules if rule.name not in found]
    if lost:
        raise ValidationError(
            f"{suite.table}: {lost[0]}: Great Expectations did not run it. "
            "See whether another rule of the suite asks the very same."
        )
    return [
        ExpectationResult(
            table=suite.table,
            rule=rule.name,
            severity=rule.severity,
            success=bool(found[rule.name].success),
            failed_rows=_failed_rows(rule, found[rule.name]),
        )
        for rule in suite.rules
    ]


def _run_suite(
    context: AbstractDataContext, source: SQLDatasource, suite: Suite
) -> list[ExpectationResult]:
    import great_expectations as gx

    batch = source.add_table_asset(suite.table, table_name=suite.table)
    asked = gx.ExpectationSuite(
        name=suite.table,
        expectations=[_expectation(rule) for rule in suite.rules],
        meta={"owner": suite.owner},
    )
    definition = gx.ValidationDefinition(
        name=suite.table,
        data=batch.add_batch_definition_whole_table("candidate"),
        suite=context.suites.add(asked),
    )
    before = set(context.validation_results_store.list_keys())
    results = context.validation_definitions.add(definition).run(result_format=_NO_VALUES)
    _without_exceptions(results)
    (key,) = set(context.validation_results_store.list_keys()) - before
    # What run() stored still quotes exceptions; the docs are made from the store.
    context.validation_results_store.set(key, results)
    return _told(suite, results)


def _with_figures(
    database: Path, suites: Sequence[Suite], results: Sequence[ExpectationResult], as_of: str
) -> list[ExpectationResult]:
    """Say of each failed rule about the past what was found, of others whose rows break it."""
    rules = {(suite.table, rule.name): rule for suite in suites for rule in suite.rules}
    found = []
    with duckdb.connect(str(database), read_only=True) as connection:
        for result in results:
            rule = rules[result.table, result.rule]
            if rule.history is None or result.success:
                senders = "" if result.success else _senders(connection, rule, result)
                found.append(replace(result, senders=senders))
                continue
            query = (
                "select subject, statistic, figure_value, lower_bound, upper_bound, release_count "
                f"{rule.history.told.format(as_of=as_of)} and {rule.condition} "
                f"order by subject limit {_NAMED_FIGURES}"
            )
            rows = connection.execute(query).fetchall()
            said = "; ".join(_sentence(*row) for row in rows) or "the figure was not measured"
            found.append(replace(result, said=f"{rule.history.column}: {said}"))
    return found


def _senders(connection: duckdb.DuckDBPyConnection, rule: Rule, result: ExpectationResult) -> str:
    """Return the sources whose rows break a rule that stops the release, with their count."""
    if result.severity != "error" or not rule.condition:
        return ""
    query = (
        f"select candidate.source, count(*) from {result.table} as candidate "  # noqa: S608
        f"where {rule.condition} group by candidate.source "
        f"order by candidate.source limit {_NAMED_FIGURES}"
    )
    try:
        rows = connection.execute(query).fetchall()
    except duckdb.Error:
        # A table of no sources, or a rule that cannot be evaluated: that is said already.
        return ""
    return ", ".join(f"{source} {count}" for source, count in rows)


def _sentence(
    subject: str, statistic: str, value: float | None, low: float | None, high: float | None,
    releases: int,
) -> str:  # fmt: skip
    what = statistic if subject == "all" else f"{statistic} of {subject}"
    told = f"{what} is {'unknown' if value is None else f'{value:g}'}"
    if low is None or high is None:
        return f"{told}, and no earlier release had it"
    return f"{told}, {low:g} to {high:g} by the {releases} releases before"


def _release_file(source: SQLDatasource) -> None:
    """Close every connection: an open one shuts the release step out of the file."""
    source.get_execution_engine().close()
    source.get_engine().dispose()


def validate(
    home: Home, tables: Sequence[str], *, suites: Path = SUITES
) -> list[ExpectationResult]:
    """Hold `tables` of the candidate against their suites; answer how each rule ended.

    Data Docs of this validation replace the former ones in `<home>/gx/data_docs`. as_of is that
    of the run that the home's dbt settings tell. A failed rule is in the answer, not an
    exception. Raises SettingsError for a suite that is missing or wrong, ValidationError for a
    table that is not in the candidate.
    """
    variables = {"as_of": as_of_text_of(home)}
    loaded = [load_suite(table, variables, suites) for table in sorted(set(tables))]
    _check_relations(home.work, [suite.table for suite in loaded])
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    from expectations.dialect import connection_string

    shutil.rmtree(home.gx, ignore_errors=True)
    context = _context(home.gx / DOCS)
    source = context.data_sources.add_sql(
        "candidate", connection_string=connection_string(home.work), create_temp_table=False
    )
    try:
        results = [found for suite in loaded for found in _run_suite(context, source, suite)]
        context.build_data_docs()
    finally:
        _release_file(source)
    return _with_figures(home.work, loaded, results, variables["as_of"])
