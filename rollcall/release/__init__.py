"""Releases: what readers see, whole or not at all."""

from rollcall.release.approval import check_approvals
from rollcall.release.gate import check_gates
from rollcall.release.lock import home_lock
from rollcall.release.manifest import Manifest, ReleaseFile, read_manifest, verify
from rollcall.release.previous import prepare_previous
from rollcall.release.publish import check_as_of, check_current, next_version, publish, sweep
from rollcall.release.tables import ReleasePlan, ReleaseTable, release_plan

__all__ = [
    "Manifest",
    "ReleaseFile",
    "ReleasePlan",
    "ReleaseTable",
    "check_approvals",
    "check_as_of",
    "check_current",
    "check_gates",
    "home_lock",
    "next_version",
    "prepare_previous",
    "publish",
    "read_manifest",
    "release_plan",
    "sweep",
    "verify",
]
