"""Whatever an input file holds, it is read whole or refused in one line that names it."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from arcsweep.config import Config
from arcsweep.errors import ArcsweepError, InputError, StorageError
from arcsweep.extended.slot import find_slot
from arcsweep.extended.store import StoredRun
from arcsweep.labels.record import Labels, load_labels, write_labels
from arcsweep.labels.taxonomy import CATEGORIES
from arcsweep.labels.user_file import labels_from_file
from arcsweep.paths import Paths
from arcsweep.reports.runs import load_runs
from arcsweep.selection.table import read_trials
from arcsweep.split.centroids import load_centroids
from arcsweep.split.split import Split, load_split, write_split
from arcsweep.storage.external import parse_url
from arcsweep.storage.folder import DatabaseFolder
from arcsweep.storage.location import read_record
from arcsweep.tasks.arc_json import decode_task
from arcsweep.tasks.manifest import Manifest, TaskEntry, read_manifest, write_manifest
from arcsweep.workers.checkpoint import Checkpoint, CheckpointFolder

from .conftest import PROFILE
from .values import ANYTHING, TEXT, mutated, nested

IDS = [f"task{i}" for i in range(12)]
TASK = {
    "train": [{"input": [[1, 2], [0, 9]], "output": [[3]]}] * 3,
    "test": [{"input": [[5]], "output": [[6, 7]]}],
}
CONFIG = Config.model_validate(
    {
        "study": {
            "name": "s",
            "n_trials": 1,
            "objective": "toy:build",
            "space": {"encoder_type": {"type": "categorical", "choices": ["cnn"]}},
        },
        "selection": {"top_k": 2},
    }
)
SELECTION = {
    "study": "s",
    "by": "encoder_type",
    "top_k": 2,
    "groups": {
        "cnn": {
            "requested": 2,
            "taken": 1,
            "note": "only 1 COMPLETE trial",
            "trials": [{"rank": 1, "number": 0, "value": 0.5, "params": {"encoder_type": "cnn"}}],
        }
    },
}
RUN = {
    "empty": False,
    "reason": "",
    "group": "cnn",
    "rank": 1,
    "seed": 0,
    "trial": 0,
    "epochs": 2,
    "final": {"accuracy": 0.5, "predictions": {}},
    "seconds": 1.0,
    "device": "cpu",
    "host": "here",
    "n_parameters": 7,
    "model_sha256": "",
}


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("inputs") / "input.file"


def as_json(value: Any) -> bytes:
    return json.dumps(value).encode()


@st.composite
def damaged(draw: st.DrawFn, whole: bytes) -> bytes:
    """``whole`` cut short, with bytes changed, or something else altogether."""
    at = draw(st.integers(0, len(whole)))
    end = draw(st.integers(at, min(at + 20, len(whole))))
    return draw(
        st.sampled_from([whole[:at], whole[:at] + whole[end:], whole + whole[at:end]])
        | st.binary(max_size=40).map(lambda piece: whole[:at] + piece + whole[end:])
        | st.binary(max_size=200)
        | st.sampled_from([b"[" * 100_000, b'{"a":' * 100_000, b"9" * 5000, b"\xef\xbb\xbf{}"])
    )


def contents(whole: Any) -> st.SearchStrategy[bytes]:
    """JSON files like ``whole`` with something wrong."""
    return mutated(whole).map(as_json) | ANYTHING.map(as_json) | damaged(as_json(whole))


def read_or_refused(read: Callable[[], Any], named: str) -> None:
    try:
        read()
    except ArcsweepError as error:
        text = str(error)
        assert named in text
        assert "\n" not in text and text.isprintable(), text
        assert len(text) < 2000, text[:3000]


@PROFILE
@given(contents(TASK))
def test_a_task_file(file: Path, content: bytes) -> None:
    def read() -> None:
        for pair in decode_task(content, file):
            for grid in pair:
                assert 1 <= grid.height <= 30 and 1 <= grid.width <= 30
                assert len(grid.cells) == grid.height * grid.width and max(grid.cells) <= 9

    read_or_refused(read, file.name)


@PROFILE
@given(st.lists(st.lists(st.integers(-1, 10), max_size=32), max_size=32))
def test_a_grid_of_any_shape_and_colours(file: Path, rows: list[list[int]]) -> None:
    fits = (
        1 <= len(rows) <= 30
        and len({len(row) for row in rows}) == 1
        and 1 <= len(rows[0]) <= 30
        and all(0 <= cell <= 9 for row in rows for cell in row)
    )
    content = as_json({"train": [{"input": rows, "output": [[1]]}]})
    if fits:
        assert decode_task(content, file)
    else:
        with pytest.raises(InputError, match=r"train\[0\]\.input"):
            decode_task(content, file)


@PROFILE
@given(contents({task: CATEGORIES[i % 9] for i, task in enumerate(IDS)}))
def test_a_labels_file(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    read_or_refused(lambda: labels_from_file(file, tuple(IDS)), file.name)


def array_bytes(array: Any) -> bytes:
    import io

    stream = io.BytesIO()
    np.save(stream, array, allow_pickle=True)
    return stream.getvalue()


class Trap:
    """Pickled into an array, it would make a file when somebody unpickles it."""

    def __reduce__(self) -> tuple[Any, ...]:
        return (Path.touch, (Path("pwned"),))


ARRAYS = st.one_of(
    st.builds(
        lambda shape, dtype: np.zeros(shape, dtype),
        st.lists(st.integers(0, 10), max_size=4).map(tuple),
        st.sampled_from(["f2", "f4", "f8", ">f8", "i4", "u1", "c8", "U3", "S2", "?", "M8[s]", "g"]),
    ),
    st.builds(
        lambda value: np.full((9, 3), value),
        st.sampled_from([float("nan"), float("inf"), 1e300, -1e39]),
    ),
    st.just(np.array([[Trap()] * 3] * 9, dtype=object)),
    st.just(np.zeros((9, 2), dtype=[("a", "f4"), ("b", "f4")])),
)


@PROFILE
@given(ARRAYS.map(array_bytes) | damaged(array_bytes(np.ones((9, 4), np.float32))))
def test_a_centroids_file(file: Path, content: bytes) -> None:
    def read() -> None:
        matrix = load_centroids(file)
        assert matrix.dtype == np.float32 and matrix.shape[0] == 9 and np.isfinite(matrix).all()

    file.write_bytes(content)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(file.parent)
        read_or_refused(read, file.name)
    assert not (file.parent / "pwned").exists()


def written(write: Callable[[Path], None], tmp: Path) -> Any:
    write(tmp)
    return json.loads(tmp.read_text())


STAGES: dict[str, tuple[Callable[[Path], None], Callable[[Path], object]]] = {
    "split": (
        lambda path: write_split(
            path, Split.of({"a": "S1", "b": "C1"}, {"c": "S1"}, ("C1",)), 0.2, 42
        ),
        load_split,
    ),
    "labels": (
        lambda path: write_labels(path, Labels.of("file", {"a": "S1"}, {"a": "given"})),
        load_labels,
    ),
    "manifest": (
        lambda path: write_manifest(
            path,
            Manifest(
                source="files", tasks={"a": TaskEntry(examples=3, rejected=0, sha256="0" * 64)}
            ),
        ),
        read_manifest,
    ),
    "selection": (
        lambda path: path.write_bytes(as_json(SELECTION)) and None,
        lambda path: [find_slot(CONFIG, path, "cnn", rank, 0) for rank in (1, 2)],
    ),
}


@PROFILE
@given(st.data())
@pytest.mark.parametrize("stage", STAGES)
def test_a_file_between_stages(tmp_path_factory: Any, stage: str, data: st.DataObject) -> None:
    write, read = STAGES[stage]
    path = tmp_path_factory.getbasetemp() / f"{stage}.json"
    path.unlink(missing_ok=True)
    write(path)
    whole = json.loads(path.read_bytes())
    path.write_bytes(data.draw(contents(whole)))
    read_or_refused(lambda: read(path), path.name)


@PROFILE
@given(content=contents(RUN), selection=mutated(SELECTION))
def test_a_record_of_an_extended_run(file: Path, content: bytes, selection: Any) -> None:
    paths = Paths(file.parent, "s", file.parent, file)
    record = paths.extended_record("cnn", 1, 0)
    record.parent.mkdir(parents=True, exist_ok=True)
    record.write_bytes(content)
    read_or_refused(lambda: load_runs(paths, SELECTION, [0], {}), record.name)
    stored = StoredRun(record.parent)
    stored.record_path.write_bytes(content)
    stored.model_path.write_bytes(b"model")
    assert stored.read() is None


@PROFILE
@given(damaged(b"PAR1" + bytes(60) + b"PAR1"))
def test_a_trials_table(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    with pytest.raises(InputError):
        read_trials(file)


CHECKPOINT = Checkpoint(
    2, ({"epoch": 1, "value": 0.1}, {"epoch": 2, "value": 0.2}), 2, {}, {}, 1.0, b"x"
)


@PROFILE
@given(data=st.data())
def test_a_checkpoint_that_is_damaged_is_passed_over(tmp_path_factory: Any, data: Any) -> None:
    folder = tmp_path_factory.getbasetemp() / "checkpoint"
    CheckpointFolder(folder).save(CHECKPOINT, 1)
    path = folder / "token-1.epoch-2.ckpt"
    magic, _, header, state = path.read_bytes().split(b"\n", 3)

    def signed(other: bytes) -> bytes:
        """A strange header under a hash that is right: what another program might write."""
        rest = other + b"\n" + state
        return magic + b"\n" + hashlib.sha256(rest).hexdigest().encode() + b"\n" + rest

    path.write_bytes(
        data.draw(damaged(path.read_bytes()) | contents(json.loads(header)).map(signed))
    )
    found = CheckpointFolder(folder).load()
    assert found is None or found.state == b"x"


@PROFILE
@given(contents({"host": "127.0.0.1", "port": 5432, "dbname": "a", "user": "a"}))
def test_a_record_of_the_server(tmp_path_factory: Any, content: bytes) -> None:
    folder = DatabaseFolder(tmp_path_factory.getbasetemp() / "server")
    folder.root.mkdir(exist_ok=True)
    folder.server_record.write_bytes(content)
    read_or_refused(lambda: read_record(folder), folder.server_record.name)


URL_PARTS = st.sampled_from(
    [
        "postgresql://",
        "user",
        ":",
        "hunter2",
        "@",
        "host",
        "[::1",
        "5432",
        "/",
        "db",
        "?",
        "&",
        "passfile=",
        "password=",
        "host=",
        "port=",
        "#",
        "%",
        "%zz",
        "=",
        "//",
    ]
)


@PROFILE
@given(st.lists(URL_PARTS | TEXT, max_size=9).map("".join) | TEXT)
def test_a_database_url_is_never_repeated_in_an_error(url: str) -> None:
    try:
        parse_url(url)
    except StorageError as error:
        assert "hunter2" not in str(error)


@pytest.mark.parametrize("as_list", [True, False])
def test_depth_is_no_traceback(file: Path, as_list: bool) -> None:
    text = "[" * 200_000 if as_list else '{"train":' * 200_000
    with pytest.raises(InputError, match=r"nested|recursion|valid JSON"):
        decode_task(text.encode(), file)
    whole = as_json({"train": [{"input": nested(300, 1, as_list), "output": [[1]]}]})
    with pytest.raises(InputError, match=r"train\[0\]\.input"):
        decode_task(whole, file)
