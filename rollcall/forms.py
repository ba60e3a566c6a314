"""What the columns of seeds hold, held against the files in force before anything is built.

`_reference__seeds.yml` declares it, once: the column types, and the tests that plain dbt runs on a
seed after it has loaded it (not_null, unique, unique_key, accepted_values, relationships). What dbt
has no test for stands beside them, as `config.meta.form` of a column:

- `kind`: what the text has to be, of KINDS, where the column's type says less;
- `minimum`, `maximum`, and `above`, which is not allowed itself;
- `choices`, or `choices_of`: the accepted_values of a column of a model;
- `by` and `forms`: by the value of the column `by`, the form of its own that this one has then;

and `config.meta.one_of` of a seed: columns of which a row fills in one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import cache, partial
from math import isfinite
from pathlib import Path
from typing import Any

import yaml

from rollcall.errors import SettingsError
from rollcall.identity.normal_forms import is_visible, time_zone
from rollcall.seeds import Rows, seed_rows

SNAKE_CASE = re.compile(r"[a-z][a-z0-9_]*")
CURRENCY = re.compile(r"[A-Z]{3}")
_COUNTRY = re.compile(r"[A-Z]{2}")
# Fewer digits than a bigint holds, so that every whole number of them is one.
_WHOLE = re.compile(r"[+-]?[0-9]{1,18}")
_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)(e[+-]?[0-9]{1,3})?", re.IGNORECASE)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DECIMAL = re.compile(r"decimal\(([0-9]+), ?([0-9]+)\)")
_REF = re.compile(r"ref\('(\w+)'\)")
_DECLARED = Path("seeds") / "reference" / "_reference__seeds.yml"


def _matching(pattern: re.Pattern[str], text: str) -> str:
    if not pattern.fullmatch(text):
        raise ValueError(text)
    return text


def _double(text: str) -> float:
    value = float(_matching(_NUMBER, text))
    if not isfinite(value):
        raise ValueError(text)
    return value


def _decimal(digits: int, scale: int, text: str) -> Decimal:
    """Return what a column of this type makes of a text: what it does not hold is rounded off."""
    exact = Decimal(_matching(_NUMBER, text))
    if exact.adjusted() < digits:
        value = exact.quantize(Decimal(1).scaleb(-scale), ROUND_HALF_UP)
        if abs(value) < Decimal(10) ** (digits - scale):
            return value
    raise ValueError(text)


def _boolean(text: str) -> bool:
    return _matching(re.compile("true|false"), text.lower()) == "true"


def _zone(text: str) -> str:
    if time_zone(text) != text:
        raise ValueError(text)
    return text


def _texts(text: str) -> list[str]:
    values = json.loads(text)
    if not isinstance(values, list) or not all(isinstance(v, str) and _shows(v) for v in values):
        raise ValueError(text)
    return values


# How a text is read, with ValueError where it is something else, and what it has to be, in words.
_Kind = tuple[Callable[[str], Any], str]
KINDS: dict[str, _Kind] = {
    "string": (str, "a text"),
    "bigint": (lambda text: int(_matching(_WHOLE, text)), "a whole number"),
    "double": (_double, "a number"),
    "date": (lambda text: date.fromisoformat(_matching(_DATE, text)), "a date, like 2026-01-31"),
    "boolean": (_boolean, "true or false"),
    "snake_case": (partial(_matching, SNAKE_CASE), "a name in lower snake_case, like price_alerts"),
    "currency": (partial(_matching, CURRENCY), "a currency of ISO 4217, like GBP"),
    "country": (partial(_matching, _COUNTRY), "a country of ISO 3166-1 alpha-2, like GB"),
    "time_zone": (_zone, "a time zone of IANA, like Europe/London"),
    "json_array": (_texts, 'a JSON array of texts, like ["mug", "tray"]'),
}


@cache
def _kind(name: str) -> _Kind:
    if found := _DECIMAL.fullmatch(name):
        digits, scale = int(found[1]), int(found[2])
        words = f"a number of at most {digits - scale} digits before the point and {scale} after it"
        return partial(_decimal, digits, scale), words
    return KINDS[name]


def _shows(text: str) -> bool:
    """Say whether a reader would see anything of a text: zero-width signs are none."""
    return any(is_visible(sign) and not sign.isspace() for sign in text)


@dataclass(frozen=True)
class Form:
    """What one value has to be."""

    kind: str = "string"
    minimum: int | None = None
    maximum: int | None = None
    above: int | None = None
    choices: tuple[str, ...] = ()

    def read(self, text: str) -> Any:
        """Return the value that a text stands for. Raises ValueError where it has another form."""
        if self.choices and text not in self.choices:
            raise ValueError(text)
        value = _kind(self.kind)[0](text)
        if (
            (self.minimum is not None and value < self.minimum)
            or (self.maximum is not None and value > self.maximum)
            or (self.above is not None and value <= self.above)
        ):
            raise ValueError(text)
        return value

    @property
    def words(self) -> str:
        """What to write, in words."""
        if self.choices:
            return " or ".join(filter(None, [", ".join(self.choices[:-1]), self.choices[-1]]))
        bounds = [
            f"{word} {bound}"
            for word, bound in (
                ("at least", self.minimum),
                ("above", self.above),
                ("at most", self.maximum),
            )
            if bound is not None
        ]
        return ", ".join([_kind(self.kind)[1], *bounds])


@dataclass(frozen=True)
class Column:
    """What a column of a seed holds.

    `named_in` is the seed, and its column, that has every value there can be. `forms` are those of
    single rows, by their value in the column `by`.
    """

    form: Form
    is_needed: bool = False
    named_in: tuple[str, str] | None = None
    by: str = ""
    forms: Mapping[str, Form] = field(default_factory=dict)


@dataclass(frozen=True)
class Seed:
    """What a seed holds: its columns, the columns that are a row's key, and those of which one."""

    columns: Mapping[str, Column]
    keys: tuple[tuple[str, ...], ...] = ()
    one_of: tuple[str, ...] = ()


