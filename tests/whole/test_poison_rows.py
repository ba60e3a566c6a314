"""One person's text must never hold back everybody else's opt-outs.

For every column of every table that lands, as the sources' yml declares them, a row for each
hostile value that is right in all its other columns. A new column is covered by itself.
"""

from __future__ import annotations

import csv
import gzip
import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import duckdb
import pytest
import yaml

from rollcall.sources import ColumnSpec, SourceSpec, TableSpec, shipped_sources

pytestmark = pytest.mark.whole

PROJECT = Path(__file__).resolve().parents[2]
UNTIL = "2026-07-01T00:00:00Z"
LATER = "2026-07-02T00:00:00Z"
HOSTILE = (
    *("", " ", "NULL", "United Kingdom", "gb", "usd", "ZZZ", "zzzz-unknown", "a.b@example.com"),
    *("-1", "-0", "0.5", "1e309", "NaN", "-Infinity", "99999999999999999999"),
    *("999999999999", "99999999999"),
    *("0001-01-01", "1969-12-31T23:59:59Z", "1999-01-01", "9999-12-31T23:59:59Z"),
    *("99999-01-01", "'; drop table x;--", "{{ 7*7 }}", "=1+1", "\U0001f525", "x" * 5000),
    *("\x01\x1b[2J\t\n\r\x7f", '{"a.b@example.com": [1, "x"]}', "[1, null]", "../../etc/passwd"),
)
# An order in a currency that has no rate stops the run, so that no sum is wrong; an event does not.
_CODES = ("usd", "ZZZ")
_CLIENTS = ("web", "app")
_AFTER_THE_SAMPLE = "2026-07-01T08:00:00Z"
# A value of each type that any row may have, where no sample row tells one.
_PLAIN = {
    "timestamp": "2026-06-01T10:00:00Z",
    "date": "1980-05-05",
    "boolean": "false",
    "array<string>": "[]",
}


@dataclass(frozen=True)
class Delivered:
    """What one hostile row was to say, and where."""

    table: str
    column: str
    value: str


def _opened(path: Path) -> IO[str]:
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8", newline="")
    return path.open(encoding="utf-8", newline="")


def _sample_rows(folder: Path) -> Iterator[dict[str, str]]:
    for path in sorted(folder.rglob("*.*")):
        with _opened(path) as file:
            if ".csv" in path.suffixes:
                read = list(csv.DictReader(file))
                rows = [row for row in read if None not in row and None not in row.values()]
            else:
                rows = [row for row in map(_json_row, file) if row]
        yield from ({name: _text(value) for name, value in row.items()} for row in rows)


def _json_row(line: str) -> dict[str, object]:
    """Return a line's row, an empty one where the sample broke the line on purpose."""
    try:
        row = json.loads(line)
    except ValueError:
        return {}
    return row if isinstance(row, dict) else {}


def _text(value: object) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value)


def _plain_value(column: ColumnSpec) -> str:
    if column.allowed:
        return column.allowed[0]
    return _PLAIN.get(column.data_type, "text" if column.data_type == "string" else "1")


def _whole_row(table: TableSpec, landing: Path) -> dict[str, str]:
    """Return the fullest row that the sample has of a table; one by its types where it has none."""
    rows = list(_sample_rows(landing))
    if not rows:
        return {name: _plain_value(column) for name, column in table.columns.items()}
    fullest = max(rows, key=lambda row: sum(map(bool, row.values())))
    return {name: fullest.get(name, "") for name in table.columns}


def _own_identifiers(table: TableSpec, row: dict[str, str], number: int) -> dict[str, str]:
    """Return the row as one of a person, and with a key, of its own."""
    own = dict(row)
    for name, column in table.columns.items():
        kind = column.identifier.type if column.identifier else None
        if kind == "email":
            own[name] = f"hostile{number}@example.com"
        elif kind == "phone":
            own[name] = f"020 7946 {number % 10_000:04d}"
        elif column.identifier and column.identifier.type_column:
            own[name] = f"hostile-{name}-{number}"
        elif kind and kind != "profile_id":
            own[name] = f"hostile-{number}"
    required = [column for column in table.columns.values() if column.is_required]
    numbers = [column.name for column in required if column.data_type == "bigint"]
    key = numbers[0] if numbers else required[0].name
    own[key] = str(100 + number) if numbers else f"{row[key]}-{number}"
    return own


