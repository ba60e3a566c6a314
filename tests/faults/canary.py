"""A person whose every field is a string that stands nowhere else."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

# Whom the sample plants as a buyer with consent: an audience's member under any name.
_USER, _EMAIL = "u000106", "leo.keller106@example.com"
_FIELDS = {
    "user_id": "canary-user-7f3",
    "external_id": "canary-user-7f3",
    "email": "canary.mail.7f3@example.com",
    "phone": "+447700900733",
    "loyalty_number": "CANARYCARD7F3",
    "first_name": "Canaryfirst",
    "given_name": "Canaryfirst",
    "last_name": "Canarylast",
    "family_name": "Canarylast",
    "city": "Canaryville",
    "visitor_id": "canary-visitor-7f3",
    "notes": "canary-note-7f3",
    "path": "/canary-path-7f3",
    "subject": "canary-subject-7f3",
}
CANARIES = sorted(set(_FIELDS.values()))
# What readers may read of a person; the rest stays in the raw zone.
PUBLISHED = sorted(
    {_FIELDS[name] for name in ("user_id", "email", "phone", "first_name", "last_name", "city")}
)


def _disguised(row: dict[str, Any]) -> dict[str, Any]:
    if _USER not in row.values() and _EMAIL not in row.values():
        return row
    return {name: _FIELDS.get(name, value) for name, value in row.items()}


def disguise(landing: Path) -> None:
    """Give the person its canary's fields in every CSV and JSON file of a landing folder."""
    for path in sorted(landing.rglob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            names, rows = reader.fieldnames or [], list(reader)
        # What does not fit the header is a line that the sample broke on purpose.
        if any(None in row or None in row.values() for row in rows):
            continue
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, names, lineterminator="\n")
            writer.writeheader()
            writer.writerows(_disguised(row) for row in rows)
    for path in sorted(landing.rglob("*.jsonl")):
        lines = []
        for line in path.read_text(encoding="utf-8").splitlines():
            try:
                lines.append(json.dumps(_disguised(json.loads(line))))
            except (ValueError, AttributeError):
                lines.append(line)
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def files_that_hold(folder: Path, texts: list[str]) -> list[str]:
    """Return the files below `folder` that hold one of the texts, as bytes."""
    wanted = [text.encode() for text in texts]
    return sorted(
        str(path)
        for path in folder.rglob("*")
        if path.is_file() and any(text in path.read_bytes() for text in wanted)
    )
