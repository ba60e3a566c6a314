"""What each measure of a trait means, in plain Python: every moment is looked at, one by one.

It reads the same blocks as customer_360's yml holds, and nothing of the SQL.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

Block = Mapping[str, Any]
_LAST = 2**63


@dataclass(frozen=True)
class Moment:
    """One thing that happened with a customer."""

    customer: str
    at: datetime
    source: str
    sequence: int | None
    moment_id: str
    name: str
    is_activity: bool = True
    category: str | None = None
    product_id: str | None = None
    # Within which the product has its id.
    namespace: str = "main"
    platform: str | None = None
    country: str | None = None
    value: Decimal | None = None
    properties: str | None = None

    @property
    def order(self) -> tuple[Any, ...]:
        """By time; of one instant by source, then as the source numbers them."""
        sequence = _LAST if self.sequence is None else self.sequence
        return (self.at, self.source, sequence, self.moment_id, self.name)


@dataclass(frozen=True)
class Person:
    """A customer's moments in their order, the time zone, and the now that they are seen from."""

    moments: tuple[Moment, ...]
    zone: str
    as_of: datetime
    directions: Mapping[str, int]


def _length(duration: Block) -> timedelta:
    return timedelta(**duration)


def _text(value: Any) -> str | None:
    if isinstance(value, bool):
        return str(value).lower()
    return None if value is None else str(value)


def _read(moment: Moment, value: Any) -> Any:
    if isinstance(value, Mapping):
        try:
            found = json.loads(moment.properties or "null")
        except ValueError:
            return None
        return _text(found.get(value["property"])) if isinstance(found, dict) else None
    if value == "day":
        return moment.at.date()
    names = {"moment": "name", "value_amount": "value"}
    return getattr(moment, names.get(value, value))


def _key(moment: Moment, value: Any) -> Any:
    """Return what tells the moment from others, and what is read of it; None without any."""
    read = _read(moment, value)
    if read is None:
        return None
    is_elsewhere = value == "product_id" and moment.namespace != "main"
    return (f"{moment.namespace}:{read}" if is_elsewhere else read, read)


def _means(person: Person, moment: Moment, of: Any, where: Block | None = None) -> bool:
    names = [of] if isinstance(of, str) else of
    if not (moment.name in names or ("any" in names and moment.is_activity)):
        return False
    for part, wanted in (where or {}).items():
        if part == "value_below":
            fits = moment.value is not None and moment.value < wanted
        elif part == "value_at_least":
            fits = moment.value is not None and moment.value >= wanted
        elif part == "local_hours":
            shown = moment.at.replace(tzinfo=ZoneInfo("UTC")).astimezone(ZoneInfo(person.zone))
            fits = wanted[0] <= shown.hour < wanted[1]
        elif part == "property":
            fits = all(_read(moment, {"property": n}) == _text(v) for n, v in wanted.items())
        else:
            choice = [wanted] if isinstance(wanted, str) else wanted
            fits = getattr(moment, part) in choice
        if not fits:
            return False
    return True


def _is_in(person: Person, moment: Moment, window: Block | None) -> bool:
    if not window:
        return True
    start = _length(window.get("from", window) if "from" in window else window)
    end = _length(window["to"]) if "to" in window else timedelta()
    return person.as_of - start <= moment.at < person.as_of - end


def _chosen(person: Person, block: Block) -> list[Moment]:
    return [
        moment
        for moment in person.moments
        if _means(person, moment, block["of"], block.get("where"))
        and _is_in(person, moment, block.get("window"))
    ]


def _same(moments: Iterable[Moment], key: str | None) -> Iterable[list[Moment]]:
    """Yield the moments of each product or category; all of them where no key is given."""
    if key is None:
        yield list(moments)
        return
    keyed = [(_key(moment, key), moment) for moment in moments]
    for one in {of for of, _ in keyed} - {None}:
        yield [moment for of, moment in keyed if of == one]


def _seconds(gap: timedelta) -> int:
    return gap // timedelta(seconds=1)


def _sequence(person: Person, block: Block) -> list[datetime]:
    first, then, within = block["first"], block["then"], _length(block["within"])
    found = []
    for moments in _same(person.moments, block.get("same")):
        firsts = [m for m in moments if _means(person, m, first["of"], first.get("where"))]
        for moment in firsts:
            if "count" in first:
                begin = moment.at - _length(first["within"])
                before = [m for m in firsts if begin < m.at and m.order <= moment.order]
                if len(before) < first["count"]:
                    continue
            followers = [
                m
                for m in moments
                if m.order > moment.order
                and m.at - moment.at < within
                and _means(person, m, then["of"], then.get("where"))
            ]
            if not followers and person.as_of - moment.at >= within:
                found.append(moment.at)
    return found


