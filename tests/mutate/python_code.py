"""Change the Python that refuses a release or keeps the erased out; list what no test notices.

    python tests/mutate/python_code.py [--threshold 95] [module ...]

Each module below is changed in one place at a time, its SQL in quotes too, in a copy of the
project, and its tests run there. Leaves with 1 where too little is noticed or a survivor has no
reason in accepted.yml, and with 2 where a test fails before anything is changed.
"""

from __future__ import annotations

import argparse
import ast
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from queue import Queue

from cosmic_ray.ast import get_ast
from cosmic_ray.mutating import MutationVisitor
from cosmic_ray.plugins import get_operator

_HERE = Path(__file__).resolve().parent
PROJECT = _HERE.parent.parent
sys.path[:0] = [str(PROJECT), str(_HERE)]

from mutants import Mutant, Query  # noqa: E402
from run import ACCEPTED, report  # noqa: E402
from trial import Ending, Verdict  # noqa: E402
from verdicts import AcceptedError, Finding, Judgement, read_accepted  # noqa: E402

# The tests of each module, the quickest first: one that fails is enough.
TESTS = {
    "rollcall/release/manifest.py": ["tests/release/test_manifest.py"],
    "rollcall/release/gate.py": ["tests/release/test_check_gates.py"],
    "rollcall/erasure/stones.py": ["tests/erasure/test_stones.py"],
    "rollcall/erasure/again.py": ["tests/erasure/test_again.py"],
}
# Each change to its opposite, and to what is beside it; not to all that parses.
_OPERATORS = [
    *("AddNot", "ExceptionReplacer", "NumberReplacer", "RemoveDecorator", "ZeroIterationForLoop"),
    *("ReplaceAndWithOr", "ReplaceOrWithAnd", "ReplaceTrueWithFalse", "ReplaceFalseWithTrue"),
    *("ReplaceBreakWithContinue", "ReplaceContinueWithBreak", "ReplaceUnaryOperator_Delete_Not"),
    *(f"ReplaceComparisonOperator_{a}_{b}" for a, b in [("Eq", "NotEq"), ("NotEq", "Eq")]),
    *(f"ReplaceComparisonOperator_{a}_{b}" for a, b in [("Is", "IsNot"), ("IsNot", "Is")]),
    *(f"ReplaceComparisonOperator_{a}_{b}" for a, b in [("Lt", "LtE"), ("LtE", "Lt")]),
    *(f"ReplaceComparisonOperator_{a}_{b}" for a, b in [("Gt", "GtE"), ("GtE", "Gt")]),
    *(f"ReplaceBinaryOperator_{a}_{b}" for a, b in [("Add", "Sub"), ("Sub", "Add")]),
    *(f"ReplaceBinaryOperator_{a}_{b}" for a, b in [("Mul", "Div"), ("BitAnd", "BitOr")]),
]
_SLOWEST_SECONDS = 300
_WORKERS = 2


def mutants(code: str) -> Iterator[Mutant]:
    """Return every change of a module; a mutant's `sql` is the whole changed text."""
    yield from _of_python(code)
    yield from _of_statements(code)


def _of_python(code: str) -> Iterator[Mutant]:
    for name in _OPERATORS:
        operator = get_operator(f"core/{name}")()
        for number in range(_places(code, operator)):
            changed = MutationVisitor.mutate_code(code, operator, number)
            if changed is not None and changed != code:
                yield _mutant(code, changed)


def _places(code: str, operator: object) -> int:
    def below(node: object) -> Iterator[object]:
        yield node
        for child in getattr(node, "children", ()):
            yield from below(child)

    return sum(len(list(operator.mutation_positions(node))) for node in below(get_ast(code)))  # type: ignore[attr-defined]


