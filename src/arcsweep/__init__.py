"""Hyperparameter sweeps of ARC task encoders that lose nothing and report what is true."""

__version__ = "0.1.0"
