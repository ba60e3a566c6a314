"""Made-up words of the sample companies: names, places, goods. None stands for a real person."""

from __future__ import annotations

from dataclasses import dataclass


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


FIRST_NAMES = _words(
    "Ada Alba Amir Anna Arlo Aya Ben Bea Cara Carlo Chloe Dara Dev Edie Elif Emil Esme Ezra Fay "
    "Finn Freya Gil Greta Hana Hugo Ida Imran Ines Ivo Jada Jan Joan Jonas Kai Kira Lars Leila "
    "Leo Lina Luc Maia Marc Mei Milo Mina Nadia Nils Nora Oona Oscar Owen Petra Quinn Rafi Rosa "
    "Rui Sana Seth Sofia Tara Theo Uma Vera Vic Wren Yara Yusuf Zoe Zofia"
)
LAST_NAMES = _words(
    "Abara Adler Aster Bakker Barrow Becker Bell Blanc Brandt Byrne Calder Castel Chandra Cole "
    "Costa Dahl Daly Devlin Duarte Ekman Ellis Farrow Fenn Fischer Flint Fontaine Garner Gauthier "
    "Grove Hale Hartley Hollis Iyer Jansen Keane Keller Kerr Lacey Laurent Lind Lowell Marlow "
    "Mercer Moreau Nash Nolan Okoro Orr Osei Pascal Perrin Petrov Quigley Ramos Reeve Roux Rowe "
    "Sattler Shaw Silva Sorel Stone Thorne Tolland Vance Vogel Weir West Winter Young Zeller"
)
MAIL_DOMAINS = ("example.com", "example.org", "example.net")


@dataclass(frozen=True)
class Place:
    """A city with what profiles say of it: ISO country, IANA time zone, language."""

    city: str
    country: str
    timezone: str
    language: str


_GB = ("GB", "Europe/London", "en")
_FR = ("FR", "Europe/Paris", "fr")
_DE = ("DE", "Europe/Berlin", "de")
_IE = ("IE", "Europe/Dublin", "en")
PLACES = (
    *(Place(city, *_GB) for city in ("London", "Leeds", "Bristol", "Glasgow", "Cardiff")),
    *(Place(city, *_FR) for city in ("Paris", "Lyon", "Lille")),
    *(Place(city, *_DE) for city in ("Berlin", "Hamburg")),
    *(Place(city, *_IE) for city in ("Dublin", "Cork")),
    Place("New York", "US", "America/New_York", "en"),
    Place("Chicago", "US", "America/Chicago", "en"),
)
PLACE_WEIGHTS = (20, 10, 9, 9, 7, 8, 4, 3, 7, 5, 6, 4, 5, 3)

# Numbers that the regulators keep free for films and books: (prefix, digits that follow).
_FICTIONAL_PHONES: dict[str, tuple[tuple[str, int], ...]] = {
    "GB": (
        ("+44 7700 900", 3),
        ("+44 1632 960", 3),
        ("+44 20 7946 0", 3),
        ("+44 191 498 0", 3),
        ("+44 28 9649 6", 3),
        ("+44 29 2018 0", 3),
        *((f"+44 {area} 496 0", 3) for area in (113, 114, 115, 116, 117, 118)),
        *((f"+44 {area} 496 0", 3) for area in (121, 131, 141, 151, 161)),
    ),
    "FR": tuple((f"+33 {block} ", 4) for block in ("6 39 98", "1 99 00", "2 61 91", "3 53 01")),
    "DE": tuple(
        (prefix, 3)
        for prefix in ("+49 30 23125 ", "+49 69 90009 ", "+49 40 66969 ", "+49 221 4710 ")
    ),
    "IE": (("+353 20 91", 5),),
    "US": tuple(
        (f"+1 {area} 555 01", 2)
        for area in (202, 206, 212, 213, 303, 305, 312, 313, 404, 415, 503, 512, 602, 615, 617, 702)
    ),
}


def fictional_phone(country: str, index: int) -> str | None:
    """Return the `index`-th fictional number of a country, or None where they are used up.

    No number is given twice: two people with one number would be one customer by right.
    """
    blocks = _FICTIONAL_PHONES[country]
    prefix, digits = blocks[index % len(blocks)]
    position = index // len(blocks)
    return f"{prefix}{position:0{digits}d}" if position < 10**digits else None


CATEGORIES: dict[str, tuple[tuple[str, ...], int]] = {
    "dresses": (("Wrap dress", "Shirt dress", "Slip dress", "Tea dress", "Knit dress"), 6500),
    "shirts": (("Linen shirt", "Oxford shirt", "Flannel shirt", "Poplin shirt", "Polo"), 4200),
    "knitwear": (("Crew jumper", "Cardigan", "Roll neck", "Merino vest", "Cable knit"), 5800),
    "denim": (("Slim jeans", "Wide jeans", "Denim jacket", "Denim skirt", "Dungarees"), 7200),
    "shoes": (("Loafers", "Trainers", "Ankle boots", "Sandals", "Brogues"), 8900),
    "bags": (("Tote", "Backpack", "Crossbody bag", "Weekend bag", "Clutch"), 5400),
    "home": (("Throw", "Candle", "Mug set", "Cushion", "Vase"), 2400),
    "kids": (("Kids tee", "Kids parka", "Kids jeans", "Kids pyjamas", "Kids hat"), 1900),
}
COLOURS = ("ink", "sand", "moss")
SEARCHES = ("linen", "gift", "boots", "sale, shoes", "raincoat", 'jumper "soft"', "wide jeans")
LEAD_SOURCES = ("organic_search", "paid_search", "paid_social", "referral", "affiliate")
UTMS: tuple[tuple[str, str, str], ...] = (
    ("google", "cpc", "brand_search"),
    ("google", "organic", ""),
    ("instagram", "paid_social", "look_book"),
    ("partner", "affiliate", "voucher_page"),
    ("newsletter", "email", "newsletter"),
)
