rule folds:
    """Which task judges in which fold, drawn once for all runs on them."""
    input:
        split=PATHS.split,
    output:
        folds=PATHS.folds,
    log:
        f"logs/{PATHS.study}/folds.log",
    benchmark:
        f"logs/{PATHS.study}/folds.benchmark.tsv"
    conda:
        "../../envs/arcsweep.yaml"
    resources:
        mem_mb=2000,
        runtime=15,
    params:
        settings=PLAN.settings("confirmation.folds", "confirmation.repeats"),
    message:
        "folds: the search's training tasks divided again and again"
    shell:
        "arcsweep --log {log} folds"


rule confirmation:
    """One selected trial trained on one fold's training side and judged on the other. Slots are
    fixed and runs kept by what they are, as those of the rule extended."""
    input:
        selection=PATHS.selection,
        folds=PATHS.folds,
        data=PLAN.classifier_files("manifest", "split", "centroids"),
    output:
        record=PATHS.confirmation_record("{group}", "{rank}", "{fold}"),
    log:
        f"logs/{PATHS.study}/confirmation-{{group}}-rank{{rank}}-fold{{fold}}.log",
    benchmark:
        f"logs/{PATHS.study}/confirmation-{{group}}-rank{{rank}}-fold{{fold}}.benchmark.tsv"
    conda:
        "../../envs/arcsweep.yaml"
    threads: PLAN.config.workers.threads
    resources:
        mem_mb=14000,
        runtime=240,
    params:
        settings=PLAN.settings("confirmation.epochs", "extended.epochs", "training"),
    message:
        "confirmation: {wildcards.group} rank {wildcards.rank}, fold {wildcards.fold}"
    shell:
        "arcsweep --log {log} confirmation --group {wildcards.group}"
        " --rank {wildcards.rank} --fold {wildcards.fold}"


rule forest:
    """The random forest on the same folds."""
    input:
        manifest=PATHS.manifest,
        split=PATHS.split,
        folds=PATHS.folds,
    output:
        record=PATHS.fold_forest,
    log:
        f"logs/{PATHS.study}/forest.log",
    benchmark:
        f"logs/{PATHS.study}/forest.benchmark.tsv"
    conda:
        "../../envs/arcsweep.yaml"
    resources:
        mem_mb=2000,
        runtime=60,
    params:
        settings=PLAN.settings("baseline.trees", "baseline.max_examples"),
    message:
        "forest: a random forest on the confirmation's folds"
    shell:
        "arcsweep --log {log} forest"
