"""MANIFEST.json: what a release holds, and whether its files still are what was published."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from rollcall.errors import ReleaseError
from rollcall.release.files import sha256_of

MANIFEST_NAME = "MANIFEST.json"
_OUT = (
    "`rollcall rollback` goes back to a kept release, whatever the current one is like; nothing in "
    "a release is to be edited in place."
)


@dataclass(frozen=True)
class ReleaseFile:
    """One published file: its rows and the sha256 of its bytes."""

    rows: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """One release. Times are ISO 8601, UTC; `tables` gives each table's as_of.

    `rollback` is set where the tables are those of an earlier release: `from` is the version that
    was current, `to` the one that the tables come from, `at` and `by` say when and who.
    `rewritten` is set where people were erased from a kept release: the version it had, and when.
    """

    version: str
    as_of: str
    code_version: str
    files: Mapping[str, ReleaseFile]
    tables: Mapping[str, str]
    watermarks: Mapping[str, Mapping[str, Any]]
    audiences: Mapping[str, Mapping[str, Any]]
    # What the audiences were built by: a model, macro, seed or setting each, and a hash of it.
    definitions: Mapping[str, str] = field(default_factory=dict)
    # What BI reads: the columns of each table of analytics.duckdb; None before there was one.
    analytics: Mapping[str, Sequence[str]] | None = None
    rollback: Mapping[str, str] | None = None
    rewritten: Mapping[str, str] | None = None

    def to_json(self) -> str:
        """Return the manifest as text with sorted keys."""
        return json.dumps(asdict(self), indent=2, sort_keys=True) + "\n"


def read_manifest(release: Path) -> Manifest:
    """Read a release folder's manifest. Raises ReleaseError naming the file."""
    path = release / MANIFEST_NAME
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        files = {name: ReleaseFile(**entry) for name, entry in raw.pop("files").items()}
        return Manifest(files=files, **raw)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ReleaseError(
            f"{path}: not a release manifest ({type(error).__name__}). {_OUT}"
        ) from error


def find_manifest(release: Path) -> Manifest | None:
    """Return a release folder's manifest; None where there is none that can be read."""
    try:
        return read_manifest(release)
    except ReleaseError:
        return None


def verify(release: Path) -> Manifest:
    """Hold every file of a release against its manifest and return the manifest.

    Raises ReleaseError naming the first file that is missing, changed, or not listed.
    """
    manifest = read_manifest(release)
    found = {
        str(path.relative_to(release))
        for path in release.rglob("*")
        if path.is_file() and path != release / MANIFEST_NAME
    }
    for name, entry in sorted(manifest.files.items()):
        if name not in found:
            raise ReleaseError(f"{release / name}: listed in {MANIFEST_NAME} but missing. {_OUT}")
        if sha256_of(release / name) != entry.sha256:
            raise ReleaseError(f"{release / name}: differs from {MANIFEST_NAME}. {_OUT}")
    stray = sorted(found - set(manifest.files))
    if stray:
        raise ReleaseError(f"{release / stray[0]}: not listed in {MANIFEST_NAME}. {_OUT}")
    return manifest
