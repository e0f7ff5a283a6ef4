"""What prepares a person for work: an action plan, coaching, a workshop."""

from collections.abc import Sequence

from deploy.local.demo.tale import Did, Tale

_STEPS = ("cv", "interview", "workshop", "introductions")


def they_agree_on_a_plan(tale: Tale) -> Sequence[Did]:
    """Her advisor proposes an action plan, and she agrees to it herself."""
    goal = tale.person.at_first["occupation"]
    tale.candidate.agree_plan(tale.advisor.propose_plan(tale.candidate_id, goal, _STEPS))
    return [Did("intake", f"plan convenu : {len(_STEPS)} étapes vers la CNP {goal}",
                f"plan agreed: {len(_STEPS)} steps towards NOC {goal}")]  # fmt: skip


def she_is_coached(tale: Tale) -> Sequence[Did]:
    """Her advisor prepares her for interviews."""
    tale.advisor.coach(tale.candidate_id, tale.today, 60, ("interview", "work_culture"))
    return [Did("intake", "accompagnement noté, 60 minutes", "coaching recorded, 60 minutes")]


def she_attends_a_workshop(tale: Tale) -> Sequence[Did]:
    """She enrols in a workshop of the programme, and is there."""
    session_id = tale.advisor.open_workshop("life_in_laval", tale.today, 120, 12)
    tale.candidate.enrol(session_id)
    tale.advisor.note_attendance(session_id, [tale.candidate_id])
    attended = sum(each["attended"] is True for each in tale.candidate.steps())
    return [Did("intake", f"atelier « Vivre à Laval » : présente ({attended} atelier)",
                f"workshop “Life in Laval”: attended ({attended} workshop)")]  # fmt: skip
