"""What a person sees of one customer: `rollcall explain`, and the cuts that a run refused."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
from rich.console import Console
from rich.markup import escape
from rich.tree import Tree

from rollcall.errors import SettingsError
from rollcall.identity.explain import (
    Edge,
    Explained,
    Identifier,
    explain,
    find,
    layers,
    rejected_edges_of,
)
from rollcall.release.publish import SERVING_NAME
from rollcall.screen import table_of

# A customer of more identifiers is shown by a path to one of them, not whole.
_SHOWN_IDENTIFIERS = 200
# Reasons that keep a customer out of an audience, and those whose cause is told of the customer.
_SUPPRESSED = "suppressed"
_PROFILING = "profiling"
_TOLD_BEFORE = ("consent", "not_exported")
_REFUSED = {
    "indirect": "no edge ties the two directly",
    "still_tied": "other records tie the two besides",
    "same_identifier": "it names one identifier twice",
}


def open_release(release: Path) -> duckdb.DuckDBPyConnection:
    """Open a release for reading; nothing but its own file is in reach."""
    return duckdb.connect(
        str(release / SERVING_NAME), read_only=True, config={"enable_external_access": "false"}
    )


def has_table(release: duckdb.DuckDBPyConnection, table: str) -> bool:
    """Say whether a release has a table: one of an older version may not have it yet."""
    query = "select count(*) from information_schema.tables where table_name = ?"
    row = release.execute(query, [table]).fetchone()
    return bool(row and row[0])


def _line(identifier: Identifier, edge: Edge, explained: Explained) -> str:
    note = ", by a composite key" if identifier in explained.composite_matches else ""
    return f"{escape(str(identifier))}  [dim]{escape(edge.evidence)}{note}[/dim]"


def _tree(explained: Explained) -> Tree:
    tree = Tree(escape(str(explained.asked)))
    branches = {explained.asked: tree}
    for start, end, edge in layers(explained):
        branches[end] = branches[start].add(_line(end, edge, explained))
    return tree


def _path(explained: Explained, other: Identifier) -> Tree:
    tree = branch = Tree(escape(str(explained.asked)))
    here = explained.asked
    for edge in explained.path_to(other):
        here = edge.right if edge.left == here else edge.left
        branch = branch.add(_line(here, edge, explained))
    return tree


def _one(release: duckdb.DuckDBPyConnection, sql: str, customer: str) -> list[dict[str, Any]]:
    result = release.execute(sql, [customer])
    names = [column[0] for column in result.description or ()]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def _show_standing(
    console: Console, release: duckdb.DuckDBPyConnection, explained: Explained
) -> None:
    """Print states, scores, and audiences in and out."""
    customers = _one(
        release,
        """
        select
            engagement_state, feature_count, rfm_segment, recency_score, frequency_score,
            monetary_score, net_revenue_amount, last_active_at, has_marketing_email_consent,
            has_marketing_sms_consent, has_marketing_push_consent, has_ads_consent,
            has_profiling_consent
        from customer_360
        where customer_id = ?
        """,
        explained.customer_id,
    )
    if not customers:
        console.print("An anonymous visitor: in identity_map and sessions, in no other table.")
        return
    rows = [(name, str(value)) for name, value in customers[0].items() if value is not None]
    console.print(table_of("States, scores, consent", ("what", "value"), rows))
    audiences = _one(
        release,
        """
        select
            audiences.audience,
            audiences.purpose,
            memberships.entered_at,
            last_changes.reason,
            exclusions.reasons
        from audiences
        left join audience_memberships as memberships
            on audiences.audience = memberships.audience and memberships.customer_id = $1
        left join (
            select audience, max_by(reason, released_as_of) as reason
            from audience_changes
            where customer_id = $1 and action = 'exited'
            group by audience
        ) as last_changes
            on audiences.audience = last_changes.audience
        left join (
            select audience, list(reason order by reason) as reasons
            from audience_exclusions
            group by audience
        ) as exclusions
            on audiences.audience = exclusions.audience
        order by memberships.entered_at nulls last, audiences.audience
        """,
        explained.customer_id,
    )
    markers = _markers_in_force(release, explained.customer_id)
    # Who is in any audience is in no suppression list, which keeps out of all of them.
    is_member = any(row["entered_at"] is not None for row in audiences)
    lists = [] if is_member else _suppression_lists(release)
    standings = [
        (row["audience"], *_standing(row, customers[0], markers, lists)) for row in audiences
    ]
    console.print(table_of("Audiences", ("audience", "standing", "since or why"), standings))


def _markers_in_force(release: duckdb.DuckDBPyConnection, customer: str) -> list[str]:
    rows = _one(
        release,
        "select distinct indicator from risk_markers where customer_id = ? and is_in_force"
        " order by indicator",
        customer,
    )
    return [row["indicator"] for row in rows]


def _suppression_lists(release: duckdb.DuckDBPyConnection) -> list[str]:
    query = """
        select audience
        from audiences
        where is_suppression and qualified_count > 0
        order by audience
        """
    return [audience for (audience,) in release.execute(query).fetchall()]


def _standing(
    audience: Mapping[str, Any],
    customer: Mapping[str, Any],
    markers: Sequence[str],
    lists: Sequence[str],
) -> tuple[str, str]:
    """Say whether the customer is a member, and since when or why not, as far as is published."""
    if audience["entered_at"] is not None:
        return "in", f"{audience['entered_at']:%Y-%m-%d}"
    purpose = audience["purpose"]
    if audience["reason"]:
        return "out", f"left: {audience['reason']}"
    if purpose == "none":
        return "out", "never exported"
    if markers:
        return "out", f"suppressed: {', '.join(markers)}"
    if not customer.get(f"has_{purpose}_consent"):
        return "out", f"no consent for {purpose}"
    told = {*_TOLD_BEFORE, *([_PROFILING] if customer.get("has_profiling_consent") else [])}
    return "out", ", or ".join(["does not qualify", *_other_reasons(audience, told, lists)])


def _other_reasons(
    audience: Mapping[str, Any], told: Container[str], lists: Sequence[str]
) -> list[str]:
    """Return what else may keep a customer out; of whom it did the release tells the number."""
    reasons = [reason for reason in audience["reasons"] or () if reason not in told]
    if _SUPPRESSED in reasons:
        reasons.remove(_SUPPRESSED)
        # Who is in such a list is published nowhere.
        if lists:
            reasons.append(f"is in a suppression list: {', '.join(lists)}")
    return reasons


def _show_edges(console: Console, title: str, edges: Sequence[Edge]) -> None:
    rows = [(str(edge.left), str(edge.right), edge.reason, edge.evidence) for edge in edges]
    console.print(table_of(title, ("one", "other", "reason", "records"), rows))


def show_nobody(console: Console, edges: Sequence[Edge]) -> None:
    """Print why an identifier is nobody's: what the guards turned down of it."""
    console.print("This identifier stands for nobody.")
    _show_edges(console, "Turned down", edges)


