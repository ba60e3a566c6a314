"""Which columns are tagged as personal (`pii`), read from the project as it is.

`tests/whole/test_erasure.py` follows people's own values into every column; these rules hold also
where its sources are off.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from model_lab import Lab

# A raw column of such a name holds a direct identifier, or what a person wrote, or says that not.
LOOKS_PERSONAL = re.compile(
    r"(mail|phone|mobile|name|birth|dob|address|street|post_?code|zip|iban|passport|ssn|token"
    r"|cookie|visitor|device|user_?id|customer_?id|location|note|comment|subject|body|description"
    r"|title|path|properties|url$|ip$)",
    re.IGNORECASE,
)
# Names that are everywhere, and never a person's.
NOT_PERSONAL = {"event_name", "namespace", "os_name"}
CONTRACT = "models/intermediate/unified/"


@pytest.fixture(scope="module")
def manifest(lab: Lab) -> dict[str, Any]:
    path = lab.home.dbt / "target" / "manifest.json"
    read: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return read


def _columns(nodes: dict[str, Any]) -> Iterator[tuple[dict[str, Any], str, dict[str, Any]]]:
    for unique_id, node in sorted(nodes.items()):
        if unique_id.startswith(("model.", "source.")):
            for column, said in node["columns"].items():
                yield node, column, said["config"]["meta"]


def test_identifier_of_a_source_is_tagged(manifest: dict[str, Any]) -> None:
    told = [
        (f"{node['source_name']}.{node['name']}.{column}", meta.get("pii", False))
        for node, column, meta in _columns(manifest["sources"])
        if meta.get("identifier")
    ]
    assert len(told) > 50
    assert [name for name, is_tagged in told if not is_tagged] == []


def test_raw_column_that_looks_personal_says_whether_it_is(manifest: dict[str, Any]) -> None:
    looks = [
        (f"{node['source_name']}.{node['name']}.{column}", "pii" in meta)
        for node, column, meta in _columns(manifest["sources"])
        if "rollcall" in node["source_meta"]
        and LOOKS_PERSONAL.search(column)
        and column not in NOT_PERSONAL
    ]
    assert len(looks) > 50
    assert [name for name, is_said in looks if not is_said] == []


def test_what_is_personal_in_the_contract_is_so_in_every_model(manifest: dict[str, Any]) -> None:
    personal = {
        column
        for node, column, meta in _columns(manifest["nodes"])
        if node["original_file_path"].startswith(CONTRACT) and meta.get("pii")
    }
    assert personal >= {"email", "phone", "user_id", "anonymous_id", "birth_date", "profile_id"}
    untagged = [
        f"{node['name']}.{column}"
        for part in ("nodes", "sources")
        for node, column, meta in _columns(manifest[part])
        if column in personal and "pii" not in meta
    ]
    assert untagged == []
