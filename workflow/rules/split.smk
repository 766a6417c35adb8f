rule split:
    """The search's training and validation tasks, and the centroids of its training tasks."""
    input:
        manifest=PATHS.manifest,
        labels=PATHS.labels,
        own=PLAN.config.split.centroids_file or [],
    output:
        split=PATHS.split,
        centroids=PATHS.centroids,
    log:
        f"logs/{PATHS.study}/split.log",
    benchmark:
        f"logs/{PATHS.study}/split.benchmark.tsv"
    group:
        "prepare"
    conda:
        "../../envs/arcsweep.yaml"
    resources:
        mem_mb=2000,
        runtime=15,
    params:
        settings=PLAN.settings("split"),
    message:
        "split: training and validation tasks, category centroids"
    shell:
        "arcsweep --log {log} split"
