rule worker:
    """Trials of the study until its budget is covered. The record proves nothing: the database
    does. Checkpoints and caches are no output, because Snakemake deletes outputs before a rerun.
    """
    input:
        study=PATHS.study_record,
    output:
        record=PATHS.worker_record("{worker}"),
    log:
        f"logs/{PATHS.study}/worker-{{worker}}.log",
    benchmark:
        f"logs/{PATHS.study}/worker-{{worker}}.benchmark.tsv"
    conda:
        "../../envs/arcsweep.yaml"
    threads: PLAN.config.workers.threads
    resources:
        mem_mb=14000,
        runtime=240,
    message:
        f"worker {{wildcards.worker}}: trials of {PATHS.study}"
    shell:
        "arcsweep --log {log} worker --index {wildcards.worker}"
