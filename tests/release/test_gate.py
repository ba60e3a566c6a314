"""Consent and erasure hold even where the models got it wrong, and unclear means no."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from rollcall.errors import ReleaseError
from rollcall.home import Home
from rollcall.release import Manifest, release_plan

Release = Callable[..., Manifest]


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("insert into members values ('a', 'c3', 'marketing_email')", "members: 1 rows without"),
        ("update members set purpose = 'ads'", "members: 2 rows without consent"),
        ("insert into members values ('a', 'c1', null)", "members: 1 rows without consent"),
        ("insert into members values ('a', null, 'marketing_email')", "members: 1 rows without"),
        ("update sendable set purpose = 'ads'", "members: 2 rows without consent"),
        ("insert into denied values ('marketing_email', 'c1')", "members: 1 rows without consent"),
        (
            "update audiences set status = 'held'; "
            "insert into denied values ('marketing_email', 'c2')",
            "members: 1 rows without consent",
        ),
        ("drop table sendable", "sendable: not in the candidate"),
        ("drop table denied", "denied: not in the candidate"),
        ("alter table audiences drop status", "audiences: no column status"),
        ("alter table sendable drop purpose", "sendable: no column purpose"),
        ("alter table members drop purpose", "members: no column purpose"),
        ("insert into erased values ('c3')", r"customers\.customer_id: 1 rows of people"),
        ("drop table erased", "erased: not in the candidate"),
        ("drop table customers", "customers: not in the candidate"),
        (
            "insert into erased values ('old'); "
            "alter table audiences add column absorbed_customer_id text default 'old'",
            r"audiences\.absorbed_customer_id: 1 rows of people",
        ),
    ],
)
def test_violation_publishes_nothing(
    home: Home, release: Release, change: Callable[[str], None], sql: str, message: str
) -> None:
    old = release()
    change(sql)
    with pytest.raises(ReleaseError, match=message):
        release()
    assert home.current.resolve().name == old.version
    assert [path.name for path in home.releases.iterdir()] == [old.version]


def test_a_hold_rests_on_the_consent_of_the_last_release(
    home: Home, release: Release, change: Callable[[str], None]
) -> None:
    """Of a feed that went dark nobody's grant is there; who denied is out all the same."""
    change("update audiences set status = 'held'; delete from sendable")
    assert release().audiences["a"]["status"] == "held"


@pytest.mark.parametrize(
    ("model", "meta", "message"),
    [
        ("sendable", {}, "no dbt model carries config.meta.gate: consent"),
        ("denied", {}, "no dbt model carries config.meta.gate: denial"),
        ("erased", {}, "no dbt model carries config.meta.gate: erasure"),
        ("customers", {"gate": "consent"}, "unknown or set on"),
        ("members", {"release": {"key": ["customer_id"]}}, "no published model has"),
        ("members", {"release": {"key": []}}, "has no key"),
        ("members", {"release": {"key": ["a"], "is_gated": True}}, "unknown field 'is_gated'"),
    ],
)
def test_plan_without_a_gate_is_refused(
    manifest: dict[str, Any], model: str, meta: dict[str, Any], message: str
) -> None:
    manifest["nodes"][f"model.rollcall.{model}"]["config"]["meta"] = meta
    with pytest.raises(ReleaseError, match=message):
        release_plan(manifest)
