"""How the actors reach the running system: HTTP, with development tokens. A command carries an Idempotency-Key of its
own, so it may be sent again when an answer was lost; every wait has a deadline and is measured. A wire with a tape
answers from it what was asked before."""

import hashlib
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self, TypeVar
from uuid import UUID, uuid4

import httpx

from deploy.local.demo.tape import Heard, Tape
from deploy.local.processes import SERVICES
from shared.tokens import Role, mint

Json = dict[str, Any]
T = TypeVar("T")
DEADLINE_S = 60.0
_FIRST_LOOK_S, _LONGEST_PAUSE_S = 0.015, 0.2
_IN_PROGRESS = "command_in_progress"
BATCH = "application/cloudevents-batch+json"


@dataclass(frozen=True)
class System:
    """A running system as its clients know it."""

    urls: Mapping[str, str]
    issuer: str
    key_file: Path
    clock_file: Path

    @classmethod
    def of(cls, env: Mapping[str, str]) -> Self:
        """``env``: the settings that the runtime chose (`Stack.env`)."""
        return cls(
            {name: env[f"{name.upper()}_URL"] for name in (*SERVICES, "ministry")},
            env["TOKENS_ISSUER"],
            Path(env["TOKENS_DEVELOPMENT_KEY_FILE"]),
            Path(env["CLOCK_FILE"]),
        )

    def token(self, role: Role, subject: str, organisation: str | None = None) -> str:
        return mint(self.key_file, self.issuer, role, subject, organisation, 3600)


class NotDone(Exception):
    """A service said no; the message names what was asked and every problem."""

    def __init__(self, asked: str, answer: Heard) -> None:
        self.status = answer.status
        try:
            self.problems: list[Json] = json.loads(answer.text)["problems"]
        except (ValueError, KeyError, TypeError):
            self.problems = []
        said = "; ".join(f"{each['pointer']} {each['en']}".strip() for each in self.problems)
        super().__init__(f"{asked}: {self.status} {said or answer.text[:300]}")

    def has(self, code: str) -> bool:
        return any(each.get("code") == code for each in self.problems)


class TooLate(AssertionError):
    """What was waited for did not happen before the deadline."""


@dataclass(frozen=True)
class Said:
    """A command that was carried out: its correlation id is found again in everything that follows from it."""

    method: str
    path: str
    correlation_id: UUID


@dataclass(frozen=True)
class Waited:
    """What was waited for, and how long it took to show."""

    what: str
    ms: float


@dataclass
class Wire:
    """One run's connection. ``run_id`` makes its commands its own: two runs never meet. Several threads may share it
    when it has no tape."""

    system: System
    run_id: str
    tape: Tape | None = None
    said: list[Said] = field(default_factory=list)
    waits: list[Waited] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._http = httpx.Client(timeout=30, trust_env=False)

    def close(self) -> None:
        self._http.close()

    def get(self, token: str | None, service: str, path: str, **query: Any) -> Json:
        """Raises NotDone."""
        answered: Json = json.loads(self._ask(token, "GET", service, path, query=query).text)
        return answered

    def text(self, token: str | None, service: str, path: str, **query: Any) -> str:
        """A page. Raises NotDone."""
        return self._ask(token, "GET", service, path, query=query).text

    def send(self, token: str | None, method: str, service: str, path: str, body: Json | None = None) -> Json:
        """Carry out a command once. Raises NotDone."""
        heard = self._ask(token, method, service, path, body)
        self.said.append(Said(method, path, UUID(heard.correlation_id)))
        answered: Json = json.loads(heard.text) if heard.text else {}
        return answered

    def events(self, token: str | None, batch: list[Json]) -> list[Json]:
        """A partner's CloudEvents, all or none; what each led to. Raises NotDone."""
        heard = self._ask(token, "POST", "intake", "/v1/events", batch, kind=BATCH)
        led_to: list[Json] = json.loads(heard.text)["events"]
        return led_to

    def wait(self, what: str, look: Callable[[], T | None], seconds: float = DEADLINE_S) -> T:
        """The first thing that ``look`` finds (neither None nor False). Raises TooLate."""
        began = time.perf_counter()
        pause = _FIRST_LOOK_S
        while not (found := look()):
            if self.tape and self.tape.playing:
                continue
            if time.perf_counter() - began > seconds:
                raise TooLate(f"{what}: not within {seconds:.0f} s")
            time.sleep(pause)
            pause = min(pause * 1.3, _LONGEST_PAUSE_S)
        self.waits.append(Waited(what, (time.perf_counter() - began) * 1000))
        return found

    def _ask(
        self, token: str | None, method: str, service: str, path: str, body: Any = None, *,
        query: Json | None = None, kind: str = "application/json",
    ) -> Heard:  # fmt: skip
        """The answer, from the tape when this was asked in an earlier life of the run. Raises NotDone."""
        heard = self.tape.next() if self.tape else None
        if heard is None:
            heard = self._until_answered(token, method, service, path, (body, kind), query or {})
            if self.tape:
                self.tape.add(heard)
        if not heard.is_success:
            raise NotDone(f"{method} {service}{path}", heard)
        return heard

    def _until_answered(
        self, token: str | None, method: str, service: str, path: str, content: tuple[Any, str], query: Json
    ) -> Heard:
        """A process that was killed is back in seconds: until then the same command is sent again."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        if method != "GET":
            headers |= {"Idempotency-Key": self._key(method, path, content[0]), "X-Correlation-ID": str(uuid4())}
        sent = None
        if content[0] is not None:
            sent, headers["Content-Type"] = json.dumps(content[0]), content[1]
        until = time.monotonic() + DEADLINE_S
        while True:
            try:
                answer = self._http.request(
                    method, self.system.urls[service] + path, content=sent, params=query, headers=headers
                )
                heard = Heard(answer.status_code, answer.text, answer.headers.get("X-Correlation-ID", ""))
                if not _may_pass(heard) or time.monotonic() > until:
                    return heard
            except httpx.TransportError as fault:
                if time.monotonic() > until:
                    raise TooLate(f"{method} {service}{path}: {fault!r}") from fault
            time.sleep(_LONGEST_PAUSE_S)

    def _key(self, method: str, path: str, body: Any) -> str:
        asked = json.dumps([method, path, body], sort_keys=True)
        return f"{self.run_id}-{hashlib.sha256(asked.encode()).hexdigest()[:32]}"


def _may_pass(heard: Heard) -> bool:
    return heard.status == 503 or (heard.status == 409 and _IN_PROGRESS in heard.text)
