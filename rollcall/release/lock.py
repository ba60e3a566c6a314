"""One run a home: a kernel lock, which a killed process cannot leave behind."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

from rollcall.errors import LockedError, SettingsError
from rollcall.faults import named_faults
from rollcall.home import Home


def _holder(descriptor: int) -> str:
    text = os.pread(descriptor, 32, 0).decode("ascii", "replace").strip()
    return f"process {text}" if text.isdigit() else "another process"


@contextmanager
def home_lock(home: Home, *, wait: bool = False) -> Iterator[None]:
    """Hold `<home>/lock` for the length of the block.

    With `wait` the call blocks until the holder is done, else it raises LockedError naming the
    holder's process id. What the machine does to the block, or to the lock, becomes a HomeError.
    """
    with named_faults(home), _held(home, wait=wait):
        yield


@contextmanager
def _held(home: Home, *, wait: bool) -> Iterator[None]:
    if home.root.exists() and not home.root.is_dir():
        raise SettingsError(f"--home {home.root}: a file, not a folder.")
    home.root.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(home.lock, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError as error:
            raise LockedError(
                f"{home.lock}: {_holder(descriptor)} is running on this home. "
                "Try again when it is done, or pass --wait."
            ) from error
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode("ascii"), 0)
        try:
            yield
        finally:
            os.ftruncate(descriptor, 0)
    finally:
        # Closing the descriptor is what lets the lock go.
        os.close(descriptor)
