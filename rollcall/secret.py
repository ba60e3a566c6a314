"""The secret that customer_ids are made with (`ROLLCALL_ID_SECRET`)."""

from __future__ import annotations

import hashlib
import hmac
import os

from rollcall.errors import SettingsError
from rollcall.home import Home

# Public on purpose: a first run needs no set-up. `rollcall status` warns while it is in use.
DEFAULT_SECRET = "rollcall-public-default"  # noqa: S105
_CHECK_FILE = "secret.check"


def id_secret() -> str:
    """Return the secret from the environment, or the public default."""
    return os.environ.get("ROLLCALL_ID_SECRET") or DEFAULT_SECRET


def is_default_secret() -> bool:
    """Say whether customer_ids are made with the public default."""
    return id_secret() == DEFAULT_SECRET


def check_secret(home: Home) -> None:
    """Hold the secret against the home's check value, which the first run writes.

    Raises SettingsError where the home was built with another secret: its ids would all change.
    """
    check = hashlib.scrypt(
        id_secret().encode(), salt=b"rollcall-secret-check", n=2**14, r=8, p=1
    ).hex()
    path = home.root / _CHECK_FILE
    if not path.exists():
        home.root.mkdir(parents=True, exist_ok=True)
        # Readable by its owner alone: a weak secret could be guessed from it.
        path.touch(mode=0o600)
        path.write_text(check + "\n", encoding="utf-8")
    elif not hmac.compare_digest(path.read_text(encoding="utf-8").strip(), check):
        raise SettingsError(
            f"{path}: this home's customer_ids were made with another ROLLCALL_ID_SECRET. "
            "Set the former secret, or start in a new --home."
        )
