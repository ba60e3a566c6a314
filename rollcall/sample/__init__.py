"""Sample companies: landing files of made-up customers, and the truth about who is who."""

from rollcall.sample.write import KINDS, SampleSummary, write_sample

__all__ = ["KINDS", "SampleSummary", "write_sample"]
