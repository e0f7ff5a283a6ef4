"""One request's correlation id goes with everything that follows from it, through every service."""

from typing import Any

import pytest

from deploy.local.demo import afterwards
from deploy.local.demo.script import STEPS
from deploy.local.demo.tale import Tale
from deploy.local.demo.wire import Said
from tests.flows.running import Running, live

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("system")]
SERVICES_THAT_SPEAK = ("intake", "matching", "subsidies", "retention")


def test_correlation_id_goes_all_the_way(running: Running) -> None:
    tale = live(running.tell(), STEPS)
    afterwards.time_passes_to_the_first_contact(tale)
    tale.wire.wait("the due tasks are announced", lambda: running.said(
        "retention", tale.candidate_id, "follow_up_task_due"
    ))  # fmt: skip

    referral = followed(running, tale, "/v1/self-referrals")
    assert kinds(referral) == {"intake": ["consent_given"] * 4 + ["referral_received"]}
    admission = followed(running, tale, "/admission")
    assert kinds(admission).pop("intake") == ["candidate_admitted", "referral_closed"]
    assert kinds(admission).keys() <= {"intake", "matching"}, "matching may find a vacancy of another story at once"
    choice = followed(running, tale, "/choice")
    assert kinds(choice)["matching"] == ["candidate_hired", "choice_made", "introduction_closed", "introduction_closed"]
    assert set(kinds(choice)["subsidies"]) == {"subsidy_assessed"}
    assert {"follow_up_planned", "follow_up_task_due"} <= set(kinds(choice)["retention"])
    decision = [row for row in everything(running, tale) if row["type"] == "subsidy_approved"]
    assert {"follow_up_replanned"} == {
        row["type"] for row in everything(running, tale) if row["causation_id"] == decision[0]["event_id"]
    }


def followed(running: Running, tale: Tale, path: str) -> list[dict[str, Any]]:
    """Everything that carries the correlation id of the command at ``path``. Each was caused by the command itself or
    by another of these facts, so the chain leads back to it without a gap."""
    said: Said = next(said for said in tale.wire.said if said.path.endswith(path))
    rows = [row for row in everything(running, tale) if row["correlation_id"] == said.correlation_id]
    ids = {row["event_id"] for row in rows}
    first = [row for row in rows if row["causation_id"] is None]
    assert {row["service"] for row in first} == {"intake" if "intake" in {r["service"] for r in rows} else "matching"}
    assert {row["causation_id"] for row in rows if row["causation_id"]} <= ids, "a cause is missing"
    return rows


def everything(running: Running, tale: Tale) -> list[dict[str, Any]]:
    return [
        {**row, "service": service}
        for service in SERVICES_THAT_SPEAK
        for row in running.journal(service, tale.candidate_id)
    ]


def kinds(rows: list[dict[str, Any]]) -> dict[str, list[str]]:
    services = {row["service"] for row in rows}
    return {service: sorted(row["type"] for row in rows if row["service"] == service) for service in services}
