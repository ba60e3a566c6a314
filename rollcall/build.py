"""dbt inside this process: parse once, build once, say how each node ended."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rollcall.columns import check_columns
from rollcall.errors import BuildError
from rollcall.faults import told_by, way_out_of, with_way_out
from rollcall.home import Home
from rollcall.release.files import write_atomically
from rollcall.sources import PROJECT_ROOT

if TYPE_CHECKING:
    from dbt.artifacts.schemas.results import NodeResult
    from dbt.cli.main import dbtRunnerResult
    from dbt.contracts.graph.manifest import Manifest as DbtManifest

# Called with the node that just ended, how many have, and how many there are.
OnNode = Callable[[str, int, int], None]

_FAILED = {"error", "fail", "runtime error", "partial success"}
_NAMED_FAILURES = 5
# Classes of DuckDB's and Spark's errors whose text quotes the value that failed.
_VALUE_ERROR = re.compile(
    r"(Conversion|Invalid Input|Constraint|Out of Range) Error|\[(CAST|NUMERIC)_\w+\]"
)
_DAMAGED = re.compile(r'Failed to read file "(?P<path>[^"\n]+)"')
_JAVA_FRAME = re.compile(r"\n\s+(at \S+\(.*\)|\.\.\. \d+ more)")
# Where DuckDB shows the line that it could not read, and the dots of one that it cut.
_EXCERPT = re.compile(r"LINE (?P<number>\d+): (?P<text>[^\n]+)")
# What dbt writes before the code of an ephemeral model, and what ends that code.
_EPHEMERAL = re.compile(r"\b__dbt__cte__(?P<name>\w+) as \($")
_END = re.compile(r"^\)")
_VALUE = re.compile(r"'[^'\n]*'|\"[^\"\n]*\"|\d{5,}|\S+@\S+")


@dataclass(frozen=True)
class NodeOutcome:
    """How one dbt node ended: dbt's status, its message without values, and seconds taken.

    `place` is the ephemeral model, like an audience's predicate, whose code the message is about.
    """

    unique_id: str
    status: str
    message: str
    seconds: float
    place: str | None = None

    @property
    def is_failed(self) -> bool:
        """Say whether the node itself failed; one skipped after another's failure did not."""
        return self.status in _FAILED


@dataclass(frozen=True)
class Parsed:
    """dbt's manifest: as JSON for reading, and as dbt's own object for the build to reuse."""

    manifest: Mapping[str, Any]
    dbt_manifest: DbtManifest


def without_values(message: str) -> str:
    """Return a dbt message without row values, which engines quote, and without Java's stack."""
    message = _JAVA_FRAME.sub("", message)
    damaged = _DAMAGED.search(message)
    if damaged:
        return f"Failed to read file {damaged['path']}: it is damaged."
    if not _VALUE_ERROR.search(message):
        return message.strip()
    # The excerpt of the query that follows adds nothing to the model's name.
    return _VALUE.sub("…", message.split("\n\nLINE ")[0]).strip()


def _invoke(
    arguments: Sequence[str],
    *,
    target: str,
    manifest: DbtManifest | None = None,
    callbacks: list[Callable[[Any], None]] | None = None,
) -> dbtRunnerResult:
    from dbt.cli.main import dbtRunner

    # dbt's own log would hold what failed messages quote; the run says it without values.
    quiet = ["--log-level", "none", "--log-level-file", "none", "--no-send-anonymous-usage-stats"]
    place = ["--project-dir", str(PROJECT_ROOT), "--profiles-dir", str(PROJECT_ROOT)]
    return dbtRunner(manifest=manifest, callbacks=callbacks).invoke(
        [*quiet, *arguments, *place, "--target", target]
    )


def _raise_exception(result: dbtRunnerResult) -> None:
    if result.exception is not None:
        said = without_values(str(result.exception)) or told_by(result.exception)
        raise BuildError(with_way_out(f"dbt: {said}")) from None


def parse(home: Home, *, target: str) -> Parsed:
    """Parse the project as `write_for_dbt` left it.

    Raises BuildError with dbt's message, SettingsError for what dbt would pass over.
    """
    from dbt.contracts.graph.manifest import Manifest as DbtManifest

    check_columns()
    result = _invoke(["parse"], target=target)
    _raise_exception(result)
    if not result.success or not isinstance(result.result, DbtManifest):
        raise BuildError("dbt parse failed without saying why. Run `dbt parse` by hand.")
    path = Path(os.environ["DBT_TARGET_PATH"]) / "manifest.json"
    return Parsed(json.loads(path.read_text(encoding="utf-8")), result.result)


def node_count(manifest: Mapping[str, Any]) -> int:
    """Return how many nodes a build goes through: seeds, models, data tests, exposures."""
    kinds = {"seed", "model", "test"}
    nodes = sum(node["resource_type"] in kinds for node in manifest["nodes"].values())
    return nodes + len(manifest.get("exposures", {}))


