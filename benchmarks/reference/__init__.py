"""The same models and data in the straightforward way, to be compared with.

JSON read for each sample through a DataLoader, every grid padded to 30×30, float32 throughout.
"""
