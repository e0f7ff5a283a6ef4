"""What the runtime says to the person at the keyboard: French first, then English."""

from typing import NoReturn


class CannotStart(Exception):
    """Something outside the program is in the way; both sentences say what to do about it."""

    def __init__(self, french: str, english: str) -> None:
        super().__init__(f"{french}\n{english}")
        self.french = french
        self.english = english


def cannot(french: str, english: str, cause: BaseException | None = None) -> NoReturn:
    raise CannotStart(french, english) from cause
