"""Landing files to the raw zone: every line accounted for, every content loaded once.

`ingest` loads, `replay` retries the quarantine, `list_quarantine` shows it.
"""

from rollcall.ingest.quarantine import QuarantineEntry, list_quarantine
from rollcall.ingest.report import (
    IgnoredPath,
    IngestReport,
    TableCounts,
    UnreadableFile,
    UnreadableFilesError,
)
from rollcall.ingest.run import ingest, replay

__all__ = [
    "IgnoredPath",
    "IngestReport",
    "QuarantineEntry",
    "TableCounts",
    "UnreadableFile",
    "UnreadableFilesError",
    "ingest",
    "list_quarantine",
    "replay",
]
