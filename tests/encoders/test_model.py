"""What holds for both encoders with the head, with and without the switches."""

from typing import Any

import numpy as np
import pytest
import torch

from arcsweep.encoders.model import ENCODER_PARAMETERS, SWITCHES, build_model
from arcsweep.encoders.pairs import N_CODES
from arcsweep.errors import ConfigError

from .grids import (
    CENTROIDS,
    CNN,
    CONTEXT,
    EVERY,
    EVERY_NAMES,
    batch_of,
    embed,
    model_of,
    random_tasks,
)

TASKS = random_tasks([3, 3, 2, 1, 4])

OTHER_VALUES: list[tuple[dict[str, Any], str, Any]] = [
    (CNN, "demo_agg", "mean"),
    (CNN, "width_mult", 1.0),
    *((CNN, "depth", depth) for depth in (1, 2, 3, 5, 6)),
    (CNN, "mlp_hidden", 64),
    (CNN, "use_coords", False),
    (CNN, "embed_dim", 48),
    (CNN, "use_cosine", False),
    (CNN, "temperature", 5.0),
    (CONTEXT, "ctx_d_model", 64),
    (CONTEXT, "ctx_n_head", 8),
    *((CONTEXT, "ctx_pixel_layers", layers) for layers in (1, 3, 4, 5)),
    *((CONTEXT, "ctx_grid_layers", layers) for layers in (1, 3)),
    (CONTEXT, "ctx_dropout", 0.1),
    (CONTEXT, "embed_dim", 48),
    (CONTEXT, "use_cosine", False),
    (CONTEXT, "temperature", 5.0),
    *((params, name, True) for params in (CNN, CONTEXT) for name in SWITCHES),
]


def outputs(params: dict[str, Any], **changed: Any) -> list[torch.Tensor]:
    """Logits in training, for each of two seeds."""
    found = []
    for seed in (0, 1):
        model = model_of(params, seed, **changed)
        torch.manual_seed(seed)
        logits = model.train()(batch_of(TASKS, model.needs))
        found.append(logits)
    return found


@pytest.mark.parametrize(
    ("params", "name", "value"),
    OTHER_VALUES,
    ids=[f"{p['encoder_type']}-{name}-{value}" for p, name, value in OTHER_VALUES],
)
def test_every_swept_parameter_changes_the_computation(
    params: dict[str, Any], name: str, value: Any
) -> None:
    assert params.get(name, False) != value
    for before, after in zip(outputs(params), outputs(params, **{name: value}), strict=True):
        difference = (before - after).abs().mean() / before.abs().mean()
        assert difference > 0.01, f"{name} {value} gives the same logits as without"


@pytest.mark.parametrize(
    ("params", "name", "low", "high"),
    [
        (CNN, "depth", 1, 2),
        (CNN, "depth", 2, 3),
        (CNN, "depth", 3, 4),
        (CNN, "depth", 4, 5),
        (CNN, "depth", 5, 6),
        (CNN, "width_mult", 0.5, 0.75),
        (CNN, "mlp_hidden", 32, 33),
        (CNN, "embed_dim", 24, 25),
        (CONTEXT, "ctx_d_model", 32, 64),
        (CONTEXT, "ctx_pixel_layers", 1, 2),
        (CONTEXT, "ctx_grid_layers", 1, 2),
        (CONTEXT, "embed_dim", 24, 25),
        *((params, name, False, True) for params in (CNN, CONTEXT) for name in SWITCHES),
    ],
)
def test_sizes_add_weights_and_all_of_them_learn(
    params: dict[str, Any], name: str, low: Any, high: Any
) -> None:
    sizes = []
    for value in (low, high):
        model = model_of(params, **{name: value})
        logits = model(batch_of(TASKS, model.needs))
        logits.square().sum().backward()
        idle = [n for n, p in model.named_parameters() if p.grad is None or not p.grad.any()]
        assert idle == []
        sizes.append(sum(p.numel() for p in model.parameters()))
    assert sizes[0] < sizes[1]


def test_the_parameters_of_this_test_are_all_that_shape_a_model() -> None:
    tested = {(params["encoder_type"], name) for params, name, _ in OTHER_VALUES}
    for encoder, names in ENCODER_PARAMETERS.items():
        assert {
            (encoder, name) for name in (*names, *SWITCHES, "use_cosine", "temperature")
        } <= tested


@pytest.mark.parametrize("params", EVERY, ids=EVERY_NAMES)
@pytest.mark.parametrize("demo_agg", ["flatten", "mean"])
def test_padding_never_influences_an_embedding(params: dict[str, Any], demo_agg: str) -> None:
    model = model_of(params, demo_agg=demo_agg)
    tight, padded = embed(model, TASKS), embed(model, TASKS, canvas=30)
    assert (tight - padded).abs().max() < 1e-5
    assert tight.std(dim=0).max() > 1e-2  # the tasks do differ


