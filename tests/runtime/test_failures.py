"""Each failure says what to do: what a person at the keyboard reads when something outside is in the way."""

import errno
import os
import shutil
import subprocess
from pathlib import Path
from typing import NoReturn

import pytest

from deploy.local import __main__ as local
from deploy.local.accounts import database_account
from deploy.local.environment import ROOT
from deploy.local.processes import FIXED_PORTS
from deploy.local.screen import show_start
from deploy.local.stack import Stack
from deploy.local.words import CannotStart
from tests.runtime.standins import STANDINS


class Failing(Stack):
    """A system whose start meets a fault of the machine."""

    fault: BaseException

    def start(self) -> NoReturn:
        raise self.fault


@pytest.fixture
def failing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Failing:
    monkeypatch.setattr("signal.signal", lambda *_: None)  # the test run keeps its own
    return Failing(tmp_path, processes=STANDINS, migrate=None)


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        (OSError(errno.ENOSPC, "no space", ".local/kafka"), "The disk is full (.local/kafka): free a gigabyte"),
        (PermissionError(errno.EACCES, "denied", ".local/lock"), ".local/lock belongs to another account"),
        (CannotStart("Non.", "Not so."), "Not so."),
    ],
)
def test_a_fault_of_the_machine_is_told_in_both_languages_with_what_to_do(
    failing: Failing, capsys: pytest.CaptureFixture[str], fault: BaseException, sentence: str
) -> None:
    failing.fault = fault
    assert local.main(["up"], failing) == 1
    said = capsys.readouterr().err.splitlines()
    assert [line[:2] for line in said] == ["✗ ", "✗ "]
    assert sentence in said[1]
    assert sentence not in said[0]


def test_a_fault_of_another_kind_is_not_hidden(failing: Failing) -> None:
    failing.fault = OSError(errno.EINVAL, "a bug of ours")
    with pytest.raises(OSError, match="a bug of ours"):
        local.main(["up"], failing)


def test_every_port_is_printed_and_a_moved_one_twice(capsys: pytest.CaptureFixture[str]) -> None:
    show_start({"ready": 1.0}, FIXED_PORTS | {"portal": 12345}, FIXED_PORTS)
    said = capsys.readouterr().out
    assert [name for name, port in FIXED_PORTS.items() if f"{name} {port}" not in said] == ["portal"]
    assert "portal 12345" in said
    assert "portal : 8080 est pris · is taken → 12345" in said


def test_root_without_an_account_for_the_database_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 0)
    monkeypatch.setattr("pwd.getpwnam", {}.__getitem__)
    with pytest.raises(CannotStart, match="run the command as an ordinary user"):
        database_account()


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    shutil.copy(ROOT / "Makefile", tmp_path)
    for name in ("requirements.lock", "pyproject.toml"):
        (tmp_path / name).touch()
    return tmp_path


def program(file: Path, script: str) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)
    return file


def install(checkout: Path, python: Path) -> tuple[int, str]:
    environment = {name: value for name, value in os.environ.items() if name not in {"MAKEFLAGS", "MAKELEVEL"}}
    command = ["make", "install", f"PYTHON={python}"]
    done = subprocess.run(command, cwd=checkout, env=environment, capture_output=True, text=True, check=False)
    return done.returncode, done.stderr


def test_a_python_that_is_too_old_is_refused(checkout: Path) -> None:
    code, said = install(checkout, program(checkout / "python3.9", "exit 1"))
    assert code
    assert "Python 3.11 or newer is needed: install it, then make install PYTHON=" in said


def test_without_the_venv_module_it_says_which_package_brings_it(checkout: Path) -> None:
    code, said = install(checkout, program(checkout / "python3.11", '[ "$1" = -c ]'))
    assert code
    assert "apt install python3-venv" in said
    assert not (checkout / ".venv").exists()


def test_packages_that_do_not_arrive_are_told_and_the_next_make_tries_again(checkout: Path) -> None:
    program(checkout / ".venv" / "bin" / "python", "exit 1")
    code, said = install(checkout, program(checkout / "python3.11", "exit 0"))
    assert code
    assert "Downloading packages failed: check the connection and the disk (df -h .), then run it again." in said
    assert not (checkout / ".venv" / ".installed").exists()
