"""Parts of the examples that several bodies share. Everybody in them is invented."""

from pydantic.config import JsonDict

A_PERSON: JsonDict = {"given_name": "Rola", "family_name": "Exemple", "email": "rola@example.org"}
AN_AGREEMENT: JsonDict = {
    "given_on": "2026-03-02",
    "notice_version": "2026-01",
    "statement": "partner_statement",
    "purposes": ["introduce_without_name", "tell_sender_outcome"],
}
SOME_FACTS: JsonDict = {
    "arrived_on": "2024-08-20",
    "diploma_from": "abroad",
    "months_in_field_quebec": 0,
    "occupation": "21222",
    "french": {"listening": 8, "speaking": 7},
    "municipality": "laval",
    "work_authorisation": "permanent_resident",
}
SOME_TERMS: JsonDict = {
    "occupation": "21222",
    "wage_cents": 3450,
    "hours_per_week": "35",
    "starts_on": "2026-03-02",
    "permanent": True,
}
A_VACANCY: JsonDict = {
    "occupation": "21222",
    "openings": 2,
    "wage_min_cents": 3000,
    "wage_max_cents": 3600,
    "hours_per_week": "35",
    "permanent": True,
    "municipality": "laval",
    "french_required": {"speaking": 7},
}
