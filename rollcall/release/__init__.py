"""Releases: what readers see, whole or not at all."""

from rollcall.release.approval import check_approvals
from rollcall.release.gate import check_gates
from rollcall.release.lock import home_lock
from rollcall.release.manifest import Manifest, ReleaseFile, read_manifest, verify
from rollcall.release.previous import prepare_previous
from rollcall.release.publish import (
    check_as_of,
    check_current,
    flip,
    kept_versions,
    linked_version,
    make_current,
    next_version,
    publish,
    remove_release,
    sweep,
    write_release,
)
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
    "flip",
    "home_lock",
    "kept_versions",
    "linked_version",
    "make_current",
    "next_version",
    "prepare_previous",
    "publish",
    "read_manifest",
    "release_plan",
    "remove_release",
    "sweep",
    "verify",
    "write_release",
]
