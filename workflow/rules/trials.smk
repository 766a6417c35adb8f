rule trials:
    """The study as a table; fails unless the database holds exactly the budget."""
    input:
        workers=PLAN.worker_records(),
    output:
        csv=PATHS.trials_csv,
        parquet=PATHS.trials_parquet,
    log:
        f"logs/{PATHS.study}/trials.log",
    benchmark:
        f"logs/{PATHS.study}/trials.benchmark.tsv"
    conda:
        "../../envs/arcsweep.yaml"
    resources:
        mem_mb=2000,
        runtime=15,
    message:
        "trials: the study as a table"
    shell:
        "arcsweep --log {log} trials"
