"""What the package never does, read from its source: unpickle, run a shell, load tagged YAML."""

import ast
from collections.abc import Iterator
from pathlib import Path

import jinja2
import pytest

import arcsweep

PACKAGE = Path(arcsweep.__file__).parent
MODULES = sorted(PACKAGE.rglob("*.py"))


def faults(tree: ast.AST) -> Iterator[str]:
    """What in ``tree`` would trust a file or a text that it must not."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = [alias.name for alias in node.names] + [getattr(node, "module", "") or ""]
            unsafe = {"pickle", "shelve", "marshal", "dill", "cloudpickle", "joblib"}
            is_error = [alias.name for alias in node.names] == ["UnpicklingError"]
            if unsafe & {name.split(".")[0] for name in names} and not is_error:
                yield f"line {node.lineno}: unpickles"
        elif isinstance(node, ast.Call):
            yield from _call(node)


def _call(node: ast.Call) -> Iterator[str]:
    called = ast.unparse(node.func)
    given = {word.arg: ast.unparse(word.value) for word in node.keywords}
    required = {
        "torch.load": ("weights_only", "True"),
        "np.load": ("allow_pickle", "False"),
        "numpy.load": ("allow_pickle", "False"),
    }.get(called)
    if required and given.get(required[0]) != required[1]:
        yield f"line {node.lineno}: {called} without {required[0]}={required[1]}"
    if called in ("yaml.load", "yaml.load_all") and given.get("Loader") != "_UniqueKeyLoader":
        yield f"line {node.lineno}: {called} with a loader that is not the safe one"
    if called in ("yaml.unsafe_load", "yaml.full_load", "eval", "exec", "os.system", "os.popen"):
        yield f"line {node.lineno}: {called}"
    if called.startswith("pd.read_pickle") or given.get("shell", "False") != "False":
        yield f"line {node.lineno}: {called} runs a shell or unpickles"
    if called.endswith("Environment") and "autoescape" not in given:
        yield f"line {node.lineno}: {called} without autoescape"


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_trusts_no_file_and_runs_no_shell(module: Path) -> None:
    assert list(faults(ast.parse(module.read_text()))) == []


@pytest.mark.parametrize(
    "code",
    [
        "torch.load(f)",
        "torch.load(f, weights_only=False)",
        "np.load(f, allow_pickle=True)",
        "import pickle",
        "from pickle import loads",
        "yaml.load(t, Loader=yaml.Loader)",
        "subprocess.run(c, shell=True)",
        "os.system(c)",
        "eval(c)",
        "jinja2.Environment(loader=x)",
    ],
)
def test_the_reading_finds_each_of_them(code: str) -> None:
    assert list(faults(ast.parse(code)))


def test_templates_switch_escaping_off_for_nothing_but_their_own_parts() -> None:
    safe = [
        (path.name, line.strip())
        for path in (PACKAGE / "reports" / "templates").glob("*.j2")
        for line in path.read_text().splitlines()
        if "|safe" in line.replace(" ", "") or "autoescape false" in line
    ]
    print(safe)
    assert all("script" in line or "style" in line or "svg" in line for _, line in safe), safe
    assert jinja2.__version__
