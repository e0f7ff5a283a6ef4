"""A little service for the tests of the edge: it keeps notes in the kernel's own `subject_versions` table."""

import threading
import time
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter
from psycopg import errors as pg
from pydantic import Field

from shared.db import Tx
from shared.errors import NotFound, Problem, Refused
from shared.http import Caller, Commands, Reads, Role, Sent, Shown, allow, judged, public

router = APIRouter(prefix="/v1")
underway = threading.Event()  # set when a slow note is inside its transaction
go_on = threading.Event()  # lets it finish
deadlocked: list[bool] = []  # once


def check_shelf(shelf: int, at: str) -> list[Problem]:
    return [] if shelf <= 6 else [Problem(at, "no_such_shelf", "Il y a six tablettes.", "There are six shelves.")]


class WriteNote(Sent):
    subject: Annotated[str, Field(min_length=1, max_length=50)]
    pages: Annotated[int, Field(ge=1, le=9)] = 1
    kind: Literal["call", "visit"] = "call"
    about: UUID | None = None
    shelf: Annotated[int, judged(check_shelf)] = 1


class NoteView(Shown):
    subject: str
    count: int
    by: str | None


class NoteNotAllowed(Refused):
    """For the tests."""


@router.post("/notes", status_code=201)
def write_note(body: WriteNote, caller: Annotated[Caller, allow(Role.ADVISOR, Role.PARTNER)], command: Commands) -> NoteView:  # fmt: skip # noqa: E501
    return command.run(NoteView, lambda tx: _write(tx, body))


def _write(tx: Tx, body: WriteNote) -> NoteView:
    count = tx.value(
        """INSERT INTO subject_versions AS s VALUES (%s, 1)
           ON CONFLICT (subject) DO UPDATE SET version = s.version + 1 RETURNING version""",
        (body.subject,),
    )
    if body.subject == "refused":
        raise NoteNotAllowed(Problem("/subject", "refused", "Non.", "No."), Problem("/a~1b", "also", "Aussi.", "Also."))
    if body.subject == "deadlock" and not deadlocked:
        deadlocked.append(True)
        raise pg.DeadlockDetected
    if body.subject == "nap":
        time.sleep(0.5)
    if body.subject.startswith("case"):
        tx.lock(body.subject)
    if body.subject == "broken":
        raise RuntimeError("the secret of Anne Example")
    if body.subject.startswith("slow"):
        underway.set()
        assert go_on.wait(10)
    return NoteView(subject=body.subject, count=count, by=tx.cause.actor)


@router.get("/notes/{subject}")
def show_note(subject: str, caller: Annotated[Caller, allow(Role.ADVISOR)], read: Reads) -> NoteView:
    with read.transaction() as tx:
        count = tx.value("SELECT version FROM subject_versions WHERE subject = %s", (subject,))
        if count is None:
            raise NotFound
        return NoteView(subject=subject, count=count, by=tx.cause.actor)


@router.get("/writing-read")
def write_in_a_read(caller: Annotated[Caller, allow(Role.ADVISOR)], read: Reads) -> None:
    with read.transaction() as tx:
        tx.run("DELETE FROM subject_versions")


@router.delete("/notes/{subject}", status_code=204, dependencies=[public()])
def remove_note(subject: str, command: Commands) -> None:
    command.run(None, lambda tx: tx.run("DELETE FROM subject_versions WHERE subject = %s", (subject,)))


def partner_of_key(tx: Tx, key_hash: str) -> Caller | None:
    known: dict[str, Any] = PARTNERS
    return known.get(key_hash)


PARTNERS: dict[str, Caller] = {}


def wait_until(true: Any, within_s: float = 10) -> None:
    until = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < until, "it never happened"
        time.sleep(0.01)
