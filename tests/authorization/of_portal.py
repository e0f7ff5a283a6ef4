"""The lines of the portal: its pages and their forms, which it asks and sends on with the user's own token. A line for
each place, in French and in English; forms only say what to do, as the owners' own lines say the rest."""

from collections.abc import Mapping
from dataclasses import replace

from services.portal.pages.places import PLACES
from services.portal.pages.places.companies import _OF_A_COMPANY
from shared.tokens import Role
from tests.authorization.of_matching import SHE_AGREED
from tests.authorization.of_subsidies import COURSE_SENT, SENT, SUBMITTED
from tests.authorization.table import EVERYWHERE, FORM, NOTHING, Line, Step, Table, Why

BELOW_THE_COMPANY = (404, "a liaison's pages are below the company's")
NOT_BELOW_A_COMPANY = (404, "a company's own pages name no company")
THANKS_ANYBODY = (200, "it thanks, and looks nothing up")
NO_NUMBER = (422, "one of three numbers is to be chosen")
FORM_FIRST = (422, "the form lacks answers, and nobody was asked yet")
NO_SERVICE = (422, "one of five services is to be named")
GONE = (303, "resumed or handled meanwhile: back to the list, which says so")
MIFI = "mifi"


def _at(owner: str, steps: tuple[Step, ...]) -> tuple[Step, ...]:
    return tuple(replace(step, owner=owner) for step in steps)


AGREED, REQUEST_SENT = _at("matching", (SHE_AGREED,)), _at("subsidies", SENT)
CLAIM_SENT, COURSE_IS_SENT = _at("subsidies", SUBMITTED), _at("subsidies", COURSE_SENT)
NEW = {"request_id": "new_request"}
TRAINING = {"session_id": "training"}
NEW_HIRE = {"hire_id": "new_hire"}

Form = Mapping[str, str] | None
SHOWN: Mapping[str, tuple[Line, Form]] = {
    # a partner, an advisor
    "refer": (NOTHING, {}),
    "my_referrals": (Line(shows="referral"), None),
    "my_referral": (NOTHING, {"do": "complete", "facts.years_of_experience": "4"}),
    "my_links": (Line(shows="link"), {}),
    "link": (NOTHING, {}),
    "link_thanks": (Line(unknown={"link": THANKS_ANYBODY}), None),
    "referrals": (Line(shows="referral"), None),
    "decision": (NOTHING, {"do": "complete", "facts.years_of_experience": "4"}),
    "my_people": (Line(shows="seeker"), None),
    "introductions": (NOTHING, None),
    "accompany": (NOTHING, {"do": "coaching"}),
    "workshops": (NOTHING, {}),
    # the person herself
    "my_path": (Line(shows="introduction"), {"do": "agree", "about": "$plan"}),
    "my_choice": (NOTHING, {}),
    "my_file": (NOTHING, {"do": "erase"}),
    # the programme
    "person": (NOTHING, None),
    "search": (NOTHING, None),
    # ministries
    "requests": (Line(shows="new_request", first=REQUEST_SENT), None),
    "request": (Line(at=NEW, first=REQUEST_SENT), {"do": "decide"}),
    "claims": (Line(shows="claim", first=CLAIM_SENT), None),
    "claim_to_pay": (Line(first=CLAIM_SENT), {"do": "pay"}),
    "courses": (Line(shows="course", ministry=MIFI, first=COURSE_IS_SENT), None),
    "course": (Line(ministry=MIFI, first=COURSE_IS_SENT), {"do": "decide"}),
    # the follow-up
    "today": (NOTHING, None),
    "task": (NOTHING, {"do": "contact"}),
    "call": (NOTHING, {"do": "call"}),
    "signals": (Line(shows="signal"), None),
    "signal": (NOTHING, {"do": "close"}),
    "supports": (Line(shows="hire"), {"do": "close", "support_id": "$support"}),
    "employment": (NOTHING, {"do": "end"}),
    # liaisons and managers
    "companies": (Line(shows="employer"), None),
    "on_paper": (NOTHING, None),
    "on_paper_one": (Line(at=NEW, first=REQUEST_SENT), {"decision": "refused"}),
    "dossier": (Line(), None),
    "team": (NOTHING, {"given_name": "Maude"}),
    "staff_member": (Line(at={"staff_id": "staff_member"}), {"given_name": "Maude"}),
    "partners": (NOTHING, None),
    "trainings": (Line(shows="training"), {}),
    "training": (Line(at=TRAINING), {"do": "attendance"}),
    "health": (NOTHING, None),
    "aside": (Line(at={"event_id": "set_aside"}, unknown={"service": NO_SERVICE, "set_aside": GONE}), {"do": "resume"}),
}
OF_A_COMPANY: Mapping[str, tuple[Line, Form]] = {
    "to_do": (NOTHING, None),
    "vacancies": (Line(shows="vacancy"), None),
    "vacancy_new": (NOTHING, {}),
    "vacancy": (NOTHING, {"do": "change"}),
    "introduced": (Line(shows="introduction", first=AGREED), None),
    "introduced_one": (Line(first=AGREED), {"do": "answer"}),
    "subsidies": (Line(shows="new_request"), None),
    "subsidy": (Line(at=NEW), {"do": "confirm"}),
    "claim": (NOTHING, {"do": "submit"}),
    "newcomers": (Line(shows="hire"), None),
    "newcomer": (NOTHING, {"do": "end"}),
    "french": (Line(shows="course"), {}),
    "french_course": (NOTHING, {"do": "confirm"}),
    "our_trainings": (Line(shared=("training",)), {"do": "leave", "session": "$training"}),
}
"""Each twice: a company's own, and a liaison's below the company."""
FORMS_UNKNOWN: Mapping[str, Mapping[str, Why]] = {
    "aside": {"service": NO_SERVICE, "set_aside": GONE},
    "supports": {"support": FORM_FIRST},
}


