"""What `dagster dev` loads: the assets, checks, job and schedule of this home's dbt project."""

from orchestration.assets import build_definitions
from orchestration.project import load_manifest

defs = build_definitions(load_manifest())
