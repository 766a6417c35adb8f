"""Where a finished trial keeps what its row in the table needs."""

RESULT_KEY = "result"
"""User attribute: one JSON object with outcome, reason, best_epoch, epochs_run, seconds, seed,
host, job, code_version, effective_params, facts and the metrics of the best epoch."""
