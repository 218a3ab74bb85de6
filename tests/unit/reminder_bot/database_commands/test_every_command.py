"""What holds for all commands: help, JSON, questions, the lock, a missing file; and their documentation."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import click
import pytest

from reminder_bot.cli import main
from reminder_bot.database_commands import database_commands
from tests.unit.persistence.factories import opened
from tests.unit.reminder_bot.database_commands.conftest import Shell

DOC = (Path(__file__).parents[4] / "docs" / "operations.md").read_text(encoding="utf-8")
COMMANDS = dict(database_commands.commands)
WRITERS = {
    "upgrade": (),
    "rollback": (),
    "cleanup": (),
    "optimize": (),
    "forget": ("41",),
    "indexes": ("--rebuild",),
}
"""Those that change the database and need it for themselves, with words that give them something to do."""

READERS = ("status", "check", "migrations", "backups", "indexes", "analytics")


def options_of(command: click.Command) -> set[str]:
    shared = {"--json", "--database"}
    return {name for option in command.params if isinstance(option, click.Option) for name in option.opts} - shared


def documented() -> dict[str, tuple[str, set[str]]]:
    rows = re.findall(r"^\| \[`(\w+)[^`]*`\]\(#[\w-]+\) \| ([^|]*) \|([^|]*)\|$", DOC, re.MULTILINE)
    return {name: (writes.strip(), set(re.findall(r"--[\w-]+", options))) for name, writes, options in rows}


def content(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        return list(connection.iterdump())


def test_operations_page_lists_every_command_with_every_option() -> None:
    assert {name: options for name, (_, options) in documented().items()} == {
        name: options_of(command) for name, command in COMMANDS.items()
    }


def test_operations_page_has_a_section_for_every_command() -> None:
    headings = set(re.findall(r"\w+", " ".join(re.findall(r"^### (.+)$", DOC, re.MULTILINE))))
    assert set(COMMANDS) <= headings


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_command_says_whether_it_writes_and_the_page_says_the_same(name: str, shell: Shell) -> None:
    text = " ".join(shell.run(name, "--help").output.split())
    writes, _ = documented()[name]
    if writes == "yes":
        assert "Writes." in text
        assert "--yes" in text
    else:
        assert re.search(r"Reads only|Writes a new file only|writes new files", text)
    assert "--json" in text


@pytest.mark.parametrize("name", sorted({*WRITERS, "import", "restore"}))
def test_writer_without_a_terminal_and_without_yes_changes_nothing(name: str, shell: Shell) -> None:
    shell.run("backup", "--to", "backup.db")
    shell.run("export", "--to", "rows.json")
    before = content(shell.path)
    words = {"import": ("rows.json", "--database", "new.db"), "restore": ("backup.db",)}.get(
        name, WRITERS.get(name, ())
    )
    if name == "upgrade":
        shell.run("rollback", "--yes")
        before = content(shell.path)
    result = shell.run(name, *words, code=2)
    assert "Nobody is at the terminal to say so: add --yes. Nothing was changed." in result.stderr
    assert content(shell.path) == before
    assert not Path("new.db").exists()


@pytest.mark.parametrize("name", sorted({*WRITERS, "import", "restore"}))
def test_writer_names_the_process_that_holds_the_database(name: str, shell: Shell) -> None:
    shell.run("backup", "--to", "backup.db")
    shell.run("export", "--to", "rows.json")
    words = {"import": ("rows.json",), "restore": ("backup.db",)}.get(name, WRITERS.get(name, ()))
    with opened(shell.path) as handle:
        result = shell.run(name, *words, "--yes", code=1)
        assert f"is in use by process {handle.lock.path.read_text().strip()}" in result.stderr
        assert result.stderr.count("\n") == 1


@pytest.mark.parametrize("name", READERS)
def test_reader_works_while_a_bot_holds_the_database(name: str, shell: Shell) -> None:
    with shell.opened():
        assert isinstance(shell.json(name), dict)


def test_backup_and_export_work_while_a_bot_holds_the_database(shell: Shell) -> None:
    with shell.opened():
        assert shell.json("backup")["backup"]["version"]
        assert shell.json("export", "--to", "rows.json")["rows"]["event"] == 2


@pytest.mark.parametrize("name", sorted(set(COMMANDS) - {"backups", "import", "restore", "verify"}))
def test_missing_database_is_told_in_one_line_and_not_made(name: str, shell: Shell) -> None:
    words = {"export": ("--to", "rows.json")}.get(name, WRITERS.get(name, ()))
    yes = ("--yes",) if name in WRITERS else ()
    result = shell.run(name, *words, "--database", "none.db", *yes, code=2)
    assert result.stderr == (
        "Error: There is no database none.db. Set DATABASE_PATH, or name the file with --database.\n"
    )
    assert not Path("none.db").exists()


@pytest.mark.parametrize("name", ["status", "migrations", "analytics", "indexes", "cleanup", "forget"])
def test_file_that_is_no_database_is_told_in_one_line_and_left(name: str, shell: Shell) -> None:
    Path("text.db").write_text("not a database at all, but long enough to be looked at" * 20)
    yes = ("--yes",) if name in ("cleanup", "forget") else ()
    words = ("41",) if name == "forget" else ()
    result = shell.run(name, *words, "--database", "text.db", *yes, code=1)
    assert re.fullmatch(r"Error: The database text\.db cannot be (read|used): .*\n", result.stderr)
    assert Path("text.db").read_text().startswith("not a database")


@pytest.mark.parametrize("name", ["export", "analytics", "indexes", "cleanup", "forget", "optimize"])
def test_older_schema_is_told_with_what_to_do(name: str, shell: Shell) -> None:
    shell.run("rollback", "--yes")
    words = {"export": ("--to", "rows.json"), "forget": ("41",)}.get(name, ())
    yes = ("--yes",) if name in WRITERS and name != "indexes" else ()
    result = shell.run(name, *words, *yes, code=1)
    assert "run `reminder-bot db upgrade`" in result.stderr
    assert not Path("rows.json").exists()


def test_setting_that_is_wrong_ends_every_command(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BACKUP_TIME", "tonight")
    assert "BACKUP_TIME='tonight' is not valid" in shell.run("status", code=78).stderr


def test_group_is_part_of_the_program() -> None:
    assert main.get_command(click.Context(main), "db") is database_commands
