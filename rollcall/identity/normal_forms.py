"""Normal forms of e-mail addresses and phone numbers, for SQL to call as functions."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from zoneinfo import available_timezones

import idna
import phonenumbers

# Zero-width and other invisible characters, which copying from a web page brings along.
_INVISIBLE = {"Cf", "Cc"}
# What databases trim off a text: spaces, no-break ones too, and no line break.
_BLANKS = "".join(sign for sign in map(chr, range(0x3001)) if unicodedata.category(sign) == "Zs")
_TWO_LETTERS = re.compile("[A-Za-z]{2}")


def is_visible(sign: str) -> bool:
    """Say whether a sign takes up room, as a blank does and a zero-width one does not."""
    return unicodedata.category(sign) not in _INVISIBLE


def email_address(written: str | None) -> str | None:
    """Return an address in lower case and Unicode's NFKC, its domain as the DNS writes it.

    Blanks around it and invisible characters go, none inside it. What is no address comes back
    as it is, for a pattern to turn down; blank or None is None.
    """
    if written is None:
        return None
    compatible = unicodedata.normalize("NFKC", written)
    visible = "".join(sign for sign in compatible if sign.isspace() or is_visible(sign))
    address = unicodedata.normalize("NFKC", visible.strip().lower())
    local, at, domain = address.rpartition("@")
    if at and not domain.isascii():
        try:
            # Today's IDNA keeps apart what the former one merged: straße.de is not strasse.de.
            domain = idna.encode(domain, uts46=True, transitional=False).decode("ascii")
        except (idna.IDNAError, UnicodeError):
            return address
    return f"{local}{at}{domain}" or None


def country_code(written: str | None) -> str | None:
    """Return a country as staging's macro of this name does: two letters in capitals, or None."""
    bare = (written or "").strip(_BLANKS)
    return bare.upper() if _TWO_LETTERS.fullmatch(bare) else None


def phone_number(written: str | None, country: str | None) -> str | None:
    """Return a phone number in E.164, or None where it is none.

    `country` (ISO 3166-1 alpha-2) is that of a number written without its country's code; an
    unknown or missing one leaves such numbers unread. A number whose length no subscriber of its
    country has is none; an extension is dropped.
    """
    if not written:
        return None
    region = (country or "").upper()
    try:
        number = phonenumbers.parse(
            written, region if region in phonenumbers.SUPPORTED_REGIONS else None
        )
    except phonenumbers.NumberParseException:
        return None
    possible = phonenumbers.ValidationResult.IS_POSSIBLE
    if phonenumbers.is_possible_number_with_reason(number) != possible:
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


@cache
def _time_zones() -> dict[str, str]:
    # What this machine keeps its own clock by is nobody's zone, and databases do not know it.
    return {name.lower(): name for name in available_timezones() if name != "localtime"}


def time_zone(written: str | None) -> str | None:
    """Return an IANA time zone as the database of zones writes it, or None where it is none."""
    return _time_zones().get(written.strip().lower()) if written else None
