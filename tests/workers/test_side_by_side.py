import pytest

from arcsweep.config.workers import WorkersConfig
from arcsweep.workers.side_by_side import workers_of_task


@pytest.mark.parametrize(("count", "per_task"), [(1, 1), (8, 1), (8, 2), (7, 3), (2, 4)])
def test_tasks_share_out_every_worker_once(count: int, per_task: int) -> None:
    workers = WorkersConfig(count=count, per_task=per_task)
    n_tasks = -(-count // per_task)
    shares = [list(workers_of_task(task, workers)) for task in range(n_tasks)]
    assert [index for share in shares for index in share] == list(range(count))
    assert all(1 <= len(share) <= per_task for share in shares)
