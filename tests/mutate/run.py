"""Change models and macros in one place at a time; list the changes that no test notices.

    python tests/mutate/run.py [--threshold 95] [path ...]

A path is a model's or a macro's file, a folder, or a pattern with * of them. A model is changed
wherever its compiled SQL has a comparison, bound, condition, join, key or argument, in what macros
wrote into it too; a macro is changed in every model with unit tests that uses it. Each changed SQL
runs on the rows of the model's unit tests, in DuckDB without dbt; what does not come to the
expected rows is noticed.

Leaves with 1 where too little is noticed, a survivor has no reason in accepted.yml or a reason
there matches nothing, and with 2 where a test fails before anything is changed.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence, Set
from dataclasses import replace
from fnmatch import fnmatch
from pathlib import Path
from typing import TYPE_CHECKING

_HERE = Path(__file__).resolve().parent
PROJECT = _HERE.parent.parent
sys.path[:0] = [str(PROJECT), str(_HERE.parent / "models"), str(_HERE)]

from compiled import compiled_models, models_using, rendered, with_marked_macros  # noqa: E402
from covers import COVERS, Cover  # noqa: E402
from model_lab import Lab, prepare_lab  # noqa: E402
from trial import Verdict  # noqa: E402
from verdicts import (  # noqa: E402
    AcceptedError,
    Finding,
    Judgement,
    counts,
    findings_of_model,
    findings_of_steps,
    merged,
    percent,
    read_accepted,
)

if TYPE_CHECKING:
    from dbt.contracts.graph.manifest import Manifest

ACCEPTED = _HERE / "accepted.yml"
# Every folder whose models are held by unit tests, and the models that are of a folder with others.
DEFAULT_PATHS = (
    "models/intermediate/identity",
    "models/intermediate/consent",
    "models/intermediate/activity",
    "models/intermediate/customers",
    "models/intermediate/engagement",
    "models/intermediate/campaigns",
    "models/intermediate/products",
    "models/intermediate/risk",
    "models/intermediate/sources/rollcall/int_rollcall__audiences.sql",
    "models/intermediate/tracking/int_tracking__days.sql",
    "models/intermediate/tracking/int_tracking__kinds.sql",
    "models/marts",
    "models/audiences",
    "models/activation",
    "macros",
)


def _matches(path: str, patterns: Iterable[str]) -> bool:
    return any(
        path == pattern or path.startswith(f"{pattern.rstrip('/')}/") or fnmatch(path, pattern)
        for pattern in patterns
    )


class Reach:
    """What the paths point at: whole models, and macros wherever a tested model shows them."""

    def __init__(self, manifest: Manifest, patterns: Sequence[str]) -> None:
        """Find it. Raises LookupError where a path names nothing."""
        project = manifest.metadata.project_name
        models = {
            uid: node.original_file_path
            for uid, node in manifest.nodes.items()
            if node.resource_type == "model" and node.package_name == project
        }
        macros = {
            macro.name: macro.original_file_path
            for macro in manifest.macros.values()
            if macro.package_name == project
        }
        for pattern in patterns:
            if not any(_matches(path, [pattern]) for path in {*models.values(), *macros.values()}):
                raise LookupError(f"{pattern}: there is no model and no macro")
        self.models = {uid for uid, path in models.items() if _matches(path, patterns)}
        self.macros = {path for path in macros.values() if _matches(path, patterns)}
        tested = {test.depends_on.nodes[0] for test in manifest.unit_tests.values()}
        self.by_macro = (models_using(manifest, self.macros) & tested) - self.models
        self.names = {uid: manifest.nodes[uid].name for uid in models}
        # The file of each step of a loop.
        steps = {step for cover in COVERS for step in cover.steps}
        if missing := steps - set(macros):
            raise LookupError(f"covers.py: there is no macro {', '.join(sorted(missing))}")
        self.steps = {step: macros[step] for step in steps}

    def steps_of(self, cover: Cover) -> dict[str, str]:
        """Return the steps that the paths point at, with their files."""
        return {step: self.steps[step] for step in cover.steps if self.steps[step] in self.macros}


def _judge(lab: Lab, patterns: Sequence[str], threshold: float) -> tuple[Judgement, Reach]:
    assert lab.manifest is not None
    reach = Reach(lab.manifest, patterns)
    findings: list[Finding] = []
    names = {reach.names[uid] for uid in reach.models}
    for model in compiled_models(lab, sorted(reach.models | reach.by_macro)):
        found = findings_of_model(model)
        if model.name not in names:
            found = [finding for finding in found if finding.mutant.macro in reach.macros]
        findings += found
    of_steps: list[Finding] = []
    for cover in COVERS:
        if steps := reach.steps_of(cover):
            of_steps += findings_of_steps(cover, rendered(lab, cover.steps), steps)
            names.update(steps)
    findings += merged(of_steps)
    known = frozenset({*reach.names.values(), *reach.steps})
    accepted = [entry for entry in read_accepted(ACCEPTED) if not entry.subject.endswith(".py")]
    return Judgement(findings, accepted, frozenset(names), known, threshold), reach


# --- the report ----------------------------------------------------------------------------------


def _table(groups: dict[str, list[Finding]]) -> list[str]:
    lines = []
    for name, findings in sorted(groups.items()):
        noticed, valid = counts(findings)
        invalid = len(findings) - valid
        note = f"  ({invalid} invalid)" if invalid else ""
        lines.append(f"{noticed:6}/{valid:<5}{percent(findings):6.1f} %  {name}{note}")
    return lines


def _listed(findings: Sequence[Finding], judgement: Judgement) -> list[str]:
    groups: dict[tuple[str, str], list[Finding]] = defaultdict(list)
    for finding in findings:
        groups[finding.path, judgement.reason(finding) or ""].append(finding)
    lines, last = [], ""
    for (path, reason), group in sorted(groups.items()):
        if path != last:
            last = path
            lines.append(f"  {path}")
        for finding in group:
            macro = f"  [{finding.mutant.macro}]" if finding.mutant.macro else ""
            test = f"  [{finding.ending.by}]" if finding.ending.by else ""
            lines.append(f"    {finding.mutant.description}{macro}{test}")
        if reason:
            lines.append(f"      because: {reason}")
    return lines


def report(judgement: Judgement, macros: Set[str] = frozenset()) -> list[str]:
    """Say what was noticed, by file, folder and macro, and list what was not."""
    by_path: dict[str, list[Finding]] = defaultdict(list)
    by_folder: dict[str, list[Finding]] = defaultdict(list)
    by_macro: dict[str, list[Finding]] = defaultdict(list)
    for finding in judgement.findings:
        by_path[finding.path].append(finding)
        by_folder[str(Path(finding.path).parent)].append(finding)
        if finding.mutant.macro in macros:
            by_macro[str(finding.mutant.macro)].append(finding)
    lines = ["noticed/changes that are SQL, by file", *_table(by_path)]
    lines += ["", "by folder", *_table(by_folder)]
    if by_macro:
        lines += ["", "of these, in what a macro wrote", *_table(by_macro)]
    if judgement.explained:
        lines += ["", f"not noticed, with a reason: {len(judgement.explained)}"]
        lines += _listed(judgement.explained, judgement)
    if judgement.unexplained:
        lines += ["", f"not noticed, without a reason: {len(judgement.unexplained)}"]
        lines += _listed(judgement.unexplained, judgement)
    if judgement.stale:
        lines += ["", f"{ACCEPTED.name} has to be mended:"]
        lines += [f"  {text}" for text in judgement.stale]
    noticed, valid = counts(judgement.findings)
    invalid = len(judgement.of(Verdict.INVALID))
    lines += ["", f"{noticed} of {valid} noticed: {percent(judgement.findings):.1f} %"]
    lines += [f"{invalid} more are no SQL or stop with an error, and count for nothing"]
    return lines


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line says and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("paths", nargs="*", default=DEFAULT_PATHS)
    parser.add_argument("--threshold", type=float, default=95.0, help="per cent to be noticed")
    options = parser.parse_args(arguments)
    began = time.monotonic()
    folder = PROJECT / "build" / "mutate"
    shutil.rmtree(folder, ignore_errors=True)
    lab = prepare_lab(folder / "home")
    assert lab.manifest is not None
    lab = replace(lab, manifest=with_marked_macros(lab.manifest))
    try:
        judgement, reach = _judge(lab, options.paths or DEFAULT_PATHS, options.threshold)
    except (AcceptedError, LookupError, RuntimeError) as problem:
        print(problem, file=sys.stderr)
        return 2
    findings = json.dumps(judgement.as_json(), indent=1)
    (folder / "report.json").write_text(findings, encoding="utf-8")
    print("\n".join(report(judgement, reach.macros)))
    print(f"{time.monotonic() - began:.0f} s; all of it in {folder / 'report.json'}")
    return 0 if judgement.is_good else 1


if __name__ == "__main__":
    sys.exit(main())
