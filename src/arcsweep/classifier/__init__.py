"""A trained classifier in use: one file, loaded in one line, asked about any ARC task."""

from arcsweep.classifier.model import Answer, Classifier, load

__all__ = ["Answer", "Classifier", "load"]