def _of_statements(code: str) -> Iterator[Mutant]:
    """Change the SQL of each call of `statement`, with names where its parts go."""
    lines = code.splitlines(keepends=True)
    for call in ast.walk(ast.parse(code)):
        if not isinstance(call, ast.Call) or getattr(call.func, "id", "") != "statement":
            continue
        text = call.args[0]
        if not isinstance(text, ast.Constant) or text.end_lineno is None:
            continue
        parts = [keyword.arg for keyword in call.keywords if keyword.arg]
        sql = text.value
        for part in parts:
            sql = sql.replace(f"{{{part}}}", f"part_{part}")
        begin = sum(map(len, lines[: text.lineno - 1])) + text.col_offset
        end = sum(map(len, lines[: text.end_lineno - 1])) + (text.end_col_offset or 0)
        for mutant in Query.of(sql).mutants():
            changed = mutant.sql
            for part in parts:
                changed = changed.replace(f"part_{part}", f"{{{part}}}")
            whole = f"{code[:begin]}{changed!r}{code[end:]}"
            yield Mutant(_place(code, text.lineno), mutant.before, mutant.after, whole)


def _mutant(code: str, changed: str) -> Mutant:
    before, after = code.splitlines(), changed.splitlines()
    differs = [i for i, pair in enumerate(zip(before, after, strict=False)) if pair[0] != pair[1]]
    at = differs[0] if differs else min(len(before), len(after)) - 1
    return Mutant(_place(code, at + 1), before[at].strip(), after[at].strip(), changed)


def _place(code: str, line: int) -> str:
    """Return the name of the innermost function or class that holds the line."""
    holders = [
        node
        for node in ast.walk(ast.parse(code))
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
        and node.lineno <= line <= (node.end_lineno or 0)
    ]
    return max(holders, key=lambda node: node.lineno).name if holders else "module"


def _copied(folder: Path) -> Path:
    names = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=PROJECT,
        capture_output=True,
        check=True,
        text=True,
    ).stdout
    for name in filter(None, names.split("\0")):
        if (PROJECT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(PROJECT / name, folder / name)
    return folder


def _passes(copy: Path, module: str) -> bool:
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider"]
    try:
        done = subprocess.run(
            [*command, *TESTS[module]],
            cwd=copy,
            env={**os.environ, "PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            check=False,
            timeout=_SLOWEST_SECONDS,
        )
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0


def _tried(copies: Queue[Path], module: str, code: str, mutant: Mutant) -> Finding:
    copy = copies.get()
    try:
        (copy / module).write_text(mutant.sql, encoding="utf-8")
        verdict = Verdict.SURVIVED if _passes(copy, module) else Verdict.NOTICED
    finally:
        (copy / module).write_text(code, encoding="utf-8")
        copies.put(copy)
    return Finding(module, module, mutant, Ending(verdict, ""))


def _findings(folder: Path, modules: Sequence[str]) -> Iterator[Finding]:
    copies: Queue[Path] = Queue()
    for number in range(_WORKERS):
        copies.put(_copied(folder / str(number)))
    for module in modules:
        code = (PROJECT / module).read_text(encoding="utf-8")
        copy = copies.get()
        if not _passes(copy, module):
            raise RuntimeError(f"{module}: its tests fail with nothing changed")
        copies.put(copy)
        found = {mutant.description: mutant for mutant in mutants(code) if mutant.sql != code}
        with ThreadPoolExecutor(_WORKERS) as pool:
            yield from pool.map(partial(_tried, copies, module, code), found.values())


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line says and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("modules", nargs="*", default=list(TESTS))
    parser.add_argument("--threshold", type=float, default=95.0, help="per cent to be noticed")
    options = parser.parse_args(arguments)
    if unknown := set(options.modules) - set(TESTS):
        parser.error(f"{sorted(unknown)[0]}: not one of {', '.join(TESTS)}")
    began = time.monotonic()
    folder = PROJECT / "build" / "mutate_code"
    shutil.rmtree(folder, ignore_errors=True)
    modules = frozenset(options.modules)
    try:
        accepted = [entry for entry in read_accepted(ACCEPTED) if entry.subject in TESTS]
        findings = list(_findings(folder, options.modules))
    except (AcceptedError, RuntimeError) as problem:
        print(problem, file=sys.stderr)
        return 2
    judgement = Judgement(findings, accepted, modules, frozenset(TESTS), options.threshold)
    print("\n".join(report(judgement)))
    print(f"{time.monotonic() - began:.0f} s")
    return 0 if judgement.is_good else 1


if __name__ == "__main__":
    sys.exit(main())
