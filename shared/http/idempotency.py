"""The Idempotency-Key header: a command asked twice with the same key takes effect once and answers the same. Key and
answer are written in the effect's own transaction, so a failed command leaves none."""

import hashlib
import json
from dataclasses import dataclass
from datetime import timedelta

from starlette.datastructures import UploadFile
from starlette.requests import Request

from shared.db import Tx
from shared.errors import InProgress, Invalid, Problem, Refused

KEPT = timedelta(days=35)  # promised: 30 days at least
_FORGOTTEN = ""


@dataclass(frozen=True)
class Once:
    """The caller's key for one command, and the hash of what was asked."""

    caller: str
    key: str
    request_hash: str

    def answer_given(self, tx: Tx) -> str | None:
        """Take the lock of this key to the transaction's end, before any other lock; the stored answer if there is
        one. Raises InProgress, or Invalid when the key was used for another request."""
        if not tx.value("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 1))", (f"{self.caller}\n{self.key}",)):
            raise InProgress(
                Problem("", "command_in_progress", "La même demande est en cours; redemandez dans une seconde.",
                        "The same command is being carried out; ask again in a second.")
            )  # fmt: skip
        # a statement of its own: its snapshot must be younger than the lock
        stored = tx.conn.execute(
            "SELECT request_hash, answer FROM idempotency_keys WHERE caller = %s AND key = %s", (self.caller, self.key)
        ).fetchone()
        if stored is None:
            return None
        if stored[0] != self.request_hash:
            raise Invalid(
                Problem("", "idempotency_key_reused",
                        "Cette clé d'idempotence a déjà servi pour une autre demande; employez-en une nouvelle.",
                        "This idempotency key was used for another request; use a new one.")
            )  # fmt: skip
        if stored[1] == _FORGOTTEN:
            raise Refused(
                Problem("", "answer_forgotten",
                        "Cette demande a été exécutée; sa réponse a été effacée avec le dossier.",
                        "This command was carried out; its answer was erased with the file.")
            )  # fmt: skip
        return str(stored[1]).partition("\n")[2]

    def store(self, tx: Tx, answer: str) -> None:
        """The answer, after a line naming the cases whose locks the command held: an erasure finds it by them."""
        tx.run(
            """INSERT INTO idempotency_keys (caller, key, request_hash, answer, answered_at)
               VALUES (%s, %s, %s, %s, %s)""",
            (self.caller, self.key, self.request_hash, f"{' '.join(sorted(tx.locked))}\n{answer}", tx.now),
        )


def forget_answers(tx: Tx, case: str) -> None:
    """At an erasure: what was answered about this case goes; that it was asked stays, so nothing is done twice."""
    tx.run(
        "UPDATE idempotency_keys SET answer = %s WHERE position(%s IN answer) > 0",
        (_FORGOTTEN, case),
    )


def forget_old_answers(tx: Tx) -> int:
    """Remove answers older than KEPT (programme time); how many."""
    return tx.run("DELETE FROM idempotency_keys WHERE answered_at < %s", (tx.now - KEPT,))


def read_key(request: Request) -> str | None:
    """The header, or None. Raises Invalid."""
    key = request.headers.get("idempotency-key")
    if key is None:
        return None
    if not 0 < len(key) <= 255 or not key.isascii() or not key.isprintable():
        raise Invalid(
            Problem("", "idempotency_key_invalid", "La clé d'idempotence est un texte de 1 à 255 caractères ASCII.",
                    "The idempotency key is 1 to 255 ASCII characters.")
        )  # fmt: skip
    return key


async def hash_of(request: Request) -> str:
    """SHA-256 of method, path, query and body; JSON in canonical form, a form field by field."""
    hashed = hashlib.sha256(f"{request.method} {request.url.path}?{request.url.query}\n".encode())
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind in {"multipart/form-data", "application/x-www-form-urlencoded"}:
        for field, value in (await request.form()).multi_items():
            hashed.update(field.encode() + b"\0")
            if isinstance(value, UploadFile):
                hashed.update(await value.read())
                await value.seek(0)
            else:
                hashed.update(value.encode())
            hashed.update(b"\0")
    else:
        hashed.update(_canonical(await request.body()))
    return hashed.hexdigest()


def _canonical(body: bytes) -> bytes:
    try:
        return json.dumps(json.loads(body), sort_keys=True, separators=(",", ":")).encode()
    except (ValueError, RecursionError):
        return body
