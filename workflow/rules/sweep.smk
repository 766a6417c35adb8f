rule sweep:
    """The workers as one Slurm array, kept full until the budget is finished. Runs on the submit
    host and only waits; what set-resources gives this rule is what each task of the array asks
    for."""
    input:
        study=PATHS.study_record,
    output:
        record=PATHS.sweep_record,
    log:
        f"logs/{PATHS.study}/sweep.log",
    benchmark:
        f"logs/{PATHS.study}/sweep.benchmark.tsv"
    conda:
        "../../envs/arcsweep.yaml"
    resources:
        mem_mb=14000,
        runtime=240,
    params:
        partition=lambda wildcards, resources: resources.get("slurm_partition", ""),
        account=lambda wildcards, resources: resources.get("slurm_account", ""),
        gpus=lambda wildcards, resources: resources.get("gpu", 0),
        extra=lambda wildcards, resources: resources.get("sbatch_extra", ""),
    message:
        f"sweep: {PLAN.config.workers.count} workers of {PATHS.study} as a Slurm array"
    shell:
        "arcsweep --log {log} sweep --memory-mb {resources.mem_mb}"
        " --runtime-min {resources.runtime} --partition={params.partition:q}"
        " --account={params.account:q} --gpus {params.gpus} --extra={params.extra:q}"
