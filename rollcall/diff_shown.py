"""What a person or a script sees of `rollcall diff`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict

from rich.console import Console

from rollcall.catalogue import is_predicate
from rollcall.diff import AudienceDiff, Diff
from rollcall.screen import table_of

_KINDS = {
    "new": "new",
    "removed": "removed",
    "changed": "definition changed",
    "members": "same definition, other members",
}
# A trait may be made of many nodes; the first of them say where to look.
_NAMED_PARTS = 4
_HASH_DIGITS = 8


def as_json(found: Diff) -> str:
    """Return the whole difference as one JSON document; customers are ids alone."""
    return json.dumps(asdict(found), indent=2, sort_keys=True)


def part_name(part: str) -> str:
    """Return how a part is called on screen: `macro.rollcall.as_of` is `macro as_of`."""
    kind, *names = part.split(".")
    name = names[-1] if names else ""
    if kind == "model" and is_predicate(part):
        return f"predicate {name}"
    return f"{kind} {name}"


def _parts(parts: Sequence[str]) -> str:
    # The predicate first: it is what most changes are about.
    named = sorted((part_name(part) for part in parts), key=lambda name: name[:10] != "predicate ")
    more = len(named) - _NAMED_PARTS
    return ", ".join(named[:_NAMED_PARTS]) + (f" and {more} more" if more > 0 else "")


def _hashes(one: AudienceDiff) -> str:
    old, new = ((side or "")[:_HASH_DIGITS] for side in (one.old_hash, one.new_hash))
    return new if old == new else f"{old} > {new}"


def _row(one: AudienceDiff) -> tuple[object, ...]:
    return (
        one.audience,
        _KINDS[one.kind],
        _parts(one.parts),
        _hashes(one),
        one.old_count,
        one.new_count,
        one.entered.customer_count,
        one.left.customer_count,
    )


def show_diff(console: Console, found: Diff) -> None:
    """Print what changed, who would enter and leave, and what else would see it."""
    console.print(
        f"This project against release {found.version}, as of {found.as_of}", highlight=False
    )
    moving = [one for one in found.audiences if one.kind in ("new", "removed", "members")]
    moving += [one for one in found.audiences if one.kind == "changed" and one.moves_somebody]
    if moving:
        columns = (
            *("audience", "what", "changed parts", "hash"),
            *("before", "after", "enter", "leave"),
        )
        console.print(table_of("Audiences that change", columns, map(_row, moving)))
    for one in moving:
        for word, moved in (("enter", one.entered), ("leave", one.left)):
            if moved.examples:
                shown = f"{one.audience}: would {word}, {len(moved.examples)} of "
                console.print(f"{shown}{moved.customer_count:,}", highlight=False)
                for customer in moved.examples:
                    console.print(f"  {customer}", highlight=False, soft_wrap=True)
    _show_still(console, found)
    if found.exposures:
        console.print(f"Read by: {', '.join(found.exposures)}", highlight=False, soft_wrap=True)
    for note in found.notes:
        console.print(f"note: {note}", highlight=False, soft_wrap=True)


def _show_still(console: Console, found: Diff) -> None:
    """Print in a line each what is defined anew for the same people, and what did not change."""
    anew: dict[str, list[str]] = {}
    for one in found.audiences:
        if one.kind == "changed" and not one.moves_somebody:
            anew.setdefault(_parts(one.parts) or "unknown parts", []).append(one.audience)
    for parts, names in sorted(anew.items()):
        console.print(
            f"Defined anew ({parts}), the same people: {', '.join(names)}",
            highlight=False,
            soft_wrap=True,
        )
    unchanged = sum(one.kind == "unchanged" for one in found.audiences)
    console.print(f"Unchanged audiences: {unchanged}", highlight=False)
