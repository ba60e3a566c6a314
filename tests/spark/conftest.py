"""One Spark session for all tests of a process: it takes longer to start than most tests take."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from engines import SECRET

from rollcall.home import Home
from rollcall.spark import spark_session, why_not

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

# A thousand plans over a few rows each: what makes a long query fast costs more than it saves.
_FOR_FEW_ROWS = {
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=256m",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.ui.explainMode": "simple",
}


@pytest.fixture(scope="session", autouse=True)
def _spark_can_start() -> None:
    reason = why_not()
    if reason:
        pytest.skip(reason)


@pytest.fixture(scope="session", autouse=True)
def _environment() -> Iterator[None]:
    """Give the other tests of the process their variables back."""
    before = dict(os.environ)
    os.environ["ROLLCALL_ID_SECRET"] = SECRET
    os.environ["DO_NOT_TRACK"] = "1"
    yield
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture(scope="session")
def spark_home(_environment: None, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The home that the session is on; a path as people name folders."""
    return Home.at(tmp_path_factory.mktemp("spark") / "the home")


@pytest.fixture(scope="session")
def session(_spark_can_start: None, spark_home: Home) -> Iterator[SparkSession]:
    """The process's Spark session."""
    found = spark_session(spark_home, _FOR_FEW_ROWS)
    yield found
    found.stop()
