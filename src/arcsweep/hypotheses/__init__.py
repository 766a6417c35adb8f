"""Targeted changes of selected trials, each judged against its base on equal folds and seeds."""
