"""A study's confirmed models as one file that others can use."""
