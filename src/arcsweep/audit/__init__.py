"""Before anything is queued: what of the search space, the budget and the machine will not do.

Knows spaces, conditions, pruners and profiles; what parameters do it asks of the training function
(:class:`arcsweep.protocol.Probe`), so that any model can be audited.
"""
