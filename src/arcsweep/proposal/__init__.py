"""What to try next: a config for the next sweep, each changed line with its evidence."""
