"""Rollcall: customer 360, engagement states and consented audiences on dbt and DuckDB."""
