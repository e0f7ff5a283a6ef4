"""What waits is listed, explained, corrected, resumed and taken out by an operator, on real databases."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from services.retention.consumers import CONSUMES, TIMERS
from shared.db import Cause, transaction_on
from shared.events.base import Envelope
from shared.events.matching import CandidateHired
from shared.messaging import retry as retry_module
from shared.messaging.firing import fire_due_timers
from shared.messaging.inbox import Inbox, Outcome
from shared.messaging.retry import retry_due_keys
from shared.messaging.waiting import FAILURES_BEFORE_PARKING, WaitingEvent, queue_of
from shared.operators import fixing
from tests.databases import envelope_of
from tests.operators.conftest import Installation, Run
from tests.retention.facts import erased, hired

BY = ("--service", "retention", "--by", "operator:7")
INBOX = Inbox("retention", CONSUMES)


def receive(installed: Installation, envelope: Envelope) -> Outcome:
    """As the worker does."""
    with psycopg.connect(installed.urls["retention"], autocommit=True) as conn:
        return INBOX.handle_once(conn, envelope)


def retry(installed: Installation, times: int = 1) -> None:
    """As the worker does, without waiting for the moments between."""
    with psycopg.connect(installed.urls["retention"], autocommit=True) as conn:
        for _ in range(times):
            conn.execute("UPDATE waiting_keys SET next_at = now() WHERE state = 'waiting'")
            retry_due_keys(conn, INBOX)


def with_payload(event: CandidateHired, change: dict[str, Any], *without: str) -> Envelope:
    """The event as its producer said it: some of its terms wrong."""
    envelope = envelope_of(event, version=1)
    said = json.loads(envelope.data or b"")
    said["terms"] = {name: value for name, value in (said["terms"] | change).items() if name not in without}
    return replace(envelope, data=json.dumps(said).encode())


def test_what_a_newer_producer_says_beside_may_stay_and_what_nobody_knows_may_not_come() -> None:
    sick = with_payload(hired(), {"wage_cents": "a lot", "remote": True, "": 1})
    about = (sick.id, sick.type, sick.publisher, sick.subject, 1, sick.key, sick.time, sick.id, None, None)
    event = WaitingEvent(1, *about, (sick.data or b"").decode())
    said = json.loads(event.data or "")
    said["terms"]["wage_cents"] = 2900
    assert fixing.problems_of(event, CandidateHired, json.dumps(said)) == []
    said["terms"]["remotely"] = True
    (problem,) = fixing.problems_of(event, CandidateHired, json.dumps(said))
    assert (problem.pointer, problem.code) == ("/terms/remotely", "extra_forbidden")
    assert fixing.changes({"a": {"b": 1, "c/d": True}}, {"a": {"c/d": 1}, "e": None}) == ["/a/b", "/a/c~1d", "/e"]


def park(installed: Installation, envelope: Envelope) -> None:
    assert receive(installed, envelope) == Outcome.FAILED
    retry(installed, FAILURES_BEFORE_PARKING)


def plan_of(installed: Installation, event: CandidateHired) -> list[Any]:
    """Everything that was planned for a hire, without ids."""
    return installed.rows(
        "retention",
        "SELECT contact, side, due_on FROM tasks WHERE hire_id = %s ORDER BY due_on, contact, side",
        event.hire_id,
    )


UNREADABLE = ({"wage_cents": "a lot", "permanent": "perhaps"}, ("occupation",))
IMPOSSIBLE = ({"starts_on": "9999-12-30"}, ())


@pytest.mark.parametrize(("change", "without"), [UNREADABLE, IMPOSSIBLE], ids=["unreadable", "too much for a handler"])
def test_a_payload_that_no_handler_can_take_is_parked_fixed_and_resumed_to_the_state_it_would_have_had(
    installed: Installation, run: Run, tmp_path: Path, change: dict[str, Any], without: tuple[str, ...]
) -> None:
    right, told = hired(), hired()
    assert receive(installed, envelope_of(right, version=1)) == Outcome.HANDLED
    park(installed, with_payload(told, change, *without))
    (listed,) = run("parked", "list", "--json").json
    assert (listed["service"], listed["key"], listed["state"]) == ("retention", told.key, "parked")
    (shown,) = run("parked", "show", told.key, "--json").json
    assert shown["why_fr"] == listed["why_fr"] != ""
    (queued,) = shown["queue"]
    sick = run("parked", "show", told.key, "--payload", queued["event_id"]).out
    mended = tmp_path / "mended.json"
    mended.write_text(json.dumps(json.loads(sick) | {"terms": json.loads(told.model_dump_json())["terms"]}))
    fix = ("parked", "fix", told.key, queued["event_id"], *BY, "--reason", "wrong_value", "--file", mended, "--json")
    only_said = run(*fix, "--check")
    assert (only_said.code, only_said.json["stored"]) == (0, False)
    fixed = run(*fix)
    assert (fixed.code, fixed.json["changed"]) == (0, only_said.json["changed"])
    assert set(fixed.json["changed"]) == {f"/terms/{name}" for name in (*change, *without)}
    resumed = run("parked", "resume", told.key, *BY, "--json")
    assert resumed.json == {"service": "retention", "key": told.key, "events": 1}
    retry(installed)
    assert plan_of(installed, told) == plan_of(installed, right) != []
    assert run("parked", "list", "--json").json == []
    assert run("parked", "show", told.key).code == 4
    decided = "SELECT decision, decided_by, event_id::text, reason FROM waiting_decisions WHERE key = %s ORDER BY id"
    assert installed.rows("retention", decided, told.key) == [
        ("fixed", "operator:7", queued["event_id"], "wrong_value"), ("resumed", "operator:7", None, None)
    ]  # fmt: skip
    kept = "SELECT data FROM waiting_decisions WHERE key = %s AND decision = 'fixed'"
    assert json.loads(installed.rows("retention", kept, told.key)[0][0])["original"] == sick.strip()
    assert receive(installed, envelope_of(told, event_id=queued["event_id"], version=1)) == Outcome.DUPLICATE
    assert receive(installed, envelope_of(erased(told.candidate_id))) == Outcome.HANDLED
    assert installed.rows("retention", kept, told.key) == [(None,)], "an erasure empties what was kept"


def test_a_correction_that_is_none_is_refused_with_every_problem_and_nothing_is_stored(
    installed: Installation, run: Run
) -> None:
    told = hired()
    park(installed, sick := with_payload(told, {"wage_cents": "a lot"}))
    fix = ("parked", "fix", told.key, sick.id, *BY, "--reason", "wrong_value", "--json")
    wrong = json.loads(sick.data or b"") | {
        "candidate_id": str(uuid4()),
        "hire_id": str(uuid4()),
        "wages": 1,
        "hired_on": "x",
    }
    wrong["terms"]["wage"] = 1
    refused = run(*fix, stdin=json.dumps(wrong))
    assert refused.code == 5
    problems = {(one["pointer"], one["code"]) for one in json.loads(refused.err)["problems"]}
    assert problems == {("/terms/wage_cents", "int"), ("/hired_on", "date"), ("/wages", "extra_forbidden"),
                        ("/terms/wage", "extra_forbidden"),
                        ("/candidate_id", "another_case"), ("/hire_id", "another_case")}  # fmt: skip
    for nonsense in ("", "{", "[1]", "null", '"\\ud800"', "x" * 1_100_000):
        assert run(*fix, stdin=nonsense).code == 5, nonsense[:20]
    assert run(*fix, "--file", "nowhere.json").code == 4
    assert run("parked", "fix", told.key, uuid4(), *fix[4:], stdin="{}").code == 4
    same = run(*fix, stdin=json.dumps(json.loads(sick.data or b"")))
    assert same.code == 5
    assert installed.rows("retention", "SELECT data FROM waiting_events WHERE key = %s", told.key) == [
        ((sick.data or b"").decode(),)
    ]
    assert installed.rows("retention", "SELECT 1 FROM waiting_decisions WHERE key = %s", told.key) == []
    assert (
        run("parked", "discard", told.key, sick.id, *BY, "--reason", "trial_data", "--json").json["reason"]
        == "trial_data"
    )
    assert run("parked", "list", "--json").json == []


def test_a_retry_under_way_does_not_overtake_a_correction(installed: Installation, run: Run) -> None:
    told = hired()
    sick = with_payload(told, *UNREADABLE[:1])
    assert receive(installed, sick) == Outcome.FAILED
    with psycopg.connect(installed.urls["retention"], autocommit=True) as conn:
        with transaction_on(conn, "retention", Cause()) as tx:
            (seen,) = queue_of(tx, told.key)
        fix = ("waiting", "fix", told.key, sick.id, *BY, "--reason", "wrong_value")
        assert run(*fix, stdin=told.model_dump_json()).code == 0
        assert retry_module._attempt(conn, INBOX, seen) == Outcome.DUPLICATE
    assert plan_of(installed, told) == []
    retry(installed)
    assert plan_of(installed, told) != []


def test_each_reason_to_wait_says_what_happened_and_what_to_do(installed: Installation, run: Run) -> None:
    unreadable, ours = (hired() for _ in range(2))
    newer = envelope_of(hired(), version=1)
    newer = replace(newer, type=newer.type.replace(".v1", ".v2"))
    strange = replace(newer, id=uuid4(), type="unreadable", key="unreadable/x/0/1", subject="unreadable/x/0/1")
    park(installed, with_payload(unreadable, *UNREADABLE[:1]))
    park(installed, with_payload(ours, *IMPOSSIBLE[:1]))
    park(installed, newer)
    with psycopg.connect(installed.urls["retention"], autocommit=True) as conn:
        INBOX.set_aside(conn, strange, None, ValueError("not an envelope"))
    retry(installed, FAILURES_BEFORE_PARKING)
    of = {one["key"]: one for one in run("parked", "list", "-s", "retention", "--json").json}
    told = [of[key] for key in (unreadable.key, ours.key, newer.key, strange.key)]
    for fields in (("why_fr", "do_fr"), ("why_en", "do_en")):
        assert len({one[fields[1]] for one in told}) == 4, "each its own remedy"
        assert all(one[field] for one in told for field in fields)
    assert "cannot be read" in told[0]["why_en"]
    assert "parked fix" in told[0]["do_fr"]
    assert told[0]["error"] == "UnreadableEvent: terms bool_parsing; terms int_parsing"
    assert "notre logiciel" in told[1]["why_fr"]
    assert "newer way" in told[2]["why_en"]
    assert "redire" in told[3]["do_fr"]
    assert run("parked", "fix", newer.key, newer.id, *BY, "--reason", "wrong_form", stdin="{}").code == 5
    shown = run("parked", "show", unreadable.key)
    assert "/terms/wage_cents" in shown.out
    assert "Donnez un nombre entier." in shown.out
    for one in told:
        assert run("parked", "discard", one["key"], one["first_id"], *BY, "--reason", "trial_data").code == 0


def test_a_timer_that_failed_until_it_was_parked_is_explained_and_resumed(installed: Installation, run: Run) -> None:
    key = str(uuid4())
    kind = TIMERS[0].kind
    installed.rows("retention", """INSERT INTO timers (id, kind, key, about, due_at, correlation_id)
                   VALUES (gen_random_uuid(), %s, %s, 'no uuid', now(), gen_random_uuid())""", kind, key)  # fmt: skip
    with psycopg.connect(installed.urls["retention"], autocommit=True) as conn:
        for _ in range(5):
            conn.execute("UPDATE timers SET retry_at = NULL")
            fire_due_timers(conn, "retention", TIMERS)
    (one,) = run("parked", "list", "--json").json
    assert (one["key"], one["first_type"], one["events"]) == (key, f"timer.{kind}", 0)
    assert "échéance" in one["do_fr"]
    assert "cinq fois" in run("parked", "show", key).out
    assert run("parked", "resume", key, *BY, "--json").json["events"] == 1
    assert run("parked", "list", "--json").json == []
    assert installed.rows("retention", "SELECT decision FROM waiting_decisions WHERE key = %s", key) == [("resumed",)]
    installed.rows("retention", "DELETE FROM timers")


def test_what_is_not_there_and_who_nobody_is_are_told_without_a_traceback(installed: Installation, run: Run) -> None:
    for words in (("resume", "k"), ("discard", "k", uuid4(), "--reason", "trial_data")):
        said = run("waiting", *words, *BY)
        assert said.code == 4
        assert "Rien n'attend pour k." in said.err
    assert run("waiting", "list").out.strip() == "Rien n'attend. / Nothing waits."
    unknown = run("waiting", "list", "-s", "payroll", "--json")
    assert unknown.code == 4
    assert json.loads(unknown.err)["problems"][0]["code"] == "unknown_service"
    assert run("waiting", "resume", "k", "--service", "retention", "--by", "Jane Doe").code == 2


def test_a_database_that_is_away_does_not_hide_what_the_others_say(
    installed: Installation, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = hired()
    receive(installed, sick := with_payload(told, *UNREADABLE[:1]))
    monkeypatch.setenv("INTAKE_DATABASE_URL", "postgresql://nobody:secret@127.0.0.1:1/intake")
    listed = run("waiting", "list", "--json")
    assert (listed.code, [one["key"] for one in listed.json]) == (3, [told.key])
    assert "127.0.0.1:1/intake" in listed.err
    assert "secret" not in listed.err
    monkeypatch.delenv("INTAKE_DATABASE_URL")
    unset = run("outbox", "-s", "intake")
    assert unset.code == 3
    assert "INTAKE_DATABASE_URL" in unset.err
    assert run("waiting", "discard", told.key, sick.id, *BY, "--reason", "trial_data").code == 0
