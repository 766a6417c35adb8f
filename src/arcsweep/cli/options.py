"""Options that several verbs share."""

from pathlib import Path
from typing import Annotated

import typer

CONFIG_VARIABLE = "ARCSWEEP_CONFIG"

ConfigOption = Annotated[
    list[Path],
    typer.Option(
        "--config",
        envvar=CONFIG_VARIABLE,
        help="Config file; repeat it to lay overlays over the first.",
        show_default=True,
    ),
]

DEFAULT_CONFIG = [Path("config.yaml")]
