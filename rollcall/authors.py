"""Who last changed what an audience is made of, as git tells it."""

from __future__ import annotations

import subprocess
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

UNCOMMITTED = "uncommitted"
_SECONDS = 30
_COMMIT = "\x1e"


@dataclass(frozen=True)
class Change:
    """The last change of a file: author's name in git, and when it was committed (UTC).

    A file that differs from its last commit is by `uncommitted`, at no time.
    """

    author: str
    committed_at: datetime | None


def _git(project: Path, *arguments: str) -> str | None:
    try:
        return subprocess.run(  # noqa: S603, arguments are this module's and paths
            ["git", "-c", "core.quotepath=off", *arguments],  # noqa: S607
            cwd=project,
            capture_output=True,
            text=True,
            check=True,
            timeout=_SECONDS,
        ).stdout
    except (OSError, subprocess.SubprocessError, UnicodeDecodeError):
        return None


def last_changes(project: Path, paths: Iterable[Path]) -> dict[Path, Change]:
    """Return the last change of each file of `project`, by one look through git's history.

    Without git, outside a work tree, and for files of neither, nothing is known: they are left out.
    """
    top = _git(project, "rev-parse", "--show-toplevel")
    if top is None:
        return {}
    root = Path(top.strip())
    inside = sorted(str(p.relative_to(root)) for p in set(paths) if p.is_relative_to(root))
    if not inside:
        return {}
    at_root = ("-C", str(root))
    # Each file is met first in the commit that touched it last.
    logged = _git(
        project, *at_root, "log", f"--format={_COMMIT}%aN%x1f%cI", "--name-only", "--", *inside
    )
    status = _git(
        project, *at_root, "status", "--porcelain", "-z", "--untracked-files=all", "--no-renames",
        "--", *inside,
    )  # fmt: skip
    if logged is None or status is None:
        return {}
    found: dict[Path, Change] = {}
    for commit in logged.split(_COMMIT)[1:]:
        header, *names = commit.splitlines()
        author, when = header.split("\x1f")
        change = Change(author, datetime.fromisoformat(when).astimezone(UTC))
        for name in filter(None, names):
            found.setdefault(root / name, change)
    for entry in filter(None, status.split("\0")):
        found[root / entry[3:]] = Change(UNCOMMITTED, None)
    return found


def latest(changes: Mapping[Path, Change], paths: Collection[Path]) -> Change | None:
    """Return the last change of all these files: uncommitted where one is; None if unknown."""
    known = [changes[path] for path in paths if path in changes]
    if any(change.committed_at is None for change in known):
        return Change(UNCOMMITTED, None)
    return max(
        known, key=lambda change: (change.committed_at or datetime.min, change.author), default=None
    )
