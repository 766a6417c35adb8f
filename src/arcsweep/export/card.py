"""The model card: what a classifier was made of, how good it is, and what it is not for."""

import platform
from collections import Counter
from collections.abc import Sequence

import numpy as np
import torch

from arcsweep.classifier.calibration import calibrated, log_loss
from arcsweep.classifier.file import Member
from arcsweep.classifier.held_out import HeldOut
from arcsweep.classifier.threshold import MIN_ANSWERED, Rule, make_rule
from arcsweep.config import Config
from arcsweep.labels.record import load_labels
from arcsweep.labels.taxonomy import CATEGORIES, CATEGORY_DESCRIPTIONS, CATEGORY_NAMES
from arcsweep.paths import Paths
from arcsweep.reports.statistics import wilson
from arcsweep.reports.words import count, percent, with_spread
from arcsweep.split.split import Split
from arcsweep.tasks.manifest import read_manifest

PRECISIONS = (0.5, 0.6, 0.7, 0.8, 0.9)
"""Target precisions that the card's table shows."""


def model_card(
    config: Config,
    paths: Paths,
    members: Sequence[Member],
    n_empty: int,
    held_out: HeldOut,
    split: Split,
) -> str:
    """The card as Markdown."""
    sections = (
        _models(config, members, n_empty),
        _data(paths, split, held_out),
        _accuracy(config, held_out),
        _precision(held_out),
        _limits(held_out),
        _use(),
    )
    return "\n\n".join(sections) + "\n"


def _models(config: Config, members: Sequence[Member], n_empty: int) -> str:
    rows = [
        f"| {f['group']} | {f['rank']} | {f['seed']} | {f['trial']} | {f['epochs']} | "
        f"{f['n_parameters'] or 'not recorded'} | {percent(f['accuracy'])} |"
        for f in (member.facts for member in members)
    ]
    note = f"\n\n{count(n_empty, 'slot')} of the study had no run." if n_empty else ""
    versions = sorted({str(member.facts["code_version"]) for member in members})
    return (
        "\n".join(
            (
                f"# ARC task classifier: {config.study.name}",
                "",
                f"{count(len(members), 'model')} whose probabilities are averaged and brought to "
                "one temperature. Given an ARC task's demonstration pairs, they name the category "
                "of the operation that makes the outputs.",
                "",
                f"Code arcsweep {', '.join(versions)}; PyTorch {torch.__version__}; "
                f"Python {platform.python_version()}.",
                "",
                "| group | rank | seed | trial | epochs | parameters | accuracy in its own run |",
                "|---|---|---|---|---|---|---|",
                *rows,
            )
        )
        + note
    )


def _data(paths: Paths, split: Split, held_out: HeldOut) -> str:
    manifest, labels = read_manifest(paths.manifest), load_labels(paths.labels)
    made = ", ".join(f"{name} {version}" for name, version in manifest.packages.items())
    origin = (
        f"RE-ARC (Hodel 2024, arXiv:2404.07353): examples drawn by each task's own program ({made})"
        if manifest.source == "rearc"
        else "the user's own ARC JSON files"
    )
    source = (
        "derived from RE-ARC's programs by arcsweep's rules"
        if labels.source == "derived"
        else "from the user's own file"
    )
    trained, asked = Counter(split.train.values()), _counts(held_out)
    rows = [
        f"| {c} | {CATEGORY_NAMES[c]} | {CATEGORY_DESCRIPTIONS[c]} | {trained[c]} | {asked[c]} |"
        for c in CATEGORIES
    ]
    return "\n".join(
        (
            "## Data and labels",
            "",
            f"Tasks: {origin}. Content hash {manifest.content_hash[:16]}; split "
            f"{split.content_hash[:16]}.",
            "",
            f"Labels: {source} (hash {labels.content_hash[:16]}), after the taxonomy of Ingram & "
            f"Merritt (2025). {labels.counts()['ambiguous']} ambiguous tasks take part in nothing.",
            "",
            "| category | name | what makes the output | trained | held out |",
            "|---|---|---|---|---|",
            *rows,
        )
    )