def _tests(block: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """Return the arguments of a column's or a seed's data tests, by the test."""
    tests: dict[str, Mapping[str, Any]] = {}
    for test in block.get("data_tests", ()):
        [(name, body)] = test.items() if isinstance(test, dict) else [(test, {})]
        tests[name] = body.get("arguments", {})
    return tests


def _choices(values: Any) -> tuple[str, ...]:
    return tuple(str(value) for value in values)


def _choices_of(project: Path, file: str, model: str, column: str) -> tuple[str, ...]:
    document = yaml.safe_load((project / file).read_text(encoding="utf-8"))
    [found] = [
        block
        for node in document["models"]
        if node["name"] == model
        for block in node["columns"]
        if block["name"] == column
    ]
    return _choices(_tests(found)["accepted_values"]["values"])


def _column(block: Mapping[str, Any], data_type: str, project: Path) -> Column:
    tests = _tests(block)
    meta = dict(block.get("config", {}).get("meta", {}).get("form", {}))
    forms = {value: Form(**form) for value, form in meta.pop("forms", {}).items()}
    by = meta.pop("by", "")
    if "choices_of" in meta:
        meta["choices"] = _choices_of(project, **meta.pop("choices_of"))
    form = replace(Form(data_type), **meta)
    accepted = tests.get("accepted_values", {}).get("values", form.choices)
    related = tests.get("relationships")
    return Column(
        form=replace(form, choices=_choices(accepted)),
        is_needed="not_null" in tests,
        named_in=(_REF.findall(related["to"])[0], related["field"]) if related else None,
        by=by,
        forms=forms,
    )


def declared_seeds(project: Path) -> dict[str, Seed]:
    """Return what each reference seed holds, as the project's yml declares it."""
    document = yaml.safe_load((project / _DECLARED).read_text(encoding="utf-8"))
    found = {}
    for seed in document["seeds"]:
        types = seed["config"]["column_types"]
        blocks = {block["name"]: block for block in seed["columns"]}
        unique = [(name,) for name, block in blocks.items() if "unique" in _tests(block)]
        together = [tuple(test["columns"]) for test in _tests(seed).values()]
        found[seed["name"]] = Seed(
            columns={
                name: _column(blocks.get(name, {}), data_type, project)
                for name, data_type in types.items()
            },
            keys=(*unique, *together),
            one_of=tuple(seed["config"].get("meta", {}).get("one_of", ())),
        )
    return found


def check_seeds(seeds: Mapping[str, Path], declared: Mapping[str, Seed]) -> None:
    """Raise SettingsError where a seed holds what its columns do not take.

    `seeds` are the files in force by name, `declared` is what they hold. The message names file,
    line, value and the way out.
    """
    rows = {name: seed_rows(path) for name, path in seeds.items()}
    for name, path in seeds.items():
        _check_seed(path, declared[name], rows[name], _named(declared[name], rows, seeds))


def _named(
    seed: Seed, rows: Mapping[str, Rows], seeds: Mapping[str, Path]
) -> dict[str, tuple[set[str], str]]:
    """Return by column the values that another seed has for it, and where it has them."""
    named = {}
    for name, column in seed.columns.items():
        if column.named_in:
            other, field_name = column.named_in
            values = {row[field_name] for _, row in rows[other]}
            named[name] = (values, f"{field_name} of {seeds[other].name}")
    return named


def _check_seed(
    path: Path, seed: Seed, rows: Rows, named: Mapping[str, tuple[set[str], str]]
) -> None:
    lines: dict[tuple[tuple[str, ...], tuple[Any, ...]], int] = {}
    for line, row in rows:
        values = {
            name: _value(column, name, row, f"{path}:{line}: {name}")
            for name, column in seed.columns.items()
        }
        for name, (known, place) in named.items():
            if row[name] and row[name] not in known:
                raise SettingsError(
                    f"{path}:{line}: {name} {row[name]!r} is no {place}. Write one that is, or add "
                    "it there."
                )
        if seed.one_of and sum(values[name] is not None for name in seed.one_of) != 1:
            raise SettingsError(
                f"{path}:{line}: {_told(row, seed.one_of)}. Write one of them, and leave the "
                "others empty."
            )
        for key in seed.keys:
            first = lines.setdefault((key, tuple(values[name] for name in key)), line)
            if first != line:
                raise SettingsError(
                    f"{path}:{line}: {_told(row, key)} is in line {first} already. Keep one of the "
                    "two."
                )


def _told(row: Mapping[str, str], names: tuple[str, ...]) -> str:
    return ", ".join(f"{name} {row[name]!r}" for name in names)


def _value(column: Column, name: str, row: Mapping[str, str], where: str) -> Any:
    """Return what a row's text in a column stands for; None where it is empty and may be."""
    form = column.forms.get(row[column.by], column.form) if column.by else column.form
    text = row[name]
    if not text and not column.is_needed:
        return None
    wanted = f"Write {form.words}{'' if column.is_needed else ', or nothing'}."
    # Engines take blanks for a part of the value; they tell nobody apart who reads the file.
    if not _shows(text):
        raise SettingsError(f"{where} is {'blank' if text else 'empty'}. {wanted}")
    if text != text.strip():
        raise SettingsError(f"{where} begins or ends with a blank. Take it out.")
    try:
        return form.read(text)
    except ValueError:
        raise SettingsError(f"{where} is {text!r}. {wanted}") from None