def _reporter(total: int, on_node: OnNode | None) -> Callable[[Any], None]:
    done = 0

    def report(event: Any) -> None:
        nonlocal done
        if event.info.name == "NodeFinished" and on_node is not None:
            done += 1
            on_node(event.data.node_info.node_name, done, max(done, total))

    return report


def place_of(message: str, compiled: str, read: Sequence[str]) -> str | None:
    """Return which of the models that a node reads holds the line that `message` shows.

    A node's `compiled` code begins with that of the ephemeral models among them. None where the
    line is the node's own, or is not told.
    """
    shown = _EXCERPT.search(message)
    if shown is None:
        return None
    text, number = shown["text"].strip().strip("."), int(shown["number"])
    lines = compiled.splitlines()
    found = [index for index, line in enumerate(lines) if text in line]
    if not found:
        return None
    # The engine counts the lines of `create table` that dbt writes before the code.
    at = max((index for index in found if index < number), default=found[0])
    for line in reversed(lines[: at + 1]):
        begins = _EPHEMERAL.search(line)
        if begins is not None:
            named = [name for name in read if name.split(".")[-1] == begins["name"]]
            return named[0] if named else None
        if _END.match(line):
            return None
    return None


def _outcome(result: NodeResult) -> NodeOutcome:
    message = result.message or ""
    node = result.node
    compiled = getattr(node, "compiled_code", None) or ""
    read = node.depends_on_nodes if compiled else []
    return NodeOutcome(
        unique_id=node.unique_id,
        status=str(result.status),
        message=without_values(message),
        seconds=result.execution_time,
        place=place_of(message, compiled, read),
    )


def _scrub_results(home: Home) -> None:
    """Take row values out of the failed messages that dbt wrote to run_results.json."""
    path = Path(os.environ["DBT_TARGET_PATH"]) / "run_results.json"
    if not path.exists():
        return
    document = json.loads(path.read_text(encoding="utf-8"))
    for result in document["results"]:
        result["message"] = without_values(result.get("message") or "")
    write_atomically(path, json.dumps(document))


def build(
    home: Home,
    parsed: Parsed,
    *,
    target: str,
    is_full_refresh: bool = False,
    on_node: OnNode | None = None,
) -> list[NodeOutcome]:
    """Run seeds, models and data tests in what `target` builds in and say how each ended.

    A node that fails is in the answer, not an exception: see `raise_failures`. Raises BuildError
    where dbt could not run at all.
    """
    from dbt.artifacts.schemas.run import RunExecutionResult

    arguments = ["build", "--exclude-resource-type", "unit_test"]
    if is_full_refresh:
        arguments.append("--full-refresh")
    result = _invoke(
        arguments,
        target=target,
        manifest=parsed.dbt_manifest,
        callbacks=[_reporter(node_count(parsed.manifest), on_node)],
    )
    _raise_exception(result)
    if not isinstance(result.result, RunExecutionResult):
        raise BuildError("dbt build ended without results. Run `dbt build` by hand.")
    outcomes = [_outcome(node) for node in result.result.results]
    if any(outcome.is_failed for outcome in outcomes):
        _scrub_results(home)
    return outcomes


def build_nodes(home: Home, parsed: Parsed, names: Sequence[str], *, target: str) -> None:
    """Build these seeds and models, without their tests. Raises BuildError naming what failed."""
    from dbt.artifacts.schemas.run import RunExecutionResult

    kinds = ["--resource-type", "seed", "--resource-type", "model"]
    arguments = ["build", "--full-refresh", *kinds, "--select", *names]
    result = _invoke(arguments, target=target, manifest=parsed.dbt_manifest)
    _raise_exception(result)
    if not isinstance(result.result, RunExecutionResult):
        raise BuildError("dbt build ended without results. Run `dbt build` by hand.")
    outcomes = [_outcome(node) for node in result.result.results]
    if any(outcome.is_failed for outcome in outcomes):
        _scrub_results(home)
    raise_failures(
        outcomes, parsed.manifest, standing="so nothing is compared; the release is untouched"
    )


def raise_failures(
    outcomes: Sequence[NodeOutcome],
    manifest: Mapping[str, Any],
    *,
    standing: str = "the old release stands",
) -> None:
    """Raise BuildError naming the nodes that failed, their files, why, and what is `standing`."""
    failed = [outcome for outcome in outcomes if outcome.is_failed]
    if not failed:
        return
    lines = []
    for outcome in failed[:_NAMED_FAILURES]:
        node = manifest["nodes"][outcome.place or outcome.unique_id]
        where = f"{node['name']} ({node['original_file_path']})"
        if outcome.place:
            where += f", read by {manifest['nodes'][outcome.unique_id]['name']}"
        lines.append(f"{where}: {outcome.message}")
    if len(failed) > _NAMED_FAILURES:
        lines.append(f"and {len(failed) - _NAMED_FAILURES} more, in target/run_results.json.")
    ways_out = [way_out_of(outcome.message) for outcome in failed]
    lines += dict.fromkeys(way_out for way_out in ways_out if way_out)
    raise BuildError(f"dbt: the build failed, {standing}.\n" + "\n".join(lines))
