"""What became of every mutant, held against the reasons that were reviewed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb
import yaml
from compiled import Model, Variant
from covers import Cover
from mutants import Mutant, Query
from trial import Ending, Trial, Verdict, connect

_NO_TEST = Ending(Verdict.SURVIVED, "no unit test")


@dataclass(frozen=True)
class Finding:
    """A mutant of a model, or of a step macro, and its end."""

    subject: str
    path: str
    mutant: Mutant
    ending: Ending


# --- trying --------------------------------------------------------------------------------------


def findings_of_model(model: Model) -> list[Finding]:
    """Try every mutant of a model. Raises RuntimeError where a test fails with nothing changed."""
    columns = [(variant, _endings(model, variant)) for variant in model.variants]
    first, *others = columns
    found = {mutant.description: (mutant, [ending]) for mutant, ending in first[1]}
    for _, tried in others:
        # Variants that differ in a literal alone are one SQL; else what says the same is the same.
        is_aligned = [m.place for m, _ in tried] == [m.place for m, _ in first[1]]
        names = [m.description for m, _ in (first[1] if is_aligned else tried)]
        for name, (mutant, ending) in zip(names, tried, strict=True):
            found.setdefault(name, (mutant, []))[1].append(ending)
    return [
        Finding(model.name, model.path, mutant, _strongest(endings))
        for mutant, endings in found.values()
    ]


def _endings(model: Model, variant: Variant) -> list[tuple[Mutant, Ending]]:
    mutants = variant.query.mutants()
    if not variant.tests:
        return [(mutant, _NO_TEST) for mutant in mutants]
    trial = Trial(variant.tests)
    unchanged = trial.ending(variant.query.sql)
    if unchanged.verdict is not Verdict.SURVIVED:
        raise RuntimeError(f"{model.path}: fails with nothing changed: {unchanged.by}")
    return [(mutant, trial.ending(mutant.sql)) for mutant in mutants]


def merged(findings: Iterable[Finding]) -> list[Finding]:
    """Return one finding for each change of steps that several checks cover: any may notice."""
    found: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        found.setdefault((finding.subject, finding.mutant.description), []).append(finding)
    return [
        replace(same[0], ending=_strongest([finding.ending for finding in same]))
        for same in found.values()
    ]


def _strongest(endings: Sequence[Ending]) -> Ending:
    order = (Verdict.NOTICED, Verdict.SURVIVED, Verdict.INVALID)
    return min(endings, key=lambda ending: order.index(ending.verdict))


def findings_of_steps(
    cover: Cover, sqls: Mapping[str, str], paths: Mapping[str, str]
) -> list[Finding]:
    """Try every mutant of the step macros that `paths` names, with their files.

    Raises RuntimeError where the check fails with nothing changed.
    """
    queries = {name: Query.of(sql) for name, sql in sqls.items()}
    unchanged = {name: query.sql for name, query in queries.items()}
    ending = _checked(cover, unchanged)
    if ending.verdict is not Verdict.SURVIVED:
        raise RuntimeError(f"{', '.join(sqls)}: fails with nothing changed: {ending.by}")
    return [
        Finding(name, path, mutant, _checked(cover, unchanged | {name: mutant.sql}))
        for name, path in paths.items()
        for mutant in queries[name].mutants()
    ]


def _checked(cover: Cover, sqls: Mapping[str, str]) -> Ending:
    name = getattr(cover.holds, "__name__", "check")
    with connect() as connection:
        try:
            holds = cover.holds(connection, sqls)
        except duckdb.Error as broken:
            return Ending(Verdict.INVALID, f"{name}: {str(broken).splitlines()[0]}")
    return Ending(Verdict.SURVIVED if holds else Verdict.NOTICED, name)


# --- judging -------------------------------------------------------------------------------------


class AcceptedError(ValueError):
    """The file of accepted mutations cannot be read as what it should be."""


@dataclass(frozen=True)
class Accepted:
    """Mutations of one subject that may go unnoticed, and why; `…` stands for any text."""

    subject: str
    mutation: str
    reason: str

    def matches(self, finding: Finding) -> bool:
        """Say whether the finding is one of them."""
        pattern = ".*".join(map(re.escape, self.mutation.split("…")))
        found = re.fullmatch(pattern, finding.mutant.description)
        return finding.subject == self.subject and found is not None


def read_accepted(path: Path) -> list[Accepted]:
    """Return the accepted mutations. Raises AcceptedError where an entry lacks something."""
    found = []
    for entry in yaml.safe_load(path.read_text(encoding="utf-8")) or []:
        if set(entry) != {"model", "mutations", "reason"} or not str(entry["reason"]).strip():
            raise AcceptedError(f"{path.name}: wants model, mutations and a reason: {entry}")
        reason = " ".join(str(entry["reason"]).split())
        found += [Accepted(entry["model"], mutation, reason) for mutation in entry["mutations"]]
    return found


@dataclass(frozen=True)
class Judgement:
    """All findings of one run."""

    findings: Sequence[Finding]
    accepted: Sequence[Accepted]
    # Subjects of which every mutant was tried, and all that there are.
    whole: frozenset[str]
    known: frozenset[str]
    threshold: float = 95.0

    def of(self, verdict: Verdict) -> list[Finding]:
        """Return the findings with this verdict."""
        return [finding for finding in self.findings if finding.ending.verdict is verdict]

    def reason(self, finding: Finding) -> str | None:
        """Return why a survivor was accepted; nothing where it was not."""
        return next((entry.reason for entry in self.accepted if entry.matches(finding)), None)

    @property
    def unexplained(self) -> list[Finding]:
        """Survivors without a reason."""
        return [finding for finding in self.of(Verdict.SURVIVED) if not self.reason(finding)]

    @property
    def explained(self) -> list[Finding]:
        """Survivors with one."""
        return [finding for finding in self.of(Verdict.SURVIVED) if self.reason(finding)]

    @property
    def stale(self) -> list[str]:
        """What is accepted and survives no more, or never did; of what was tried as a whole."""
        survivors = self.of(Verdict.SURVIVED)
        found = []
        for entry in self.accepted:
            if entry.subject not in self.known:
                found.append(f"{entry.subject}: there is no such model or step")
            elif entry.subject in self.whole and not any(map(entry.matches, survivors)):
                is_there = any(map(entry.matches, self.findings))
                said = "does not survive any more" if is_there else "is no mutation of it"
                found.append(f"{entry.subject}: {said}: {entry.mutation}")
        return found

    @property
    def is_good(self) -> bool:
        """Say whether enough was noticed and the rest has its reasons.

        What was accepted counts as not noticed: the share says what tests see.
        """
        is_enough = percent(self.findings) >= self.threshold
        return is_enough and not self.unexplained and not self.stale

    def as_json(self) -> list[dict[str, Any]]:
        """Write the findings for machines, each with the whole changed SQL."""
        return [
            {
                "model": finding.subject,
                "path": finding.path,
                "macro": finding.mutant.macro,
                "mutation": finding.mutant.description,
                "verdict": finding.ending.verdict.value,
                "by": finding.ending.by,
                "reason": self.reason(finding),
                "sql": finding.mutant.sql,
            }
            for finding in self.findings
        ]


def percent(findings: Iterable[Finding]) -> float:
    """Return the share of valid mutants that were noticed; all of none."""
    noticed, valid = counts(findings)
    return 100.0 * noticed / valid if valid else 100.0


def counts(findings: Iterable[Finding]) -> tuple[int, int]:
    """Return how many mutants were noticed, and how many there are that are valid SQL."""
    verdicts = [finding.ending.verdict for finding in findings]
    noticed = verdicts.count(Verdict.NOTICED)
    return noticed, noticed + verdicts.count(Verdict.SURVIVED)
