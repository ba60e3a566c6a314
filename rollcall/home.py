"""Where everything below one `<home>` lies. Nothing that Rollcall writes lies elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Home:
    """The paths of one home folder; making a Home touches no disk."""

    root: Path

    @classmethod
    def at(cls, path: str | Path) -> Home:
        """Return the home at `path`, made absolute so that a change of folder moves nothing."""
        return cls(Path(path).expanduser().resolve())

    @property
    def raw(self) -> Path:
        """Raw zone: `raw/<source>/<table>/*.parquet`, values as received."""
        return self.root / "raw"

    @property
    def quarantine(self) -> Path:
        """Lines and files that were refused, with file, line, raw text and reason."""
        return self.root / "quarantine"

    @property
    def ledger(self) -> Path:
        """Which loads the raw zone holds (`loads.parquet`) and which file each came from."""
        return self.root / "ledger"

    @property
    def previous(self) -> Path:
        """The current release's tables as the next run reads them, zero-row files at first."""
        return self.root / "previous"

    @property
    def catalogue(self) -> Path:
        """What dbt's manifest says of the audiences (`audience_catalogue.parquet`)."""
        return self.root / "catalogue"

    @property
    def work(self) -> Path:
        """The DuckDB file that dbt builds in."""
        return self.root / "work.duckdb"

    @property
    def dbt(self) -> Path:
        """What a run writes for dbt: macros, seeds, target, logs."""
        return self.root / "dbt"

    @property
    def dbt_manifest(self) -> Path:
        """What dbt last read of the project."""
        return self.dbt / "target" / "manifest.json"

    @property
    def diff(self) -> Path:
        """Where `rollcall diff` tries a changed project: a home of its own."""
        return self.root / "diff"

    @property
    def gx(self) -> Path:
        """Great Expectations' project: results and Data Docs."""
        return self.root / "gx"

    @property
    def dagster(self) -> Path:
        """Dagster's instance storage (DAGSTER_HOME)."""
        return self.root / "dagster"

    @property
    def logs(self) -> Path:
        """The log of runs, `runs.jsonl`."""
        return self.root / "logs"

    @property
    def metrics(self) -> Path:
        """What Prometheus's textfile collector reads, `rollcall.prom`."""
        return self.root / "metrics"

    @property
    def spark(self) -> Path:
        """All that Spark writes: warehouse, metastore, dbt's target, what it spills."""
        return self.root / "spark"

    @property
    def releases(self) -> Path:
        """One folder a release: `releases/<version>/`."""
        return self.root / "releases"

    @property
    def current(self) -> Path:
        """The link to the release that readers read."""
        return self.root / "current"

    @property
    def linked(self) -> Path:
        """The version that the link was last set to: it tells a lost link from one never made."""
        return self.root / "linked"

    @property
    def erasure(self) -> Path:
        """Tombstones and receipts of those who were erased, and an erasure that is under way."""
        return self.root / "erasure"

    @property
    def erasure_outbox(self) -> Path:
        """Removals that syncs still owe: the platform's key of members who were erased."""
        return self.root / "erasure_outbox"

    @property
    def lock(self) -> Path:
        """The file whose kernel lock a run holds."""
        return self.root / "lock"
