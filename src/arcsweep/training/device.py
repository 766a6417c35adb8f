"""Which device trains, and how repeatably."""

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


def check_precision(device: torch.device, precision: str) -> None:
    """Raises ConfigError where ``device`` is a GPU that cannot multiply in bfloat16.

    Every CPU can, if slowly.
    """
    if device.type == "cuda" and precision == "bfloat16" and not torch.cuda.is_bf16_supported():
        raise ConfigError(
            "training.precision must be one that the GPU has, got 'bfloat16', but "
            f"{describe_device(device)} has it not; set it to float32"
        )


def make_deterministic(device: torch.device) -> None:
    """Ask for kernels whose sums come in a fixed order; where a GPU has none, PyTorch warns.

    A CPU's do already.
    """
    if device.type != "cuda":
        return
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")  # cuBLAS demands it
    torch.use_deterministic_algorithms(True, warn_only=True)
    torch.backends.cudnn.benchmark = False
    # Nothing here reads memory that it did not write; filling it first would only take time.
    torch.utils.deterministic.fill_uninitialized_memory = False  # type: ignore[attr-defined]


def describe_device(device: torch.device) -> str:
    """The GPU's name, or "cpu"."""
    return torch.cuda.get_device_name(device) if device.type == "cuda" else "cpu"
