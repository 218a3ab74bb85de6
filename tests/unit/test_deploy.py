"""The files in deploy/ against the code and against a linter: there is no engine here that would run them."""

import configparser
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from reminder_bot.cli import main
from reminder_bot.config import Settings

ROOT = Path(__file__).resolve().parents[2]
UNIT, DOCKERFILE, COMPOSE = (ROOT / "deploy" / name for name in ("reminder-bot.service", "Dockerfile", "compose.yaml"))
SERVICE_KEYS = {
    "build", "image", "env_file", "environment", "volumes", "restart", "init", "stop_grace_period", "read_only",
    "tmpfs", "cap_drop", "security_opt", "logging",
}  # fmt: skip
"""Source: https://github.com/compose-spec/compose-spec/blob/main/05-services.md; those that are used."""


def unit() -> dict[str, dict[str, list[str]]]:
    """The unit's settings by section; one that is written several times has several values."""
    found: dict[str, dict[str, list[str]]] = {}
    section: dict[str, list[str]] = {}
    for line in UNIT.read_text(encoding="utf-8").splitlines():
        if heading := re.fullmatch(r"\[(\w+)\]", line):
            section = found.setdefault(heading[1], {})
        elif line and not line.startswith("#"):
            name, equals, value = line.partition("=")
            assert equals, line
            section.setdefault(name, []).append(value)
    return found


def instructions() -> list[tuple[str, str]]:
    """The Dockerfile's instructions with what follows them, continued lines joined."""
    text = re.sub(r"\\\n\s*", "", DOCKERFILE.read_text(encoding="utf-8"))
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [(name, rest) for name, _, rest in (line.partition(" ") for line in lines)]


def last_stage() -> dict[str, list[str]]:
    """The instructions of the image itself."""
    listed = instructions()
    start = max(index for index, (name, _rest) in enumerate(listed) if name == "FROM")
    found: dict[str, list[str]] = {}
    for name, rest in listed[start:]:
        found.setdefault(name, []).append(rest)
    return found


def image_environment() -> dict[str, str]:
    return dict(pair.split("=", 1) for line in last_stage()["ENV"] for pair in line.split())


def copied() -> list[str]:
    """What the Dockerfile copies out of the checkout."""
    return [rest.split()[0] for name, rest in instructions() if name == "COPY" and not rest.startswith("--from")]


