from pathlib import Path

from arcsweep.cost.benchmarks import costs_of_benchmarks

HEAD = "s\th:m:s\tmax_rss\tmax_vms\tmax_uss\tmax_pss\tio_in\tio_out\tmean_load\tcpu_time\n"


def test_the_last_run_of_each_job_counts(tmp_path: Path) -> None:
    old, new = "9\t0\t100.5\t0\t0\t0\t0\t0\t0\t36\n", "9\t0\t300.5\t0\t0\t0\t0\t0\t0\t72\n"
    (tmp_path / "extended-cnn-rank1-seed0.benchmark.tsv").write_text(HEAD + old + new)
    (tmp_path / "extended-cnn-rank1-seed1.benchmark.tsv").write_text(HEAD + old)
    (tmp_path / "split.benchmark.tsv").write_text(HEAD + "0.1\t0\tNA\tNA\t-\t-\t-\t-\tNA\tNA\n")
    extended, split = costs_of_benchmarks(tmp_path)
    assert (extended.stage, extended.jobs) == ("extended", 2)
    assert extended.cpu_hours_used == 0.03
    assert extended.memory_peak_mb == 300.5
    assert extended.cpu_hours_asked is None, "nobody recorded it"
    assert split.memory_peak_mb is None and split.cpu_hours_used is None
