"""Claims about the families of operations."""

from arcsweep.labels import operations
from arcsweep.labels.program import dsl_names

OF_PYTHON = {"&", "len", "tuple", "list"}


def test_every_name_is_one_of_the_language() -> None:
    families = [value for value in vars(operations).values() if isinstance(value, frozenset)]
    names = {name for family in families for name in family if isinstance(name, str)}
    assert names - OF_PYTHON <= dsl_names()
