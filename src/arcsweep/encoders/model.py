"""The classifier that a set of sampled parameters describes."""

from typing import cast

import numpy as np
from numpy.typing import NDArray
from torch import Tensor, nn

from arcsweep.encoders.cnn import TaskEncoderCNN
from arcsweep.encoders.context import TaskEncoderAdvanced
from arcsweep.encoders.pairs import Needs, PairBatch
from arcsweep.encoders.similarity import SimilarityHead
from arcsweep.errors import ConfigError
from arcsweep.protocol import Params

ENCODER_PARAMETERS: dict[str, tuple[str, ...]] = {
    "cnn": ("width_mult", "depth", "mlp_hidden", "embed_dim", "demo_agg", "use_coords"),
    "context": (
        "ctx_d_model",
        "ctx_n_head",
        "ctx_pixel_layers",
        "ctx_grid_layers",
        "ctx_dropout",
        "embed_dim",
    ),
}
"""encoder_type → the parameters that shape that encoder, named as its arguments."""

SWITCHES = ("mark_changes", "show_sizes", "max_pool", "show_statistics")
"""Parameters that shape either encoder and that a space may lack: what has no value is off."""

ENCODERS: dict[str, type[TaskEncoderCNN] | type[TaskEncoderAdvanced]] = {
    "cnn": TaskEncoderCNN,
    "context": TaskEncoderAdvanced,
}


class TaskClassifier(nn.Module):
    """An encoder and the similarity head."""

    def __init__(self, encoder: TaskEncoderCNN | TaskEncoderAdvanced, head: SimilarityHead) -> None:
        super().__init__()
        self.encoder = encoder
        self.head = head

    @property
    def needs(self) -> Needs:
        """What a batch for this model must have."""
        return Needs(self.encoder.n_resolutions, self.encoder.statistics is not None)

    def forward(self, batch: PairBatch) -> Tensor:
        """Logits (B, 9), one column a category in CATEGORIES' order."""
        logits: Tensor = self.head(self.encoder(batch))
        return logits


def build_model(params: Params, centroids: NDArray[np.float32]) -> TaskClassifier:
    """The model of these parameters, its weights drawn from torch's random state.

    params: sampled parameters that are active; those of training are ignored, SWITCHES optional.
    centroids: float32 (9, D). Raises ConfigError for a missing parameter or an unknown encoder.
    """
    encoder_type = str(_value(params, "encoder_type"))
    if encoder_type not in ENCODERS:
        raise ConfigError(
            f"study.space.encoder_type must be one of {', '.join(ENCODERS)}, got {encoder_type!r}; "
            "correct its choices"
        )
    arguments = {name: _value(params, name) for name in ENCODER_PARAMETERS[encoder_type]}
    arguments |= {name: bool(params.get(name, False)) for name in SWITCHES}
    encoder = ENCODERS[encoder_type](**arguments)  # type: ignore[arg-type]
    temperature = float(_value(params, "temperature")) if _value(params, "use_cosine") else None
    return TaskClassifier(
        encoder, SimilarityHead(centroids, cast(int, arguments["embed_dim"]), temperature)
    )


def _value(params: Params, name: str) -> str | int | float | bool:
    if name not in params:
        raise ConfigError(
            f"study.space.{name} is needed to build the model, but no value was sampled; add it to "
            "the space, with a condition that holds whenever it is needed"
        )
    return params[name]
