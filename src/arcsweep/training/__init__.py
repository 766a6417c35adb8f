"""Training of one trial: data, views, batches, the loop, its state and its metrics."""
