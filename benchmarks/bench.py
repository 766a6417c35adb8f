"""Everything about speed that this machine can tell, in one run: `make bench`.

    python benchmarks/bench.py [--quick] [--only SECTION …]

Writes a table, results/bench.md, and a picture, results/bench.svg, beside this file. Needs the
study's data (`snakemake --profile profiles/local --until split`) and a machine that does nothing
else. --quick only shows that everything runs; its figures say nothing.
"""

import datetime
import json
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Annotated, Any

import matplotlib
import torch
import typer

import epochs
import machine
import overhead
import sampler
import search
import server
import surrogate
from arcsweep.config.load import load_config
from arcsweep.paths import Paths
from arcsweep.training.objective import load_training_data

RESULTS = Path(__file__).with_name("results")
THREADS = 2

Row = dict[str, Any]


@dataclass(frozen=True)
class Run:
    """quick: only show that everything runs. configs: files of the study whose data are used."""

    quick: bool
    configs: tuple[Path, ...]


Section = Callable[[Run], list[Row]]


def epoch_section(run: Run) -> list[Row]:
    """Training epochs against the plain path, batch 16, two threads, pairs in turn."""
    torch.set_num_threads(THREADS)
    config = load_config(run.configs)
    paths = Paths.of(config)
    data = load_training_data(paths)
    cases = epochs.CASES[:1] if run.quick else epochs.CASES
    n_pairs = {"small CNN": 9, "large CNN": 5}
    return [
        epochs.measure(
            case, data, config, paths.data_dir, 1 if run.quick else n_pairs.get(case.name, 1)
        ).row()
        for case in cases
    ]


def peak_section(run: Run) -> list[Row]:
    """Float32 arithmetic of this machine through PyTorch, the best of a few, GFLOP/s."""
    made = []
    for threads in (1, THREADS):
        torch.set_num_threads(threads)
        found = machine.peak_gflops(1 if run.quick else 5)
        made.append({"threads": threads} | {name: round(value) for name, value in found.items()})
    return made


def overhead_section(run: Run) -> list[Row]:
    """Workers' time outside training epochs, real sweeps of trials of a minute."""
    snakemake = [str(Path(sys.executable).with_name("snakemake")), "--profile", "profiles/local"]
    made = []
    for n_workers in (1,) if run.quick else (1, 2, 4):
        command = [*snakemake, "--cores", str(n_workers)]
        n_trials, n_epochs = (n_workers, 1) if run.quick else (3 * n_workers, 60)
        made.append(overhead.measure(n_workers, n_trials, n_epochs, command, run.configs[1:]).row())
    return made


def import_section(run: Run) -> list[Row]:
    """Seconds until a worker's modules are imported, the interpreter's start included."""
    modules = "arcsweep.cli.app, arcsweep.workers.process, arcsweep.training.run"
    seconds = []
    for _ in range(2 if run.quick else 6):
        began = time.perf_counter()
        subprocess.run([sys.executable, "-c", f"import {modules}"], check=True)
        seconds.append(time.perf_counter() - began)
    warm = seconds[1:]
    return [{"median, s": round(median(warm), 2), "slowest, s": round(max(warm), 2)}]


def checkpoint_section(run: Run) -> list[Row]:
    """What a checkpoint of each model costs: making it from the run, and writing it to a file."""
    torch.set_num_threads(THREADS)
    config = load_config(run.configs)
    data = load_training_data(Paths.of(config))
    return [
        epochs.checkpoint(case, data, config, 1 if run.quick else 5)
        for case in (epochs.CASES[:1] if run.quick else epochs.CASES)
    ]


def server_section(run: Run) -> list[Row]:
    """Real workers whose training sleeps: what they ask of PostgreSQL."""
    return [server.at_work(n, 1 if run.quick else 3, 0.1 if run.quick else 1.0) for n in
            ((2,) if run.quick else (1, 8, 64))]  # fmt: skip


def connection_section(run: Run) -> list[Row]:
    """Connections that only prolong leases."""
    return [
        server.alive(n, 2 if run.quick else 30) for n in ((20,) if run.quick else (100, 1000, 2000))
    ]


def sampler_section(run: Run) -> list[Row]:
    """The sampler as trials grow, the seed's space and settings, on PostgreSQL."""
    if run.quick:
        return [sampler.cost(30, 5, 2)]
    standing = [(150, 0), (1000, 0), (10_000, 0), (1000, 64), (1000, 1000), (10_000, 1000)]
    return [sampler.cost(finished, running, 5) for finished, running in standing]


def surrogate_section(run: Run) -> list[Row]:
    """How well the surrogate ranks real runs that it has not seen (Spearman's ρ, 95 %)."""
    found = surrogate.load().rank_correlations(100 if run.quick else 2000)
    return [
        {"runs of": name, "runs": n, "ρ": round(rho, 2), "interval": f"{low:.2f} to {high:.2f}"}
        for name, (rho, low, high, n) in found.items()
    ]


