"""What lies in a landing folder: the files to read, and what is left aside and why."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from rollcall.ingest.report import NO_SOURCE, Ignored, IgnoredPath, UnreadableFile
from rollcall.sources import EXPANDED_LIMIT_MEGABYTES, SourceSpec, TableSpec

SUFFIXES = (".csv", ".csv.gz", ".jsonl", ".jsonl.gz", ".parquet")
# What senders and their tools leave beside deliveries, in lower case.
_NO_DELIVERIES = (
    *("readme", "readme.md", "readme.txt", ".gitkeep", ".ds_store", "_success"),
    *("md5sums", "sha256sums", "lost+found"),
)
_NO_DELIVERY_SUFFIXES = (".md5", ".sha1", ".sha256", ".sha512")
# What tools of transfer name a file that they have not finished.
_UNFINISHED_SUFFIXES = (".tmp", ".part", ".partial", ".filepart")


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


def _by_name(path: Path, source: str) -> IgnoredPath | None:
    """Say what is no delivery by its name, whatever it holds; None of anything else."""
    name = path.name.lower()
    if name in _NO_DELIVERIES or name.endswith(_NO_DELIVERY_SUFFIXES):
        reason, way_out_ = "no delivery by its name", "It may stay."
        return IgnoredPath(path, source, Ignored.NO_DELIVERY, reason, way_out_)
    if _is_hidden(path) or name.endswith(_UNFINISHED_SUFFIXES):
        reason, way_out_ = "still being written by its name", "Rename it when it is whole."
        return IgnoredPath(path, source, Ignored.BEING_WRITTEN, reason, way_out_)
    return None


def _link(path: Path, source: str) -> IgnoredPath:
    reason = "a link to a folder or out of the landing"
    return IgnoredPath(path, source, Ignored.LINK, reason, "Deliver what it leads to itself.")


def _is_special(path: Path) -> bool:
    return path.exists() and not path.is_file() and not path.is_dir()


def _special(path: Path, source: str) -> IgnoredPath:
    way_out_ = "Deliver a file."
    return IgnoredPath(path, source, Ignored.SPECIAL_FILE, "not a regular file", way_out_)


def _is_empty_folder(path: Path) -> bool:
    try:
        return path.is_dir() and not any(path.iterdir())
    except OSError:
        return False


def find_strangers(landing: Path, sources: Collection[str]) -> Iterator[IgnoredPath]:
    """Go over what lies in a landing beside the folders of `sources`, by name."""
    try:
        paths = sorted(path for path in landing.iterdir() if path.name not in sources)
    except OSError:
        # Whoever looks for a source's folder there says so.
        return
    known = ", ".join(sorted(sources))
    reason = f"no source that is on has this name; on are {known}"
    way_out_ = "Rename it, move it into the folder of its table, or turn its source on."
    for path in paths:
        if _is_empty_folder(path):
            continue
        found = _by_name(path, NO_SOURCE)
        yield found or IgnoredPath(path, NO_SOURCE, Ignored.UNKNOWN_SOURCE, reason, way_out_)


def find_files(landing: Path, source: SourceSpec) -> Iterator[Found]:
    """Go over everything below `<landing>/<source>`, by name. Links out of the landing are left."""
    folder = landing / source.name
    try:
        if folder.is_symlink() and (_leads_out(folder, landing) or not folder.exists()):
            yield _link(folder, source.name)
            return
        if not folder.exists():
            return
        paths = sorted(folder.iterdir())
    except OSError as error:
        for table in source.tables.values():
            yield _unreadable(source.name, table, folder / table.name, error)
        return
    known = ", ".join(sorted(source.tables))
    reason = f"source {source.name} has no table of this name; its folders are {known}"
    way_out_ = "Rename it, or move it into the folder of its table."
    for path in paths:
        found = _by_name(path, source.name)
        if found is not None:
            yield found
        elif path.is_symlink() and _leads_out(path, landing):
            yield _link(path, source.name)
        elif path.name in source.tables:
            yield from walk(path, landing, source.name, source.tables[path.name])
        else:
            yield IgnoredPath(path, source.name, Ignored.UNKNOWN_TABLE, reason, way_out_)


def walk(folder: Path, landing: Path, source: str, table: TableSpec) -> Iterator[Found]:
    """Go over everything below `folder`, which lies in `landing`, by name."""
    try:
        paths = sorted(folder.iterdir())
    except OSError as error:
        yield _unreadable(source, table, folder, error)
        return
    for path in paths:
        try:
            found = _by_name(path, source) or _look(path, landing, source, table)
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
        return _link(path, source)
    if path.is_dir():
        return named_like_a_file(source, table.name, path, suffix) if suffix else None
    if _is_special(path):
        return _special(path, source)
    if suffix is None:
        return _of_another_kind(source, table.name, path)
    return LandingFile(source, table, path.resolve(), suffix)


def _of_another_kind(source: str, table: str, path: Path) -> UnreadableFile:
    """Say of a file that it was delivered in a way that ingest does not read."""
    return UnreadableFile(
        source,
        table,
        _resolved(path) or path,
        None,
        f"not one of {', '.join(SUFFIXES)}",
        "Deliver it as one of these, or take it out of the landing.",
    )


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
    elif is_file and _by_name(path, source) is None:
        yield _of_another_kind(source, table.name, path)


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
