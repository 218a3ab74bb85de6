"""The rules of the house that no linter knows: sizes, names, docstrings, what never appears."""

import ast
import configparser
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("models", "persistence", "reminder_bot", "scripts", "utils")
LEAVES = (
    "catalogue",
    "duration_words",
    "durations",
    "emoji",
    "errors",
    "folding",
    "formatting",
    "histogram",
    "i18n",
    "links",
    "nonces",
    "number_words",
    "reasons",
    "time",
    "zone_names",
    "zones",
)
MOST_LINES = 300
MOST_TEST_LINES = 400
MOST_FUNCTION_LINES = 40
NAMES_THAT_SAY_NOTHING = {"helpers", "helper", "misc", "common", "core", "base", "util", "stuff"}
FUNCTION = (ast.FunctionDef, ast.AsyncFunctionDef)


def files_of(*rooms: str) -> list[Path]:
    return sorted(path for room in rooms for path in (ROOT / room).rglob("*.py"))


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def nodes(*rooms: str) -> Iterator[tuple[Path, ast.AST]]:
    for path in files_of(*rooms):
        for node in ast.walk(tree_of(path)):
            yield path, node


@pytest.mark.parametrize(("rooms", "most"), [(ROOMS, MOST_LINES), (("tests",), MOST_TEST_LINES)], ids=["code", "tests"])
def test_files_are_short(rooms: tuple[str, ...], most: int) -> None:
    sizes = {name_of(path): len(path.read_text(encoding="utf-8").splitlines()) for path in files_of(*rooms)}
    assert {name: size for name, size in sizes.items() if size > most} == {}


def test_files_of_the_page_are_short_and_load_nothing_from_elsewhere() -> None:
    files = sorted((ROOT / "reminder_bot/sandbox/page/static").iterdir())
    texts = {path.name: path.read_text(encoding="utf-8") for path in files}
    assert {name: len(text.splitlines()) for name, text in texts.items() if text.count("\n") > MOST_LINES} == {}
    unsafe = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function|@import|src=.https?:"
    assert {name: found for name, text in texts.items() if (found := re.findall(unsafe, text))} == {}


def test_functions_are_short() -> None:
    long = [
        f"{name_of(path)}:{node.lineno} {node.name} {node.end_lineno - node.lineno + 1}"
        for path, node in nodes(*ROOMS)
        if isinstance(node, FUNCTION) and node.end_lineno and node.end_lineno - node.lineno >= MOST_FUNCTION_LINES
    ]
    assert long == []


def test_every_init_is_a_docstring_and_nothing_more() -> None:
    full = [
        name_of(path)
        for path in files_of(*ROOMS, "tests")
        if path.name == "__init__.py" and (len(tree_of(path).body) != 1 or ast.get_docstring(tree_of(path)) is None)
    ]
    assert full == []


def test_every_public_name_has_a_docstring() -> None:
    bare = [f"{name_of(path)} {name}" for path in files_of(*ROOMS) for name in undocumented(tree_of(path))]
    assert bare == []


def undocumented(scope: ast.Module | ast.ClassDef) -> Iterator[str]:
    if ast.get_docstring(scope) is None:
        yield getattr(scope, "name", "the module")
    for node in scope.body:
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_") and node.name != "Meta":
            yield from undocumented(node)
        elif isinstance(node, FUNCTION) and not node.name.startswith("_") and ast.get_docstring(node) is None:
            yield from () if is_overload(node) else (node.name,)


def is_overload(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return any(isinstance(decorator, ast.Name) and decorator.id == "overload" for decorator in node.decorator_list)


def test_file_names_say_what_is_inside() -> None:
    assert [name_of(path) for path in files_of(*ROOMS) if path.stem in NAMES_THAT_SAY_NOTHING] == []


def test_only_the_clock_reads_the_time_of_day() -> None:
    readers = [
        f"{name_of(path)}:{node.lineno}"
        for path, node in nodes(*ROOMS)
        if isinstance(node, ast.Attribute)
        and node.attr in ("now", "utcnow", "today")
        and isinstance(node.value, ast.Name)
        and node.value.id in ("datetime", "date")
    ]
    assert [reader for reader in readers if not reader.startswith("utils/time.py:")] == []


def test_nothing_rebinds_a_module_global() -> None:
    found = [f"{name_of(path)}:{node.lineno}" for path, node in nodes(*ROOMS) if isinstance(node, ast.Global)]
    assert found == []


def test_marks_that_silence_a_linter_give_a_reason() -> None:
    unexplained = [
        f"{name_of(path)}:{number}"
        for path in files_of(*ROOMS)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if "# noqa" in line and not re.search(r"# noqa: [A-Z]+[0-9]+(, ?[A-Z]+[0-9]+)*\W+[a-z]", line)
    ]
    assert unexplained == []


def test_nothing_is_left_to_do() -> None:
    words = re.compile(r"\b(TO" r"DO|FIX" r"ME|X" r"XX)\b")
    found = [
        f"{name_of(path)}:{number}"
        for path in files_of(*ROOMS, "tests")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if words.search(line)
    ]
    assert found == []


def test_no_test_uses_a_magic_mock() -> None:
    found = [
        f"{name_of(path)}:{node.lineno}"
        for path, node in nodes("tests")
        if isinstance(node, ast.ImportFrom) and node.module == "unittest.mock"
    ]
    assert found == []


@pytest.mark.parametrize("leaf", LEAVES)
def test_leaves_import_the_standard_library_and_each_other_only(leaf: str) -> None:
    imported = set()
    for node in ast.walk(tree_of(ROOT / "utils" / f"{leaf}.py")):
        if isinstance(node, ast.Import):
            imported |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported.add(node.module or "")
    allowed = {f"utils.{other}" for other in LEAVES} - {f"utils.{leaf}"}
    assert {name for name in imported - allowed if name.split(".")[0] not in sys.stdlib_module_names} == set()


def test_setup_lists_every_package() -> None:
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg", encoding="utf-8")
    listed = setup["options"]["packages"].split()
    found = {name_of(path.parent).replace("/", ".") for path in files_of(*ROOMS)}
    assert listed == sorted(found)
