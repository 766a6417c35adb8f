"""What needs no network: a random forest on simple statistics of a task's grids."""
