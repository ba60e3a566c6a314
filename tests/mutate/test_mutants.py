"""What `make mutate` changes: a kind of change that went missing would raise every figure."""

from __future__ import annotations

import duckdb
import pytest
from mutants import MACRO_BEGINS, MACRO_ENDS, Query


def _changes(sql: str) -> set[str]:
    return {mutant.description for mutant in Query.of(sql).mutants()}


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        (
            "select a from t where a >= 3",
            {
                "result: a >= 3 -> true",
                "result: a >= 3 -> a > 3",
                "result: a >= 3 -> a < 3",
                "result: a >= 3 -> a >= 2",
                "result: a >= 3 -> a >= 4",
            },
        ),
        (
            "select a from t where a = 'x' and not (b is null or c)",
            {
                "result: a = 'x' and not (b is null or c) -> (a = 'x' or not (b is null or c))",
                "result: a = 'x' -> true",
                "result: a = 'x' -> a <> 'x'",
                "result: not (b is null or c) -> true",
                "result: not (b is null or c) -> (b is null or c)",
                "result: b is null or c -> (b is null and c)",
                "result: b is null -> false",
                "result: b is null -> b is not null",
                "result: c -> false",
            },
        ),
        (
            "select a from t where a between 1 and b",
            {
                "result: a between 1 and b -> true",
                "result: a between 1 and b -> a not between 1 and b",
                "result: a between 1 and b -> a >= 1",
                "result: a between 1 and b -> a <= b",
                "result: a between 1 and b -> (a > 1 and a <= b)",
                "result: a between 1 and b -> (a >= 1 and a < b)",
                "result: a between 1 and b -> a between 0 and b",
                "result: a between 1 and b -> a between 2 and b",
            },
        ),
        (
            "select a in ('x', 'y') as c, b like 'x%' as d, e - interval '7' day as f from t",
            {
                "result: a in ('x', 'y') -> a not in ('x', 'y')",
                "result: a in ('x', 'y') -> a in ('x')",
                "result: a in ('x', 'y') -> a in ('y')",
                "result: b like 'x%' -> b not like 'x%'",
                "result: b like 'x%' -> b like 'x'",
                "result: interval '7' day -> interval '6' day",
                "result: interval '7' day -> interval '8' day",
            },
        ),
        (
            "select count(distinct a) filter (where b), min(c), coalesce(d, e, 0) from t having f",
            {
                "result: count(distinct a) -> count(a)",
                "result: b -> true",
                "result: f -> true",
                "result: min(c) -> max(c)",
                "result: coalesce(d, e, 0) -> coalesce(e, 0)",
                "result: coalesce(d, e, 0) -> coalesce(d, 0)",
                "result: coalesce(d, e, 0) -> coalesce(d, e)",
                "result: coalesce(d, e, 0) -> coalesce(e, d, 0)",
            },
        ),
        (
            "select case when a then 1 when b then 2 else 3 end, case c when 1 then 2 end from t",
            {
                "result: a -> true",
                "result: when a -> no such branch",
                "result: b -> true",
                "result: when b -> no such branch",
                "result: else 3 -> no else",
            },
        ),
        (
            "select row_number() over (partition by a, b order by c desc nulls last, d), "
            "rank() over (order by e) from t",
            {
                "result: partition by a, b -> partition by b",
                "result: partition by a, b -> partition by a",
                "result: order by c desc, d -> order by d",
                "result: order by c desc, d -> order by c desc",
                "result: c desc -> c asc",
                "result: c nulls last -> c nulls first",
                "result: d asc -> d desc",
                "result: rank() -> row_number()",
                "result: order by e -> no order",
                "result: e asc -> e desc",
            },
        ),
        (
            "with u as (select distinct a from t union all select b from t) "
            "select * from u inner join v on true left join w on true full join x on true",
            {
                "u: union all select b from t -> union",
                "u: arm select b from t -> no such arm",
                "u: arm select distinct a from t -> no such arm",
                "u: select distinct -> select",
                "result: inner join v -> left join v",
                "result: left join w -> inner join w",
                "result: full join x -> left join x",
                "result: full join x -> right join x",
                "result: full join x -> inner join x",
            },
        ),
        ("select a, b + 1 as c, 'x' as d from t order by a", set()),
    ],
)
def test_each_kind_of_rule_is_changed(sql: str, expected: set[str]) -> None:
    """Each once and in every way that counts; what is merely selected or sorted, never."""
    assert _changes(sql) == expected


def test_every_mutant_is_the_query_with_one_thing_changed() -> None:
    """A change that stayed in place would be tried together with the next."""
    query = Query.of("with u as (select 1 as a where 1 < 2) select a from u where a = 1 and a <> 2")
    before = query.sql
    sqls = [mutant.sql for mutant in query.mutants()]
    assert len(set(sqls)) == len(sqls) > 8
    assert before not in sqls
    assert query.sql == before
    for sql in sqls:
        duckdb.execute(sql)


def test_equal_changes_in_one_place_have_names_of_their_own() -> None:
    """A reason for one of them must not excuse the other."""
    names = [m.description for m in Query.of("select a = b, min(a) = b, a = b from t").mutants()]
    assert "result: a = b -> a <> b" in names
    assert "result: a = b -> a <> b (#2)" in names


def test_what_cannot_matter_is_not_changed() -> None:
    """Each would need a reason that says so."""
    sql = (
        "select coalesce(t.k, u.k), first_value(a) over (order by b rows between unbounded "
        "preceding and unbounded following) from t full join u on t.k = u.k and t.c = u.c "
        "where coalesce(d, e) is null"
    )
    changes = _changes(sql)
    assert "result: coalesce(t.k, u.k) -> u.k" in changes
    assert "result: coalesce(d, e) -> e" in changes
    assert not [change for change in changes if "coalesce(u.k" in change or "(e, d)" in change]
    assert not [change for change in changes if "no frame" in change]


def test_entries_that_a_configuration_lists_are_no_rules() -> None:
    """Else every source that is added would need a row in tests that do not know it."""
    path = "macros/settings/counts_purchases_by.sql"
    listed = f"{MACRO_BEGINS.format(path)} source in ('app', 'shop') {MACRO_ENDS}"
    assert _changes(f"select a from t where {listed}") == {
        "result: source in ('app', 'shop') -> true",
        "result: source in ('app', 'shop') -> source not in ('app', 'shop')",
    }


def test_a_change_knows_the_macro_that_wrote_its_place() -> None:
    """Pointed at a macro, the tool changes what that macro wrote and nothing else."""
    inner = f"{MACRO_BEGINS.format('macros/in.sql')} b > 2 {MACRO_ENDS}"
    outer = f"{MACRO_BEGINS.format('macros/out.sql')} a = 1 and {inner} {MACRO_ENDS}"
    macros = {
        mutant.description: mutant.macro
        for mutant in Query.of(f"select * from t where c < d and {outer}").mutants()
    }
    assert macros["result: c < d -> c <= d"] is None
    assert macros["result: a = 1 -> a <> 1"] == "macros/out.sql"
    assert macros["result: b > 2 -> b >= 2"] == "macros/in.sql"
