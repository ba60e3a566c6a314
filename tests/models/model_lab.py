"""A home in which every relation exists and is empty, and dbt on it: where models are tested."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import duckdb

from rollcall.build import Parsed, parse
from rollcall.catalogue import write_catalogue
from rollcall.duckdb_plugin import add_functions
from rollcall.home import Home
from rollcall.ingest import ingest, prepare_failures
from rollcall.release import prepare_previous
from rollcall.settings import Settings, parse_as_of, write_for_dbt
from rollcall.sources import PROJECT_ROOT, SourceSpec, shipped_sources

if TYPE_CHECKING:
    from dbt.contracts.graph.manifest import Manifest

# The only now of every unit test: fixtures are written around it.
AS_OF = "2026-01-31T00:00:00Z"
RELEASE_ID = "000007"
BARRED = "yammer"
SECRET = "model-tests"  # noqa: S105
# None is switched on as shipped; here one is, so that what it does is tested.
COMPOSITE_KEYS = [{"name": "name", "fields": ["first_name", "birth_date"], "maximum_profiles": 2}]
VARIABLES = {"composite_keys": COMPOSITE_KEYS, "phone_country": "GB"}
_RAW_COLUMNS = {
    "_file": "varchar",
    "_line": "bigint",
    "_loaded_at": "timestamp",
    "_load_id": "varchar",
}
_LEDGER_COLUMNS = {
    "load_id": "varchar",
    "source": "varchar",
    "table_name": "varchar",
    "status": "varchar",
    "accepted_count": "bigint",
    "quarantined_count": "bigint",
    "is_live": "boolean",
    "landed_at": "timestamp",
    "loaded_at": "timestamp",
    "delivered_at": "timestamp",
    "release_id": "varchar",
}
_PROJECT_PARTS = ("models", "macros", "seeds", "tests/dbt", "dbt_project.yml", "profiles.yml")


@dataclass(frozen=True)
class Outcome:
    """How one dbt node or test ended."""

    name: str
    status: str
    message: str
    # The model that a unit test tests; of a model, itself.
    model: str

    @property
    def is_good(self) -> bool:
        """Say whether the node ran or the test passed."""
        return self.status in {"success", "pass"}


@contextmanager
def _environment(values: Mapping[str, str]) -> Iterator[None]:
    # write_for_dbt sets the variables of the run for this process; other tests need theirs back.
    before = dict(os.environ)
    os.environ.update(values)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


@contextmanager
def _graph_in_unit_tests() -> Iterator[None]:
    # dbt gives a unit test no graph, and the traits that customer_360 declares stand in it: with
    # it, a test tests the declaration.
    from dbt.parser.unit_tests import UnitTestManifestLoader

    load = UnitTestManifestLoader.load

    def load_with_graph(loader: UnitTestManifestLoader) -> Manifest:
        loaded = load(loader)
        loaded.flat_graph = loader.manifest.flat_graph
        return loaded

    with patch.object(UnitTestManifestLoader, "load", load_with_graph):
        yield


@dataclass(frozen=True)
class Lab:
    """One home and the project (the repository, or a changed copy of it) that dbt runs on it."""

    home: Home
    project: Path = PROJECT_ROOT
    # The parsed project; without it dbt reads the files again.
    manifest: Manifest | None = field(default=None, repr=False)

    def dbt(self, *arguments: str) -> list[Outcome]:
        """Run dbt in this process and say how each node ended. Raises what dbt raises."""
        return [
            Outcome(r.node.name, str(r.status), r.message or "", r.node.unique_id.split(".")[2])
            for r in self.invoke(*arguments)
        ]

    def invoke(self, *arguments: str) -> list[Any]:
        """Run dbt in this process and return its own results, nodes and all."""
        from dbt.cli.main import dbtRunner

        place = ["--project-dir", str(self.project), "--profiles-dir", str(self.project)]
        # Nobody reads the artefacts, and the manifest takes as long to write as a model to build.
        no_artefacts = ["--log-level-file", "none", "--no-write-json"]
        quiet = ["--log-level", "none", "--no-use-colors", *no_artefacts]
        # A copy: dbt keeps compiled SQL in it, with the columns that relations had at that time.
        manifest = self.manifest.deepcopy() if self.manifest else None
        with _environment(self.variables), _graph_in_unit_tests():
            result = dbtRunner(manifest=manifest).invoke([*quiet, *arguments, *place])
        if result.exception is not None:
            raise result.exception
        return list(getattr(result.result, "results", []))

    def run(self, *models: str) -> list[Outcome]:
        """Build the models as dbt does in a run, on what the relations hold now."""
        return self.dbt("run", "--select", *models)

    def build_empty(self, *selected: str) -> None:
        """Build seeds and models without a row, all where none is selected.

        dbt takes an input's column types from its relation, so a unit test needs those of its
        inputs. Raises RuntimeError naming what does not build.
        """
        chosen = ["--select", *selected] if selected else []
        kinds = ["--resource-type", "seed", "--resource-type", "model"]
        built = self.dbt("build", "--empty", *kinds, *chosen)
        failed = [f"{outcome.name}: {outcome.message}" for outcome in built if not outcome.is_good]
        if failed:
            raise RuntimeError("models do not build on empty sources:\n" + "\n".join(failed))

    def unit_tests(self, *models: str) -> list[Outcome]:
        """Run the unit tests of the models; of all, where none is named."""
        chosen = [f"{model},test_type:unit" for model in models] or ["test_type:unit"]
        return self.dbt("test", "--select", *chosen)

    def connect(self) -> duckdb.DuckDBPyConnection:
        """Open the database; close it before dbt runs again."""
        connection = duckdb.connect(str(self.home.work))
        add_functions(connection)
        return connection

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Return a query's rows."""
        with self.connect() as connection:
            return connection.execute(query).fetchall()

    def give(self, relation: str, rows: Sequence[Mapping[str, Any]]) -> None:
        """Put a view of these rows, as text, in the place of a view that models read."""
        columns = list(dict.fromkeys(name for row in rows for name in row))
        values = ", ".join(
            "(" + ", ".join(_literal(row.get(name)) for name in columns) + ")" for row in rows
        )
        with self.connect() as connection:
            connection.execute(
                f"create or replace view {relation} as "
                f"select * from (values {values}) as given ({', '.join(columns)})"
            )

    @contextmanager
    def restoring_views(self) -> Iterator[None]:
        """Give every view its own definition back at the end; tables keep what was built."""
        query = "select view_name, sql from duckdb_views() where not internal"
        before = dict(self.rows(query))
        try:
            yield
        finally:
            after = dict(self.rows(query))
            changed = {name: sql for name, sql in before.items() if after.get(name) != sql}
            with self.connect() as connection:
                _put_back(connection, changed)

    @contextmanager
    def on_raw_zone(self) -> Iterator[None]:
        """Begin with an empty raw zone, to be filled by `ingest`, and put it back at the end."""
        folders = (self.home.raw, self.home.ledger)
        kept = [folder.with_name(f"{folder.name}.kept") for folder in folders]
        for folder, copy in zip(folders, kept, strict=True):
            shutil.copytree(folder, copy)
        try:
            yield
        finally:
            for folder, copy in zip(folders, kept, strict=True):
                shutil.rmtree(folder)
                copy.rename(folder)

    def ingest(self, landing: Path) -> None:
        """Load what a landing folder holds, of any shipped source, into the raw zone."""
        settings = Settings(
            home=self.home,
            as_of=parse_as_of(AS_OF),
            sources=_sources(),
            landings=(landing,),
        )
        ingest(settings)

    def at(self, as_of: str) -> Lab:
        """Return the same lab with another now: the home's settings are written for it."""
        with _environment(self.variables):
            parsed = _parsed(self.home, as_of)
        return replace(self, manifest=parsed.dbt_manifest)

    def copied(self, folder: Path) -> Lab:
        """Return the same lab with a home and a project of its own below `folder`."""
        home = Home.at(folder / "home")
        shutil.copytree(self.home.root, home.root, ignore=shutil.ignore_patterns("logs"))
        for part in _PROJECT_PARTS:
            source, copy = self.project / part, folder / "project" / part
            copy.parent.mkdir(parents=True, exist_ok=True)
            if source.is_dir():
                shutil.copytree(source, copy)
            else:
                shutil.copy(source, copy)
        return Lab(home, folder / "project")

    @property
    def variables(self) -> dict[str, str]:
        """The environment that makes dbt work on this home."""
        return {
            "ROLLCALL_HOME": str(self.home.root),
            "ROLLCALL_ID_SECRET": SECRET,
            "DBT_TARGET_PATH": str(self.home.dbt / "target"),
            "DBT_LOG_PATH": str(self.home.dbt / "logs"),
            # No run on data runs unit tests: dbt_project.yml turns them on by this alone.
            "ROLLCALL_UNIT_TESTS": "true",
            "DO_NOT_TRACK": "1",
        }


