"""Landing files to the raw zone: every line accounted for, every content loaded once.

`ingest` loads, `replay` retries the quarantine, `list_quarantine` shows it, `read_failures` names
the files that cannot be read at all.
"""

from rollcall.ingest.ledger import prepare_failures, read_failures
from rollcall.ingest.quarantine import QuarantineEntry, list_quarantine
from rollcall.ingest.report import Ignored, IgnoredPath, IngestReport, TableCounts, UnreadableFile
from rollcall.ingest.run import ingest, replay

__all__ = [
    "Ignored",
    "IgnoredPath",
    "IngestReport",
    "QuarantineEntry",
    "TableCounts",
    "UnreadableFile",
    "ingest",
    "list_quarantine",
    "prepare_failures",
    "read_failures",
    "replay",
]
