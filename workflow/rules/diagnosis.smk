rule diagnosis:
    """What forests and neighbours tell of the data, for the report's diagnosis."""
    input:
        manifest=PATHS.manifest,
        labels=PATHS.labels,
    output:
        record=PATHS.diagnosis,
    log:
        f"logs/{PATHS.study}/diagnosis.log",
    benchmark:
        f"logs/{PATHS.study}/diagnosis.benchmark.tsv"
    conda:
        "../../envs/arcsweep.yaml"
    resources:
        mem_mb=2000,
        runtime=60,
    params:
        settings=PLAN.settings("baseline", "split.seed"),
    message:
        "diagnosis: forests on fewer tasks and on colours, nearest neighbours"
    shell:
        "arcsweep --log {log} diagnosis"
