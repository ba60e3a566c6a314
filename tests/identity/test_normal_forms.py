"""What two records are compared by: too loose merges strangers, too strict writes to one twice."""

from __future__ import annotations

import pytest

from rollcall.identity.normal_forms import email_address, phone_number


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        (" Ana@Example.COM\t", "ana@example.com"),
        ("\uff41\uff4e\uff41@example.com", "ana@example.com"),
        ("a\u200bna@example.com", "ana@example.com"),
        ("\ufeffana@example.com", "ana@example.com"),
        ("je\u0301@example.com", "j\u00e9@example.com"),
        ("ana@b\u00fccher.example", "ana@xn--bcher-kva.example"),
        ("ana@B\u00dcCHER.example", "ana@xn--bcher-kva.example"),
        # Two domains that an older rule took for one.
        ("ana@stra\u00dfe.example", "ana@xn--strae-oqa.example"),
        # A provider's dots and tags are its own business.
        ("a.na+shop@example.com", "a.na+shop@example.com"),
        # No address, and left for the pattern to say so.
        ("ana", "ana"),
        ("an a@example.com", "an a@example.com"),
        ("ana@\u00fc\u00fc..example", "ana@\u00fc\u00fc..example"),
        ("  ", None),
        ("", None),
        (None, None),
    ],
)
def test_email_addresses(written: str | None, normal: str | None) -> None:
    assert email_address(written) == normal
    # What is normal stays so: a value that is read back must not become another.
    assert email_address(normal) == normal


@pytest.mark.parametrize(
    ("written", "country", "normal"),
    [
        ("+44 7700 900123", None, "+447700900123"),
        ("07700 900123", "GB", "+447700900123"),
        ("07700 900123", "gb", "+447700900123"),
        ("0044 (0)7700-900123", "GB", "+447700900123"),
        ("030 901820", "DE", "+4930901820"),
        ("(202) 555-0142", "US", "+12025550142"),
        # A number that names its country is read so, wherever it was written.
        ("+4930901820", "US", "+4930901820"),
        ("07700 900123 ext. 12", "GB", "+447700900123"),
        ("\uff10\uff17\uff17\uff10\uff10 900123", "GB", "+447700900123"),
        # Without a country there is none to take.
        ("07700 900123", None, None),
        ("07700 900123", "", None),
        ("07700 900123", "UK", None),
        # Nobody's number is so short, or so long; one without its area is no number of its own.
        ("12", "GB", None),
        ("000", "GB", None),
        ("555 0142", "US", None),
        ("0" * 30, "GB", None),
        ("call me", "GB", None),
        ("", "GB", None),
        (None, "GB", None),
    ],
)
def test_phone_numbers(written: str | None, country: str | None, normal: str | None) -> None:
    assert phone_number(written, country) == normal
