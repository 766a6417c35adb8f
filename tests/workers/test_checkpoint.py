import os
import random
import signal
import time
from pathlib import Path

import pytest

from arcsweep.workers.checkpoint import Checkpoint, CheckpointFolder


def made(epoch: int, state: bytes = b"state") -> Checkpoint:
    history = tuple({"epoch": e, "value": 0.1 * e} for e in range(1, epoch + 1))
    return Checkpoint(epoch, history, epoch, {"accuracy": 0.5}, {"device": "cpu"}, 1.5, state)


def test_a_saved_checkpoint_comes_back_whole(tmp_path: Path) -> None:
    folder = CheckpointFolder(tmp_path / "trial-1")
    folder.save(made(3, b"\x00\n\xff" * 1000), token=7)
    assert folder.load() == made(3, b"\x00\n\xff" * 1000)


def test_a_folder_without_checkpoints_gives_none(tmp_path: Path) -> None:
    assert CheckpointFolder(tmp_path / "nowhere").load() is None


@pytest.mark.parametrize("damage", ["truncate", "flip", "header", "empty", "garbage"])
def test_a_damaged_checkpoint_falls_back_to_the_one_before(tmp_path: Path, damage: str) -> None:
    folder = CheckpointFolder(tmp_path)
    folder.save(made(1), 1)
    folder.save(made(2), 1)
    newest = tmp_path / "token-1.epoch-2.ckpt"
    good = newest.read_bytes()
    newest.write_bytes(
        {
            "truncate": good[:-2],
            "flip": good[:-1] + bytes([good[-1] ^ 1]),
            "header": good.replace(b'"seconds": 1.5', b'"seconds": 2.5'),
            "empty": b"",
            "garbage": b"arcsweep checkpoint 2\nxx\n[1, 2]\nxx",
        }[damage]
    )
    assert folder.load() == made(1)


def test_two_checkpoints_are_kept(tmp_path: Path) -> None:
    folder = CheckpointFolder(tmp_path)
    for epoch in range(1, 6):
        folder.save(made(epoch), 1)
    assert sorted(p.name for p in tmp_path.iterdir()) == [
        "token-1.epoch-4.ckpt",
        "token-1.epoch-5.ckpt",
    ]


def test_a_former_owner_that_writes_on_is_not_read(tmp_path: Path) -> None:
    folder = CheckpointFolder(tmp_path)
    folder.save(made(3), 1)
    folder.save(made(4, b"new owner"), 2)
    folder.save(made(5, b"former owner, awake again"), 1)
    loaded = folder.load()
    assert loaded is not None and loaded.state == b"new owner"
    (tmp_path / "token-2.epoch-4.ckpt").write_bytes(b"damaged")
    fallback = folder.load()
    assert fallback is not None and fallback.epoch == 3


def test_a_failed_write_leaves_the_old_checkpoint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = CheckpointFolder(tmp_path)
    folder.save(made(1), 1)

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("arcsweep.atomic.os.fsync", full)
    with pytest.raises(OSError, match="No space left"):
        folder.save(made(2), 1)
    assert folder.load() == made(1)
    assert [p.name for p in tmp_path.iterdir()] == ["token-1.epoch-1.ckpt"]


def test_a_checkpoint_of_another_training_is_never_read(tmp_path: Path) -> None:
    CheckpointFolder(tmp_path, "other").save(made(2, b"not ours"), 900)
    ours = CheckpointFolder(tmp_path, "this")
    assert ours.load() is None
    ours.save(made(3), 7)
    assert ours.load() == made(3), "nor does it stand in the way of our own"


def test_what_killed_owners_were_writing_is_cleaned_up(tmp_path: Path) -> None:
    folder = CheckpointFolder(tmp_path)
    for token in (1, 3):
        (tmp_path / f".token-{token}.epoch-1.ckpt.abc.tmp").write_bytes(b"half")
    folder.save(made(1), 2)
    folder.save(made(2), 2)
    assert [path.name for path in tmp_path.glob(".*")] == [".token-3.epoch-1.ckpt.abc.tmp"]


def test_a_checkpoint_can_be_cut_to_an_earlier_epoch() -> None:
    rows = (
        {"epoch": 1, "value": 0.2, "metrics": {"m": 1}},
        {"epoch": 2, "value": 0.1},
        {"epoch": 3, "value": 0.5, "metrics": {"m": 3}},
    )
    cut = Checkpoint(3, rows, 3, {"m": 3}, {}, 1.0, b"state").cut_after(2)
    assert (cut.epoch, cut.best_epoch, cut.best_metrics) == (2, 1, {"m": 1})
    assert cut.history == rows[:2] and cut.state == b""


def test_killed_at_any_moment_of_writing_it_leaves_the_old_or_the_new(tmp_path: Path) -> None:
    seed = int(os.environ.get("ARCSWEEP_TEST_SEED", time.time_ns() % 2**32))
    print(f"ARCSWEEP_TEST_SEED={seed}")
    rng = random.Random(seed)
    folder = CheckpointFolder(tmp_path)
    state = rng.randbytes(2_000_000)
    reached = 0
    for token in range(1, 31):
        writer = os.fork()
        if writer == 0:
            for epoch in range(reached + 1, reached + 1000):
                folder.save(made(epoch, state), token)
            os._exit(1)
        time.sleep(rng.uniform(0.0, 0.06))
        os.kill(writer, signal.SIGKILL)
        os.waitpid(writer, 0)
        loaded = folder.load()
        epoch = 0 if loaded is None else loaded.epoch
        assert epoch >= reached
        assert loaded is None or loaded == made(epoch, state)
        reached = epoch
    assert reached > 30, "it was killed while it wrote, not before"
    folder.save(made(reached + 1), 99)
    folder.save(made(reached + 2), 99)
    assert len(list(tmp_path.iterdir())) == 2, "what was left half written is gone"
