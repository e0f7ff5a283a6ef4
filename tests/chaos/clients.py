"""Who uses the system while it breaks: partners' systems, staff, candidates and companies, over the real HTTP APIs.
Volume clients send independent commands as fast as they are answered; story clients live the whole story."""

import random
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import uuid4

from deploy.local.demo.actors import Manager
from deploy.local.demo.senders import Partner
from deploy.local.demo.wire import Json, NotDone, TooLate
from shared import clock
from tests.chaos.history import ChaosWire, GivenUp

OCCUPATIONS = ("11101", "40021", "44101", "52111", "53111", "65200", "73300", "75101", "84101", "92100")
"""NOC 2021; story clients take one each, so that nobody is proposed another client's company."""
NOT_SOUGHT = "94105"
PURPOSES = ["introduce_without_name", "share_file_with_employer", "send_to_ministry", "tell_sender_outcome"]
CANARY = "Canarival"
"""In every person's family name and address: it must never leave the vault, and be gone with the person."""


@dataclass
class Client:
    """One thread. ``stop``: finish what is under way."""

    number: int
    wire: ChaosWire
    chance: random.Random
    stop: threading.Event
    profile: int = 4
    done: int = 0
    persons: list[str] = field(default_factory=list)
    erased: list[str] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    """candidate → the name by which the checker searches after an erasure."""

    def prepare(self) -> None:
        """Before anything breaks."""
        raise NotImplementedError

    def run(self) -> None:
        """Until it is to stop."""
        raise NotImplementedError

    def attempt(self, act: Callable[[], Any]) -> Any:
        """None when it was refused, not heard of, or took too long."""
        try:
            return act()
        except (NotDone, GivenUp, TooLate, StopIteration):
            return None

    def facts(self, occupation: str) -> Json:
        today = clock.today()
        return {
            "arrived_on": str(today - timedelta(days=self.chance.randint(200, 1500))), "diploma_from": "abroad",
            "months_in_field_quebec": self.chance.randint(0, 9), "occupation": occupation, "municipality": "laval",
            "municipalities_accepted": ["laval", "montreal"], "french": {"listening": 8, "speaking": 7},
            "years_of_experience": 9, "hours_per_week_min": "30", "available_from": str(today),
            "work_authorisation": self.chance.choice(["permanent_resident", "open_permit"]),
            "wage_expected_cents": 2500,
        }  # fmt: skip

    def person(self, ref: str, occupation: str) -> Json:
        family = f"{CANARY}{uuid4().hex[:10]}"
        self.names[ref] = family
        return {
            "person_ref": ref,
            "person": {"given_name": "Ada", "family_name": family, "phone": "450-555-0100",
                       "email": f"{family.lower()}@example.org"},
            "agreement": {"given_on": str(clock.today()), "notice_version": "2026-01",
                          "statement": "partner_statement", "purposes": PURPOSES},
            "facts": self.facts(occupation),
        }  # fmt: skip

    def partner(self) -> Partner:
        manager = Manager(self.wire)
        partner_id = manager.add_partner(f"Organisme {self.wire.run_id}", "community_body")
        return Partner(self.wire, partner_id, manager.issue_key(partner_id))
