"""What those who keep Rollcall running read of a run: a log and a metrics file."""

from rollcall.operations.log import Logger, NoLog, failure, last_failure, run_log
from rollcall.operations.metrics import RunOutcome, write_metrics

__all__ = ["Logger", "NoLog", "RunOutcome", "failure", "last_failure", "run_log", "write_metrics"]
