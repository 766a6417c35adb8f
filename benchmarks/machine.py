"""The machine that a figure was measured on."""

import os
import platform
import time
from collections.abc import Callable
from pathlib import Path

import torch
import torch.nn.functional as F


def describe() -> str:
    """Processor, cores that this process may use, memory, versions."""
    cores = len(os.sched_getaffinity(0))
    memory_gib = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    gpu = torch.cuda.get_device_name() if torch.cuda.is_available() else "no GPU"
    return (
        f"{_processor()}, {cores} cores, {memory_gib:.0f} GiB, {gpu}; "
        f"Python {platform.python_version()}, PyTorch {torch.__version__}"
    )


def peak_gflops(repeats: int = 5) -> dict[str, float]:
    """Best float32 throughput of PyTorch's present threads, 10⁹ operations a second.

    A product of two 2048×2048 matrices, and a 3×3 convolution of 335 to 670 channels, channels
    last, on 16 images of 15×15.
    """
    square = torch.randn(2048, 2048)
    images = torch.randn(16, 335, 15, 15).to(memory_format=torch.channels_last)
    kernels = torch.randn(670, 335, 3, 3).to(memory_format=torch.channels_last)
    with torch.no_grad():
        return {
            "matrix product": 2 * 2048**3 / best_s(lambda: square @ square, repeats) / 1e9,
            "convolution": 2
            * (16 * 15 * 15 * 9 * 335 * 670)
            / best_s(lambda: F.conv2d(images, kernels, padding=1), repeats)
            / 1e9,
        }


def best_s(work: Callable[[], object], repeats: int) -> float:
    """Seconds of the fastest of ``repeats`` runs, after one that is not timed."""
    work()
    seconds = []
    for _ in range(repeats):
        began = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - began)
    return min(seconds)


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()