def search_section(run: Run) -> list[Row]:
    """Samplers and pruners on the surrogate; accuracy in %, intervals 95 %."""
    if run.quick:
        return search.compare(2, search.EARLY + 1, search.STRATEGIES[:3])
    return search.compare(30, 150)


SECTIONS: dict[str, Section] = {
    "peak": peak_section,
    "epochs": epoch_section,
    "imports": import_section,
    "checkpoints": checkpoint_section,
    "overhead": overhead_section,
    "server": server_section,
    "connections": connection_section,
    "sampler": sampler_section,
    "surrogate": surrogate_section,
    "search": search_section,
}


def markdown(results: dict[str, list[Row]], head: str) -> str:
    """All results as one page of tables."""
    parts = ["# Benchmarks\n", head]
    for name, some in results.items():
        parts.append(f"\n## {name}\n\n{SECTIONS[name].__doc__}\n")
        columns = list(dict.fromkeys(key for row in some for key in row))
        lines = [columns, ["---"] * len(columns)]
        lines += [[str(row.get(column, "")) for column in columns] for row in some]
        parts.append("\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n")
    return "\n".join(parts)


def draw(results: dict[str, list[Row]], file: Path) -> None:
    """The epochs' ratios and the strategies' worth, as far as they were measured, as one SVG."""
    matplotlib.use("svg")
    from matplotlib import pyplot as plt

    drawn = [panel for name, panel in PANELS.items() if results.get(name)]
    if not drawn:
        return
    size = (5.5 * len(drawn), 3.6)
    figure, axes = plt.subplots(1, len(drawn), figsize=size, layout="constrained", squeeze=False)
    for (title, draw_panel), rows, axis in zip(
        drawn, (results[name] for name in PANELS if results.get(name)), axes[0], strict=True
    ):
        draw_panel(rows, axis)
        axis.set_title(title, fontsize=10)
    figure.savefig(file, metadata={"Date": None})


def _draw_epochs(rows: list[Row], axis: Any) -> None:
    names, ratios = [row["model"] for row in rows], [row["ratio"] for row in rows]
    axis.barh(names, ratios, color="#4477aa")
    for at, row in enumerate(rows):
        label = f" {row['ratio']}×: {row['fast, s/epoch']} s, plain {row['plain, s/epoch']} s"
        axis.text(row["ratio"], at, label, va="center", fontsize=8)
    axis.set(xlabel="times faster", xlim=(0, 1.8 * max(ratios)))


def _draw_search(rows: list[Row], axis: Any) -> None:
    after = [key.split()[-1] for key in rows[0] if key.startswith("worth after")]
    for n_trials, colour in zip(after, ("#ccbb44", "#4477aa"), strict=False):
        for at, row in enumerate(rows):
            words = row[f"worth after {n_trials}"].translate(str.maketrans("()", "  "))
            mean, low, high = (float(word) for word in words.replace("to ", "").split())
            axis.plot([low, high], [at, at], color=colour, linewidth=3, alpha=0.5)
            label = f"after {n_trials} trials" if at == 0 else None
            axis.plot([mean], [at], "o", color=colour, label=label)
    axis.set_yticks(range(len(rows)), [row["strategy"] for row in rows])
    axis.set(xlabel="accuracy, %")
    axis.legend()


PANELS: dict[str, tuple[str, Callable[[list[Row], Any], None]]] = {
    "epochs": ("Training epoch against the plain path", _draw_epochs),
    "search": ("Worth of what each search found, on the surrogate", _draw_search),
}


def main(
    quick: Annotated[bool, typer.Option(help="Only show that everything runs.")] = False,
    config: Annotated[list[Path] | None, typer.Option(help="Config files of the study.")] = None,
    only: Annotated[list[str] | None, typer.Option(help=f"Of {', '.join(SECTIONS)}.")] = None,
    results: Annotated[Path, typer.Option(help="Folder of the table and the picture.")] = RESULTS,
) -> None:
    unknown = set(only or []) - set(SECTIONS)
    if unknown:
        raise typer.BadParameter(f"--only must be of {', '.join(SECTIONS)}, got {unknown}")
    run = Run(quick, tuple(config or [Path("config.yaml")]))
    found: dict[str, list[Row]] = {}
    results.mkdir(parents=True, exist_ok=True)
    head = f"{machine.describe()}. {datetime.date.today().isoformat()}.\n"
    for name in only or SECTIONS:
        print(f"{name} …", file=sys.stderr)
        found[name] = SECTIONS[name](run)
        for row in found[name]:
            print(json.dumps(row, ensure_ascii=False), flush=True)
        # After each section: what was measured stays when the rest is interrupted.
        (results / "bench.md").write_text(markdown(found, head))
        draw(found, results / "bench.svg")
    print(f"{results / 'bench.md'} and {results / 'bench.svg'}", file=sys.stderr)


if __name__ == "__main__":
    typer.run(main)
