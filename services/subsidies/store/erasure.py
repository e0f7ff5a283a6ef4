"""A person is forgotten."""

from uuid import UUID

from shared.db import Tx


def erase_person(tx: Tx, candidate_id: UUID) -> None:
    """Remove everything about a person. Her requests keep their amounts, without her or anything that describes her."""
    about = (candidate_id,)
    tx.run(
        """INSERT INTO candidates (candidate_id, erased) VALUES (%s, true)
           ON CONFLICT (candidate_id) DO UPDATE SET erased = true, file_number = NULL, occupation = NULL,
             months_in_field_quebec = NULL, arrived_on = NULL, work_authorisation = NULL""",
        about,
    )
    tx.run("DELETE FROM consents WHERE candidate_id = %s", about)
    tx.run("DELETE FROM assessments WHERE candidate_id = %s", about)
    tx.run("DELETE FROM hires WHERE candidate_id = %s", about)
    tx.run(
        """UPDATE decisions SET note = NULL
           WHERE request_id IN (SELECT request_id FROM requests WHERE candidate_id = %s)""",
        about,
    )
    tx.run(
        """UPDATE requests SET candidate_id = NULL, file_number = NULL, starts_on = NULL, facts = NULL, criteria = NULL,
             lines = NULL, decision_note = NULL WHERE candidate_id = %s""",
        about,
    )
