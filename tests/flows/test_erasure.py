"""A person asks to be forgotten: she is gone everywhere, and the totals stay."""

from dataclasses import replace
from uuid import uuid4

import pytest

from deploy.local.demo.afterwards import her_first_day_comes
from deploy.local.demo.pages import PEOPLE, timeline_page
from deploy.local.demo.script import STEPS
from deploy.local.demo.wire import NotDone
from shared import clock
from tests.flows.running import Running, live

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("system")]
LOG_KEEPS_DAYS, GONE = 35, 410


def test_erasure_reaches_every_service(running: Running) -> None:
    given, family, phone = f"Canarie{uuid4().hex[:6]}", f"Serin{uuid4().hex[:6]}", "514-555-0193"
    tale = running.tell()
    tale.person = replace(tale.person, given_name=given, family_name=family, phone=phone)
    live(tale, STEPS)
    her_first_day_comes(tale)
    totals = tale.manager.numbers()
    note = f"{given} va bien"
    contact = tale.wire.wait("a contact is due", lambda: [
        t for t in tale.retention.due_tasks() if t.candidate_id == tale.candidate_id and t.side == "employee"
    ])[0]  # fmt: skip
    tale.retention.record_contact(contact.task_id, clock.today(), outlook=5, note=note)
    canaries = (given, family, phone, phone.replace("-", ""))
    # that the search finds what is there: names in the vault alone, the note where it was written
    assert set(running.everything_stored(family)) == {"intake"}
    assert set(running.everything_stored(note)) == {"retention"}

    receipt = tale.candidate.be_forgotten()
    assert (receipt.gone_from_log_on - receipt.erased_on).days == LOG_KEEPS_DAYS
    assert receipt.erased_on == clock.today()
    assert tale.candidate.be_forgotten() == receipt
    for service in running.databases:
        tale.wire.wait(f"{service} forgets", lambda service=service: forgotten(running, service, tale.candidate_id))  # type: ignore[misc]

    assert {canary: running.everything_stored(canary) for canary in canaries} == {canary: {} for canary in canaries}
    bus, logs = running.everything_on_the_bus().decode(errors="replace").lower(), running.logs().lower()
    assert tale.candidate_id in bus, "the search reads what is there"
    assert [canary for canary in canaries if canary.lower() in bus] == []
    assert [canary for canary in canaries if canary.lower() in logs] == []
    traces = (running.stack.folder / "traces.jsonl").read_text().lower()
    assert tale.candidate_id in traces, "the search reads what is there"
    assert [canary for canary in canaries if canary.lower() in traces] == []
    assert [t for t in tale.retention.due_tasks() if t.candidate_id == tale.candidate_id] == []
    assert tale.manager.numbers() == totals
    for language in PEOPLE:
        with pytest.raises(NotDone) as gone:
            timeline_page(tale, language)
        assert gone.value.status == GONE
    assert tale.advisor.timeline(tale.candidate_id) == []
    assert tale.advisor.names("accompaniment", candidates=[tale.candidate_id]) == {}


def forgotten(running: Running, service: str, case: str) -> bool:
    """Whether the service handled the erasure; intake says it itself."""
    if service == "intake":
        return bool(running.said("intake", case, "candidate_erased"))
    sql = "SELECT 1 FROM inbox WHERE key = %s AND type LIKE '%%.candidate_erased.%%'"
    return bool(running.rows(service, sql, case))
