"""Run the unit tests of some models and say how each ended: `make unit MODELS="aud_x aud_y"`.

    python tests/models/unit.py model [model ...]

A unit test reads the columns of its inputs from their relations. They are built without a row in
build/unit and kept there, until a model, a macro or a seed changes.

Leaves with 1 where a test fails, or a model is unknown or has no unit test.
"""

from __future__ import annotations

import hashlib
import json
import sys
import time
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from textwrap import indent
from typing import TYPE_CHECKING

_HERE = Path(__file__).resolve().parent
_PROJECT = _HERE.parent.parent
sys.path[:0] = [str(_PROJECT), str(_HERE)]

from model_lab import Lab, Outcome, parsed_lab  # noqa: E402

from rollcall.errors import RollcallError  # noqa: E402
from rollcall.home import Home  # noqa: E402

if TYPE_CHECKING:
    from dbt.contracts.graph.manifest import Manifest

_ROOT = _PROJECT / "build" / "unit"
_BUILT = "built.json"
# What relations are made of. An audience is none: what it selects stands in who reads it.
_MADE_OF = ("models", "macros", "seeds", "rollcall", "dbt_project.yml", "profiles.yml")
_READ_ONLY_BY_TESTS = "__unit_tests.yml"
_AUDIENCES = _PROJECT / "models" / "audiences"


def inputs_of(manifest: Manifest, models: Sequence[str]) -> list[str]:
    """Return the names of what the models read.

    Raises LookupError where a model is unknown or has no unit test.
    """
    nodes = {node.name: node for node in manifest.nodes.values() if node.resource_type == "model"}
    tested = {test.model for test in manifest.unit_tests.values()}
    inputs = set()
    for name in models:
        if name not in nodes:
            near = get_close_matches(name, sorted(nodes), n=1)
            raise LookupError(
                f"{name}: there is no such model." + (f" Is it {near[0]}?" if near else "")
            )
        path = Path(nodes[name].original_file_path)
        if name not in tested:
            raise LookupError(
                f"{name} has no unit test. Write one below unit_tests: in "
                f"{path.parent}/_<folder>__unit_tests.yml, with `model: {name}`."
            )
        inputs |= {
            manifest.expect(uid).name
            for uid in nodes[name].depends_on.nodes
            if uid in manifest.nodes
        }
    return sorted(inputs)


def report(outcomes: Sequence[Outcome], files: Mapping[str, str]) -> str:
    """Return a line for each unit test, and what differs below one that failed."""
    lines = []
    for outcome in sorted(outcomes, key=lambda outcome: (outcome.model, outcome.name)):
        if outcome.is_good:
            lines.append(f"passed  {outcome.name}")
        else:
            lines.append(f"FAILED  {outcome.name} ({files[outcome.name]})")
            lines.append(indent(outcome.message.strip("\n"), "        ") + "\n")
    failed = sum(not outcome.is_good for outcome in outcomes)
    return "\n".join([*lines, f"{len(outcomes) - failed} passed, {failed} failed"])


def _digest() -> str:
    found = hashlib.sha256((_HERE / "model_lab.py").read_bytes())
    for part in _MADE_OF:
        top = _PROJECT / part
        for path in [top] if top.is_file() else sorted(top.rglob("*")):
            is_read = path.suffix in {".sql", ".yml", ".csv", ".py"} and not (
                path.name.endswith(_READ_ONLY_BY_TESTS) or path.is_relative_to(_AUDIENCES)
            )
            if is_read:
                found.update(f"{path}\0".encode() + path.read_bytes())
    return found.hexdigest()


def _built(root: Path, digest: str) -> set[str]:
    """Return the inputs that are built as the project is now; where none is, forget the rest."""
    record = root / _BUILT
    before = json.loads(record.read_text(encoding="utf-8")) if record.exists() else {}
    if before.get("digest") == digest:
        return set(before["inputs"])
    # dbt remembers the rows of a seed that a unit test reads, and looks at no seed again for that.
    Home.at(root).dbt.joinpath("target", "partial_parse.msgpack").unlink(missing_ok=True)
    return set()


def _build(lab: Lab, inputs: Sequence[str], built: set[str], digest: str) -> None:
    record = lab.home.root / _BUILT
    missing = [name for name in inputs if name not in built]
    if missing:
        record.unlink(missing_ok=True)
        print("Building what they read, without a row …", flush=True)
        lab.build_empty(*(f"+{name}" for name in missing))
        text = json.dumps({"digest": digest, "inputs": sorted({*built, *inputs})})
        record.write_text(text, encoding="utf-8")


def main(models: Sequence[str]) -> int:
    """Run them. Returns the exit code."""
    if not models:
        print('Name the models: make unit MODELS="aud_new_customers int_traits__aggregates"')
        return 1
    started = time.monotonic()
    try:
        digest = _digest()
        built = _built(_ROOT, digest)
        lab = parsed_lab(_ROOT)
        assert lab.manifest is not None
        _build(lab, inputs_of(lab.manifest, models), built, digest)
    except (LookupError, RuntimeError, RollcallError) as error:
        print(error.args[0])
        return 1
    outcomes = lab.unit_tests(*models)
    tests = lab.manifest.unit_tests.values()
    print(report(outcomes, {test.name: test.original_file_path for test in tests}), end=" ")
    print(f"in {time.monotonic() - started:.0f} s")
    return 0 if outcomes and all(outcome.is_good for outcome in outcomes) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
