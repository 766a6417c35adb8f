from pathlib import Path

from arcsweep.cost.runs import Run, read_runs, record_run, study_at


def test_a_job_belongs_to_the_run_that_was_the_latest(tmp_path: Path) -> None:
    runs = [Run(100.5, "a", "h"), Run(200.5, "b", "h"), Run(300.5, "a", "h")]
    assert [study_at(runs, moment) for moment in (99, 100, 199, 200, 300)] == [
        None,
        "a",
        "a",
        "b",
        "a",
    ]


def test_a_line_that_a_crash_cut_short_is_left_out(tmp_path: Path) -> None:
    file = tmp_path / "outputs" / "runs.jsonl"
    assert read_runs(file) == []
    first = record_run(file, "a")
    with file.open("a") as stream:
        stream.write('{"started_at": 1.0, "stu\n')
    second = record_run(file, "b")
    assert read_runs(file) == [first, second]
