"""What lies in a landing folder: the files to read, and what is left aside and why."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rollcall.ingest.report import IgnoredPath, UnreadableFile
from rollcall.sources import EXPANDED_LIMIT_MEGABYTES, SourceSpec, TableSpec

SUFFIXES = (".csv", ".csv.gz", ".jsonl", ".jsonl.gz", ".parquet")


@dataclass(frozen=True)
class LandingFile:
    """One file to read. `path` is absolute and resolved: it is the file's name in the ledger.

    One that is compressed may expand to `expanded_limit_bytes`.
    """

    source: str
    table: TableSpec
    path: Path
    suffix: str
    expanded_limit_bytes: int = EXPANDED_LIMIT_MEGABYTES << 20

    @property
    def format(self) -> str:
        """Return `csv`, `jsonl` or `parquet`."""
        return self.suffix.split(".")[1]

    @property
    def is_gzip(self) -> bool:
        """Say whether the file is compressed as a whole."""
        return self.suffix.endswith(".gz")


Found = LandingFile | UnreadableFile | IgnoredPath


def suffix_of(path: Path) -> str | None:
    """Return the suffix that tells how to read `path`, or None where ingest does not read it."""
    name = path.name.lower()
    return next((suffix for suffix in SUFFIXES if name.endswith(suffix)), None)


def _is_hidden(path: Path) -> bool:
    return path.name.startswith(("_", "."))


def find_files(landing: Path, source: SourceSpec) -> Iterator[Found]:
    """Go over everything below `<landing>/<source>`, by name. Links out of the landing are left."""
    folder = landing / source.name
    try:
        if not folder.exists():
            return
        if _leads_out(folder, landing):
            yield IgnoredPath(folder, "a link out of the landing; deliver the folder itself")
            return
        paths = sorted(folder.iterdir())
    except OSError as error:
        for table in source.tables.values():
            yield _unreadable(source.name, table, folder / table.name, error)
        return
    for path in paths:
        if _is_hidden(path):
            continue
        if path.is_symlink() and _leads_out(path, landing):
            yield IgnoredPath(path, "a link out of the landing; deliver the folder itself")
        elif path.name in source.tables:
            yield from walk(path, landing, source.name, source.tables[path.name])
        else:
            known = ", ".join(sorted(source.tables))
            yield IgnoredPath(
                path, f"source {source.name} has no table of this name; its folders: {known}"
            )


def walk(folder: Path, landing: Path, source: str, table: TableSpec) -> Iterator[Found]:
    """Go over everything below `folder`, which lies in `landing`, by name."""
    try:
        paths = sorted(folder.iterdir())
    except OSError as error:
        yield _unreadable(source, table, folder, error)
        return
    for path in paths:
        if _is_hidden(path):
            continue
        try:
            found = _look(path, landing, source, table)
        except OSError as error:
            found = _unreadable(source, table, path, error)
        if found is not None:
            yield found
        else:
            yield from walk(path, landing, source, table)


def _look(path: Path, landing: Path, source: str, table: TableSpec) -> Found | None:
    """Say what `path` is; None is a folder to walk."""
    suffix = suffix_of(path)
    if path.is_symlink() and (path.is_dir() or _leads_out(path, landing)):
        return IgnoredPath(
            path, "a link to a folder or out of the landing; deliver the file itself"
        )
    if path.is_dir():
        return named_like_a_file(source, table.name, path, suffix) if suffix else None
    if suffix is None:
        return IgnoredPath(path, f"not one of {', '.join(SUFFIXES)}")
    if path.exists() and not path.is_file():
        return IgnoredPath(path, "not a regular file")
    return LandingFile(source, table, path.resolve(), suffix)


def named_like_a_file(source: str, table: str, path: Path, suffix: str) -> UnreadableFile:
    """Say that a folder stands where a file is meant to."""
    return UnreadableFile(
        source,
        table,
        _resolved(path) or path,
        None,
        f"a directory named like a {suffix} file",
        "Rename the directory without the suffix, or put the file itself there.",
    )


def _unreadable(source: str, table: TableSpec, path: Path, error: OSError) -> UnreadableFile:
    place = _resolved(path) or path
    return UnreadableFile(source, table.name, place, None, why(error), way_out(path))


def why(error: OSError) -> str:
    """Say in words why the system refused a file."""
    return (error.strerror or os.strerror(error.errno or 0)).lower()


def way_out(path: Path) -> str:
    """Say what to do about a file that the system refused."""
    return f"Let the user that runs rollcall read {path.name}, then run again."


def again(source: str, table: TableSpec, path: Path) -> Iterator[Found]:
    """Look once more at a path that could not be read; there may be nothing any more.

    A link that stands there by now is nothing: it may lead out of the landing.
    """
    suffix = suffix_of(path)
    try:
        is_link = _resolved(path) != path
        is_folder, is_file = path.is_dir(), path.is_file()
    except OSError as error:
        yield _unreadable(source, table, path, error)
        return
    if is_link:
        return
    if is_folder and suffix:
        yield named_like_a_file(source, table.name, path, suffix)
    elif is_folder:
        yield from walk(path, path, source, table)
    elif is_file and suffix:
        yield LandingFile(source, table, path, suffix)


def _resolved(path: Path) -> Path | None:
    """Return where a path leads; None for a link that leads to itself."""
    try:
        return path.resolve()
    except RuntimeError:
        return None


def _leads_out(path: Path, landing: Path) -> bool:
    """Say whether a path leads out of the landing, or nowhere."""
    found = _resolved(path)
    return found is None or not found.is_relative_to(landing)
