rule baseline:
    """What a random forest on simple statistics of the grids reaches."""
    input:
        manifest=PATHS.manifest,
        labels=PATHS.labels,
        split=PATHS.split,
    output:
        record=PATHS.baseline,
    log:
        f"logs/{PATHS.study}/baseline.log",
    benchmark:
        f"logs/{PATHS.study}/baseline.benchmark.tsv"
    conda:
        "../../envs/arcsweep.yaml"
    resources:
        mem_mb=2000,
        runtime=60,
    params:
        settings=PLAN.settings("baseline"),
    message:
        "baseline: a random forest on statistics of the grids"
    shell:
        "arcsweep --log {log} baseline"
