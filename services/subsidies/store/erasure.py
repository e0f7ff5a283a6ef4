"""A person is forgotten."""

from uuid import UUID

from shared.db import Tx

_HER_COURSES = "SELECT course_id FROM french_courses WHERE candidate_id = %s"


def erase_person(tx: Tx, candidate_id: UUID) -> None:
    """Remove everything about a person. Her requests keep their amounts, without her or anything that describes her."""
    about = (candidate_id,)
    tx.run(
        """INSERT INTO candidates (candidate_id, erased) VALUES (%s, true)
           ON CONFLICT (candidate_id) DO UPDATE SET erased = true, file_number = NULL, occupation = NULL,
             months_in_field_quebec = NULL, arrived_on = NULL, work_authorisation = NULL""",
        about,
    )
    tx.run("DELETE FROM hours_reports WHERE candidate_id = %s", about)
    tx.run("DELETE FROM introductions WHERE candidate_id = %s", about)
    _forget_papers(tx, candidate_id)
    _forget_claims_and_courses(tx, candidate_id)
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
             lines = NULL, lacking = '[]', flags = '[]', decision_note = NULL WHERE candidate_id = %s""",
        about,
    )


def _forget_papers(tx: Tx, candidate_id: UUID) -> None:
    tx.run("DELETE FROM documents WHERE candidate_id = %s", (candidate_id,))
    tx.run(
        """UPDATE information_requests SET questions = '[]', note = NULL, answer = NULL
           WHERE request_id IN (SELECT request_id FROM requests WHERE candidate_id = %s)""",
        (candidate_id,),
    )


def _forget_claims_and_courses(tx: Tx, candidate_id: UUID) -> None:
    """Amounts and hours stay; the days worked, and who it was, do not."""
    tx.run(
        """UPDATE claims SET candidate_id = NULL, lines = NULL, missing = '[]', flags = '[]' WHERE candidate_id = %s""",
        (candidate_id,),
    )
    tx.run(f"DELETE FROM french_course_hours WHERE course_id IN ({_HER_COURSES})", (candidate_id,))
    tx.run(f"DELETE FROM french_course_questions WHERE course_id IN ({_HER_COURSES})", (candidate_id,))
    tx.run(
        """UPDATE french_courses SET candidate_id = NULL, file_number = NULL, decision_note = NULL, target_level = 0
           WHERE candidate_id = %s""",
        (candidate_id,),
    )
