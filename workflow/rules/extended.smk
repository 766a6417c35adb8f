rule extended:
    """One selected trial trained longer with one seed. Slots are fixed, so that -n shows them all;
    runs are kept by what they are, so that an unchanged one is not trained again."""
    input:
        selection=PATHS.selection,
        data=PLAN.classifier_files("manifest", "split", "centroids"),
    output:
        record=PATHS.extended_record("{group}", "{rank}", "{seed}"),
    log:
        f"logs/{PATHS.study}/extended-{{group}}-rank{{rank}}-seed{{seed}}.log",
    benchmark:
        f"logs/{PATHS.study}/extended-{{group}}-rank{{rank}}-seed{{seed}}.benchmark.tsv"
    conda:
        "../../envs/arcsweep.yaml"
    threads: PLAN.config.workers.threads
    resources:
        mem_mb=14000,
        runtime=240,
    params:
        settings=PLAN.settings("extended.epochs", "training"),
    message:
        "extended: {wildcards.group} rank {wildcards.rank}, seed {wildcards.seed}"
    shell:
        "arcsweep --log {log} extended --group {wildcards.group}"
        " --rank {wildcards.rank} --seed {wildcards.seed}"
