"""Two columns of one name in a yml: dbt would keep the last, and a trait would be lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from rollcall.columns import check_columns
from rollcall.errors import SettingsError

YML = """version: 2

models:
  - name: first
    columns:
      - name: customer_id
      - {name: score, data_type: bigint}
    data_tests:
      - unique_key: {arguments: {columns: [customer_id, score]}}
  - name: second
    columns:
      - name: customer_id
"""


def _project(folder: Path, text: str, name: str = "models/marts/_x__models.yml") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
    return folder


def test_the_project_declares_each_column_once() -> None:
    check_columns()


def test_two_models_may_have_a_column_of_one_name(tmp_path: Path) -> None:
    check_columns(_project(tmp_path, YML))


@pytest.mark.parametrize("name", ["customer_id", "Customer_ID"])
def test_a_second_of_one_name_is_refused_by_both_lines(tmp_path: Path, name: str) -> None:
    project = _project(tmp_path, f"{YML}      - name: age\n      - name: {name}\n")
    with pytest.raises(SettingsError) as raised:
        check_columns(project)
    assert str(raised.value) == (
        f"models/marts/_x__models.yml:14: column {name} of second is declared in line 12 too, and "
        "only the last one would count. Give one of the two another name, or take it out."
    )


def test_seeds_and_the_tables_of_sources_are_looked_at(tmp_path: Path) -> None:
    columns = "columns: [{name: a}, {name: b},\n  {name: a}]"
    seeds = _project(tmp_path / "one", f"seeds:\n- name: s\n  {columns}\n", "seeds/_s.yml")
    with pytest.raises(SettingsError, match=r"^seeds/_s.yml:4: column a of s is declared in line"):
        check_columns(seeds)
    tables = f"sources:\n- name: w\n  tables:\n  - name: t\n    {columns}\n"
    sources = _project(tmp_path / "two", tables, "models/_w__sources.yml")
    with pytest.raises(SettingsError, match="column a of t is declared in line 5 too"):
        check_columns(sources)


@pytest.mark.parametrize("text", ["", "models: [", "models: 3", "- a", "models: [{columns: [a]}]"])
def test_what_is_no_such_yml_is_left_to_dbt(tmp_path: Path, text: str) -> None:
    check_columns(_project(tmp_path, text))
