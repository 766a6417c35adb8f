"""`arcsweep report`: the pages with the answers."""

from arcsweep.cli.options import DEFAULT_CONFIG, ConfigOption


def report(config: ConfigOption = DEFAULT_CONFIG) -> None:
    """Write the index page and one page for each category."""
    from arcsweep.config.load import load_config
    from arcsweep.paths import Paths
    from arcsweep.reports.pages import write_pages

    settings = load_config(config)
    paths = Paths.of(settings)
    write_pages(settings, paths)
    print(f"read the answers in {paths.report_index}")
