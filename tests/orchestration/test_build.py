"""What dbt says of a failed node reaches the person who runs it, without any row's values."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rollcall.build import NodeOutcome, place_of, raise_failures, without_values
from rollcall.errors import BuildError

MANIFEST = {
    "nodes": {
        f"model.rollcall.m{number}": {
            "name": f"m{number}",
            "original_file_path": f"models/m{number}.sql",
        }
        for number in range(9)
    }
}


def outcome(number: int, status: str) -> NodeOutcome:
    return NodeOutcome(f"model.rollcall.m{number}", status, "why", 0.1)


@pytest.mark.parametrize(
    ("message", "shown"),
    [
        (
            "Conversion Error: Could not convert string 'ann@example.org' to INT32\n\nLINE 1: x",
            "Conversion Error: Could not convert string … to INT32",
        ),
        (
            'Constraint Error: Duplicate key "phone: +44 7700 900123" violates primary key',
            "Constraint Error: Duplicate key … violates primary key",
        ),
        (
            "Out of Range Error: value 447700900123 is too large",
            "Out of Range Error: value … is too large",
        ),
        (
            "Invalid Input Error: no rate from USD to GBP on 2026-01-01",
            "Invalid Input Error: no rate from USD to GBP on 2026-01-01",
        ),
        (
            "o5.sql\n: SparkException: Job aborted\n\tat org.apache.spark.X$.run(X.scala:4)\n\tat "
            "java.base/java.lang.Thread.run(Unknown Source)\nCaused by: [CAST_INVALID_INPUT] The "
            "value 'ann@example.org' cannot be cast\n\t... 17 more\n",
            "o5.sql\n: SparkException: Job aborted\nCaused by: [CAST_INVALID_INPUT] The value … "
            "cannot be cast",
        ),
        (
            "Compilation Error: depends on a node named 'nobody' which was not found",
            "Compilation Error: depends on a node named 'nobody' which was not found",
        ),
    ],
)
def test_values_are_taken_out_of_data_errors_alone(message: str, shown: str) -> None:
    assert without_values(message) == shown


def test_damaged_file_is_named_with_the_way_out() -> None:
    said = (
        'Invalid Input Error: Failed to read file "/home/raw/shop/orders/12.parquet": ZSTD failed'
    )
    message = without_values(said)
    assert message == "Failed to read file /home/raw/shop/orders/12.parquet: it is damaged."
    failed = replace(outcome(1, "error"), message=message)
    with pytest.raises(BuildError) as raised:
        raise_failures([failed, replace(failed, unique_id="model.rollcall.m2")], MANIFEST)
    lines = str(raised.value).splitlines()
    assert [line.split(":")[0] for line in lines[1:3]] == [
        "m1 (models/m1.sql)",
        "m2 (models/m2.sql)",
    ]
    assert lines[3].startswith("Remove the file if its landing file still lies there")
    assert len(lines) == 4


def test_failed_nodes_are_named_with_file_and_reason() -> None:
    outcomes = [outcome(0, "success"), outcome(1, "error"), outcome(2, "skipped")]
    with pytest.raises(BuildError) as raised:
        raise_failures(outcomes, MANIFEST)
    assert str(raised.value).splitlines()[1:] == ["m1 (models/m1.sql): why"]


def test_many_failures_are_counted() -> None:
    with pytest.raises(BuildError, match="and 3 more"):
        raise_failures([outcome(number, "fail") for number in range(8)], MANIFEST)


def test_warnings_and_passes_raise_nothing() -> None:
    raise_failures([outcome(0, "success"), outcome(1, "warn"), outcome(2, "pass")], MANIFEST)


def test_diff_says_what_stands_in_its_own_words() -> None:
    with pytest.raises(BuildError, match=r"^dbt: the build failed, nothing is compared\.\n"):
        raise_failures([outcome(1, "error")], MANIFEST, standing="nothing is compared")


COMPILED = """-- Who qualifies.
with  __dbt__cte__aud_first as (
-- A note.

select customer_id
from "work"."main"."customer_360"
where is_known and orders > 1
),  __dbt__cte__aud_second as (
select customer_id
from "work"."main"."customer_360"
where ordrs > 1
), qualified as (
    select customer_id from __dbt__cte__aud_second
    where   is_missing
)

select customer_id
from qualified"""
READ = ["model.rollcall.aud_first", "model.rollcall.aud_second", "model.rollcall.customer_360"]


@pytest.mark.parametrize(
    ("excerpt", "place"),
    [
        ("LINE 13: where ordrs > 1\n              ^", "model.rollcall.aud_second"),
        ("LINE 7: ...known and orders >...\n  ^", "model.rollcall.aud_first"),
        # Two hold that line: the engine counts lines that dbt puts before the query too.
        ('LINE 7: from "work"."main"."customer_360"\n  ^', "model.rollcall.aud_first"),
        ('LINE 12: from "work"."main"."customer_360"\n  ^', "model.rollcall.aud_second"),
        # The model's own part, a line that is not there, and no line at all.
        ("LINE 15:     where   is_missing\n  ^", None),
        ("LINE 2: where nothing\n  ^", None),
        ("no excerpt", None),
    ],
)
def test_an_error_in_an_audience_is_told_of_that_one(excerpt: str, place: str | None) -> None:
    """A node holds the code of every ephemeral model that it reads."""
    message = f'Binder Error: Referenced column "ordrs" not found!\n\n{excerpt}'
    assert place_of(message, COMPILED, READ) == place


def test_the_failure_names_that_file() -> None:
    nodes = {
        "model.rollcall.aud_x": {"name": "aud_x", "original_file_path": "models/aud_x.sql"},
        **MANIFEST["nodes"],
    }
    failed = NodeOutcome(
        "model.rollcall.m1", "error", "Runtime Error in model m1 (models/m1.sql)\n  no such column",
        0.1, place="model.rollcall.aud_x",
    )  # fmt: skip
    with pytest.raises(BuildError) as raised:
        raise_failures([failed], {"nodes": nodes})
    assert str(raised.value).splitlines()[1:] == [
        "aud_x (models/aud_x.sql), read by m1: Runtime Error in model m1 (models/m1.sql)",
        "  no such column",
    ]
