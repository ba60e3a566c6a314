"""Dagster over Rollcall: assets, the job, its schedule."""
