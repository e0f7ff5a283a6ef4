"""Those who send people: somebody behind a link, and a partner's system with its key."""

from datetime import date
from typing import Any

from deploy.local.demo.actors import NOTICE, Reporter
from deploy.local.demo.answers import Referral, Update
from deploy.local.demo.wire import Json, Wire
from shared.tokens import Role

EVENT = "interconnexion.partner."


class Visitor:
    """Somebody with nothing but a link: the person herself, or a bank's employee."""

    def __init__(self, wire: Wire) -> None:
        self.wire = wire

    def page(self, code: str) -> Json:
        """What the page behind the link says."""
        return self.wire.get(None, "intake", f"/v1/links/{code}")

    def refer(
        self, code: str, person: Json, purposes: tuple[str, ...], on: date, facts: Json, statement: str = "own_link"
    ) -> Referral:
        sent = {"code": code, "person": person, "agreement": agreement(on, purposes, statement), "facts": facts}
        return Referral.model_validate(self.wire.send(None, "POST", "intake", "/v1/self-referrals", sent))


class Partner(Reporter):
    """A partner's system, with the key that the programme gave it."""

    def __init__(self, wire: Wire, partner_id: str, key: str) -> None:
        super().__init__(wire, Role.PARTNER, partner_id, partner_id)
        self.token = key

    def tell(self, *events: tuple[str, str, Json]) -> list[Json]:
        """Facts (type, id of its own, data) as a batch of CloudEvents, all or none: each takes effect once, for ever.
        What each led to."""
        return self.wire.events(self.token, [self.event(*each) for each in events])

    def event(self, kind: str, id_: str, data: Json) -> Json:
        source = f"/{self.wire.run_id}"
        return {"specversion": "1.0", "type": EVENT + kind, "source": source, "id": id_, "data": data}

    def refer(self, person: Json, purposes: tuple[str, ...], on: date, facts: Json) -> Referral:
        sent = {
            "channel": "partner_system", "person": person, "agreement": agreement(on, purposes, "partner_statement"),
            "facts": facts,
        }  # fmt: skip
        return Referral.model_validate(self._send("POST", "intake", "/v1/referrals", sent))

    def referral(self, referral_id: str) -> Referral:
        return Referral.model_validate(self._get("intake", f"/v1/referrals/{referral_id}"))

    def pass_on(self, referral_id: str, to_partner_id: str | None) -> Referral:
        """To another body, or (None) to the programme."""
        done = self._send("POST", "intake", f"/v1/referrals/{referral_id}/passing", {"to_partner_id": to_partner_id})
        return Referral.model_validate(done)

    def updates(self) -> list[Update]:
        """What became of those it sent, as they allow, oldest first."""
        shown = self._get("intake", "/v1/updates", after=0, limit=500)
        return [Update.model_validate(each) for each in shown["updates"]]


def agreement(on: date, purposes: tuple[str, ...], statement: str) -> dict[str, Any]:
    return {"given_on": str(on), "notice_version": NOTICE, "statement": statement, "purposes": list(purposes)}
