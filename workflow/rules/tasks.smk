rule tasks:
    """ARC tasks: generated with RE-ARC and verified, or your own files checked."""
    output:
        manifest=PATHS.manifest,
    log:
        f"logs/{PATHS.study}/tasks.log",
    benchmark:
        f"logs/{PATHS.study}/tasks.benchmark.tsv"
    group:
        "prepare"
    conda:
        "../../envs/arcsweep.yaml"
    threads: 4
    resources:
        mem_mb=4000,
        runtime=60,
    params:
        settings=PLAN.settings("tasks"),
    message:
        "tasks: generating and verifying ARC tasks"
    shell:
        "arcsweep --log {log} tasks --processes {threads}"
