rule propose:
    """The config of the sweep to try next, with the evidence for each line that it changes."""
    input:
        trials=PATHS.trials_parquet,
        selection=PATHS.selection,
        study=PATHS.study_record,
        extended=PLAN.extended_records(),
        data=PLAN.classifier_files("labels", "split", "manifest"),
    output:
        config=report(
            PATHS.proposal,
            caption="../report/proposal.rst",
            category="Answers",
            labels={"page": "next config"},
        ),
        diff=PATHS.proposal_diff,
        record=PATHS.proposal_record,
    log:
        f"logs/{PATHS.study}/propose.log",
    benchmark:
        f"logs/{PATHS.study}/propose.benchmark.tsv"
    conda:
        "../../envs/arcsweep.yaml"
    resources:
        mem_mb=4000,
        runtime=30,
    params:
        settings=PLAN.settings(
            "reports.confidence", "reports.bootstrap_samples", "reports.seed"
        ),
    message:
        "propose: {output.config}"
    shell:
        "arcsweep --log {log} propose"
