"""Great Expectations at the boundaries: a suite of rules each table, and the one runner."""