def _company_lines() -> dict[str, tuple[Line, Form]]:
    assert OF_A_COMPANY.keys() == _OF_A_COMPANY.keys()
    found: dict[str, tuple[Line, Form]] = {}
    for name, (line, form) in OF_A_COMPANY.items():
        found[name] = replace(line, refused={Role.LIAISON: BELOW_THE_COMPANY}), form
        found[f"company_{name}"] = replace(line, refused={Role.EMPLOYER: NOT_BELOW_A_COMPANY}), form
    return found


def _lines() -> dict[str, Line]:
    found: dict[str, Line] = {}
    for name, (line, form) in (dict(SHOWN) | _company_lines()).items():
        for path, briefly in ((PLACES[name].fr, False), (PLACES[name].en, True)):
            asked = replace(line, page=True, briefly=briefly)
            found[f"GET {path}"] = asked
            if form is not None:
                unknown = FORMS_UNKNOWN.get(name, {})
                found[f"POST {path}"] = replace(
                    asked, shows=None, body=dict(form), content_type=FORM, unknown=unknown
                )  # fmt: skip
    return found


def _programme() -> dict[str, Line]:
    found = {"GET /": NOTHING, "GET /static/{name}": NOTHING}
    for language in ("fr", "en"):
        found[f"GET /{language}"] = NOTHING
        found[f"GET /{language}/programme"] = Line(page=True)
        found[f"GET /{language}/programme/live"] = Line(page=True, endless="it goes on as long as somebody looks")
        found[f"GET /{language}/programme/{{number}}"] = Line(page=True, unknown={"number": NO_NUMBER})
    for path in ("/connexion", "/sign-in"):
        found[f"GET {path}"] = NOTHING
        found[f"POST {path}"] = Line({"role": "manager"}, content_type=FORM)
    return found | dict.fromkeys(("POST /quitter", "POST /sign-out"), Line({}, content_type=FORM))


API: Table = {
    "GET /v1/numbers": NOTHING,
    "GET /v1/funnel": NOTHING,
    "GET /v1/people/{candidate_id}/timeline": NOTHING,
}
LINES: Table = {**EVERYWHERE, **API, **_programme(), **_lines()}