def compose() -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))
    return content


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
def test_systemd_finds_nothing_wrong_with_the_unit(tmp_path: Path) -> None:
    # The program is not where the unit says; everything else is checked as it is.
    there = tmp_path / UNIT.name
    there.write_text(UNIT.read_text(encoding="utf-8").replace(unit_command()[0], sys.executable), encoding="utf-8")
    verify = ["systemd-analyze", "verify", "--man=no", str(there)]
    done = subprocess.run(verify, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def unit_command() -> list[str]:
    return unit()["Service"]["ExecStart"][0].split()


def test_unit_starts_the_bot_from_its_checkout_and_waits_for_a_person_when_it_must() -> None:
    service = unit()["Service"]
    (folder,) = service["WorkingDirectory"]
    assert unit_command() == [f"{folder}/.venv/bin/python", "-m", "reminder_bot", "run"]
    assert service["Restart"] == ["always"]
    assert service["RestartPreventExitStatus"] == [str(os.EX_CONFIG)]
    assert unit()["Install"] == {"WantedBy": ["multi-user.target"]}


def test_unit_lets_the_bot_write_the_folder_of_its_database_and_nothing_else() -> None:
    service = unit()["Service"]
    folder = Path(service["WorkingDirectory"][0])
    assert service["ProtectSystem"] == ["strict"]
    assert service["ReadWritePaths"] == [str(folder / Settings.from_environment({}).database_path.parent)]
    assert service["User"] != ["root"]


def test_operations_page_links_to_the_files_instead_of_repeating_them() -> None:
    page = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    for path in (UNIT, DOCKERFILE, COMPOSE):
        assert f"(../deploy/{path.name})" in page
    assert not re.findall(r"^(?:\[Unit\]|ExecStart=|FROM |services:)", page, re.MULTILINE)


def test_linter_finds_nothing_wrong_with_the_dockerfile() -> None:
    linter = Path(sys.executable).with_name("hadolint")
    done = subprocess.run([str(linter), str(DOCKERFILE)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


def test_image_takes_every_room_and_nothing_else_into_it() -> None:
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg", encoding="utf-8")
    rooms = {package.partition(".")[0] for package in setup["options"]["packages"].split()}
    assert set(copied()) == rooms | {"requirements.lock"}
    ignored, *kept = [
        line for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines() if not line.startswith("#")
    ]
    assert ignored == "*"
    assert {line[1:] for line in kept if line.startswith("!")} == set(copied())


def test_image_runs_as_nobody_special_with_its_data_on_a_volume() -> None:
    stage = last_stage()
    assert stage["USER"] == ["10001:10001"]
    assert stage["VOLUME"] == ["/data"]
    settings = Settings.from_environment({name: text for name, text in image_environment().items() if name != "PATH"})
    assert settings.database_path.parent == Path("/data")
    assert settings.require_metrics_address().host == "127.0.0.1"


def test_image_installs_checked_wheels_on_a_python_that_is_supported() -> None:
    bases = {rest.split()[0] for name, rest in instructions() if name == "FROM"}
    assert bases == {"python:3.13-slim-bookworm"}
    (install,) = [rest for name, rest in instructions() if name == "RUN" and "pip install" in rest]
    assert "--require-hashes --only-binary :all:" in install


def test_commands_of_the_image_exist() -> None:
    stage = last_stage()
    assert stage["ENTRYPOINT"] == ['["python", "-m", "reminder_bot"]']
    named = [
        stage["CMD"][0],
        stage["HEALTHCHECK"][0].partition("CMD ")[2].replace('"python", "-m", "reminder_bot", ', ""),
    ]
    assert named == ['["run"]', '["healthcheck"]']
    assert {"run", "healthcheck"} <= set(main.commands)


def test_what_the_image_holds_is_enough_to_run(tmp_path: Path) -> None:
    app, data = tmp_path / "app", tmp_path / "data"
    for name in set(copied()) - {"requirements.lock"}:
        shutil.copytree(ROOT / name, app / name, ignore=shutil.ignore_patterns("__pycache__"))
    data.mkdir()
    environment = {**image_environment(), "PYTHONPATH": str(app), "DATABASE_PATH": str(data / "bot.db")}
    migrate = (
        "from pathlib import Path; from models.schema_manager import SchemaManager;"
        "from persistence.database import open_database; import reminder_bot.runner, reminder_bot.metrics_server;"
        f"handle = open_database(Path({str(data / 'bot.db')!r}));"
        "print(SchemaManager(handle.database).initialize_database().pending); handle.close()"
    )
    done = subprocess.run(
        [sys.executable, "-c", migrate], cwd=data, env=environment, capture_output=True, text=True, check=False
    )
    assert done.stdout == "()\n", done.stderr


def test_compose_file_uses_known_keys_and_leads_to_what_is_there() -> None:
    content = compose()
    assert set(content) == {"services", "volumes"}
    (service,) = content["services"].values()
    assert set(service) <= SERVICE_KEYS
    context = (COMPOSE.parent / service["build"]["context"]).resolve()
    assert context == ROOT
    assert context / service["build"]["dockerfile"] == DOCKERFILE
    assert service["env_file"] == ["../.env"]
    named = {volume.partition(":")[0]: volume.partition(":")[2] for volume in service["volumes"]}
    assert set(named) == set(content["volumes"])
    assert list(named.values()) == last_stage()["VOLUME"]


def test_compose_file_keeps_the_bot_in_its_place_whatever_dotenv_says() -> None:
    (service,) = compose()["services"].values()
    for name, text in service["environment"].items():
        assert image_environment()[name] == text, "what .env.example leaves empty would win over the image"
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]
    assert "ports" not in service
