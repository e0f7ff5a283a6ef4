"""PostgreSQL refuses to run as root: who runs it then, and where that account can reach its files.

Only the server and its data folder go to the other account. No parent folder is opened: when the account cannot
reach the wanted place (a checkout below /root, say), the files lie below /var/lib or /var/cache instead.
"""

import hashlib
import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from deploy.local.words import cannot


class RunAs(TypedDict, total=False):
    """Arguments of subprocess.Popen; empty for "as ourselves"."""

    user: int
    group: int
    extra_groups: list[int]
    cwd: str


@dataclass(frozen=True)
class Account:
    """Who runs PostgreSQL. `name` is None for "whoever we are"."""

    name: str | None
    uid: int
    gid: int

    @property
    def run_as(self) -> RunAs:
        if self.name is None:
            return RunAs()
        return RunAs(user=self.uid, group=self.gid, extra_groups=[], cwd="/")

    def reaches(self, folder: Path) -> bool:
        """Whether the account can enter `folder` (or, while it is missing, the nearest folder that exists)."""
        if self.name is None:
            return True
        existing = folder if folder.exists() else next(parent for parent in folder.parents if parent.exists())
        return subprocess.run(["test", "-x", str(existing)], check=False, **self.run_as).returncode == 0

    def place(self, wanted: Path, instead: Path) -> Path:
        """`wanted`, or a folder of the same purpose below `instead` when the account cannot reach `wanted`."""
        if self.reaches(wanted):
            return wanted
        return instead / "interconnexion" / hashlib.sha256(str(wanted).encode()).hexdigest()[:16]

    def make_passable(self, folder: Path) -> None:
        """Makes what is missing of `folder` so that the account can pass through, whatever our umask is."""
        missing = [each for each in (folder, *folder.parents) if not each.exists()]
        for each in reversed(missing):
            each.mkdir(exist_ok=True)
            each.chmod(0o700 if self.name is None else 0o711)

    def own(self, folder: Path) -> None:
        """Makes `folder`, for the account alone."""
        self.make_passable(folder)
        folder.chmod(0o700)
        if self.name is not None:
            os.chown(folder, self.uid, self.gid)


def database_account() -> Account:
    """Ourselves, or for root the account `nobody`: it exists nearly everywhere, and nothing is added to the machine.
    Raises CannotStart where it does not."""
    if os.geteuid() != 0:
        return Account(None, os.geteuid(), os.getegid())
    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError as error:
        cannot(
            "PostgreSQL ne tourne pas en root, et le compte nobody manque : relancez en utilisateur ordinaire.",
            "PostgreSQL does not run as root, and there is no account nobody: run the command as an ordinary user.",
            error,
        )
    return Account("nobody", nobody.pw_uid, nobody.pw_gid)