def _put_back(connection: duckdb.DuckDBPyConnection, views: Mapping[str, str]) -> None:
    """Give views their definitions back. One may have to wait for another that it reads."""
    left = dict(views)
    while left:
        waiting: dict[str, str] = {}
        for name, sql in left.items():
            try:
                connection.execute(sql.replace("CREATE VIEW", "CREATE OR REPLACE VIEW", 1))
            except duckdb.BinderException:
                waiting[name] = sql
                if len(waiting) == len(left):
                    raise
        left = waiting


def _literal(value: Any) -> str:
    return "null" if value is None else "'" + str(value).replace("'", "''") + "'"


def _write_empty(path: Path, columns: Mapping[str, str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    casts = ", ".join(f'cast(null as {kind}) as "{name}"' for name, kind in columns.items())
    duckdb.execute(f"copy (select {casts} where false) to '{path}' (format parquet)")


def _sources() -> dict[str, SourceSpec]:
    """Every shipped source; one is barred from binding addresses, so that the bar is tested."""
    shipped = shipped_sources()
    return shipped | {BARRED: replace(shipped[BARRED], binds_not=("email", "phone"))}


def _parsed(home: Home, as_of: str) -> Parsed:
    settings = Settings(
        home=home, as_of=parse_as_of(as_of), sources=_sources(), variables=VARIABLES
    )
    write_for_dbt(settings, release_id=RELEASE_ID)
    return parse(home, target="duckdb")


def parsed_lab(root: Path) -> Lab:
    """Make a home with every shipped source on and no row anywhere; no relation is built yet.

    A home that is there is kept: dbt parses what changed, and what was built stays.
    """
    home = Home.at(root)
    for name, spec in shipped_sources().items():
        for table in spec.tables.values():
            columns = dict.fromkeys(table.columns, "varchar") | _RAW_COLUMNS
            _write_empty(home.raw / name / table.name / "empty.parquet", columns)
    _write_empty(home.ledger / "loads.parquet", _LEDGER_COLUMNS)
    prepare_failures(home)
    lab = Lab(home)
    with _environment(lab.variables):
        parsed = _parsed(home, AS_OF)
        write_catalogue(home, (), {})
        prepare_previous(home, parsed.manifest)
    return replace(lab, manifest=parsed.dbt_manifest)


def prepare_lab(root: Path) -> Lab:
    """Make a home with every shipped source on, no row anywhere and every relation built."""
    lab = parsed_lab(root)
    lab.build_empty()
    return lab