@pytest.mark.parametrize("depth", range(1, 7))
def test_padding_never_influences_a_cnn_of_any_depth(depth: int) -> None:
    model = model_of(CNN, depth=depth)
    assert (embed(model, TASKS) - embed(model, TASKS, canvas=30)).abs().max() < 1e-5


@pytest.mark.parametrize("params", EVERY, ids=EVERY_NAMES)
def test_padding_never_influences_a_gradient(params: dict[str, Any]) -> None:
    gradients = []
    for canvas in (None, 30):
        model = model_of(params, ctx_dropout=0.0)
        logits = model(batch_of(TASKS, model.needs, canvas=canvas))
        torch.nn.functional.cross_entropy(logits, torch.arange(5)).backward()
        gradients.append(torch.cat([p.grad.flatten() for p in model.parameters()]))
    difference = (gradients[0] - gradients[1]).norm() / gradients[0].norm()
    assert difference < 1e-4


@pytest.mark.parametrize("params", EVERY, ids=EVERY_NAMES)
def test_other_tasks_in_the_batch_do_not_influence_an_embedding(params: dict[str, Any]) -> None:
    model = model_of(params)
    together = embed(model, TASKS)
    alone = torch.cat([embed(model, [task]) for task in TASKS])
    assert (together - alone).abs().max() < 1e-5


@pytest.mark.parametrize("params", EVERY, ids=EVERY_NAMES)
@pytest.mark.parametrize("n_pairs", [1, 2, 3, 4, 7, 10])
def test_any_number_of_pairs_gives_an_embedding(params: dict[str, Any], n_pairs: int) -> None:
    tasks = random_tasks([n_pairs], seed=n_pairs)
    embedding = embed(model_of(params), tasks)
    assert embedding.isfinite().all()
    fewer = embed(model_of(params), [tasks[0][:-1]] if n_pairs > 1 else random_tasks([1], 99))
    assert (embedding - fewer).abs().max() > 1e-4  # the last pair counts


@pytest.mark.parametrize("params", EVERY, ids=EVERY_NAMES)
def test_the_smallest_and_the_largest_grids_work(params: dict[str, Any]) -> None:
    one, all_of_it = np.zeros((1, 1), np.uint8), np.zeros((30, 30), np.uint8)
    embedding = embed(model_of(params), [[(one, one)], [(one, all_of_it)], [(all_of_it, one)]])
    assert embedding.isfinite().all()
    assert (embedding[1] - embedding[2]).abs().max() > 1e-3  # input and output are told apart


@pytest.mark.parametrize("params", EVERY, ids=EVERY_NAMES)
def test_every_joint_colour_code_is_told_apart(params: dict[str, Any]) -> None:
    codes = model_of(params).encoder.codes
    assert codes.shape[0] == N_CODES
    assert torch.pdist(codes).min() > 0.1


@pytest.mark.parametrize("params", EVERY, ids=EVERY_NAMES)
def test_equal_seeds_build_equal_models(params: dict[str, Any]) -> None:
    first, second, other = model_of(params), model_of(params), model_of(params, seed=1)
    assert torch.equal(embed(first, TASKS), embed(second, TASKS))
    assert not torch.equal(embed(first, TASKS), embed(other, TASKS))


def test_a_missing_parameter_is_named() -> None:
    with pytest.raises(ConfigError, match=r"study\.space\.depth is needed"):
        build_model({name: value for name, value in CNN.items() if name != "depth"}, CENTROIDS)
    with pytest.raises(ConfigError, match="temperature is needed"):
        build_model(
            {name: value for name, value in CNN.items() if name != "temperature"}, CENTROIDS
        )


def test_an_unknown_encoder_is_refused() -> None:
    with pytest.raises(ConfigError, match="must be one of cnn, context, got 'mlp'"):
        build_model({**CNN, "encoder_type": "mlp"}, CENTROIDS)


@pytest.mark.parametrize("params", [CNN, CONTEXT], ids=["cnn", "context"])
def test_a_switch_that_is_off_is_as_one_that_is_not_there(params: dict[str, Any]) -> None:
    absent, off = model_of(params), model_of(params, **dict.fromkeys(SWITCHES, False))
    weights, same = absent.state_dict(), off.state_dict()
    assert weights.keys() == same.keys()
    assert all(torch.equal(value, same[name]) for name, value in weights.items())
    assert torch.equal(embed(absent, TASKS), embed(off, TASKS))


@pytest.mark.parametrize("params", [CNN, CONTEXT], ids=["cnn", "context"])
@pytest.mark.parametrize("name", ["mark_changes", "show_sizes"])
def test_a_switched_encoder_starts_with_the_weights_of_the_base(
    params: dict[str, Any], name: str
) -> None:
    base = model_of(params).encoder.state_dict()
    switched = model_of(params, **{name: True}).encoder.state_dict()
    assert base.keys() < switched.keys()
    assert all(torch.equal(value, switched[key]) for key, value in base.items())
