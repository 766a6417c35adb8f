rule report:
    """One page for each category, an index that answers the study's questions, and figures."""
    input:
        study=PATHS.study_record,
        trials=PATHS.trials_parquet,
        selection=PATHS.selection,
        extended=PLAN.extended_records(),
        data=PLAN.classifier_files(
            "labels", "split", "manifest", "baseline", "embeddings", "diagnosis"
        ),
        confirmation=PLAN.confirmation_records(),
        hypotheses=PLAN.hypothesis_records(),
        adoption=PLAN.adoption_records(),
        folds=PLAN.fold_files("folds", "fold_forest"),
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
        explore=[
            report(
                page,
                caption="../report/explore.rst",
                category="Answers",
                labels={"page": "figures to explore"},
            )
            for page in PLAN.classifier_files("explore_page")
        ],
        figures=[
            report(
                directory(folder),
                patterns=["{name}.svg"],
                caption="../report/figure.rst",
                category="Figures",
                labels={"figure": "{name}"},
            )
            for folder in PLAN.classifier_files("figures")
        ],
        hypotheses=[
            report(
                page,
                caption="../report/hypotheses.rst",
                category="Answers",
                labels={"page": "hypotheses"},
            )
            for page in PLAN.hypothesis_files("hypotheses_page")
        ],
        hypotheses_table=PLAN.hypothesis_files("hypotheses_table"),
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