def show_explained(
    console: Console,
    release: duckdb.DuckDBPyConnection,
    explained: Explained,
    other: Identifier | None = None,
) -> None:
    """Print one customer: identifiers and why they are one, and how the customer stands."""
    console.print(f"Customer {explained.customer_id}", highlight=False, soft_wrap=True)
    for former, reason, when in explained.former_ids:
        console.print(f"  answers for {former} since {when:%Y-%m-%d} ({reason})", soft_wrap=True)
    if other is not None:
        console.print(_path(explained, other), soft_wrap=True)
        return
    if len(explained.identifiers) > _SHOWN_IDENTIFIERS:
        console.print(
            f"{len(explained.identifiers):,} identifiers: too many to lay out. Name a second one "
            "to see what ties it to the first."
        )
    else:
        console.print(_tree(explained), soft_wrap=True)
    if explained.rejected:
        _show_edges(console, "Kept apart", explained.rejected)
    _show_standing(console, release, explained)


def other_identifier(
    release: duckdb.DuckDBPyConnection, explained: Explained, text: str, kind: str | None
) -> Identifier:
    """Return the second identifier.

    Raises SettingsError where it is nobody's or another customer's, with the guard's word on it.
    """
    try:
        other, customer = find(release, text, kind)
    except SettingsError as error:
        note = _turned_down(release, explained, text, kind)
        raise SettingsError(f"{error} It is the second one that was asked for.{note}") from None
    if customer != explained.customer_id or other is None:
        raise SettingsError(
            "explain: the two identifiers are of two customers: nothing that counts ties them."
            f"{_turned_down(release, explained, text, kind)}"
        )
    return other


def _turned_down(
    release: duckdb.DuckDBPyConnection, explained: Explained, text: str, kind: str | None
) -> str:
    """Say why records that tie an identifier to the customer do not count; nothing if none do."""
    reasons = {
        str(edge.reason)
        for edge in rejected_edges_of(release, text, kind)
        if {edge.left, edge.right} & set(explained.identifiers)
    }
    if not reasons:
        return ""
    return f" Records that tie them are turned down: {', '.join(sorted(reasons))}."


def refused_cuts(
    release: duckdb.DuckDBPyConnection,
) -> list[tuple[str, str, Identifier, Identifier]]:
    """Return the refused cuts of a release: id, outcome, and the two that are still one."""
    if not has_table(release, "identity_cuts"):
        return []
    rows = release.execute(
        "select cut_id, outcome, left_type, left_value, right_type, right_value from identity_cuts"
        " where list_contains(?, outcome) order by source, cut_id",
        [list(_REFUSED)],
    ).fetchall()
    return [
        (cut_id, outcome, Identifier(left_type, left), Identifier(right_type, right))
        for cut_id, outcome, left_type, left, right_type, right in rows
    ]


def masked(identifier: Identifier) -> str:
    """Return an identifier so that who knows it recognises it, and nobody else can read it."""
    local, at, domain = identifier.value.partition("@")
    return f"{identifier.type} {local[:1]}…{at}{domain[:1]}{'…' if at else ''}"


def show_refused_cuts(console: Console, release: duckdb.DuckDBPyConnection) -> None:
    """Print each cut that was refused, and the way by which its two are one all the same."""
    for cut_id, outcome, left, right in refused_cuts(release):
        text = f"Identity cut {cut_id} is refused: {_REFUSED[outcome]}"
        if left == right:
            text += f", {masked(left)}."
        else:
            text += (
                f". The way between them:\n  {_masked_way(release, left, right)}\n"
                f"Name an edge of it instead; `rollcall explain --cut {cut_id}` shows it in full."
            )
        console.print(text, markup=False, highlight=False, soft_wrap=True)


def _masked_way(release: duckdb.DuckDBPyConnection, left: Identifier, right: Identifier) -> str:
    here, way = left, [masked(left)]
    for edge in explain(release, left.value, left.type).path_to(right):
        here = edge.right if edge.left == here else edge.left
        way.append(f"-[{edge.evidence}]- {masked(here)}")
    return " ".join(way)
