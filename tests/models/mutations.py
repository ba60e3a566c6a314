"""What is taken away from models and macros by hand: what `make mutate` does not change itself.

It changes conditions, keys and joins of compiled SQL, model by model. Here are functions that
stand for a rule, and the ranking of versions, which no unit test of one model can see.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_IDENTITY = "models/intermediate/identity/int_identity__"


@dataclass(frozen=True)
class Mutation:
    """One change: in the file, `old` becomes `new`; `tested` is the model whose tests must fail."""

    path: str
    old: str
    new: str
    tested: str

    @property
    def name(self) -> str:
        """A short name: the file and what is taken away."""
        stem = self.path.rsplit("/", 1)[-1].rsplit(".", 1)[0]
        return f"{stem}: {' '.join(self.old.split())} -> {' '.join(self.new.split()) or 'nothing'}"

    def applied_to(self, text: str) -> str:
        """Return the file's text with the first `old` changed, however its lines are broken."""
        pattern = r"\s+".join(re.escape(word) for word in self.old.split())
        changed, count = re.subn(pattern, lambda _: self.new, text, count=1)
        if not count:
            raise LookupError(f"{self.path}: there is no {self.old!r} any more: mend mutations.py")
        return changed


FUNCTIONS = [
    Mutation(
        f"{_IDENTITY}observed_identifiers.sql",
        "substr(identifier_value, length(namespace) + 2)",
        "identifier_value",
        "int_identity__observed_identifiers",
    ),
    Mutation(
        f"{_IDENTITY}clusters.sql",
        "{{ sha256_hex(id_secret() ~ \" || '|' || ",
        '{{ sha256_hex("',
        "int_identity__clusters",
    ),
    Mutation(
        "macros/engine/email_address.sql",
        "lower({{ column }})",
        "{{ column }}",
        "int_activity__identified_events",
    ),
]

# Changes of how versions are ranked, and how many entities have to go wrong by each, at least.
VERSIONS = [
    (Mutation("macros/unified/version_rank.sql", "updated_at desc", "updated_at asc", "all"), 15),
    (Mutation("macros/unified/version_rank.sql", "{{ record_hash() }} desc", "1", "all"), 1),
    (
        Mutation(
            "macros/unified/version_rank.sql", "updated_at < ' ~ as_of()", "true' ~ ''", "all"
        ),
        12,
    ),
    (Mutation("macros/unified/version_rank.sql", "if not is_timeless", "if true", "all"), 2),
]
# The same taken away in every unified entity: (old, new, entities that have it).
UNIFIED = [
    ("version_rank = 1 and ", "", 15),
    ("and not coalesce(is_deleted, false)", "", 15),
]
UNIFIED_TIMES = ["profiles", "events", "orders", "messages", "campaign_assignments", "tickets"]
