"""Which device trains."""

import pytest
import torch

from arcsweep.errors import ConfigError
from arcsweep.training.device import check_precision, choose_device, make_deterministic


def test_the_device_that_is_named_is_taken() -> None:
    assert choose_device("cpu").type == "cpu"
    assert choose_device("auto").type == ("cuda" if torch.cuda.is_available() else "cpu")


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU")
def test_a_gpu_that_is_not_there_is_refused_with_the_remedy() -> None:
    with pytest.raises(ConfigError, match=r"training\.device .* got 'cuda'.*set it to auto or cpu"):
        choose_device("cuda")


@pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no GPU")
def test_a_gpus_sums_come_in_a_fixed_order() -> None:
    make_deterministic(torch.device("cuda"))
    assert torch.are_deterministic_algorithms_enabled()


def test_bfloat16_is_refused_where_the_gpu_has_it_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda: False)
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda device: "an old GPU")
    with pytest.raises(ConfigError, match=r"training\.precision .* got 'bfloat16'.*an old GPU"):
        check_precision(torch.device("cuda"), "bfloat16")
    check_precision(torch.device("cuda"), "float32")
    check_precision(torch.device("cpu"), "bfloat16")
