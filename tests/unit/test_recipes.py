"""The recipes of docs/operations.md, run as they stand there; only what needs root, systemd or a network is acted."""

import os
import re
import shutil
import stat
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from models.schema_manager import SchemaManager
from persistence import events
from persistence.database import open_database
from tests.unit.persistence.factories import EVENT, GUILD

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
RECIPES = dict(re.findall(r"<!-- recipe: ([\w ]+) -->\n```sh\n(.*?)```", PAGE, re.DOTALL))
PARTS = ("deploy", "models", "persistence", "reminder_bot", "scripts", "utils")
FILES = (".env.example", ".gitignore", "Makefile", "requirements.lock")

ACTOR = """#!/bin/sh
echo "$(basename "$0") $*" >> {log}
[ "$(basename "$0")" != scp ] || cp "{other}${{1#*:}}" "$2"
"""
ACTED = ("chown", "scp", "systemctl", "useradd")

WRITES_AND_DIES = """
import os, sys
from pathlib import Path
from models.schema_manager import SchemaManager
from persistence.database import open_database
from tests.unit.persistence.factories import watch
handle = open_database(Path(sys.argv[1]))
handle.database.connect()
SchemaManager(handle.database).initialize_database()
watch(title=sys.argv[2])
os._exit(0)
"""


class Machine:
    """A folder that stands for the file system of a machine, with a checkout in it."""

    def __init__(self, folder: Path, origin: Path, other: Path | None = None) -> None:
        self.folder = folder
        self.log = folder / "acted.log"
        self.bot = folder / "opt" / "reminder-bot"
        self.data = self.bot / "data"
        (folder / "root").mkdir(parents=True)
        self.git("clone", "--quiet", str(origin), str(self.bot), at=folder)
        self._act(other or folder)
        self._make_environment()

    def follow(self, recipe: str) -> list[str]:
        """Run a recipe's lines; return what was acted meanwhile."""
        self.log.write_text("", encoding="utf-8")
        # Not what follows a colon: that is on another machine.
        lines = re.sub(r"(?<![:\w])/(opt|root)/", rf"{self.folder}/\1/", RECIPES[recipe])
        path = f"{self.folder / 'bin'}:{os.environ['PATH']}"
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", lines],
            cwd="/", env={**os.environ, "PATH": path, "MAKEFLAGS": ""}, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr + done.stdout
        return self.log.read_text(encoding="utf-8").replace(str(self.folder), "").splitlines()

    def git(self, *arguments: str, at: Path | None = None) -> str:
        """Run git in the checkout."""
        return git(*arguments, at=at or self.bot)

    def write(self, title: str) -> None:
        """Have a bot store an event and be killed, so that it is in the write-ahead log only."""
        self.data.mkdir(mode=0o700, exist_ok=True)
        command = [sys.executable, "-c", WRITES_AND_DIES, str(self.data / "reminder_bot.db"), title]
        subprocess.run(command, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=True, capture_output=True)
        assert (self.data / "reminder_bot.db-wal").stat().st_size > 0

    def stored_title(self) -> str:
        """Return the event's title, as the next start finds it."""
        handle = open_database(self.data / "reminder_bot.db")
        try:
            handle.database.connect()
            assert SchemaManager(handle.database).verify_database_integrity().is_whole
            event = events.get_event(GUILD, EVENT)
            assert event is not None
            return event.title
        finally:
            handle.database.close()
            handle.close()

    def _act(self, other: Path) -> None:
        (self.folder / "bin").mkdir()
        for name in ACTED:
            actor = self.folder / "bin" / name
            actor.write_text(ACTOR.format(log=self.log, other=other), encoding="utf-8")
            actor.chmod(0o755)

    def _make_environment(self) -> None:
        """Give make an environment that is up to date, so that it installs nothing from the network."""
        python = self.bot / ".venv" / "bin" / "python"
        python.parent.mkdir(parents=True)
        python.write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n', encoding="utf-8")
        python.chmod(0o755)
        for stamp in (".made", ".runtime"):
            (self.bot / ".venv" / stamp).touch()


