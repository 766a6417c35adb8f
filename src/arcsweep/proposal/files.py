"""The proposal of a study from the files that it left."""

from arcsweep.config.classifier_rules import trains_classifier
from arcsweep.config.root import Config
from arcsweep.labels.json_file import read_json_object
from arcsweep.paths import Paths
from arcsweep.proposal.study import Proposal, propose
from arcsweep.reports.comparison import comparisons
from arcsweep.reports.groups import build_groups
from arcsweep.reports.material import load_material
from arcsweep.reports.scores import Resampling
from arcsweep.selection.table import read_trials


def propose_from_files(config: Config, paths: Paths) -> Proposal:
    """What to try after the study of ``config``; raises InputError when a part is missing.

    Extended runs of the user's own training function have no answers to compare task by task, so
    that no group is dropped there.
    """
    if not trains_classifier(config):
        audit = read_json_object(paths.audit, "") if paths.audit.exists() else {}
        selection = read_json_object(paths.selection, "run `arcsweep selection`")
        return propose(config, read_trials(paths.trials_parquet), selection, audit=audit)
    material = load_material(config, paths)
    settings = config.reports
    resampling = Resampling(settings.confidence, settings.bootstrap_samples, settings.seed)
    groups = build_groups(material, resampling)
    return propose(
        config,
        material.trials,
        material.selection,
        comparisons=comparisons(groups, resampling),
        audit=material.audit,
    )
