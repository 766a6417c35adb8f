"""A snapshot for people, in a terminal of any width."""

from collections.abc import Sequence

from rich import box
from rich.console import Group, RenderableType
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from arcsweep.live.eta import MIN_FINISHES
from arcsweep.live.queue import Queue
from arcsweep.live.snapshot import RunningTrial, Snapshot

_MANY_ROWS = 10_000


def render(
    snapshot: Snapshot, queue: Queue | None = None, n_rows: int = _MANY_ROWS
) -> RenderableType:
    """The whole view; at most ``n_rows`` running trials, silent ones first."""
    parts: list[RenderableType] = [
        _heading(snapshot),
        _bar(snapshot),
        *_counts(snapshot),
        Text(),
        _forecast(snapshot),
        Text(),
        _best(snapshot),
        Text(),
        *_at_work(snapshot, n_rows),
    ]
    if queue is not None and (queue.states or any(trial.job for trial in snapshot.running)):
        parts.append(_queue(queue))
    return Group(*parts)


def duration(seconds: float) -> str:
    """Two units at most: ``45 s``, ``12 min``, ``3 h 20 min``, ``2 d 4 h``."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    if hours < 24:
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    days, hours = divmod(round(seconds / 3600), 24)
    return f"{days} d {hours} h" if hours else f"{days} d"


def _heading(snapshot: Snapshot) -> Table:
    line = Table.grid(expand=True)
    line.add_column(ratio=1, overflow="ellipsis", no_wrap=True)
    line.add_column(justify="right", no_wrap=True)
    line.add_row(Text(snapshot.study, style="bold"), Text(snapshot.at, style="dim"))
    return line


def _bar(snapshot: Snapshot) -> Table:
    line = Table.grid(expand=True, padding=(0, 2, 0, 0))
    line.add_column(ratio=1)
    line.add_column(justify="right", no_wrap=True)
    bar = ProgressBar(
        snapshot.n_trials, snapshot.n_finished, complete_style="green", finished_style="green"
    )
    share = f"{100 * snapshot.n_finished / snapshot.n_trials:.0f} %"
    text = Text.assemble(
        (f"{snapshot.n_finished:,} of {snapshot.n_trials:,}", "bold"), f" trials finished, {share}"
    )
    line.add_row(bar, text)
    return line


def _counts(snapshot: Snapshot) -> list[Text]:
    """Finished trials by outcome, then those that are not finished by what they wait for."""
    ended = [f"{snapshot.n_complete:,} complete"]
    for outcome, count in sorted(snapshot.outcomes.items(), key=lambda item: -item[1]):
        if outcome == "complete":
            continue
        share = f" ({100 * count / snapshot.n_finished:.0f} %)" if outcome == "pruned" else ""
        ended.append(f"{count:,} {outcome.replace('_', ' ')}{share}")
    n_silent = len(snapshot.running) - snapshot.n_at_work
    states = Text(f"{'not finished':<14}{snapshot.n_at_work:,} at work")
    if n_silent:
        states.append(f" · {n_silent:,} silent", "bold red")
    if snapshot.n_waiting:
        states.append(f" · {snapshot.n_waiting:,} given back", "yellow")
    states.append(f" · {snapshot.n_not_begun:,} not begun")
    lines = [Text(f"{'finished':<14}{' · '.join(ended)}"), states]
    if snapshot.n_failed:
        text = f"{'failed':<14}{snapshot.n_failed:,} by an error in the code; they cost no budget"
        lines.append(Text(text, "bold red"))
    return lines


def _forecast(snapshot: Snapshot) -> Table:
    table = Table.grid(expand=True)
    table.add_column(width=14)
    table.add_column(ratio=1)
    table.add_row(Text("time left", "bold"), _time_left(snapshot))
    pace = snapshot.pace
    if not snapshot.is_finished and snapshot.n_at_work:
        shown = Text(
            f"{_rate(pace.trials_per_hour)} trials and {_rate(pace.epochs_per_hour)} epochs an"
            f" hour, over the last {duration(pace.window_s)}"
        )
        table.add_row(Text("pace", "bold"), shown)
    return table


def _time_left(snapshot: Snapshot) -> Text:
    if snapshot.is_finished:
        return Text("none, the budget is finished", "green")
    if snapshot.n_at_work == 0:
        return Text(
            f"no worker gave a sign for {duration(snapshot.last_sign_s)}; where this stays so, run"
            " the same snakemake command to go on",
            "bold yellow",
        )
    left = snapshot.time_left
    if left is None:
        return Text(
            f"too early to say ({snapshot.pace.n_finished} trials finished in this run, an"
            f" estimate needs {MIN_FINISHES})",
            "yellow",
        )
    workers = f"{snapshot.n_at_work} worker{'' if snapshot.n_at_work == 1 else 's'}"
    return Text.assemble(
        (f"about {duration(left.median_s)}", "bold"),
        f", {100 * left.share:.0f} % sure between {duration(left.low_s)} and"
        f" {duration(left.high_s)}"
        f" while {workers} stay{'s' if snapshot.n_at_work == 1 else ''}",
    )


def _best(snapshot: Snapshot) -> Group:
    table = _table()
    table.add_column("best so far", no_wrap=True, style="bold")
    for name in ("value", "trial", "at epoch", "best of"):
        table.add_column(name, justify="right", no_wrap=True)
    for group in snapshot.groups:
        found = group.best_value is not None
        table.add_row(
            group.name,
            f"{group.best_value:.4f}" if found else "–",
            str(group.best_trial) if found else "–",
            str(group.best_epoch) if group.best_epoch is not None else "–",
            f"{group.n_complete:,} complete of {group.n_finished:,}",
        )
    note = "The best of many trials in the search, partly by luck: not an accuracy estimate."
    return Group(table, Text(note, "italic yellow"))


def _at_work(snapshot: Snapshot, n_rows: int) -> list[RenderableType]:
    if not snapshot.running:
        return []
    table = _table()
    table.add_column("trial", justify="right", no_wrap=True, min_width=5)
    table.add_column(snapshot.by, no_wrap=True, overflow="ellipsis")
    table.add_column("epoch", justify="right", no_wrap=True, min_width=5)
    table.add_column("value", justify="right", no_wrap=True, min_width=7)
    table.add_column("host", overflow="ellipsis", no_wrap=True)
    table.add_column("worker", overflow="ellipsis", no_wrap=True)
    table.add_column("last sign", justify="right", no_wrap=True, min_width=14)
    ordered = sorted(snapshot.running, key=lambda trial: (not trial.silent, trial.number))
    for trial in ordered[:n_rows]:
        table.add_row(*_row(trial), style="red" if trial.silent else "")
    parts: list[RenderableType] = [table]
    if len(ordered) > n_rows:
        parts.append(Text(f"… and {len(ordered) - n_rows:,} more", "dim"))
    if any(trial.silent for trial in ordered):
        limit = duration(snapshot.lease_s)
        text = f"Who is silent for {limit} loses the trial: another worker goes on with it."
        parts.append(Text(text, "red"))
    return parts


def _row(trial: RunningTrial) -> Sequence[str]:
    return (
        str(trial.number),
        trial.group or "–",
        str(trial.epoch) if trial.epoch else "–",
        f"{trial.value:.4f}" if trial.value is not None else "–",
        trial.host.partition(".")[0],
        f"job {trial.job}" if trial.job else "–" if trial.worker is None else str(trial.worker),
        f"{'silent ' if trial.silent else ''}{duration(trial.last_sign_s)}",
    )


def _queue(queue: Queue) -> Text:
    if not queue.states:
        return Text("\nSlurm: no worker of this study in the queue")
    shown = ", ".join(f"{count:,} {state}" for state, count in sorted(queue.states.items()))
    reasons = f" ({', '.join(queue.reasons)})" if queue.reasons else ""
    return Text(f"\nSlurm: workers in the queue: {shown}{reasons}")


def _rate(per_hour: float) -> str:
    return f"{per_hour:,.0f}" if per_hour >= 10 else f"{per_hour:.1f}"


def _table() -> Table:
    return Table(box=box.SIMPLE_HEAD, expand=False, padding=(0, 1), show_edge=False)
