"""Why there is no cluster."""


class ClusterUnavailableError(Exception):
    """This machine cannot run the test cluster; the text says what is missing."""