def _accuracy(config: Config, held_out: HeldOut) -> str:
    confidence = config.reports.confidence
    correct = held_out.probabilities.argmax(axis=1) == held_out.labels
    n_tasks = len(held_out)
    counts = np.bincount(held_out.labels, minlength=len(CATEGORIES))
    rule = make_rule(held_out, PRECISIONS[-1])
    after = calibrated(held_out.probabilities, rule.temperature)
    overall = with_spread(wilson(int(correct.sum()), n_tasks, confidence))
    rows = []
    for row, category in enumerate(CATEGORIES):
        n, right = int(counts[row]), int(correct[held_out.labels == row].sum())
        accuracy = with_spread(wilson(right, n, confidence)) if n else "not measured"
        rows.append(f"| {category} | {n} | {accuracy} |")
    return "\n".join(
        (
            "## Accuracy on held-out tasks",
            "",
            f"**{held_out.warning}**",
            "",
            f"The ensemble names the category of {overall} "
            f"of {n_tasks} tasks; always naming the commonest one would get "
            f"{percent(int(counts.max()) / n_tasks)}. Intervals: Wilson's, at "
            f"{percent(confidence)}, over tasks alone.",
            "",
            "| category | held-out tasks | accuracy |",
            "|---|---|---|",
            *rows,
            "",
            f"Calibration: temperature {rule.temperature:.2f}, fitted on the same tasks, takes the "
            f"log loss from {log_loss(held_out.probabilities, held_out.labels):.3f} to "
            f"{log_loss(after, held_out.labels):.3f} (ln 9 = {np.log(9):.3f} knows nothing).",
        )
    )


def _precision(held_out: HeldOut) -> str:
    rows = [_precision_row(make_rule(held_out, target)) for target in PRECISIONS]
    return "\n".join(
        (
            "## When it answers",
            "",
            'Below a threshold it says "I don\'t know". The threshold is the lowest at which the '
            f"stated share of answers was right, of {MIN_ANSWERED} held-out answers or more. "
            "`crossed` judges each tenth of the tasks by a rule made from the other nine tenths; "
            "expect that, not the target. Intervals: Clopper and Pearson's, 95 %.",
            "",
            "| target | threshold | answered | right | crossed: answered | crossed: right |",
            "|---|---|---|---|---|---|",
            *rows,
        )
    )


def _precision_row(rule: Rule) -> str:
    if rule.threshold is None:
        return f"| {percent(rule.target)} | not reached | none | – | – | – |"
    cells = [percent(rule.target), f"{rule.threshold:.3f}"]
    for tally in (rule.fitted, rule.crossed):
        ends = tally.interval
        spread = f" ({percent(ends[0])} to {percent(ends[1])})" if ends else ""
        cells += [f"{tally.n_answered} of {tally.n_tasks}", percent(tally.precision) + spread]
    return f"| {' | '.join(cells)} |"


def _counts(held_out: HeldOut) -> Counter[str]:
    """Held-out tasks of each category."""
    return Counter(CATEGORIES[label] for label in held_out.labels.tolist())


def _limits(held_out: HeldOut) -> str:
    asked = _counts(held_out)
    only = ", ".join(c for c in CATEGORIES if not asked[c]) or "none"
    return "\n".join(
        (
            "## Limits",
            "",
            "- Trained on programs' output. How precise it is on other tasks, ARC-AGI-2 among "
            "them, is unknown: nobody has labelled those, and they are harder.",
            f"- {held_out.warning}",
            f"- Categories too small to be held out, so never measured: {only}.",
            "- Each held-out task showed as many pairs as a view has. A task with fewer pairs "
            "shows some of them again, which no model saw in training.",
            "- A category says what kind of operation a task has, not how to solve it.",
        )
    )


def _use() -> str:
    return "\n".join(
        (
            "## Use",
            "",
            "```python",
            "from arcsweep.classifier import load",
            "",
            'model = load("model.safetensors")',
            'print(model.classify("task.json"))',
            "```",
        )
    )
