rule labels:
    """The taxonomy category of each task."""
    input:
        manifest=PATHS.manifest,
        own=PLAN.config.labels.file or [],
    output:
        labels=PATHS.labels,
    log:
        f"logs/{PATHS.study}/labels.log",
    benchmark:
        f"logs/{PATHS.study}/labels.benchmark.tsv"
    group:
        "prepare"
    conda:
        "../../envs/arcsweep.yaml"
    resources:
        mem_mb=2000,
        runtime=15,
    params:
        settings=PLAN.settings("labels"),
    message:
        "labels: one taxonomy category for each task"
    shell:
        "arcsweep --log {log} labels"
