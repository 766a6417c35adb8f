rule study:
    """The study in the database: created, or checked to mean the same, and its budget set."""
    input:
        data=PLAN.classifier_files("manifest", "labels", "split", "centroids"),
    output:
        record=PATHS.study_record,
    log:
        f"logs/{PATHS.study}/study.log",
    benchmark:
        f"logs/{PATHS.study}/study.benchmark.tsv"
    conda:
        "../../envs/arcsweep.yaml"
    resources:
        mem_mb=2000,
        runtime=15,
    params:
        settings=PLAN.settings("study", "training"),
    message:
        f"study: {PATHS.study}, {PLAN.config.study.n_trials} trials"
    shell:
        "arcsweep --log {log} study"
