"""Facts from a partner's own system, over HTTP, on a database that commits."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any, get_args
from uuid import uuid4

import pytest
from cloudevents.core.bindings.http import to_binary, to_structured
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent

from services.intake.api.partner_events import TYPES
from services.intake.domain.codes import CODES, PartnerEventType
from shared import clock
from shared.http import Role
from tests.api_client import Client
from tests.intake.api_calls import Headers, Json, a_company, admit, body, counted, problems
from tests.intake.conftest import As
from tests.intake.people import CANARY

STRUCTURED = {"Content-Type": "application/cloudevents+json"}
BATCH = {"Content-Type": "application/cloudevents-batch+json"}


def event(name: str, data: Json, **attributes: Any) -> Json:
    type_ = f"interconnexion.partner.{name}"
    return {"specversion": "1.0", "type": type_, "source": "/tests", "id": uuid4().hex, "data": data} | attributes


def a_person(**changes: Any) -> Json:
    person = body()
    return {name: person[name] for name in ("person", "agreement", "facts")} | changes


def send(client: Client, who: Headers, *events: Json) -> Any:
    return client.post("/v1/events", json=list(events), headers=who | BATCH)


def taken(answer: Any) -> list[Json]:
    assert answer.status_code == 200, answer.text
    return list(answer.json()["events"])


def test_a_person_is_referred_by_an_event_as_by_hand(client: Client, partner: Headers) -> None:
    sent = event("person_referred", a_person(person_ref="4711"))
    [led_to] = taken(client.post("/v1/events", json=sent, headers=partner | STRUCTURED))
    assert (led_to["id"], led_to["state"], led_to["missing"]) == (sent["id"], "checking", [])
    referral = client.get(f"/v1/referrals/{led_to['referral_id']}", headers=partner).json()
    assert (referral["channel"], referral["file_number"]) == ("partner_system", led_to["file_number"])
    assert CANARY not in str(led_to)


def test_the_same_event_again_is_the_same_answer_and_one_effect(client: Client, partner: Headers) -> None:
    sent = event("person_referred", a_person())
    first = client.post("/v1/events", json=sent, headers=partner | STRUCTURED)
    again = sent | {"time": "2026-01-01T00:00:00Z", "traceparent": "00-1", "data": dict(reversed(sent["data"].items()))}
    assert taken(client.post("/v1/events", json=again, headers=partner | STRUCTURED)) == taken(first)
    assert taken(send(client, partner, sent, sent)) == taken(first) * 2
    assert len(client.get("/v1/referrals", headers=partner).json()["referrals"]) == 1


def test_the_same_id_with_another_content_is_another_fact(client: Client, new_partner: Any) -> None:
    mine, other = new_partner(), new_partner()
    sent = event("person_referred", a_person())
    taken(client.post("/v1/events", json=sent, headers=mine | STRUCTURED))
    changed = sent | {"data": a_person()}
    refused = client.post("/v1/events", json=changed, headers=mine | STRUCTURED)
    assert (refused.status_code, problems(refused)) == (422, [("/id", "event_id_reused")])
    assert problems(send(client, mine, event("person_referred", a_person()), changed)) == [("/1/id", "event_id_reused")]
    taken(client.post("/v1/events", json=changed | {"source": "/elsewhere"}, headers=mine | STRUCTURED))
    taken(client.post("/v1/events", json=changed, headers=other | STRUCTURED))  # ids of another partner are its own


def test_one_event_sent_by_many_at_once_takes_effect_once(client: Client, partner: Headers) -> None:
    sent = event("person_referred", a_person(person_ref="once"))
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: send(client, partner, sent), range(8)))
    assert len({str(taken(answer)) for answer in answers}) == 1
    assert len(client.get("/v1/referrals", headers=partner).json()["referrals"]) == 1


def test_a_batch_is_all_or_nothing_and_says_every_problem_at_its_index(
    client: Client, partner: Headers, database_url: str
) -> None:
    before = counted(database_url, "SELECT count(*) FROM candidates")
    hours = {"person_ref": "nobody", "employer_id": str(uuid4()), "from_on": "2026-02-01", "to_on": "2026-01-01"}
    answer = send(
        client,
        partner,
        event("hours_reported", hours | {"hours": "1", "wage_cents": 100}),
        event("person_referred", a_person()),
        event("person_referred", a_person(agreement=None)),
        event("person_fired", {}),
        event("absence_reported", {"colour": "red"}, specversion="0.3"),
        "not an event",
    )
    assert answer.status_code == 422
    assert set(problems(answer)) == {
        ("/0/data/person_ref", "person_unknown"),
        ("/0/data/employer_id", "employer_not_registered"),
        ("/0/data/to_on", "dates_crossed"),
        ("/0/data/wage_cents", "below_minimum_wage"),
        ("/2/data/agreement", "agreement_missing"),
        ("/3/type", "literal_error"),
        ("/4/specversion", "literal_error"),
        ("/4/data/from_on", "missing"),
        ("/4/data/to_on", "missing"),
        ("/4/data/colour", "extra_forbidden"),
        ("/5", "object"),
    }
    assert counted(database_url, "SELECT count(*) FROM candidates") == before
    assert counted(database_url, "SELECT count(*) FROM partner_events WHERE content_hash IS NULL") == 0
    assert CANARY not in answer.text


def test_later_events_of_a_batch_may_speak_of_whom_it_refers(client: Client, partner: Headers) -> None:
    workshop = {"person_ref": "p1", "workshop": "cv", "held_on": str(clock.today()), "minutes": 90}
    events = taken(
        send(
            client,
            partner,
            event("person_referred", a_person(person_ref="p1", facts={})),
            event("referral_completed", {"person_ref": "p1", "facts": {"municipality": "laval"}}),
            event("workshop_attended", workshop),
            event("workshop_attended", workshop),
        )
    )
    assert len({e["candidate_id"] for e in events}) == 1
    assert "municipality" in events[0]["missing"]
    assert "municipality" not in events[1]["missing"]
    assert events[2]["attendance_id"] == events[3]["attendance_id"]


def test_a_reference_means_one_person_of_one_partner(client: Client, new_partner: Any) -> None:
    mine, other = new_partner(), new_partner()
    [led_to] = taken(send(client, mine, event("person_referred", a_person(person_ref="r"))))
    again = send(client, mine, event("person_referred", a_person(person_ref="r", agreement=None)))
    assert problems(again) == [("/0/data/person_ref", "person_ref_taken"), ("/0/data/agreement", "agreement_missing")]
    taken(send(client, other, event("person_referred", a_person(person_ref="r"))))
    done = {"facts": {"occupation": "11101"}}
    for who in ({"candidate_id": led_to["candidate_id"]}, {"candidate_id": str(uuid4())}):
        answer = send(client, other, event("referral_completed", who | done))
        assert problems(answer) == [("/0/data/candidate_id", "person_unknown")]  # another's and missing look the same
    both = {"candidate_id": led_to["candidate_id"], "person_ref": "r"}
    assert problems(send(client, mine, event("referral_completed", both | done))) == [("/0/data", "person_unclear")]


def test_a_job_is_told_from_its_beginning_to_its_end(
    client: Client, partner: Headers, advisor: Headers, liaison: Headers
) -> None:
    [led_to] = taken(send(client, partner, event("person_referred", a_person(person_ref="julio"))))
    terms = {"occupation": "94140", "wage_cents": 2400, "hours_per_week": 40, "starts_on": "2026-03-02",
             "permanent": True}  # fmt: skip
    firm = {"name": f"Ateliers {CANARY}", "sector": "manufacturing", "legal_form": "private", "municipality": "laval"}
    whose = {"person_ref": "julio", "employer_ref": "e1"}
    hire = event("hire_reported", whose | {"terms": terms, "employer": firm})
    refused = client.post("/v1/events", json=hire, headers=partner | STRUCTURED)
    assert (refused.status_code, problems(refused)) == (409, [("/data", "not_admitted")])
    admit(client, advisor, led_to)
    facts = taken(
        send(
            client,
            partner,
            hire,
            event("hours_reported", whose | {"from_on": "2026-03-02", "to_on": "2026-03-15", "hours": 80,
                                             "wage_cents": 2400}),
            event("absence_reported", whose | {"from_on": "2026-03-20", "to_on": "2026-03-20"}),
            event("employment_changed", whose | {"effective_on": "2026-06-01", "kind": "wage",
                                                 "terms": terms | {"wage_cents": 2600}}),
            event("employment_end_reported", whose | {"ended_on": "2026-09-01"}),
            event("vacancy_posted", {"employer_ref": "e1", "occupation": "94140", "wage_min_cents": 2200,
                                     "wage_max_cents": 2600, "hours_per_week": 40, "permanent": True,
                                     "municipality": "laval"}),
        )
    )  # fmt: skip
    assert len({fact["employer_id"] for fact in facts}) == 1
    assert len({fact["report_id"] for fact in facts[:-1]}) == 5
    company = f"/v1/employers/{facts[0]['employer_id']}/vacancies"
    assert [v["vacancy_id"] for v in client.get(company, headers=liaison).json()["vacancies"]] == [
        facts[-1]["vacancy_id"]
    ]


def test_a_refused_event_may_be_sent_again_when_the_rules_allow_it(
    client: Client, partner: Headers, advisor: Headers, liaison: Headers
) -> None:
    [led_to] = taken(send(client, partner, event("person_referred", a_person(person_ref="x"))))
    end = event("employment_end_reported", {"person_ref": "x", "employer_id": a_company(client, liaison),
                                            "ended_on": str(clock.today())})  # fmt: skip
    assert send(client, partner, end).status_code == 409
    admit(client, advisor, led_to)
    taken(send(client, partner, end))


def test_a_forgotten_person_is_not_brought_back_by_an_old_event(
    client: Client, as_: As, partner: Headers, database_url: str
) -> None:
    sent = event("person_referred", a_person(person_ref="f"))
    [led_to] = taken(send(client, partner, sent))
    herself = as_(Role.CANDIDATE, led_to["candidate_id"])
    client.post(f"/v1/candidates/{led_to['candidate_id']}/erasure", headers=herself)
    [again] = taken(send(client, partner, sent))
    assert again == {"id": sent["id"], "type": sent["type"], "forgotten": True}
    left = "SELECT count(*) FROM vault_person_refs WHERE candidate_id = %s"
    assert counted(database_url, left, led_to["candidate_id"]) == 0
    taken(send(client, partner, event("person_referred", a_person(person_ref="f"))))  # a new agreement, a new person


@pytest.mark.parametrize("mode", [to_structured, to_binary])
def test_the_cloudevents_sdk_is_understood(client: Client, partner: Headers, mode: Any) -> None:
    attributes = {"type": "interconnexion.partner.person_referred", "source": "/été", "id": uuid4().hex}
    data = a_person()
    made = CloudEvent(attributes={**attributes, "datacontenttype": "application/json", "specversion": "1.0"}, data=data)
    message = mode(made, JSONFormat())
    answer = client.post("/v1/events", content=message.body, headers={**message.headers, **partner})
    [led_to] = taken(answer)
    same = event("person_referred", data, source="/été", id=attributes["id"])
    assert taken(send(client, partner, same)) == [led_to]  # the mode is no part of the fact


@pytest.mark.parametrize(
    ("headers", "sent", "status", "expected"),
    [
        (STRUCTURED, "{", 422, [("", "json_invalid")]),
        (STRUCTURED, '{"id": NaN}', 422, [("", "json_invalid")]),
        (STRUCTURED, "[" * 100_000, 422, [("", "json_invalid")]),
        (STRUCTURED, "[]", 422, [("", "object")]),
        (BATCH, "{}", 422, [("", "list")]),
        (BATCH, "[" + ",".join(["{}"] * 101) + "]", 422, [("", "too_long")]),
        ({"Content-Type": "application/json"}, "{}", 415, [("", "unsupported_media_type")]),
    ],
)
def test_what_is_no_cloudevent_is_explained(
    client: Client, partner: Headers, headers: Headers, sent: str, status: int, expected: list[tuple[str, str]]
) -> None:
    answer = client.post("/v1/events", content=sent, headers=partner | headers)
    assert (answer.status_code, problems(answer)) == (status, expected)


def test_every_problem_of_one_event_is_said_even_of_somebody_unknown(client: Client, partner: Headers) -> None:
    unknown = {"person_ref": "nobody"}
    tomorrow = str(clock.today() + timedelta(days=1))
    answer = send(
        client,
        partner,
        event("workshop_attended", unknown | {"workshop": "cv", "held_on": tomorrow, "minutes": 0}),
        event("referral_completed", unknown | {"facts": {"occupation": "x"}}),
        event("person_referred", a_person(person_ref="somebody")),
        event("workshop_attended", {"person_ref": "somebody", "session_id": str(uuid4())}),
    )
    assert (answer.status_code, problems(answer)) == (
        422,
        [
            ("/0/data/person_ref", "person_unknown"),
            ("/0/data/held_on", "not_a_past_day"),
            ("/0/data/minutes", "out_of_range"),
            ("/1/data/person_ref", "person_unknown"),
            ("/1/data/facts/occupation", "not_an_occupation"),
            ("/3/data/session_id", "not_found"),
        ],
    )


def test_an_empty_batch_has_no_effect(client: Client, partner: Headers) -> None:
    assert taken(send(client, partner)) == []


def test_only_a_partner_sends_events(client: Client, advisor: Headers) -> None:
    assert client.post("/v1/events", json={}, headers=advisor | STRUCTURED).status_code == 403
    assert client.post("/v1/events", json={}, headers=STRUCTURED).status_code == 401


def test_every_type_of_the_closed_list_is_taken_and_has_words() -> None:
    assert list(TYPES) == list(get_args(PartnerEventType)) == [code.code for code in CODES["partner_event_types"]]


def test_a_partners_own_words_are_kept_nowhere_but_in_the_vault(
    client: Client, partner: Headers, database_url: str
) -> None:
    taken(send(client, partner, event("person_referred", a_person(person_ref=f"R {CANARY}"), id=f"I {CANARY}")))
    for table in ("partner_events", "journal", "idempotency_keys", "updates"):
        assert counted(database_url, f"SELECT count(*) FROM {table} t WHERE t::text LIKE %s", f"%{CANARY}%") == 0
    assert counted(database_url, "SELECT count(*) FROM vault_person_refs WHERE person_ref LIKE %s", f"%{CANARY}") == 1
