"""Making the environment on machines that lack something."""

import hashlib
from pathlib import Path

import pytest

from scripts.make_venv import SetupError, fetch_pip_wheel, main, make_environment, require_python


def test_old_python_is_refused_with_what_to_do() -> None:
    with pytest.raises(SetupError, match=r"this is 3\.10.*make PYTHON="):
        require_python((3, 10))


@pytest.mark.parametrize("version", [(3, 11), (3, 13), (4, 0)])
def test_new_python_is_accepted(version: tuple[int, int]) -> None:
    require_python(version)


def test_expected_wheel_is_kept(tmp_path: Path) -> None:
    source = tmp_path / "pip-1-py3-none-any.whl"
    source.write_bytes(b"wheel")
    folder = tmp_path / "into"
    folder.mkdir()
    wheel = fetch_pip_wheel(source.as_uri(), hashlib.sha256(b"wheel").hexdigest(), folder)
    assert wheel == folder / source.name
    assert wheel.read_bytes() == b"wheel"


def test_wheel_with_another_hash_is_refused(tmp_path: Path) -> None:
    source = tmp_path / "pip.whl"
    source.write_bytes(b"something else")
    with pytest.raises(SetupError, match="not the expected file"):
        fetch_pip_wheel(source.as_uri(), hashlib.sha256(b"wheel").hexdigest(), tmp_path)


def test_missing_network_names_the_package_to_install(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="apt install python3-venv"):
        fetch_pip_wheel((tmp_path / "absent.whl").as_uri(), "", tmp_path)


def test_environment_replaces_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installed: list[Path] = []
    monkeypatch.setattr("scripts.make_venv.install_pip", lambda python, _url, _sha256: installed.append(python))
    (tmp_path / "old").write_text("rubbish", encoding="utf-8")
    python = make_environment(tmp_path, has_ensurepip=False)
    assert installed == [python]
    assert python.exists()
    assert not (tmp_path / "old").exists()


def test_folder_that_cannot_be_made_is_told_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").touch()
    assert main([str(tmp_path / "file" / "venv")]) == 1
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_interrupt_ends_quietly(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupted(_folder: Path, *, has_ensurepip: bool) -> Path:
        raise KeyboardInterrupt(has_ensurepip)

    monkeypatch.setattr("scripts.make_venv.make_environment", interrupted)
    assert main(["anywhere"]) == 130
    assert capsys.readouterr().err == ""


def test_environment_behind_a_link_is_left_as_it_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    (shared / "kept").touch()
    (tmp_path / ".venv").symlink_to(shared)
    assert main([str(tmp_path / ".venv")]) == 1
    assert "is a link to" in capsys.readouterr().err
    assert [path.name for path in shared.iterdir()] == ["kept"]
