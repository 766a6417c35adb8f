rule embeddings:
    """Where each task lies for the best extended runs of each encoder, and by its grids'
    statistics: the neighbours and maps of the reports."""
    input:
        extended=PLAN.best_records(),
        data=PLAN.classifier_files("manifest", "split"),
    output:
        record=PATHS.embeddings,
        arrays=PATHS.embedding_arrays,
    log:
        f"logs/{PATHS.study}/embeddings.log",
    benchmark:
        f"logs/{PATHS.study}/embeddings.benchmark.tsv"
    conda:
        "../../envs/arcsweep.yaml"
    threads: PLAN.config.workers.threads
    resources:
        mem_mb=6000,
        runtime=60,
    params:
        settings=PLAN.settings("training", "baseline.max_examples"),
    message:
        f"embeddings: every task for the best model of each {PLAN.config.selection.by}"
    shell:
        "arcsweep --log {log} embeddings"
