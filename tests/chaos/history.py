"""What each client asked for and what it heard, in one append-only file per client: invoke, ok, fail or unknown. The
checker reads nothing else about the clients.

A line: ``at`` (seconds of this machine's clock), ``what`` (invoke | ok | fail | unknown; replay_… when the client asks
again for what it knows was done), ``command`` (its correlation
id, the same at every attempt), ``kind`` (see ``kind_of``), ``count`` (facts it is to lead to), ``status``, ``answer``
(a hash: bodies may hold names), ``attempt``.
"""

import hashlib
import json
import random
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx

from deploy.local.demo.tape import Heard
from deploy.local.demo.wire import Json, System, Wire

KINDS = (
    ("/admission", "candidate_admitted"), ("/coaching", "coaching_held"), ("/consents", "consent_given"),
    ("/v1/employers", "employer_registered"), ("/vacancies", "vacancy_posted"), ("/answers", "introduction_answered"),
    ("/meeting", "meeting_held"), ("/offer", "offer_made"), ("/choice", "choice_made"), ("/hours", "hours_reported"),
    ("/absences", "absence_reported"), ("/hires", "hire_reported"), ("/employment-ends", "employment_end_reported"),
    ("/confirmation", "subsidy_requested"), ("/submission", "claim_submitted"), ("/contacts", "contact_recorded"),
    ("/erasure", "candidate_erased"), ("/agreement", "action_plan_agreed"), ("/v1/referrals", "referral_received"),
)  # fmt: skip
"""The last part of a command's path, and the fact that it says exactly once."""
SERVICE_OF = {"introduction_answered": "matching", "meeting_held": "matching", "offer_made": "matching",
              "choice_made": "matching", "subsidy_requested": "subsidies", "claim_submitted": "subsidies",
              "contact_recorded": "retention"}  # fmt: skip


class GivenUp(Exception):
    """The client does not know what became of its command, and asks no more."""


@dataclass(frozen=True)
class Patience:
    """How a client meets an unknown outcome. Seconds; ``retries`` at most, with probability ``again`` each."""

    timeout_s: float = 8.0
    again: float = 0.9
    retries: int = 12
    replay: float = 0.05
    """How often it asks again for what it knows was done."""


class Pace:
    """What all clients together may ask in a second. Who was held up by a fault may catch up on ten seconds of it: load
    is what a day brings, not what the machine can just bear, so that a heal finds a backlog of the fault's size."""

    def __init__(self, per_s: float) -> None:
        self._step, self._next, self._lock = 1 / per_s, 0.0, threading.Lock()

    def wait(self) -> None:
        with self._lock:
            now = time.monotonic()
            at = max(self._next, now - 10)
            self._next = at + self._step
        time.sleep(max(0.0, at - now))


class History:
    """One client's file. Lines are flushed: the file is whole whatever becomes of us."""

    def __init__(self, file: Path) -> None:
        self._file = file.open("a", buffering=1)
        self._lock = threading.Lock()

    def add(self, what: str, **more: Any) -> None:
        with self._lock:
            self._file.write(json.dumps({"at": time.time(), "what": what, **more}) + "\n")

    def close(self) -> None:
        self._file.close()


def read(folder: Path) -> Iterator[dict[str, Any]]:
    for file in sorted(folder.glob("*.jsonl")):
        for line in file.read_text().splitlines():
            yield {"client": file.stem, **json.loads(line)}


def kind_of(method: str, path: str, body: Any) -> tuple[str, int]:
    """(the fact that it says, how many times); ``other`` for what says none."""
    if path == "/v1/events":
        types = [each["type"].rpartition(".")[2] for each in body]
        return {"person_referred": "referral_received"}.get(types[0], types[0]), len(types)
    if method == "DELETE" and "/consents/" in path:
        return "consent_withdrawn", 1
    if method == "PATCH" and path.endswith("/profile"):
        return "candidate_profile_changed", 1
    if method == "PATCH" and "/vacancies/" in path:
        return "vacancy_changed", 1
    found = next((kind for end, kind in KINDS if method == "POST" and path.endswith(end)), "other")
    return found, 1


class ChaosWire(Wire):
    """A client's connection that writes down what it does. One thread each."""

    def __init__(
        self, system: System, run_id: str, history: History, chance: random.Random, patience: Patience, pace: Pace
    ) -> None:
        self.history, self.chance, self.patience, self.pace = history, chance, patience, pace
        super().__init__(system, run_id)

    def __post_init__(self) -> None:
        self._http = httpx.Client(timeout=self.patience.timeout_s, trust_env=False)

    def _until_answered(
        self, token: str | None, method: str, service: str, path: str, content: tuple[Any, str], query: Json
    ) -> Heard:
        if method == "GET" or path == "/v1/names":
            return super()._until_answered(token, method, service, path, content, query)
        kind, count = kind_of(method, path, content[0])
        self.pace.wait()
        command = str(uuid4())
        self.history.add("invoke", command=command, kind=kind, count=count, service=service)
        headers = {"Idempotency-Key": command, "X-Correlation-ID": command}
        headers |= {"Authorization": f"Bearer {token}"} if token else {}
        sent = None
        if content[0] is not None:
            sent, headers["Content-Type"] = json.dumps(content[0]), content[1]
        url, attempt = self.system.urls[service] + path, 0
        while True:
            attempt += 1
            heard = self._attempt(method, url, sent, headers)
            what = self._note(_what(heard), command, attempt, heard)
            if what == "unknown":
                if attempt > self.patience.retries or self.chance.random() > self.patience.again:
                    raise GivenUp(f"{method} {path}")
                time.sleep(self.chance.uniform(0.05, 0.6))
                continue
            if what == "ok" and self.chance.random() < self.patience.replay:
                again = self._attempt(method, url, sent, headers)
                self._note(f"replay_{_what(again)}", command, attempt + 1, again)
            return heard

    def _note(self, what: str, command: str, attempt: int, heard: Heard) -> str:
        answer = hashlib.sha256(heard.text.encode()).hexdigest()[:16] if heard.is_success else None
        forgotten = "answer_forgotten" in heard.text or '"forgotten":true' in heard.text
        self.history.add(
            what, command=command, attempt=attempt, status=heard.status, answer=answer, forgotten=forgotten
        )
        return what

    def _attempt(self, method: str, url: str, sent: str | None, headers: dict[str, str]) -> Heard:
        try:
            answer = self._http.request(method, url, content=sent, headers=headers)
        except httpx.TransportError:
            return Heard(0, "", "")
        return Heard(answer.status_code, answer.text, answer.headers.get("X-Correlation-ID", ""))


def _what(heard: Heard) -> str:
    if heard.is_success:
        return "ok"
    in_progress = heard.status == 409 and "command_in_progress" in heard.text
    return "unknown" if heard.status == 0 or heard.status >= 500 or in_progress else "fail"
