"""The sandbox at work: one task per open thing. It fetches, examines, perhaps asks, decides, and sends the decision
until it is acknowledged; the decision is written down first, so that after a restart the very same one goes out
again."""

import asyncio
import contextlib
import json
import sys
from dataclasses import asdict
from typing import Any

import httpx
from pydantic import SecretStr

from deploy.local.ministry.desks import DESKS, Desk, Ministry, question_about
from deploy.local.ministry.examining import letter_runs_out
from deploy.local.ministry.ledger import Entry, Kind, Ledger
from deploy.local.ministry.settings import MinistrySettings

_TIMEOUT_S = 10.0
_FIRST_RETRY_S, _LONGEST_RETRY_S = 0.2, 5.0
_TRY_AGAIN = frozenset({401, 403, 408, 425, 429})  # a token or key may be put right; a slow side may recover


class Office:
    """``plays``: the ministries whose token it holds. Notices for another are written down and wait for one."""

    def __init__(self, settings: MinistrySettings) -> None:
        self.ledger = Ledger(settings.folder)
        self._settings = settings
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._clients: dict[Ministry, httpx.AsyncClient] = {"services_quebec": _client(settings, settings.token)}
        if settings.mifi_token is not None:
            self._clients["mifi"] = _client(settings, settings.mifi_token)
        else:
            _say("mifi_not_played", because="MIFI_TOKEN is not set: French courses wait")

    @property
    def plays(self) -> list[Ministry]:
        return list(self._clients)

    async def run(self) -> None:
        """Takes up what was open, then asks now and then for what no notice told of. Runs until cancelled."""
        try:
            for entry in self.ledger.open():
                self._begin(entry)
            while True:
                await asyncio.sleep(self._settings.poll_s or 3600)
                if self._settings.poll_s:
                    for desk in DESKS.values():
                        await self._ask_for_more(desk)
        finally:
            for task in self._tasks.values():
                task.cancel()
            await asyncio.gather(*self._tasks.values(), return_exceptions=True)
            for client in self._clients.values():
                await client.aclose()

    def take_notice(self, what: str, kind: Kind, id_: str) -> None:
        """A signed notice came. One seen before changes nothing, unless we wait for what it says."""
        if self._settings.behaviour == "answer_then_forget":
            return
        entry = self.ledger.find(id_) or Entry(id_, kind)
        entry.notices += 1
        entry.ended = entry.ended or what.endswith(".ended")
        if entry.state == "asked" and what.endswith(".information_given"):
            entry.state = "received"
        self.ledger.save(entry)
        self._begin(entry)

    def _begin(self, entry: Entry) -> None:
        played = DESKS[entry.kind].ministry in self._clients
        if played and entry.state in ("received", "decided") and entry.id not in self._tasks:
            task = asyncio.create_task(self._handle(entry, DESKS[entry.kind]), name=entry.id)
            self._tasks[entry.id] = task
            task.add_done_callback(self._finished)

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._tasks.pop(task.get_name(), None)
        if not task.cancelled() and task.exception():
            _say("not_handled", id=task.get_name(), error=repr(task.exception()))
            return
        entry = self.ledger.find(task.get_name())
        if entry and not task.cancelled() and entry.state == "received":
            self._begin(entry)  # the answer to our question came while we were asking it

    async def _handle(self, entry: Entry, desk: Desk) -> None:
        if entry.state == "received":
            await asyncio.sleep(self._settings.delay_s)
            await self._decide(entry, desk)
        if entry.state == "decided" and entry.decision:
            await self._send(entry, desk, entry.decision)
            if self._settings.behaviour == "decide_twice" and entry.kind == "request":
                await self._decide_again(entry, desk, entry.decision)

    async def _decide(self, entry: Entry, desk: Desk) -> None:
        answer = await self._until_answered(desk, "GET", f"{desk.path}/{entry.id}")
        thing = answer.json() if answer.status_code == 200 else None
        if thing is None or thing.get("state") != "submitted":
            entry.state = "nothing_to_decide"
        elif entry.question is None and self._asks_first(entry, thing):
            await self._ask(entry, desk, thing)
        else:
            findings = desk.examine(thing)
            entry.findings = [asdict(finding) for finding in findings]
            entry.decision = desk.decide(thing, findings)
            entry.state = "decided"
        self.ledger.save(entry)

    def _asks_first(self, entry: Entry, thing: dict[str, Any]) -> bool:
        """Of requests, those whose letter runs out before the job begins, and the n-th, 2n-th … it ever heard of."""
        every = self._settings.asks_every
        if entry.kind != "request":
            return False
        return letter_runs_out(thing) or (every > 0 and self.ledger.position(entry.id) % every == 0)

    async def _ask(self, entry: Entry, desk: Desk, request: dict[str, Any]) -> None:
        """The state is written first: word that it was given may come while we ask."""
        entry.question, entry.state = question_about(request), "asked"
        self.ledger.save(entry)
        path = f"{desk.path}/{entry.id}/information-requests"
        answer = await self._until_answered(desk, "POST", path, entry.question)
        _say("question", id=entry.id, status=answer.status_code)
        if not answer.is_success:
            entry.state = "received"  # it will not be asked again

    async def _send(self, entry: Entry, desk: Desk, decision: dict[str, Any]) -> None:
        answer = await self._until_answered(desk, "POST", f"{desk.path}/{entry.id}/{desk.answers_to}", decision)
        entry.answers.append(answer.status_code)
        entry.state = "acknowledged" if answer.is_success else "not_taken"
        self.ledger.save(entry)
        said = decision.get("decision") or decision.get("result")
        _say("decision", kind=entry.kind, id=entry.id, decision=said, status=answer.status_code)

    async def _decide_again(self, entry: Entry, desk: Desk, decision: dict[str, Any]) -> None:
        """Misbehaviour: the same decision once more, then a contrary one under another id."""
        contrary = {
            "decision_id": f"{decision['decision_id']}-2",
            "decision": "refused",
            "reason": "other",
            "decided_on": decision["decided_on"],
        }
        for again in (decision, contrary):
            answer = await self._until_answered(desk, "POST", f"{desk.path}/{entry.id}/decision", again)
            entry.answers.append(answer.status_code)
        self.ledger.save(entry)

    async def _ask_for_more(self, desk: Desk) -> None:
        client = self._clients.get(desk.ministry)
        after = ""
        while client is not None:
            try:
                answer = await client.get(f"{desk.path}?state=submitted&limit=100{after}")
                page = answer.json() if answer.status_code == 200 else {desk.listed: [], "next": None}
                found, following = [str(each[desk.identity]) for each in page[desk.listed]], page["next"]
            except (httpx.HTTPError, ValueError, TypeError, KeyError):
                return  # next time
            for id_ in found:
                self._take_found(id_, desk)
            if not following:
                return
            after = f"&after={following}"

    def _take_found(self, id_: str, desk: Desk) -> None:
        entry = self.ledger.find(id_)
        if entry is not None and (entry.state != "asked" or id_ in self._tasks):
            return
        entry = entry or Entry(id_, desk.kind)
        entry.state = "received"  # new to us, or submitted again: what we asked for was given
        self.ledger.save(entry)
        self._begin(entry)

    async def _until_answered(
        self, desk: Desk, method: str, path: str, body: dict[str, Any] | None = None
    ) -> httpx.Response:
        """The first answer that is final. Whoever is down is asked again at growing intervals."""
        pause = _FIRST_RETRY_S
        while True:
            with contextlib.suppress(httpx.HTTPError):
                answer = await self._clients[desk.ministry].request(method, path, json=body)
                if answer.status_code < 500 and answer.status_code not in _TRY_AGAIN:
                    return answer
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LONGEST_RETRY_S)


def _client(settings: MinistrySettings, token: SecretStr) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        base_url=settings.subsidies_url,
        headers={"Authorization": f"Bearer {token.get_secret_value()}"},
        timeout=_TIMEOUT_S,
        trust_env=False,
    )


def _say(event: str, **more: object) -> None:
    print(json.dumps({"service": "ministry", "event": event, **more}), file=sys.stdout, flush=True)
