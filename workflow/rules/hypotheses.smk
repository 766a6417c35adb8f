rule hypothesis:
    """A selected trial with a targeted change on one fold. The confirmation's run of the trial as
    it is, on the same fold with the same seed, is the other half of the pair."""
    input:
        selection=PATHS.selection,
        folds=PATHS.folds,
        data=PLAN.classifier_files("manifest", "split", "centroids"),
    output:
        record=PATHS.hypothesis_record("{hypothesis}", "{group}", "{fold}"),
    log:
        f"logs/{PATHS.study}/hypothesis-{{hypothesis}}-{{group}}-fold{{fold}}.log",
    benchmark:
        f"logs/{PATHS.study}/hypothesis-{{hypothesis}}-{{group}}-fold{{fold}}.benchmark.tsv"
    conda:
        "../../envs/arcsweep.yaml"
    threads: PLAN.config.workers.threads
    resources:
        mem_mb=14000,
        runtime=240,
    params:
        change=lambda wildcards: PLAN.hypothesis(wildcards.hypothesis),
        settings=PLAN.settings("confirmation.epochs", "extended.epochs", "training"),
    message:
        "hypothesis: {wildcards.hypothesis} of {wildcards.group}, fold {wildcards.fold}"
    shell:
        "arcsweep --log {log} hypothesis --name {wildcards.hypothesis}"
        " --group {wildcards.group} --fold {wildcards.fold}"


rule adoption:
    """The base with all that the other folds' tasks adopt. Where that is nothing, or one change
    alone, the run is there already and is kept."""
    input:
        selection=PATHS.selection,
        folds=PATHS.folds,
        confirmation=PLAN.base_records(),
        hypotheses=PLAN.hypothesis_records(),
        data=PLAN.classifier_files("manifest", "split", "centroids"),
    output:
        record=PATHS.adoption_record("{group}", "{rank}", "{fold}"),
    log:
        f"logs/{PATHS.study}/adoption-{{group}}-rank{{rank}}-fold{{fold}}.log",
    benchmark:
        f"logs/{PATHS.study}/adoption-{{group}}-rank{{rank}}-fold{{fold}}.benchmark.tsv"
    conda:
        "../../envs/arcsweep.yaml"
    threads: PLAN.config.workers.threads
    resources:
        mem_mb=14000,
        runtime=240,
    params:
        settings=PLAN.settings(
            "confirmation.epochs",
            "extended.epochs",
            "training",
            "hypotheses",
            "reports.confidence",
        ),
    message:
        "adoption: {wildcards.group} rank {wildcards.rank}, fold {wildcards.fold}"
    shell:
        "arcsweep --log {log} adoption --group {wildcards.group}"
        " --rank {wildcards.rank} --fold {wildcards.fold}"
