"""A release is what its manifest says, file by file, or it is refused."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest

from rollcall.errors import ReleaseError
from rollcall.release.manifest import (
    MANIFEST_NAME,
    Manifest,
    ReleaseFile,
    find_manifest,
    read_manifest,
    verify,
)

FILES = {"serving.duckdb": b"all of it", "tables/a.parquet": b"one", "tables/b.parquet": b"two"}
MANIFEST = Manifest(
    version="000002",
    as_of="2026-07-01T00:00:00+00:00",
    code_version="0.1.0",
    files={
        name: ReleaseFile(rows, hashlib.sha256(content).hexdigest())
        for rows, (name, content) in enumerate(FILES.items(), start=3)
    },
    tables={"a": "2026-07-01T00:00:00+00:00"},
    watermarks={"shop": {"last_loaded_at": None}},
    audiences={"vips": {"status": "held"}},
    definitions={"model.rollcall.vips": "hash"},
    rollback={"from": "000001", "to": "000000"},
    rewritten={"version": "000001"},
)


@pytest.fixture
def release(tmp_path: Path) -> Path:
    folder = tmp_path / "000002"
    for name, content in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    (folder / MANIFEST_NAME).write_text(MANIFEST.to_json(), encoding="utf-8")
    return folder


def test_what_was_published_verifies(release: Path) -> None:
    assert verify(release) == MANIFEST
    assert read_manifest(release) == MANIFEST
    assert find_manifest(release) == MANIFEST


def test_the_same_release_is_the_same_text(release: Path) -> None:
    text = (release / MANIFEST_NAME).read_text(encoding="utf-8")
    document = json.loads(text)
    assert text == json.dumps(document, indent=2, sort_keys=True) + "\n"
    assert list(document) == sorted(document)
    assert document["files"]["tables/a.parquet"]["rows"] == 4


def test_what_is_published_is_not_edited_in_memory() -> None:
    for entry, name in ((MANIFEST, "version"), (MANIFEST.files["serving.duckdb"], "rows")):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(entry, name, "other")


def test_older_manifests_lack_what_came_later(release: Path) -> None:
    document = json.loads(MANIFEST.to_json())
    for name in ("definitions", "rollback", "rewritten"):
        del document[name]
    (release / MANIFEST_NAME).write_text(json.dumps(document), encoding="utf-8")
    found = verify(release)
    assert (found.definitions, found.rollback, found.rewritten) == ({}, None, None)


def one_bit(release: Path) -> None:
    path = release / "tables" / "b.parquet"
    path.write_bytes(b"tw\x6e")


def missing(release: Path) -> None:
    (release / "serving.duckdb").unlink()


def folder_in_its_place(release: Path) -> None:
    missing(release)
    (release / "serving.duckdb").mkdir()


def stray(release: Path) -> None:
    for name in ("d", "c", "e"):
        (release / "tables" / f"{name}.parquet").touch()


def stray_manifest(release: Path) -> None:
    (release / "tables" / MANIFEST_NAME).touch()


@pytest.mark.parametrize(
    ("damage", "file", "words"),
    [
        (one_bit, "tables/b.parquet", "differs from MANIFEST.json."),
        (missing, "serving.duckdb", "listed in MANIFEST.json but missing."),
        (folder_in_its_place, "serving.duckdb", "listed in MANIFEST.json but missing."),
        (stray, "tables/c.parquet", "not listed in MANIFEST.json."),
        (stray_manifest, "tables/MANIFEST.json", "not listed in MANIFEST.json."),
    ],
)
def test_what_differs_is_named_with_the_way_out(
    release: Path, damage: Any, file: str, words: str
) -> None:
    damage(release)
    with pytest.raises(ReleaseError, match=re.escape(f"{release / file}: {words}")) as error:
        verify(release)
    assert "`rollcall rollback`" in str(error.value)


def no_manifest(path: Path) -> None:
    path.unlink()


def half_a_manifest(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:99])


def not_text(path: Path) -> None:
    path.write_bytes(b"\xff\xfe")


def a_list(path: Path) -> None:
    path.write_text("[]", encoding="utf-8")


def without_files(path: Path) -> None:
    document = json.loads(path.read_text(encoding="utf-8"))
    del document["files"]
    path.write_text(json.dumps(document), encoding="utf-8")


def without_as_of(path: Path) -> None:
    document = json.loads(path.read_text(encoding="utf-8"))
    del document["as_of"]
    path.write_text(json.dumps(document), encoding="utf-8")


def with_more(path: Path) -> None:
    document = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**document, "of_a_later_rollcall": 1}), encoding="utf-8")


@pytest.mark.parametrize(
    "damage",
    [no_manifest, half_a_manifest, not_text, a_list, without_files, without_as_of, with_more],
)
def test_what_is_no_manifest_is_named(release: Path, damage: Any) -> None:
    path = release / MANIFEST_NAME
    damage(path)
    for read in (read_manifest, verify):
        with pytest.raises(ReleaseError, match=re.escape(f"{path}: not a release manifest (")):
            read(release)
    assert find_manifest(release) is None
