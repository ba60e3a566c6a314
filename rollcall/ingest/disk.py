"""Writing files that are whole or not there, and readable by their owner alone."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def private_folder(path: Path, below: Path) -> Path:
    """Make `path` and the folders between it and `below`, for their owner alone."""
    below.mkdir(parents=True, exist_ok=True)
    made = below
    for part in path.relative_to(below).parts:
        made = made / part
        made.mkdir(mode=0o700, exist_ok=True)
    return path


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a name to write to; at the end it is on disk and stands at `path`, or nothing does."""
    draft = path.with_name(f".{path.name}.tmp")
    try:
        yield draft
        with draft.open("rb+") as file:
            os.fsync(file.fileno())
        draft.chmod(0o600)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Put the names in `folder` on disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def for_glob(path: Path) -> str:
    """Return `path` so that DuckDB, which reads patterns, finds the one file."""
    return "".join(f"[{char}]" if char in "*?[" else char for char in str(path))
