"""Who is who, worked out plainly, one record and one edge after the other: the reference.

It shares no code with the models, and takes its time: sets, loops, and a union-find that takes
edges in order and turns down the one that would give somebody a second account.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

Node = tuple[str, str]

RANKS = {"user_id": 1, "email": 2, "phone": 3, "loyalty_id": 4, "profile_id": 5, "anonymous_id": 6}
# Of several accounts the first keeps what they share, as far as these types go.
OWNED = ("email", "phone", "loyalty_id", "anonymous_id")
# No time sorts after every time.
NEVER = "9999"


@dataclass(frozen=True)
class Record:
    """One record: the identifiers it carries, by type, and when, if it is known."""

    identifiers: Mapping[str, str]
    seen_at: str | None


@dataclass
class Resolved:
    """Each identifier's customer_id, and the edges that were turned down: (left, right, reason)."""

    customers: dict[Node, str] = field(default_factory=dict)
    rejected: set[tuple[Node, Node, str]] = field(default_factory=set)


def _time(seen_at: str | None) -> str:
    return seen_at or NEVER


def _overshared(records: Sequence[Record], limits: Mapping[tuple[str, str], int]) -> set[Node]:
    tied: dict[tuple[Node, str], set[str]] = defaultdict(set)
    for record in records:
        for kind, value in record.identifiers.items():
            for other, other_value in record.identifiers.items():
                tied[((kind, value), other)].add(other_value)
    return {
        node
        for (node, other), values in tied.items()
        if len(values) > limits.get((node[0], other), len(values))
    }


def owners(records: Sequence[Record]) -> dict[Node, str]:
    """Return the account that carried each identifier first."""
    first: dict[Node, tuple[str, str]] = {}
    for record in records:
        user = record.identifiers.get("user_id")
        for kind in OWNED:
            if user is not None and kind in record.identifiers:
                node = (kind, record.identifiers[kind])
                carried = (_time(record.seen_at), user)
                first[node] = min(first.get(node, carried), carried)
    return {node: user for node, (_, user) in first.items()}


class _Parts:
    """A union-find whose parts hold one account each."""

    def __init__(self) -> None:
        self.parents: dict[Node, Node] = {}
        self.accounts: dict[Node, str] = {}

    def add(self, node: Node) -> None:
        if node not in self.parents:
            self.parents[node] = node
            if node[0] == "user_id":
                self.accounts[node] = node[1]

    def part_of(self, node: Node) -> Node:
        while self.parents[node] != node:
            node = self.parents[node]
        return node

    def join(self, left: Node, right: Node) -> bool:
        """Join two parts; say no where both hold an account."""
        one, other = self.part_of(left), self.part_of(right)
        if one == other:
            return True
        if one in self.accounts and other in self.accounts:
            return False
        if other in self.accounts:
            one, other = other, one
        self.parents[other] = one
        return True


def resolve(
    records: Sequence[Record], limits: Mapping[tuple[str, str], int], secret: str
) -> Resolved:
    """Return who is who by the guards as shipped."""
    overshared, owned = _overshared(records, limits), owners(records)
    edges: dict[tuple[Node, Node], str] = {}
    first_seen: dict[Node, str] = {}
    resolved = Resolved()
    for record in records:
        verdicts: dict[Node, str | None] = {}
        user = record.identifiers.get("user_id")
        for node in sorted(record.identifiers.items(), key=lambda item: RANKS[item[0]]):
            verdicts[node] = None
            if node in overshared:
                verdicts[node] = "shared_device" if node[0] == "anonymous_id" else "shared_address"
            elif node[0] in OWNED and user is not None and owned.get(node, user) != user:
                verdicts[node] = "owned_by_another_account"
        admitted = [node for node, verdict in verdicts.items() if verdict is None]
        for node in admitted:
            first_seen[node] = min(first_seen.get(node, NEVER), _time(record.seen_at))
        hub = (admitted or list(verdicts))[0]
        for node, verdict in verdicts.items():
            reason = verdict or verdicts[hub]
            if node != hub and reason is not None:
                resolved.rejected.add((hub, node, reason))
            elif node != hub:
                seen_at = edges.get((hub, node), NEVER)
                edges[(hub, node)] = min(seen_at, _time(record.seen_at))
    parts = _Parts()
    for node in first_seen:
        parts.add(node)
    in_order = sorted(
        (seen_at, RANKS[left[0]], RANKS[right[0]], left[1], right[1], left, right)
        for (left, right), seen_at in edges.items()
    )
    for *_, left, right in in_order:
        if not parts.join(left, right):
            resolved.rejected.add((left, right, "second_account"))
    members: dict[Node, list[Node]] = defaultdict(list)
    for node in first_seen:
        members[parts.part_of(node)].append(node)
    for part in members.values():
        kind, value = min(part, key=lambda node: (first_seen[node], RANKS[node[0]], node[1]))
        customer = hashlib.sha256(f"{secret}|{kind}|{value}".encode()).hexdigest()
        resolved.customers.update(dict.fromkeys(part, customer))
    return resolved
