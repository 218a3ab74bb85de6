"""Make the virtual environment that ``make`` installs into.

Run by the system's own Python before anything is installed: standard library only, and no syntax newer than Python 3.8,
so that an old Python can still say what is missing.
"""

from __future__ import annotations

import hashlib
import importlib.util
import subprocess
import sys
import tempfile
import urllib.request
import venv
from pathlib import Path

OLDEST_PYTHON = (3, 11)

INTERRUPTED = 130
"""What a shell reports of a program that Ctrl-C has ended."""

PIP_WHEEL_URL = "https://files.pythonhosted.org/packages/07/25/ee8c38ae72d66b844ce8eb9711ba905dba21ca1a8a0c960057c41cd23337/pip-26.3-py3-none-any.whl"
PIP_WHEEL_SHA256 = "f3b60b20ffaadd4415ed7957212a38ac63fa4c5fa375bd0f4a797777940fad13"


class SetupError(Exception):
    """The environment could not be made; ``str()`` says what to do."""


def require_python(version: tuple[int, int]) -> None:
    """Refuse a Python that is too old.

    Raises:
        SetupError: ``version`` is older than 3.11.
    """
    if version < OLDEST_PYTHON:
        raise SetupError(
            f"Python 3.11, 3.12 or 3.13 is needed, and this is {version[0]}.{version[1]}. "
            "Install one of them and name it, as in: make PYTHON=python3.12"
        )


def fetch_pip_wheel(url: str, sha256: str, folder: Path) -> Path:
    """Download pip's wheel into ``folder`` and check it against its hash.

    Raises:
        SetupError: there is no network, or the file is not the expected one.
    """
    wheel = folder / url.rsplit("/", 1)[-1]
    try:
        with urllib.request.urlopen(url, timeout=60) as answer:
            wheel.write_bytes(answer.read())
    except OSError as error:
        raise SetupError(
            f"This Python comes without pip, and downloading it failed ({error}). On Debian: apt install python3-venv"
        ) from error
    if hashlib.sha256(wheel.read_bytes()).hexdigest() != sha256:
        raise SetupError(f"{url} is not the expected file. On Debian: apt install python3-venv")
    return wheel


def install_pip(python: Path, url: str, sha256: str) -> None:
    """Install pip into an environment that has none, by running pip out of its own wheel."""
    with tempfile.TemporaryDirectory() as folder:
        wheel = fetch_pip_wheel(url, sha256, Path(folder))
        command = [str(python), f"{wheel}/pip", "install", "--quiet", "--no-index", "--no-deps", str(wheel)]
        subprocess.run(command, check=True)


def make_environment(folder: Path, *, has_ensurepip: bool) -> Path:
    """Make an empty environment with pip in it and return its Python; what was in ``folder`` before is removed.

    Debian ships ``ensurepip`` apart, in python3-venv: without it pip is downloaded.

    Raises:
        SetupError: ``folder`` is a link: what it leads to belongs to somebody else, and would be emptied.
    """
    if folder.is_symlink():
        raise SetupError(
            f"{folder} is a link to {folder.resolve()}, which is out of date and was left as it is. "
            "Bring that environment up to date where it belongs, or remove the link."
        )
    venv.EnvBuilder(clear=True, symlinks=True, with_pip=has_ensurepip).create(folder)
    python = folder / "bin" / "python"
    if not has_ensurepip:
        install_pip(python, PIP_WHEEL_URL, PIP_WHEEL_SHA256)
    return python


def main(arguments: list[str]) -> int:
    """Make the environment in the folder that ``arguments`` names; return the process's exit code."""
    try:
        require_python(sys.version_info[:2])
        make_environment(Path(arguments[0]), has_ensurepip=importlib.util.find_spec("ensurepip") is not None)
    except (SetupError, OSError, subprocess.CalledProcessError) as error:
        print(error, file=sys.stderr)  # noqa: T201 - the answer of a command line
        return 1
    except KeyboardInterrupt:
        return INTERRUPTED
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
