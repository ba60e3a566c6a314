"""What a person or a script sees of `rollcall diff`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict

from rich.console import Console

from rollcall.catalogue import is_predicate
from rollcall.diff import AudienceDiff, Diff
from rollcall.diff_tables import ColumnDiff, ColumnSide, SizesDiff, TableDiff
from rollcall.screen import table_of

_KINDS = {
    "new": "new",
    "removed": "removed",
    "changed": "definition changed",
    "members": "same definition, other members",
}
_COLUMN_KINDS = {
    "new": "new",
    "removed": "removed",
    "changed": "definition changed",
    "values": "other values",
}
_GROUP_KINDS = {"new": "new", "removed": "removed", "size": "another size"}
# A trait may be made of many nodes; the first of them say where to look.
_NAMED_PARTS = 4
# A changed seed defines most audiences anew: more than these are counted, not listed.
_NAMED_AUDIENCES = 5
_SHOWN_COLUMNS = 20
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
        one.old_qualified_count if one.new_qualified_count is None else one.new_qualified_count,
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
            *("before", "after", "qualify", "enter", "leave"),
        )
        console.print(table_of("Audiences that change", columns, map(_row, moving)))
    for one in moving:
        for word, moved in (("enter", one.entered), ("leave", one.left)):
            if moved.examples:
                shown = f"{one.audience}: would {word}, {len(moved.examples)} of "
                console.print(f"{shown}{moved.customer_count:,}", highlight=False)
                for customer in moved.examples:
                    console.print(f"  {customer}", highlight=False, soft_wrap=True)
    _show_still(console, found, is_first=not moving)
    for table in found.tables:
        _show_columns(console, table)
    for sizes in found.sizes:
        _show_sizes(console, sizes)
    if found.exposures:
        console.print(f"Read by: {', '.join(found.exposures)}", highlight=False, soft_wrap=True)
    for note in found.notes:
        console.print(f"note: {note}", highlight=False, soft_wrap=True)


def _show_still(console: Console, found: Diff, *, is_first: bool) -> None:
    """Print in a line each what is defined anew for the same people, and what did not change."""
    anew: dict[str, list[str]] = {}
    for one in found.audiences:
        if one.kind == "changed" and not one.moves_somebody:
            anew.setdefault(_parts(one.parts) or "unknown parts", []).append(one.audience)
    for parts, names in sorted(anew.items()):
        listed = ", ".join(names)
        if len(names) > _NAMED_AUDIENCES:
            listed = f"{len(names)} {'audiences' if is_first else 'others'}"
        console.print(
            f"{listed} {'is' if len(names) == 1 else 'are'} defined anew with the same people, "
            f"by {parts}",
            highlight=False,
            soft_wrap=True,
        )
    unchanged = sum(one.kind == "unchanged" for one in found.audiences)
    console.print(f"Unchanged audiences: {unchanged}", highlight=False)


def _side_row(when: str, side: ColumnSide) -> tuple[object, ...]:
    values = (f"{value} ({count:,})" for value, count in side.commonest)
    spread = (side.minimum, side.median, side.maximum)
    return (when, side.valued_count, side.filled_count, *spread, ", ".join(values) or None)


def _column_rows(one: ColumnDiff) -> list[tuple[object, ...]]:
    sides = [("before", one.before), ("after", one.after)]
    rows = [_side_row(when, side) for when, side in sides if side is not None]
    # What is said of the column itself stands in its first row alone.
    heads: list[tuple[object, ...]] = [
        (one.column, _COLUMN_KINDS[one.kind], one.differing_count),
        (None, None, None),
    ]
    return [(*head, *row) for head, row in zip(heads, rows, strict=False)]


def _show_columns(console: Console, found: TableDiff) -> None:
    """Print which columns of a table differ, and how they are filled on either side."""
    if found.columns:
        headers = (
            *("column", "what", "differ", "side", "with a value", "not 0 or empty"),
            *("least", "median", "most", "commonest"),
        )
        rows = [row for one in found.columns[:_SHOWN_COLUMNS] for row in _column_rows(one)]
        console.print(table_of(f"Columns of {found.table} that change", headers, rows))
    more = len(found.columns) - _SHOWN_COLUMNS
    if more > 0:
        console.print(f"and {more} more columns of other values: see --format json")
    if found.old_count != found.new_count:
        console.print(
            f"{found.table}: {found.old_count:,} rows before, {found.new_count:,} after",
            highlight=False,
        )


def _show_sizes(console: Console, found: SizesDiff) -> None:
    """Print of which values there are more or fewer customers."""
    has_rows = any((one.old_rows, one.new_rows) != (None, None) for one in found.groups)
    rows_of = (f"{found.table} before", "after") if has_rows else ()
    rows = [
        (
            one.value,
            _GROUP_KINDS[one.kind],
            *((one.old_rows, one.new_rows) if has_rows else ()),
            one.old_customers,
            one.new_customers,
        )
        for one in found.groups
    ]
    headers = (found.by, "what", *rows_of, "customers before", "after")
    console.print(table_of(f"{found.table} by {found.by}", headers, rows))
