import os
import re

from snakemake.utils import min_version

from arcsweep.errors import ArcsweepError
from arcsweep.plan import Plan

min_version("9.27")


configfile: "config.yaml"


try:
    PLAN = Plan.of(
        config,
        [
            str(source)
            for source in workflow.configfiles[-1:] + workflow.configfiles[:-1]
        ],
        workflow.config_settings.config,
    )
except ArcsweepError as error:
    raise WorkflowError(str(error)) from None

PATHS = PLAN.paths

shell.prefix(PLAN.shell_prefix())


wildcard_constraints:
    worker=r"\d+",
    rank=r"\d+",
    seed=r"\d+",
    fold=r"\d+",
    hypothesis=r"[A-Za-z0-9][A-Za-z0-9_-]*",
    group="|".join(map(re.escape, PLAN.groups)),


include: "workflow/rules/tasks.smk"
include: "workflow/rules/labels.smk"
include: "workflow/rules/split.smk"
include: "workflow/rules/baseline.smk"
include: "workflow/rules/diagnosis.smk"
include: "workflow/rules/study.smk"
include: "workflow/rules/workers.smk"
include: "workflow/rules/sweep.smk"
include: "workflow/rules/trials.smk"
include: "workflow/rules/selection.smk"
include: "workflow/rules/extended.smk"
include: "workflow/rules/embeddings.smk"
include: "workflow/rules/confirmation.smk"
include: "workflow/rules/hypotheses.smk"
include: "workflow/rules/propose.smk"
include: "workflow/rules/reports.smk"


report: "workflow/report/workflow.rst"


# Not called when there is nothing to do, nor for -n. The database watches this process and stops
# after it, however it ends.
onstart:
    try:
        PLAN.begin(
            os.getpid(), [job.resources for job in workflow.dag.needrun_jobs()]
        )
    except ArcsweepError as error:
        raise WorkflowError(str(error)) from None


onsuccess:
    PLAN.end()


onerror:
    PLAN.end()


localrules:
    all,
    study,
    sweep,
    trials,
    selection,
    folds,


# Named one by one: Snakemake makes a deleted file again only where it is asked for.
rule all:
    default_target: True
    input:
        PATHS.report_index,
        PATHS.proposal,
        PLAN.classifier_files(
            "coverage_page", "proposal_page", "explore_page", "figures"
        ),
        [PATHS.report_page(category) for category in PLAN.categories],
        PLAN.extended_records(),
        PLAN.confirmation_records(),
        PLAN.hypothesis_records(),
        PLAN.adoption_records(),
        PLAN.hypothesis_files("hypotheses_page"),
        PATHS.selection,
        PATHS.trials_csv,
