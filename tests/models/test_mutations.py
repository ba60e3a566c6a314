"""Take away, one at a time, what `make mutate` leaves alone: a test has to fail.

Slow: `pytest -m slow tests/models/test_mutations.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest
from model_lab import Lab
from mutations import FUNCTIONS, UNIFIED, UNIFIED_TIMES, VERSIONS, Mutation
from test_versions import wrong_entities

pytestmark = pytest.mark.slow


@contextmanager
def _applied(mutation: Mutation, lab: Lab) -> Iterator[None]:
    path = lab.project / mutation.path
    text = path.read_text(encoding="utf-8")
    path.write_text(mutation.applied_to(text), encoding="utf-8")
    try:
        yield
    finally:
        path.write_text(text, encoding="utf-8")


@pytest.fixture(scope="module")
def copy(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> Lab:
    """A project of its own to take things away from."""
    return lab.copied(tmp_path_factory.mktemp("mutations"))


@pytest.mark.parametrize("mutation", FUNCTIONS, ids=lambda mutation: mutation.name)
def test_a_unit_test_notices(mutation: Mutation, copy: Lab) -> None:
    """What no test notices could be lost in any edit.

    An error is no answer: it says that the change is no SQL, not that a test saw through it.
    """
    unchanged = copy.unit_tests(mutation.tested)
    assert unchanged, "the model has no unit test"
    assert all(outcome.is_good for outcome in unchanged)
    with _applied(mutation, copy):
        outcomes = copy.unit_tests(mutation.tested)
    assert any(outcome.status == "fail" for outcome in outcomes), [
        f"{outcome.name}: {outcome.status}: {outcome.message}" for outcome in outcomes
    ]


@pytest.mark.parametrize(
    ("mutation", "fewest"), VERSIONS, ids=lambda part: getattr(part, "name", "")
)
def test_the_ranking_of_versions_is_held(mutation: Mutation, fewest: int, copy: Lab) -> None:
    """The tie-break and the window of versions serve every entity."""
    with _applied(mutation, copy):
        assert len(wrong_entities(copy)) >= fewest


def _in_every_entity(lab: Lab, old: str, new: str) -> list[Mutation]:
    files = sorted((lab.project / "models/intermediate/unified").glob("int_unified__*.sql"))
    return [
        Mutation(str(path.relative_to(lab.project)), old, new, path.stem)
        for path in files
        if not path.stem.endswith("_versions")
    ]


@pytest.mark.parametrize(("old", "new", "count"), UNIFIED)
def test_each_entity_is_held_to_one_living_version(
    old: str, new: str, count: int, copy: Lab
) -> None:
    """De-duplication stands in every entity's own file, and could go from any."""
    mutations = _in_every_entity(copy, old, new)
    assert len(mutations) == count
    with ExitStack() as stack:
        for mutation in mutations:
            stack.enter_context(_applied(mutation, copy))
        assert len(wrong_entities(copy)) == count


def test_each_entity_is_held_to_its_time(copy: Lab) -> None:
    """What occurs at as_of or later must not count, whatever its version says."""
    with ExitStack() as stack:
        for entity in UNIFIED_TIMES:
            path = f"models/intermediate/unified/int_unified__{entity}.sql"
            change = Mutation(path, " < ' ~ as_of()", " is not null'", entity)
            stack.enter_context(_applied(change, copy))
        assert set(wrong_entities(copy)) == set(UNIFIED_TIMES)
