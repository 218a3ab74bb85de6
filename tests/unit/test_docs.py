"""The documents against the code: settings, make targets, links, lock files."""

import configparser
import re
from pathlib import Path

import pytest
from dotenv import dotenv_values

from reminder_bot.config import Settings
from reminder_bot.sandbox.seed import seed_world
from reminder_bot.sandbox.server import Sandbox
from reminder_bot.variables import VARIABLES

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = [
    "README.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    *(f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md")),
]


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def test_env_example_shows_every_setting_with_its_default_in_order() -> None:
    written = dotenv_values(ROOT / ".env.example", interpolate=False)
    assert list(written.items()) == [(variable.name, variable.default) for variable in VARIABLES]


def test_env_example_says_what_each_setting_means() -> None:
    text = read(".env.example")
    assert [v.name for v in VARIABLES if f"# {v.meaning}\n{v.name}={v.default}\n" not in text] == []


def test_env_example_as_it_is_gives_the_defaults() -> None:
    assert Settings.from_environment({}, ROOT / ".env.example") == Settings.from_environment({})


def test_configuration_page_lists_every_setting_as_the_code_has_it() -> None:
    rows = [
        tuple(cell.strip() for cell in line.strip("|").split(" | "))
        for line in read("docs/configuration.md").splitlines()
        if re.match(r"\| `[A-Z_]+` \|", line)
    ]
    expected = [
        (
            f"`{v.name}`",
            f"`{v.default}`" if v.default else "none",
            v.meaning,
            v.allowed[0].upper() + v.allowed[1:],
        )
        for v in VARIABLES
    ]
    assert rows == expected


def test_settings_have_one_field_for_each_variable() -> None:
    assert list(Settings.__dataclass_fields__) == [variable.name.lower() for variable in VARIABLES]


@pytest.mark.parametrize("document", DOCUMENTS)
def test_make_targets_named_in_documents_exist(document: str) -> None:
    targets = set(re.findall(r"^([a-z-]+):", read("Makefile"), re.MULTILINE))
    named = set(re.findall(r"(?:`|^)make (?:[A-Z]+=\S+ )?([a-z-]+)", read(document), re.MULTILINE))
    assert named <= targets


def test_readme_names_the_two_commands() -> None:
    assert {"make run", "make test"} <= set(re.findall(r"^make [a-z]+", read("README.md"), re.MULTILINE))


@pytest.mark.parametrize("document", DOCUMENTS)
def test_links_between_documents_lead_somewhere(document: str) -> None:
    folder = (ROOT / document).parent
    targets = re.findall(r"\]\((?!https?:)([^)#]+)", read(document))
    assert [target for target in targets if not (folder / target).exists()] == []


def test_architecture_page_has_the_import_order_of_the_linter() -> None:
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg", encoding="utf-8")
    layers = setup["importlinter:contract:application"]["layers"].split("\n")[1:]
    assert "".join(f"    {layer}\n" for layer in layers) in read("docs/architecture.md")


def test_operations_page_shows_the_lines_that_the_sandbox_prints() -> None:
    lines = Sandbox(seed_world().world, port=8640).describe().split("\n\n")
    assert f"```\n{lines[2]}\n```" in read("docs/operations.md")
    assert lines[2].startswith("# Reminder Bot\nDISCORD_TOKEN=")


@pytest.mark.parametrize("name", ["requirements", "requirements-dev"])
def test_lock_pins_every_direct_dependency_with_hashes(name: str) -> None:
    direct = re.findall(r"^([A-Za-z][\w.-]*)", read(f"{name}.txt"), re.MULTILINE)
    pinned = dict(
        re.findall(r"^([a-z][\w.-]*)==\S+.*\\\n\s+(--hash=sha256:[0-9a-f]{64})", read(f"{name}.lock"), re.MULTILINE)
    )
    assert {package.lower().replace(".", "-") for package in direct} <= set(pinned)


def test_development_lock_agrees_with_the_lock_it_adds_to() -> None:
    pins = {
        name: set(re.findall(r"^(\S+==\S+)", read(name), re.MULTILINE))
        for name in ("requirements.lock", "requirements-dev.lock")
    }
    assert pins["requirements.lock"] <= pins["requirements-dev.lock"]


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_lock_names_no_index_and_no_folder(name: str) -> None:
    assert re.findall(r"https?://|file:|--(?:extra-)?index-url|--find-links|(?<!\w)/\w+", read(name)) == []
