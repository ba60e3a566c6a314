"""Tombstones: whoever was erased is known again, and nobody can read who it was."""

from __future__ import annotations

import hashlib
import hmac
from pathlib import Path

import pytest

from rollcall.erasure.stones import Stones
from rollcall.home import Home

EMAIL = ("email", "ana@example.com")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("ROLLCALL_ID_SECRET", "stones")
    return Home.at(tmp_path / "home")


def text(home: Home) -> str:
    return (home.erasure / "tombstones").read_text(encoding="ascii")


def test_nobody_was_erased_yet(home: Home) -> None:
    stones = Stones(home)
    assert not stones
    assert len(stones) == 0
    assert not stones.has(*EMAIL)
    assert stones.add([]) == 0
    assert not home.erasure.exists()


def test_whoever_was_erased_is_known_by_the_same_identifier_alone(home: Home) -> None:
    stones = Stones(home)
    assert stones.add([EMAIL, ("user_id", "u1"), EMAIL]) == 2
    for known in (stones, Stones(home)):
        assert known
        assert len(known) == 2
        assert known.has(*EMAIL)
        assert known.has("user_id", "u1")
        assert not known.has("user_id", "ana@example.com")
        assert not known.has("email", "bo@example.com")
        assert not known.has(None, "u1")
        assert not known.has("user_id", None)
        assert not known.has(None, None)


def test_type_and_value_are_not_one_text(home: Home) -> None:
    """Else user_id `a` with value `bc` would be the stone of type `user_ida` with value `bc`."""
    stones = Stones(home)
    stones.add([("user_id", "1x")])
    assert not stones.has("user_id1", "x")


def test_what_is_known_already_is_counted_once(home: Home) -> None:
    stones = Stones(home)
    stones.add([EMAIL])
    assert Stones(home).add([EMAIL, ("phone", "+441")]) == 1
    assert stones.add([EMAIL]) == 0
    assert len(Stones(home)) == 2
    stones.add([("phone", "+442")])
    assert len(stones) == 2


def test_nothing_is_written_where_nothing_is_new(home: Home) -> None:
    stones = Stones(home)
    stones.add([EMAIL])
    (home.erasure / "tombstones").unlink()
    assert stones.add([EMAIL]) == 0
    assert not (home.erasure / "tombstones").exists()


def test_a_stone_is_keyed_and_names_nobody(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    Stones(home).add([("user_id", "u1"), EMAIL])
    expected = [
        hmac.new(b"stones", f"{kind}\0{value}".encode(), hashlib.sha256).hexdigest()
        for kind, value in (EMAIL, ("user_id", "u1"))
    ]
    assert text(home) == "\n".join(sorted(expected)) + "\n"
    assert (home.erasure / "tombstones").stat().st_mode & 0o077 == 0
    monkeypatch.setenv("ROLLCALL_ID_SECRET", "another")
    assert not Stones(home).has(*EMAIL)
