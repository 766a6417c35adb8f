rule selection:
    """The best COMPLETE trials of each encoder."""
    input:
        trials=PATHS.trials_parquet,
    output:
        selection=PATHS.selection,
    log:
        f"logs/{PATHS.study}/selection.log",
    benchmark:
        f"logs/{PATHS.study}/selection.benchmark.tsv"
    conda:
        "../../envs/arcsweep.yaml"
    resources:
        mem_mb=2000,
        runtime=15,
    params:
        settings=PLAN.settings("selection"),
    message:
        f"selection: top {PLAN.config.selection.top_k} of each {PLAN.config.selection.by}"
    shell:
        "arcsweep --log {log} selection"
