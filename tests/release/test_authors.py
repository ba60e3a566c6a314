"""Who changed a definition last is git's word, or nobody's."""

from __future__ import annotations

import os
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from rollcall.authors import UNCOMMITTED, Change, last_changes, latest

ANN = Change("Ann Lee", datetime(2026, 1, 1, 10, tzinfo=UTC))
BOB = Change("Bob", datetime(2026, 1, 2, 9, tzinfo=UTC))


def _commit(folder: Path, author: str, when: str, **files: str) -> None:
    for name, text in files.items():
        (folder / f"{name}.sql").write_text(text, encoding="utf-8")
    person = {"NAME": author, "EMAIL": "x@example.com", "DATE": when}
    roles = {f"GIT_{role}_{k}": v for role in ("AUTHOR", "COMMITTER") for k, v in person.items()}
    for arguments in (["add", "."], ["commit", "-q", "-m", "change"]):
        subprocess.run(
            ["git", *arguments],
            cwd=folder,
            env={**os.environ, **roles},
            check=True,
        )


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    subprocess.run(["git", "init", "-q"], cwd=folder, check=True)
    _commit(folder, "Ann Lee", "2026-01-01T12:00:00+02:00", a="1", b="1", é="1")
    _commit(folder, "Bob", "2026-01-02T09:00:00Z", b="2")
    return folder


def test_each_file_has_its_last_commit(project: Path) -> None:
    files = [project / f"{name}.sql" for name in ("a", "b", "é")]
    found = last_changes(project, [*files, project.parent / "elsewhere.csv"])
    assert found == dict(zip(files, (ANN, BOB, ANN), strict=True))
    assert latest(found, files) == BOB
    assert latest(found, files[:1]) == ANN
    assert latest(found, [project / "unknown.sql"]) is None


def test_what_is_not_committed_is_nobody_s_yet(project: Path) -> None:
    (project / "a.sql").write_text("2", encoding="utf-8")
    (project / "new.sql").write_text("1", encoding="utf-8")
    files = [project / f"{name}.sql" for name in ("a", "b", "new")]
    found = last_changes(project, files)
    assert [found[path].author for path in files] == [UNCOMMITTED, "Bob", UNCOMMITTED]
    assert latest(found, files) == Change(UNCOMMITTED, None)


def test_without_git_nothing_is_known(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    outside = project.parent
    assert last_changes(outside, [outside / "a.sql"]) == {}
    assert last_changes(project, [outside / "a.sql"]) == {}
    monkeypatch.setenv("PATH", str(project))
    assert last_changes(project, [project / "a.sql"]) == {}
