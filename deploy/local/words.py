"""What the runtime says to the person at the keyboard: French first, then English."""

import errno
from typing import NoReturn

DISK_FULL = {errno.ENOSPC, errno.EDQUOT}
NOT_OURS = {errno.EACCES, errno.EPERM, errno.EROFS}


class CannotStart(Exception):
    """Something outside the program is in the way; both sentences say what to do about it."""

    def __init__(self, french: str, english: str) -> None:
        super().__init__(f"{french}\n{english}")
        self.french = french
        self.english = english


def cannot(french: str, english: str, cause: BaseException | None = None) -> NoReturn:
    raise CannotStart(french, english) from cause


def about_files(error: OSError) -> CannotStart | None:
    """What to do about a disk that is full or files of another account; None for a fault of another kind."""
    file = error.filename or "?"
    if error.errno in DISK_FULL:
        return CannotStart(
            f"Le disque est plein ({file}) : libérez un gigaoctet (df -h .), puis relancez la même commande.",
            f"The disk is full ({file}): free a gigabyte (df -h .), then run the same command again.",
        )
    if error.errno in NOT_OURS:
        return CannotStart(
            f"{file} est à un autre compte (une commande lancée avec sudo ?) : sudo chown -R $(id -u) .venv .local "
            "~/.cache/interconnexion, puis relancez.",
            f"{file} belongs to another account (a command run with sudo?): sudo chown -R $(id -u) .venv .local "
            "~/.cache/interconnexion, then run it again.",
        )
    return None
