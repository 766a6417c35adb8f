"""Parameters with one thing about them changed."""

from math import ceil, exp, floor, log, log10
from typing import Any

from arcsweep.config.space import CategoricalConfig, Choice, FloatConfig, IntConfig, ParameterConfig
from arcsweep.protocol import ParamValue

WIDER = 1 / 3
"""By which share of its width a range grows, on the scale that it is sampled on."""

EDGE = 1 / 6
"""Which share of a range counts as its end, as on the coverage page."""


def without(parameter: CategoricalConfig, choices: list[Choice]) -> CategoricalConfig:
    """The choices that are not among ``choices``."""
    gone = [(type(c), c) for c in choices]
    kept = tuple(c for c in parameter.choices if (type(c), c) not in gone)
    return parameter.model_copy(update={"choices": kept})


def fixed(parameter: ParameterConfig, value: ParamValue) -> ParameterConfig:
    """The parameter with one value alone."""
    match parameter:
        case CategoricalConfig():
            return parameter.model_copy(update={"choices": (value,)})
        case IntConfig():
            end = int(value)
            return parameter.model_copy(update={"low": end, "high": end, "step": 1, "log": False})
        case FloatConfig():
            below = parameter.zero_below
            at = 0.0 if below is not None and float(value) < below else float(f"{value:.3g}")
            changed = {"low": at, "high": at, "log": False, "zero_below": None}
            return parameter.model_copy(update=changed)


def with_ends(
    parameter: IntConfig | FloatConfig, low: float | None, high: float | None
) -> IntConfig | FloatConfig:
    """The range from ``low`` to ``high`` (None: as it is), rounded outwards to its own values."""
    update: dict[str, Any] = {}
    if isinstance(parameter, IntConfig):
        step, start = parameter.step, parameter.low
        if low is not None:
            update["low"] = start + floor((low - start) / step) * step
        if high is not None:
            update["high"] = start + ceil((high - start) / step) * step
        return parameter.model_copy(update=update)
    if low is not None:
        update["low"] = _rounded(low, floor)
    if high is not None:
        update["high"] = _rounded(high, ceil)
    below = parameter.zero_below
    if below is not None and update.get("low", parameter.low) >= below:
        update["zero_below"] = None
    return parameter.model_copy(update=update)


def wider(parameter: ParameterConfig, at: str) -> ParameterConfig | None:
    """The parameter with more room at its "low" or "high" end; None where there cannot be any."""
    if isinstance(parameter, CategoricalConfig):
        added = _next_number(sorted(float(c) for c in parameter.choices), at)
        if added is None:
            return None
        whole = all(isinstance(c, int) for c in parameter.choices)
        value = round(added) if whole else added
        if value <= 0 or value in parameter.choices:
            return None
        choices = (value, *parameter.choices) if at == "low" else (*parameter.choices, value)
        return parameter.model_copy(update={"choices": choices})
    low, high = float(parameter.low), float(parameter.high)
    if isinstance(parameter, FloatConfig) and parameter.zero_below is not None and at == "low":
        return None  # everything below trains as exactly 0 already
    if parameter.log:
        grown = exp(log(high / low) * WIDER)
        ends = _end(at, low / grown if at == "low" else high * grown)
    else:
        grown = (high - low) * WIDER
        lower = low - grown
        if low >= 0 and lower <= 0:
            lower = low / 2  # what was above 0 stays so
        ends = _end(at, lower if at == "low" else high + grown)
    if isinstance(parameter, IntConfig) and ends[0] is not None:
        ends = _end(at, max(1 if low >= 1 else low, ends[0]))
    changed = with_ends(parameter, *ends)
    return None if changed == parameter else changed


def end_of(value: ParamValue, parameter: ParameterConfig) -> str:
    """Whether ``value`` lies at the "low" or the "high" end of its parameter, or "" for neither."""
    if isinstance(parameter, CategoricalConfig):
        ends = (min(map(float, parameter.choices)), max(map(float, parameter.choices)))
        return "low" if float(value) == ends[0] else "high" if float(value) == ends[1] else ""
    low, high, at = float(parameter.low), float(parameter.high), float(value)
    if high <= low:
        return ""
    if parameter.log:
        low, high, at = log(low), log(high), log(max(at, low))
    share = (at - low) / (high - low)
    return "low" if share <= EDGE else "high" if share >= 1 - EDGE else ""


def described(parameter: ParameterConfig) -> str:
    """What the parameter is sampled from, in short."""
    if isinstance(parameter, CategoricalConfig):
        return ", ".join(str(c).lower() if isinstance(c, bool) else str(c)
                         for c in parameter.choices)  # fmt: skip
    if parameter.low == parameter.high:
        return f"{parameter.low:g}"
    return f"{parameter.low:g} to {parameter.high:g}"


def _end(at: str, value: float) -> tuple[float | None, float | None]:
    return (value, None) if at == "low" else (None, value)


def _next_number(choices: list[float], at: str) -> float | None:
    """The number that continues ``choices`` as their last two go on: by ratio where above 0."""
    if len(choices) < 2:
        return None
    end, before = (choices[0], choices[1]) if at == "low" else (choices[-1], choices[-2])
    return end * end / before if min(end, before) > 0 else end + (end - before)


def _rounded(value: float, towards: Any) -> float:
    """``value`` with two significant digits, rounded ``towards`` (floor or ceil)."""
    if value == 0:
        return 0.0
    unit = 10.0 ** (floor(log10(abs(value))) - 1)
    return float(f"{towards(round(value / unit, 6)) * unit:.2g}")