def _poison(source: SourceSpec, landing: Path, first: int) -> Iterator[tuple[Delivered, str]]:
    """Write the hostile rows of a source, one file a table, and tell of each and its account."""
    number = first
    for table in source.tables.values():
        row = _whole_row(table, landing / source.name / table.name)
        lines = []
        for column in table.columns:
            for value in HOSTILE:
                if column == "currency" and value in _CODES and source.name not in _CLIENTS:
                    continue
                number += 1
                lines.append({**_own_identifiers(table, row, number), column: value})
                yield Delivered(f"{source.name}/{table.name}", column, value), f"hostile-{number}"
        path = landing / source.name / table.name / "hostile.jsonl"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")


def _config(folder: Path) -> Path:
    """Write the shop's settings with the source of the other sample beside them."""
    config = folder / "config"
    shutil.copytree(PROJECT / "config" / "shop", config)
    settings = yaml.safe_load((config / "rollcall.yml").read_text(encoding="utf-8"))
    other = PROJECT / "config" / "fake_people" / "rollcall.yml"
    settings["sources"] |= yaml.safe_load(other.read_text(encoding="utf-8"))["sources"]
    (config / "rollcall.yml").write_text(yaml.safe_dump(settings), encoding="utf-8")
    return config


@dataclass(frozen=True)
class World:
    """A home after one run over a landing folder full of hostile rows."""

    home: Path
    delivered: list[Delivered]
    withdrawn: str
    others: list[str]


@pytest.fixture(scope="module")
def world(rollcall, tmp_path_factory: pytest.TempPathFactory) -> World:
    folder = tmp_path_factory.mktemp("poison")
    landing, home = folder / "landing", folder / "home"
    rollcall(
        *("sample", "--out", landing, "--kind", "shop", "--customers", "60"),
        *("--days", "90", "--until", UNTIL, "--seed", "5"),
    )
    config = _config(folder)
    delivered, withdrawn, others = poisoned(landing, config)
    rollcall(
        *("run", "--landing", landing, "--config", config, "--home", home, "--as-of", LATER),
    )
    return World(home, delivered, withdrawn, others)


def poisoned(landing: Path, config: Path) -> tuple[list[Delivered], str, list[str]]:
    """Add the hostile rows, the grants of their people, and one withdrawal of somebody else's.

    Return what was delivered, who withdrew, and who granted and said no more.
    """
    consents = list(_sample_rows(landing / "preference_centre" / "consents"))
    asked = [row for row in consents if row["purpose"] == "marketing_email" and row["user_id"]]
    said = {row["user_id"]: {row["status"]} for row in asked}
    for row in asked:
        said[row["user_id"]].add(row["status"])
    granted = sorted(user for user, words in said.items() if words == {"granted"})
    wanted = yaml.safe_load((config / "rollcall.yml").read_text(encoding="utf-8"))["sources"]
    delivered, lines = [], []
    for name, source in shipped_sources(PROJECT).items():
        if name not in wanted:
            continue
        for row, account in _poison(source, landing, len(delivered)):
            delivered.append(row)
            lines.append(_consent(account, "granted", UNTIL.replace("07-01", "06-30")))
    lines.append(_consent(granted[0], "withdrawn", _AFTER_THE_SAMPLE))
    path = landing / "preference_centre" / "consents" / "same_delivery.jsonl"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return delivered, granted[0], granted[1:]


def _consent(account: str, status: str, at: str) -> str:
    row = {"consent_id": f"{account}-{status}", "user_id": account, "email": "", "phone": ""}
    return json.dumps({**row, "purpose": "marketing_email", "status": status, "occurred_at": at})


def test_each_hostile_row_is_taken_or_quarantined_with_a_reason(world: World) -> None:
    loads = duckdb.sql(
        "select sum(accepted_count), sum(quarantined_count), count(*)"
        f" from read_parquet('{world.home}/ledger/loads.parquet') where path like '%hostile.jsonl'"
    ).fetchone()
    assert loads is not None
    tables = {row.table for row in world.delivered}
    assert loads[2] == len(tables) > 15
    assert loads[0] + loads[1] == len(world.delivered)
    assert min(loads[0], loads[1]) > 200
    for table in tables:
        for path in (world.home / "quarantine" / table).rglob("*.jsonl"):
            held = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
            assert all(entry["reason"] for entry in held)


def test_a_withdrawal_of_the_same_delivery_is_in_the_release(world: World, released) -> None:
    consent = dict(
        released(
            world.home,
            "select user_id, has_marketing_email_consent from customer_360"
            " where user_id is not null",
        )
    )
    assert consent[world.withdrawn] is False
    assert sum(consent.get(user) is True for user in world.others) >= 10
    members = "select distinct user_id from audience_memberships where purpose = 'marketing_email'"
    reached = {user for (user,) in released(world.home, members)}
    assert world.withdrawn not in reached
    assert reached & set(world.others)
