"""Selected configurations judged on tasks that selected nothing: runs on repeated folds."""
