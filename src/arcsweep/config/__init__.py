"""Validated settings; see :mod:`arcsweep.config.load` for how files become a :class:`Config`."""

from arcsweep.config.root import Config

__all__ = ["Config"]