def git(*arguments: str, at: Path) -> str:
    """Run git as somebody whose settings do not matter."""
    settings = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    names = {f"GIT_{who}_{what}": "x@example.com" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    done = subprocess.run(
        ["git", *arguments], cwd=at, env={**os.environ, **settings, **names}, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def commit(folder: Path) -> str:
    git("add", "--all", at=folder)
    git("commit", "--quiet", "--message", "A version", at=folder)
    return git("rev-parse", "HEAD", at=folder)


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with this version of the bot in it."""
    folder = tmp_path_factory.mktemp("repository") / "reminder-bot"
    folder.mkdir()
    for part in PARTS:
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
    for name in FILES:
        shutil.copy(ROOT / name, folder / name)
    git("init", "--quiet", "--initial-branch=main", at=folder)
    commit(folder)
    return folder


@pytest.fixture
def origin(template: Path, tmp_path: Path) -> Path:
    """A copy of that repository for one test to change."""
    return shutil.copytree(template, tmp_path / "origin", symlinks=True)


@pytest.fixture
def machine(origin: Path, tmp_path: Path) -> Machine:
    return Machine(tmp_path / "machine", origin)


def test_every_recipe_is_tried_here() -> None:
    assert set(RECIPES) == {"install", "start", "upgrade", "go back", "move away", "move in"}


def test_installing_makes_what_the_unit_needs_and_hides_the_token(machine: Machine) -> None:
    acted = machine.follow("install") + machine.follow("start")
    assert acted == [
        "useradd --system --no-create-home --shell /usr/sbin/nologin reminder",
        "chown reminder: .env data",
        "systemctl enable --now /opt/reminder-bot/deploy/reminder-bot.service",
    ]
    assert (mode_of(machine.bot / ".env"), mode_of(machine.data)) == (0o600, 0o700)
    assert (machine.bot / "deploy" / "reminder-bot.service").is_file()
    assert machine.git("status", "--porcelain") == ""


def test_upgrade_takes_the_new_version_and_keeps_a_copy_of_everything_else(machine: Machine, origin: Path) -> None:
    machine.follow("install")
    machine.write("Before")
    (origin / "NEWS").touch()
    newer = commit(origin)
    acted = machine.follow("upgrade")
    assert acted == ["systemctl stop reminder-bot", "systemctl daemon-reload", "systemctl start reminder-bot"]
    assert machine.git("rev-parse", "HEAD") == newer
    assert machine.stored_title() == "Before"
    archive = machine.folder / "root" / "reminder-bot-before.tar.gz"
    assert mode_of(archive) == 0o600
    with tarfile.open(archive) as kept:
        assert {".env", "data/reminder_bot.db", "data/reminder_bot.db-wal"} <= set(kept.getnames())


def test_going_back_restores_code_and_data_and_keeps_the_newer_data(machine: Machine, origin: Path) -> None:
    machine.follow("install")
    machine.write("Before")
    older = machine.git("rev-parse", "HEAD")
    (origin / "NEWS").touch()
    commit(origin)
    machine.follow("upgrade")
    machine.write("Since")
    acted = machine.follow("go back")
    assert acted[0] == "systemctl stop reminder-bot"
    assert acted[-3:] == [
        "chown --recursive reminder: .env data",
        "systemctl daemon-reload",
        "systemctl start reminder-bot",
    ]
    assert machine.git("rev-parse", "HEAD") == older
    assert machine.stored_title() == "Before"
    assert (machine.bot / "data.newer" / "reminder_bot.db").is_file()
    assert machine.git("status", "--porcelain") == ""


def test_moving_brings_settings_and_data_over_after_the_old_bot_was_stopped(
    machine: Machine, origin: Path, tmp_path: Path
) -> None:
    machine.follow("install")
    (machine.bot / ".env").write_text("DISCORD_TOKEN=secret\n", encoding="utf-8")
    machine.write("Moved")
    assert machine.follow("move away") == ["systemctl disable --now reminder-bot"]
    assert mode_of(machine.folder / "root" / "reminder-bot.tar.gz") == 0o600
    new = Machine(tmp_path / "new", origin, other=machine.folder)
    new.follow("install")
    acted = new.follow("move in")
    assert acted == [
        "scp old:/root/reminder-bot.tar.gz /root/",
        "chown --recursive reminder: .env data",
        "systemctl enable --now /opt/reminder-bot/deploy/reminder-bot.service",
    ]
    assert (new.bot / ".env").read_text(encoding="utf-8") == "DISCORD_TOKEN=secret\n"
    assert (mode_of(new.bot / ".env"), mode_of(new.data)) == (0o600, 0o700)
    assert new.stored_title() == "Moved"
