rule report:
    """One page for each category and an index that answers the study's questions."""
    input:
        study=PATHS.study_record,
        trials=PATHS.trials_parquet,
        selection=PATHS.selection,
        extended=PLAN.extended_records(),
        data=PLAN.classifier_files(
            "labels", "split", "manifest", "baseline", "diagnosis"
        ),
    output:
        index=report(
            PATHS.report_index,
            caption="../report/index.rst",
            category="Answers",
            labels={"page": "index"},
        ),
        pages=[
            report(
                PATHS.report_page(category),
                caption="../report/category.rst",
                category="Categories",
                labels={"page": category},
            )
            for category in PLAN.categories
        ],
        coverage=[
            report(
                page,
                caption="../report/coverage.rst",
                category="Answers",
                labels={"page": "coverage"},
            )
            for page in PLAN.classifier_files("coverage_page")
        ],
        proposal=[
            report(
                page,
                caption="../report/proposal.rst",
                category="Answers",
                labels={"page": "what to try next"},
            )
            for page in PLAN.classifier_files("proposal_page")
        ],
        coverage_table=PLAN.classifier_files("coverage_table"),
    log:
        f"logs/{PATHS.study}/report.log",
    benchmark:
        f"logs/{PATHS.study}/report.benchmark.tsv"
    conda:
        "../../envs/arcsweep.yaml"
    resources:
        mem_mb=4000,
        runtime=30,
    params:
        settings=PLAN.settings("reports"),
    message:
        "report: {output.index}"
    shell:
        "arcsweep --log {log} report"
