"""The directory of staff: kept by a manager, read by colleagues, in no event."""

from uuid import uuid4

import pytest

from services.intake.domain.staff import StaffKnown, StaffMember
from services.intake.handlers.staff import add_staff_member, change_staff_member
from services.intake.store.staff import list_staff
from shared.db import Tx
from shared.errors import Invalid, NotFound
from shared.http import Role
from tests.api_client import Client
from tests.databases import published
from tests.intake.api_calls import counted, problems
from tests.intake.conftest import As
from tests.intake.people import CANARY


def anne() -> StaffMember:
    return StaffMember(uuid4(), "  Anne-Lise ", f"Tremblette  {CANARY}", "advisor")


def test_who_is_added_stands_in_the_directory_and_nothing_is_published(tx: Tx) -> None:
    added = add_staff_member(tx, anne())
    assert (added.given_name, added.family_name) == ("Anne-Lise", f"Tremblette {CANARY}")
    assert added in list_staff(tx)
    assert published(tx) == []


def test_the_same_entry_again_changes_nothing_and_another_of_that_id_is_refused(tx: Tx) -> None:
    member = anne()
    add_staff_member(tx, member)
    add_staff_member(tx, member)
    assert [one.staff_id for one in list_staff(tx)].count(member.staff_id) == 1
    with pytest.raises(StaffKnown):
        add_staff_member(tx, StaffMember(member.staff_id, "Somebody", "Else", "advisor"))


def test_names_that_are_missing_are_told_together_and_nothing_is_stored(tx: Tx) -> None:
    before = list_staff(tx)
    with pytest.raises(Invalid) as refused:
        add_staff_member(tx, StaffMember(uuid4(), " ", "\x07", "manager"))
    assert [one.pointer for one in refused.value.problems] == ["/given_name", "/family_name"]
    assert list_staff(tx) == before


def test_a_change_leaves_what_it_does_not_name_and_who_left_keeps_her_name(tx: Tx) -> None:
    member = add_staff_member(tx, anne())
    changed = change_staff_member(tx, member.staff_id, active=False)
    assert (changed.given_name, changed.role, changed.active) == ("Anne-Lise", "advisor", False)
    assert changed in list_staff(tx)
    with pytest.raises(NotFound):
        change_staff_member(tx, uuid4(), active=False)


def test_a_manager_adds_by_api_colleagues_read_and_others_do_not(client: Client, as_: As, database_url: str) -> None:
    manager = as_(Role.MANAGER, "manager-1")
    body = {"given_name": "Anne-Lise", "family_name": CANARY, "role": "retention_advisor"}
    headers = {**manager, "Idempotency-Key": uuid4().hex}
    added = client.post("/v1/staff", json=body, headers=headers)
    assert added.status_code == 201
    assert client.post("/v1/staff", json=body, headers=headers).json() == added.json()
    assert CANARY not in added.text
    assert counted(database_url, "SELECT count(*) FROM idempotency_keys WHERE answer LIKE %s", f"%{CANARY}%") == 0
    staff_id = added.json()["staff_id"]
    for role in (Role.MANAGER, Role.ADVISOR, Role.LIAISON, Role.RETENTION_ADVISOR, Role.OPERATOR):
        shown = client.get("/v1/staff", headers=as_(role, uuid4())).json()["staff"]
        assert [one["family_name"] for one in shown if one["staff_id"] == staff_id] == [CANARY]
    for role in (Role.EMPLOYER, Role.PARTNER, Role.CANDIDATE, Role.MINISTRY):
        assert client.get("/v1/staff", headers=as_(role, uuid4(), uuid4())).status_code == 403
    assert client.post("/v1/staff", json=body, headers=as_(Role.ADVISOR, uuid4())).status_code == 403
    left = client.patch(f"/v1/staff/{staff_id}", json={"active": False}, headers=manager)
    assert left.json() == {"staff_id": staff_id, "role": "retention_advisor", "active": False}
    assert client.patch(f"/v1/staff/{uuid4()}", json={"active": False}, headers=manager).status_code == 404
    assert problems(client.patch(f"/v1/staff/{staff_id}", json={"given_name": " "}, headers=manager)) == [
        ("/given_name", "name_missing")
    ]
    assert client.post("/v1/staff", json={**body, "role": "candidate"}, headers=manager).status_code == 422
