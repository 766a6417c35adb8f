"""Which device trains, with how many threads, and how repeatably."""

import os

import torch

from arcsweep.errors import ConfigError


def choose_device(name: str) -> torch.device:
    """The device that training.device names: auto takes a GPU where there is one.

    Raises ConfigError when cuda is asked for and there is none.
    """
    available = name != "cpu" and torch.cuda.is_available()
    if name == "cuda" and not available:
        raise ConfigError(
            "training.device must be one that this machine has, got 'cuda', but PyTorch finds no "
            "GPU here; set it to auto or cpu, or ask the scheduler for a GPU"
        )
    return torch.device("cuda" if available else "cpu")


def set_threads(n_threads: int) -> None:
    """Let this process compute with ``n_threads`` CPU threads; results depend on the number."""
    torch.set_num_threads(n_threads)


def make_deterministic() -> None:
    """Ask for kernels whose sums come in a fixed order; where a GPU has none, it warns."""
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    torch.use_deterministic_algorithms(True, warn_only=True)
    torch.backends.cudnn.benchmark = False
    # Nothing here reads memory that it did not write; filling it first would only take time.
    torch.utils.deterministic.fill_uninitialized_memory = False  # type: ignore[attr-defined]


def describe_device(device: torch.device) -> str:
    """The GPU's name, or "cpu"."""
    return torch.cuda.get_device_name(device) if device.type == "cuda" else "cpu"
