"""Erasure: a person leaves everything that a home holds, and stays out of it.

`rollcall.erasure.erase` does it; `rollcall.erasure.again` is what ingest leaves out from then on.
"""
