"""What `rollcall diff` says of published tables beside the audiences; nobody's values."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest

from rollcall.diff_tables import (
    ColumnSide,
    Compared,
    GroupDiff,
    SizesDiff,
    compare_columns,
    compare_sizes,
    compared_tables,
    declared_values,
    is_released,
)
from rollcall.errors import ReleaseError

# Customers c0 to c9; six of a plan, and two of one that only they have.
BEFORE = """
create table people as
select
    'c' || n as customer_id,
    case when n < 8 then 'ann' || n || '@example.org' end as email,
    (n * 10)::decimal(18, 4) as spent,
    timestamp '2026-01-01' + to_days(n::integer) as seen_at,
    n < 3 as is_new,
    case when n < 6 then 'gold' when n < 8 then 'ann''s own' end as plan,
    '[]' as gone,
    n as same
from range(10) as t (n);
create table states as
select * from (values ('c0', 'low', '["a"]', '["s"]'), ('c1', 'low', '["a", "b"]', '[]'),
    ('c2', 'high', '[]', '[]')) as t (customer_id, state, used, ever_used);
create table groups as
select * from (values ('g1', 'month'), ('g2', 'month'), ('g3', 'week')) as t (group_id, kind);
create table members as
select * from (values ('c0', 'g1'), ('c1', 'g1'), ('c1', 'g2'), ('c2', 'g3'))
    as t (customer_id, group_id);
