"""The sandbox at work: one task per open request. It fetches, examines, decides, and sends the decision until it is
acknowledged; the decision is written down first, so that after a restart the very same one goes out again."""

import asyncio
import contextlib
import json
import sys
from collections.abc import Iterable
from dataclasses import asdict
from datetime import date
from typing import Any

import httpx

from deploy.local.ministry.examining import Finding, examine
from deploy.local.ministry.ledger import Entry, Ledger
from deploy.local.ministry.settings import MinistrySettings

_TIMEOUT_S = 10.0
_FIRST_RETRY_S, _LONGEST_RETRY_S = 0.2, 5.0
_TRY_AGAIN = frozenset({401, 403, 408, 425, 429})  # a token or key may be put right; a slow side may recover


class Office:
    def __init__(self, settings: MinistrySettings) -> None:
        self.ledger = Ledger(settings.folder)
        self._settings = settings
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._client = httpx.AsyncClient(
            base_url=settings.subsidies_url,
            headers={"Authorization": f"Bearer {settings.token.get_secret_value()}"},
            timeout=_TIMEOUT_S,
            trust_env=False,
        )

    async def run(self) -> None:
        """Takes up what was open, then asks now and then for what no notice told of. Runs until cancelled."""
        try:
            for entry in self.ledger.open():
                self._begin(entry)
            while True:
                await asyncio.sleep(self._settings.poll_s or 3600)
                if self._settings.poll_s:
                    await self._ask_for_more()
        finally:
            for task in self._tasks.values():
                task.cancel()
            await asyncio.gather(*self._tasks.values(), return_exceptions=True)
            await self._client.aclose()

    def take_notice(self, kind: str, request_id: str) -> None:
        """A signed notice came. One seen before changes nothing."""
        if self._settings.behaviour == "answer_then_forget":
            return
        entry = self.ledger.find(request_id) or Entry(request_id)
        entry.notices += 1
        entry.ended = entry.ended or kind == "subsidy_request.ended"
        self.ledger.save(entry)
        self._begin(entry)

    def _begin(self, entry: Entry) -> None:
        if entry.state in ("received", "decided") and entry.request_id not in self._tasks:
            task = asyncio.create_task(self._handle(entry), name=entry.request_id)
            self._tasks[entry.request_id] = task
            task.add_done_callback(self._finished)

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._tasks.pop(task.get_name(), None)
        if not task.cancelled() and task.exception():
            _say("request_not_handled", request_id=task.get_name(), error=repr(task.exception()))

    async def _handle(self, entry: Entry) -> None:
        if entry.state == "received":
            await asyncio.sleep(self._settings.delay_s)
            await self._decide(entry)
        if entry.state == "decided" and entry.decision:
            await self._send(entry, entry.decision)
            if self._settings.behaviour == "decide_twice":
                await self._decide_again(entry, entry.decision)

    async def _decide(self, entry: Entry) -> None:
        answer = await self._until_answered("GET", f"/v1/requests/{entry.request_id}")
        request = answer.json() if answer.status_code == 200 else None
        if request is None or request.get("state") != "submitted":
            entry.state = "nothing_to_decide"
        else:
            findings = examine(request)
            entry.findings = [asdict(finding) for finding in findings]
            entry.decision = _decision(request, findings)
            entry.state = "decided"
        self.ledger.save(entry)

    async def _send(self, entry: Entry, decision: dict[str, Any]) -> None:
        answer = await self._until_answered("POST", f"/v1/requests/{entry.request_id}/decision", decision)
        entry.answers.append(answer.status_code)
        entry.state = "acknowledged" if answer.is_success else "not_taken"
        self.ledger.save(entry)
        _say("decision", request_id=entry.request_id, decision=decision["decision"], status=answer.status_code)

    async def _decide_again(self, entry: Entry, decision: dict[str, Any]) -> None:
        """Misbehaviour: the same decision once more, then a contrary one under another id."""
        contrary = {
            "decision_id": f"{decision['decision_id']}-2",
            "decision": "refused",
            "reason": "other",
            "decided_on": decision["decided_on"],
        }
        for again in (decision, contrary):
            answer = await self._until_answered("POST", f"/v1/requests/{entry.request_id}/decision", again)
            entry.answers.append(answer.status_code)
        self.ledger.save(entry)

    async def _ask_for_more(self) -> None:
        after = ""
        while True:
            try:
                answer = await self._client.get(f"/v1/requests?state=submitted&limit=100{after}")
                page = answer.json() if answer.status_code == 200 else {"requests": [], "next": None}
                found, following = [str(each["request_id"]) for each in page["requests"]], page["next"]
            except (httpx.HTTPError, ValueError, TypeError, KeyError):
                return  # next time
            for request_id in found:
                if self.ledger.find(request_id) is None:
                    entry = Entry(request_id)
                    self.ledger.save(entry)
                    self._begin(entry)
            if not following:
                return
            after = f"&after={following}"

    async def _until_answered(self, method: str, path: str, body: dict[str, Any] | None = None) -> httpx.Response:
        """The first answer that is final. Whoever is down is asked again at growing intervals."""
        pause = _FIRST_RETRY_S
        while True:
            with contextlib.suppress(httpx.HTTPError):
                answer = await self._client.request(method, path, json=body)
                if answer.status_code < 500 and answer.status_code not in _TRY_AGAIN:
                    return answer
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LONGEST_RETRY_S)


def _decision(request: dict[str, Any], findings: Iterable[Finding]) -> dict[str, Any]:
    """The programme may live in another time than ours (a demo): never dated before the request was sent."""
    failed = [finding for finding in findings if not finding.passed]
    decided_on = max(date.today().isoformat(), str(request["submitted_at"])[:10])  # noqa: DTZ011  # a calendar day here
    said: dict[str, Any] = {"decision_id": f"SQ-{request['request_id']}", "decided_on": decided_on}
    if failed:
        note = "; ".join(f"{finding.check}: {finding.said}" for finding in failed)[:500]
        return {**said, "decision": "refused", "reason": failed[0].reason, "note": note}
    return {
        **said,
        "decision": "approved",
        "amount_cents": request["amount_cents"],
        "weeks": request["weeks"],
        "starts_on": request["starts_on"],
    }


def _say(event: str, **more: object) -> None:
    print(json.dumps({"service": "ministry", "event": event, **more}), file=sys.stdout, flush=True)
