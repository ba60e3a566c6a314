"""Tombstones: who was erased, as keyed hashes that nobody can read back without the secret.

`<home>/erasure/tombstones` has one line an identifier, the HMAC-SHA256 of its type and normalised
value with the home's secret. Whatever is delivered again is held against them.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable

from rollcall.home import Home
from rollcall.release.files import write_privately
from rollcall.secret import id_secret

# Beside the types of identifiers: what rows of a source belong together, like those of an order.
RECORD = "record:"
_FILE = "tombstones"


class Stones:
    """The tombstones of one home."""

    def __init__(self, home: Home) -> None:
        """Read them; a home where nobody was erased has none."""
        self._home = home
        self._key = id_secret().encode()
        path = home.erasure / _FILE
        text = path.read_text(encoding="ascii") if path.exists() else ""
        self._stones = set(text.split())

    def __bool__(self) -> bool:
        """Say whether anybody was erased here."""
        return bool(self._stones)

    def __len__(self) -> int:
        """Return how many identifiers are told."""
        return len(self._stones)

    def _stone(self, kind: str, value: str) -> str:
        return hmac.new(self._key, f"{kind}\0{value}".encode(), hashlib.sha256).hexdigest()

    def has(self, kind: str | None, value: str | None) -> bool:
        """Say whether an identifier, in its normal form, is of somebody who was erased."""
        return kind is not None and value is not None and self._stone(kind, value) in self._stones

    def add(self, identifiers: Iterable[tuple[str, str]]) -> int:
        """Set a stone for each identifier, on disk before this returns; return how many are new."""
        new = {self._stone(kind, value) for kind, value in identifiers} - self._stones
        if new:
            self._stones |= new
            write_privately(self._home.erasure / _FILE, "\n".join(sorted(self._stones)) + "\n")
        return len(new)
