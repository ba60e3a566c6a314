"""A person's fields stand in the tables that are published, and in nothing that a run says."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

import duckdb
import pytest
from canary import CANARIES, PUBLISHED, files_that_hold
from children import replaced
from kept_homes import KeptHomes, without_build_and_checks

# DuckDB quotes the value in the error of each of these.
_QUOTING = "select cast(email as integer) from customer_360 where email like 'canary%'"


def _texts(serving: Path) -> set[str]:
    with duckdb.connect(str(serving), read_only=True) as release:
        columns = release.execute(
            "select table_name, column_name from information_schema.columns "
            "where data_type = 'VARCHAR'"
        ).fetchall()
        return {
            str(text)
            for table, column in columns
            for (text,) in release.execute(
                f'select distinct "{column}" from "{table}" where "{column}" ilike \'%canary%\' '
                f"or \"{column}\" like '%7700900733%'"
            ).fetchall()
        }


def _fail_quoting(function: str, outcomes: Path) -> None:
    """Let `function` fail with an error of DuckDB's that quotes the canary's address."""
    without_build_and_checks(outcomes)

    def make(_: Any) -> Any:
        def fail(*arguments: Any, **__: Any) -> Any:
            work = arguments[0]
            if not isinstance(work, duckdb.DuckDBPyConnection):
                value = next(text for text in PUBLISHED if "@" in text)
                duckdb.execute("select cast(? as integer)", [value])
            work.execute(_QUOTING)

        return fail

    replaced(function, make)


@pytest.mark.parametrize(
    ("function", "code"),
    [("rollcall.release.publish:_write_table", 6), ("rollcall.ingest.ledger:Ledger.write", 8)],
)
def test_nothing_that_a_failed_run_says_shows_a_person(
    kept: KeptHomes, function: str, code: int
) -> None:
    home = kept.fresh("built")
    texts = _texts(home / "current" / "serving.duckdb")
    assert [text for text in PUBLISHED if text not in texts] == []
    assert files_that_hold(kept.landing, CANARIES)
    prepare = functools.partial(_fail_quoting, function, kept.outcomes)
    child = kept.children.run(*kept.arguments(), prepare=prepare)
    assert child.ended() == code, child.output()[-3000:]
    assert "ConversionException" in child.output()
    # All that was said by every run so far is searched, those of other tests too.
    for said in (home / "dbt", home / "gx", home / "dagster", kept.folder / "children"):
        assert any(path.is_file() for path in said.rglob("*"))
        assert files_that_hold(said, CANARIES) == []