def _returns(person: Person, block: Block) -> list[datetime]:
    first, again = block["first"], block.get("again", block["first"])
    found = []
    for moments in _same(person.moments, block.get("same")):
        firsts = [m for m in moments if _means(person, m, first["of"], first.get("where"))]
        if not firsts:
            continue
        seconds = [
            m
            for m in moments
            if m.order > firsts[0].order and _means(person, m, again["of"], again.get("where"))
        ]
        if not seconds:
            continue
        if "within" not in block or seconds[0].at - firsts[0].at < _length(block["within"]):
            found.append(seconds[0].at)
    return found


def _gap(person: Person, block: Block) -> Any:
    steps = block.get("steps", 1)
    pairs = [
        pair
        for moments in _same(_chosen(person, block), block.get("same"))
        for pair in zip(moments, moments[steps:], strict=False)
    ]
    if block["result"] == "ended_at":
        ends = [b.at for a, b in pairs if b.at - a.at >= _length(block["at_least"])]
        return max(ends, default=None)
    gaps = [b.at - a.at for a, b in pairs]
    if not gaps:
        return None
    if block["result"] == "average":
        return _seconds(sum(gaps, timedelta()) // len(gaps))
    return _seconds(min(gaps) if block["result"] == "shortest" else max(gaps))


def _streaks(person: Person, block: Block) -> list[tuple[int, datetime, bool]]:
    """Return the length and end of each streak, and whether it goes on."""
    if block["unit"] == "days":
        ends: dict[date, datetime] = {}
        for moment in _chosen(person, block):
            ends[moment.at.date()] = moment.at
        found: list[tuple[int, datetime, bool]] = []
        length = 0
        for day in sorted(ends):
            length = length + 1 if day - timedelta(days=1) in ends else 1
            if day + timedelta(days=1) not in ends:
                found.append((length, ends[day], day >= person.as_of.date() - timedelta(days=1)))
        return found
    candidates = [
        m
        for m in person.moments
        if _means(person, m, block["of"]) and _is_in(person, m, block.get("window"))
    ]
    found, run = [], []
    for moment in candidates:
        if _means(person, moment, block["of"], block.get("where")):
            run.append(moment)
            continue
        if run:
            found.append((len(run), run[-1].at, False))
        run = []
    if run:
        found.append((len(run), run[-1].at, True))
    return found


def _balance(person: Person, block: Block) -> Decimal:
    days: dict[date, Decimal] = {}
    total = Decimal()
    for moment in _chosen(person, block):
        direction = person.directions.get(moment.name, 0)
        if direction and moment.value is not None:
            total += moment.value * direction
            days[moment.at.date()] = total
    if block["result"] == "now":
        return total
    return min(days.values(), default=Decimal())


def _rush(person: Person, block: Block) -> int:
    within = _length(block["within"])
    return max(
        (
            sum(1 for m in moments if end.at - within < m.at <= end.at)
            for moments in _same(_chosen(person, block), block.get("same"))
            for end in moments
        ),
        default=0,
    )


def _top(person: Person, block: Block) -> Any:
    values = [(_key(m, block["value"]), m.at) for m in _chosen(person, block)]
    values = [(value, at) for value, at in values if value is not None]
    counts = Counter(value for value, _ in values)
    last = {value: at for value, at in values}
    ranked = sorted(counts, key=lambda key: (-counts[key], -last[key].timestamp(), key))
    if block.get("result") == "count":
        return counts[ranked[0]] if ranked else 0
    return ranked[0][1] if ranked else None


def _plain(person: Person, block: Block) -> Any:
    moments = _chosen(person, block)
    match block["measure"]:
        case "count":
            return len(moments)
        case "sum":
            return sum((m.value for m in moments if m.value is not None), Decimal())
        case "distinct":
            return len({_key(m, block["by"]) for m in moments} - {None})
        case "days_since":
            return (person.as_of - moments[-1].at) // timedelta(days=1) if moments else None
        case "share":
            base = [
                m
                for m in person.moments
                if _means(person, m, block["among"]) and _is_in(person, m, block.get("window"))
            ]
            return len(moments) / len(base) if base else None
    if "value" not in block:
        times = [m.at for m in moments]
    else:
        times = [v for v in (_read(m, block["value"]) for m in moments) if v is not None]
    if not times:
        return None
    return times[0] if block["measure"] == "first" else times[-1]


def tell(person: Person, block: Block) -> Any:
    """Return the value of a trait for one customer."""
    match block["measure"]:
        case "sequence_then_absence":
            found = _sequence(person, block)
        case "first_then_again":
            found = _returns(person, block)
        case "gap_between":
            return _gap(person, block)
        case "running_balance":
            return _balance(person, block)
        case "count_in_window":
            return _rush(person, block)
        case "top":
            return _top(person, block)
        case "streak":
            streaks = _streaks(person, block)
            if block["result"] == "ended_at":
                ends = [at for length, at, _ in streaks if length >= block["at_least"]]
                return max(ends, default=None)
            is_current = block["result"] == "current"
            return max(
                (length for length, _, goes_on in streaks if goes_on or not is_current), default=0
            )
        case _:
            return _plain(person, block)
    return len(found) if block.get("result") == "count" else max(found, default=None)
