"""Finding the training function that the config names."""

import importlib
import sys
from pathlib import Path

from arcsweep.config import Config
from arcsweep.errors import ConfigError
from arcsweep.paths import Paths
from arcsweep.protocol import Objective


def load_objective(config: Config, paths: Paths) -> Objective:
    """Build the objective of ``study.objective`` (``module:function``).

    The module is installed or lies in the working folder; the function gets the config and the
    paths. Raises ConfigError when it cannot be imported.
    """
    name = config.study.objective
    module_name, _, function_name = name.partition(":")
    rule = f"study.objective must be module:function of an importable module, got {name!r}"
    if str(Path.cwd()) not in sys.path:
        sys.path.append(str(Path.cwd()))  # last: a file here must not take an installed one's place
    try:
        factory = getattr(importlib.import_module(module_name), function_name or " ")
    except ImportError as error:
        raise ConfigError(
            f"{rule} ({error}); put the module into the working folder, install it, or mend the"
            " name"
        ) from error
    except AttributeError as error:
        raise ConfigError(f"{rule} (it has no such function); mend the name") from error
    built: Objective = factory(config, paths)
    return built
