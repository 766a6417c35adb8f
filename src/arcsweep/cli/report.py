"""`arcsweep report`: the pages with the answers."""

from arcsweep.cli.options import DEFAULT_CONFIG, ConfigOption


def report(config: ConfigOption = DEFAULT_CONFIG) -> None:
    """Write the index page and one page for each category."""
    from arcsweep.config.classifier_rules import trains_classifier
    from arcsweep.config.load import load_config
    from arcsweep.paths import Paths
    from arcsweep.reports.own_model import write_own_page
    from arcsweep.reports.pages import write_pages

    settings = load_config(config)
    paths = Paths.of(settings)
    if trains_classifier(settings):
        write_pages(settings, paths)
    else:
        write_own_page(settings, paths)
    print(f"read the answers in {paths.report_index}")