create table state_rules as select unnest(['low', 'high', 'never']) as state;
create table feature_seed as select unnest(['a', 'b', 's', 'unused']) as feature;
"""
AFTER = """
alter table people drop gone;
alter table people add column visits bigint;
update people set visits = 2 where customer_id in ('c1', 'c2');
update people set visits = 0 where customer_id = 'c3';
update people set spent = 500 where customer_id = 'c9';
update people set email = 'new@example.org' where customer_id = 'c0';
update people set plan = 'silver' where customer_id = 'c9';
update states set used = '["b"]' where customer_id = 'c0';
update states set state = 'low' where customer_id = 'c2';
insert into groups values ('g4', 'year');
insert into members values ('c3', 'g2'), ('c0', 'g4'), ('c1', 'g4');
delete from members where group_id = 'g3';
delete from groups where group_id = 'g3';
insert into state_rules values ('untold');
"""
YML: dict[str, Any] = {
    "people": {"release": {"key": ["customer_id"]}, "diff": "columns"},
    "states": {
        "release": {"key": ["customer_id"]},
        "diff": [
            {"sizes": "state", "declared": "state_rules"},
            {"sizes": ["used", "ever_used"], "each": "feature", "declared": "feature_seed"},
        ],
    },
    "groups": {
        "release": {"key": ["group_id"]},
        "diff": {"sizes": "kind", "members": "members"},
    },
    "members": {"release": {"key": ["customer_id", "group_id"]}},
}


@pytest.fixture
def work(tmp_path: Path) -> Path:
    """A release, `tmp_path`, and the database of the run that made it."""
    (tmp_path / "tables").mkdir()
    work = tmp_path / "work.duckdb"
    with duckdb.connect(str(work)) as connection:
        connection.execute(BEFORE)
        for table in YML:
            path = tmp_path / "tables" / f"{table}.parquet"
            connection.execute(f"copy {table} to '{path}' (format parquet)")
    return work


def _change(work: Path) -> None:
    with duckdb.connect(str(work)) as connection:
        connection.execute(AFTER)


def _manifest(yml: dict[str, Any]) -> dict[str, Any]:
    gated = {"key": ["customer_id"], "is_consent_gated": True}
    gates = {
        "sendable": {"gate": "consent", "release": gated},
        "denied": {"gate": "denial"},
        "erased": {"gate": "erasure"},
    }
    return {
        "nodes": {
            f"model.rollcall.{name}": {
                "unique_id": f"model.rollcall.{name}",
                "alias": name,
                "original_file_path": f"models/{name}.sql",
                "config": {"meta": meta},
                "columns": {"email": {"name": "email", "config": {"meta": {"pii": True}}}},
            }
            for name, meta in (yml | gates).items()
        }
    }


def _compared(**changes: Any) -> dict[str, Compared]:
    return {one.table.name: one for one in compared_tables(_manifest(YML | changes))}


def _columns(work: Path, before: dict[str, str], now: dict[str, str]) -> dict[str, Any]:
    _change(work)
    found = compare_columns(_compared()["people"], work.parent, work, before, now)
    assert (found.table, found.old_count, found.new_count) == ("people", 10, 10)
    return {one.column: one for one in found.columns}


def test_a_column_is_told_by_how_it_is_filled(work: Path) -> None:
    found = _columns(work, {"trait.same": "x"}, {"trait.same": "y"})
    assert [(one.column, one.kind, one.differing_count) for one in found.values()] == [
        ("visits", "new", None),
        ("same", "changed", 0),
        ("gone", "removed", None),
        ("email", "values", 1),
        ("spent", "values", 1),
        ("plan", "values", 1),
    ]
    assert found["visits"].before is None
    assert found["visits"].after == ColumnSide(3, 2, "0", "2", "2")
    assert found["spent"].before == ColumnSide(10, 9, "0.0000", "40.0000", "90.0000")
    assert found["spent"].after == ColumnSide(10, 9, "0.0000", "40.0000", "500.0000")


def test_no_person_s_value_is_told(work: Path) -> None:
    """Of a personal column, and of one that is gone, the count; of a text what several share."""
    now = {f"trait.{name}": "y" for name in ("plan", "is_new", "seen_at")}
    found = _columns(work, {"trait.same": "x"}, now)
    assert found["email"].before == found["email"].after == ColumnSide(8)
    assert (found["gone"].before, found["gone"].after) == (ColumnSide(10), None)
    assert found["plan"].after == ColumnSide(9, 9, commonest=(("gold", 6),))
    assert found["is_new"].after == ColumnSide(10, 3)
    assert found["seen_at"].after == ColumnSide(
        10, 10, "2026-01-01 00:00:00", "2026-01-05 00:00:00", "2026-01-10 00:00:00"
    )


def test_a_text_of_many_values_is_no_category(work: Path) -> None:
    with duckdb.connect(str(work)) as connection:
        connection.execute(
            "insert into people (customer_id, plan) select 'd' || n, 'p' || n % 60 from range(600)"
            " as t (n)"
        )
    compared = _compared()["people"]
    found = compare_columns(compared, work.parent, work, {"trait.plan": "x"}, {"trait.plan": "y"})
    plan = {one.column: one for one in found.columns}["plan"]
    assert plan.before is not None
    assert plan.before.commonest == (("gold", 6),)
    assert plan.after == ColumnSide(608, 608)
    assert (found.old_count, found.new_count) == (10, 610)


def test_without_a_former_definition_no_trait_is_called_changed(work: Path) -> None:
    found = compare_columns(_compared()["people"], work.parent, work, {}, {"trait.same": "y"})
    assert not found.columns


def _sizes(work: Path, table: str) -> list[SizesDiff]:
    compared = _compared()[table]
    declared = declared_values(compared, work)
    _change(work)
    return compare_sizes(compared, work.parent, work, declared)


def test_states_and_features_are_told_by_their_customers(work: Path) -> None:
    """One that is declared and has nobody yet is told as well; one of nobody before is not."""
    assert _sizes(work, "states") == [
        SizesDiff(
            "states",
            "state",
            (
                GroupDiff("high", "size", None, None, 1, 0),
                GroupDiff("low", "size", None, None, 2, 3),
                GroupDiff("untold", "new", None, None, None, 0),
            ),
        ),
        SizesDiff("states", "feature", (GroupDiff("a", "size", None, None, 2, 1),
                                        GroupDiff("b", "size", None, None, 1, 2))),
    ]  # fmt: skip


def test_cohorts_are_told_by_how_many_there_are_and_who_is_in(work: Path) -> None:
    assert _sizes(work, "groups") == [
        SizesDiff(
            "groups",
            "kind",
            (
                GroupDiff("month", "size", 2, 2, 2, 3),
                GroupDiff("week", "removed", 1, None, 1, None),
                GroupDiff("year", "new", None, 1, None, 2),
            ),
        )
    ]


def test_nothing_differs_without_a_change(work: Path) -> None:
    for compared in _compared().values():
        declared = declared_values(compared, work)
        assert compare_sizes(compared, work.parent, work, declared) == []
    people = compare_columns(_compared()["people"], work.parent, work, {}, {})
    assert not people.columns


def test_a_seed_that_the_last_run_had_not_declares_nothing(work: Path) -> None:
    with duckdb.connect(str(work)) as connection:
        connection.execute("drop table state_rules")
    assert declared_values(_compared()["states"], work)["state"] == set()


def test_a_table_that_was_not_released_is_left_out(work: Path) -> None:
    assert is_released(_compared()["groups"], work.parent)
    (work.parent / "tables" / "members.parquet").unlink()
    assert not is_released(_compared()["groups"], work.parent)
    assert is_released(_compared()["people"], work.parent)


@pytest.mark.parametrize(
    ("told", "message"),
    [
        ("colums", r"^models/people.sql: config.meta.diff 'colums' is unknown. Write columns, or"),
        ({"size": "a"}, "is unknown"),
        ([{"sizes": "a", "member": "members"}], "is unknown"),
        ({"sizes": "a", "members": "nobody"}, "members 'nobody' is no published table"),
    ],
)
def test_a_wrong_yml_says_what_it_can_be(told: Any, message: str) -> None:
    with pytest.raises(ReleaseError, match=message):
        _compared(people={**YML["people"], "diff": told})
