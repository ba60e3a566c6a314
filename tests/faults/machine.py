"""Faults of the machine, made for real: a disk that fills, memory that ends, a wrong clock."""

from __future__ import annotations

import os
import resource
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from children import replaced

_DISK = "size=700m,mode=0700"


def _mounts(*command: str) -> bool:
    return subprocess.run(["mount", *command], capture_output=True, check=False).returncode == 0


@contextmanager
def small_disk(folder: Path) -> Iterator[bool]:
    """Mount a small disk at `folder` and say whether that was allowed."""
    folder.mkdir(parents=True, exist_ok=True)
    is_mounted = os.geteuid() == 0 and _mounts("-t", "tmpfs", "-o", _DISK, "tmpfs", str(folder))
    try:
        yield is_mounted
    finally:
        if is_mounted:
            subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill(folder: Path, left_bytes: int) -> Path:
    """Fill the disk that `folder` lies on, but for some bytes; return the file that does it."""
    found = os.statvfs(folder)
    ballast = folder / "ballast"
    with ballast.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, found.f_bavail * found.f_frsize - left_bytes)
    return ballast


@contextmanager
def read_only(home: Path) -> Iterator[None]:
    """Let nobody write below `home` for the length of the block."""
    if os.geteuid() == 0:
        # Permission bits do not bind root.
        assert _mounts("--bind", str(home), str(home))
        assert _mounts("-o", "remount,bind,ro", str(home))
        try:
            yield
        finally:
            subprocess.run(["umount", str(home)], check=True)
        return
    paths = [home, *home.rglob("*")]
    modes = [(path, path.stat().st_mode) for path in paths if not path.is_symlink()]
    for path, mode in modes:
        path.chmod(mode & ~0o222)
    try:
        yield
    finally:
        for path, mode in modes:
            path.chmod(mode)


def _limited(function: str, kind: int, limit: Any) -> None:
    def make(original: Any) -> Any:
        def call(*arguments: Any, **options: Any) -> Any:
            _, hard = resource.getrlimit(kind)
            resource.setrlimit(kind, (limit(), hard))
            return original(*arguments, **options)

        return call

    replaced(function, make)


def limit_files(function: str, size_bytes: int) -> None:
    """Let no file grow beyond a size, from the call of `function` on."""
    _limited(function, resource.RLIMIT_FSIZE, lambda: size_bytes)


def limit_memory(function: str, more_bytes: int) -> None:
    """Let the process have this much more memory than it has, from the call of `function` on."""

    def limit() -> int:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        return pages * resource.getpagesize() + more_bytes

    _limited(function, resource.RLIMIT_AS, limit)


def limit_database(memory: str) -> None:
    """Let DuckDB use this much memory while it builds, and spill nothing."""

    def make(original: Any) -> Any:
        def configure(plugin: Any, cursor: Any) -> None:
            original(plugin, cursor)
            cursor.execute(f"set memory_limit = '{memory}'")
            cursor.execute("set max_temp_directory_size = '0KB'")

        return configure

    replaced("rollcall.duckdb_plugin:Plugin.configure_cursor", make)


def clock_at(module: str, now: datetime) -> None:
    """Let a module's clock show `now`."""

    class Clock(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> Any:
            return now.astimezone(tz)

    replaced(f"{module}:datetime", lambda _: Clock)
