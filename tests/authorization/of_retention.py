"""The lines of retention."""

from shared.tokens import Role
from tests.authorization.table import EVERYWHERE, NOTHING, Line, Table

SOMEBODY = "22222222-2222-4222-8222-222222222222"
ANOTHER = "33333333-3333-4333-8333-333333333333"
NOT_OF_THIS_JOB = (422, "a signal in a body is one of what is to be corrected")
NOT_KNOWN_HERE = (200, "a company that nobody works at is not known here: its list is empty")
READERS = (Role.ADVISOR, Role.LIAISON, Role.RETENTION_ADVISOR, Role.MANAGER)
JOB = {"occupation": "11101", "wage_cents": 2900, "hours_per_week": "37.5", "starts_on": "@-29", "permanent": True}
CONTACT = {"result": "reached", "held_on": "@0", "outlook": 4}
WORKS = {"candidate_id": "worker"}

TASKS: Table = {
    "GET /v1/tasks": Line(shows="task", query="?limit=200"),
    "GET /v1/tasks/done": Line(shows="done_task"),
    "GET /v1/tasks/{task_id}": NOTHING,
    "GET /v1/load": NOTHING,
    "POST /v1/tasks/{task_id}/contacts": Line(CONTACT),
    "POST /v1/contacts": Line(
        {"result": "reached", "held_on": "@0", "contacts": [{"task_id": "$task", "outlook": 4}]},
    ),
    "POST /v1/tasks/{task_id}/move": Line({"due_on": "@2", "reason": "away"}),
    "POST /v1/tasks/{task_id}/snooze": Line({"until": "@2", "reason": "away"}),
    "POST /v1/tasks/{task_id}/handover": Line({"advisor_id": SOMEBODY}),
    "POST /v1/handovers": Line({"from_advisor_id": SOMEBODY, "to_advisor_id": ANOTHER}),
    "POST /v1/tasks/{task_id}/answers": Line(
        {"outlook": 4}, at={"task_id": "employer_task"}, at_for={Role.CANDIDATE: {"task_id": "task"}}, person="worker",
    ),
}  # fmt: skip
FOLLOW_UP: Table = {
    "GET /v1/candidates/{candidate_id}/follow-up": Line(at=WORKS, person="worker", shows="hire"),
    "GET /v1/employers/{employer_id}/follow-up": Line(
        shows="hire", unknown={f"employer:{role}": NOT_KNOWN_HERE for role in READERS}
    ),
    "GET /v1/candidates/{candidate_id}/how-am-i-doing": Line(at=WORKS, person="worker", shows="hire"),
    "GET /v1/employments/{hire_id}": Line(person="worker"),
    "POST /v1/employments/{hire_id}/changes": Line({"kind": "wage", "effective_on": "@0", "terms": JOB}),
    "POST /v1/employments/{hire_id}/end": Line({"ended_on": "@0", "reason": "resigned"}),
    "GET /v1/unplaced-reports": Line(shows="unplaced"),
    "POST /v1/unplaced-reports/{report_id}/set-aside": Line(at={"report_id": "unplaced"}),
    "GET /v1/codes": NOTHING,
    "GET /v1/questions": NOTHING,
}
HELP: Table = {
    "GET /v1/signals": Line(shows="signal"),
    "GET /v1/signals/{signal_id}": NOTHING,
    "POST /v1/signals/{signal_id}/closure": Line({"done": "support_opened"}),
    "GET /v1/supports": Line(shows="support"),
    "POST /v1/employments/{hire_id}/supports": Line(
        {"kind": "hr", "signal_id": "$signal"}, unknown={"signal": NOT_OF_THIS_JOB}
    ),
    "POST /v1/supports/{support_id}/closure": Line({"outcome": "settled"}),
}
LINES: Table = {**EVERYWHERE, **TASKS, **FOLLOW_UP, **HELP}
