"""The command line: which commands it lists, and what it loads for them."""

import subprocess
import sys

import click
from click.testing import CliRunner

from reminder_bot.cli import main
from reminder_bot.import_commands import import_json

LOADED_WHEN_ASKED_FOR = ("database_commands", "import_commands", "row_commands", "upkeep_commands")


def loaded_by(code: str) -> set[str]:
    """Return which of those modules a fresh interpreter has loaded after some code."""
    program = f"import sys\n{code}\nprint(*(name for name in sys.modules if name.startswith('reminder_bot.')))"
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return {name.removeprefix("reminder_bot.") for name in found.stdout.split()} & set(LOADED_WHEN_ASKED_FOR)


def test_help_lists_every_command_with_what_it_is_for() -> None:
    shown = CliRunner().invoke(main, ["--help"]).output
    listed = [line.split(maxsplit=1) for line in shown.partition("Commands:\n")[2].splitlines()]
    assert [name for name, _about in listed] == ["db", "demo", "healthcheck", "import-json", "run", "sandbox"]
    about = {words[0]: words[1] for words in listed}
    assert about["db"].startswith("Look after the database")
    assert about["import-json"].startswith("Move what the old bot has stored")


def test_commands_are_found_by_their_names() -> None:
    context = click.Context(main)
    assert main.get_command(context, "import-json") is import_json
    assert main.get_command(context, "database") is None


def test_a_start_loads_no_command_for_the_database() -> None:
    assert loaded_by("import reminder_bot.cli, reminder_bot.runner") == set()
    assert loaded_by("import reminder_bot.database_commands") >= {"row_commands", "upkeep_commands"}
