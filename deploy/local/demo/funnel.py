"""The programme from referral to work, in the services' own counts: nothing here is what the demo believes it did."""

from deploy.local.demo.actors import Manager

_ASKED = ("submitted", "information_requested", "approved", "active", "refused")


def funnel_of(manager: Manager) -> list[tuple[int, str, str]]:
    """Each step with how many; portal counts people and jobs, subsidies its requests, claims and courses."""
    seen, states = manager.funnel(), manager.subsidy_counts()
    promise, hires = seen["promise"], seen["hires"]
    asked = sum(states.get(("requests", state), 0) for state in _ASKED)
    granted = sum(states.get(("requests", state), 0) for state in ("approved", "active"))
    courses = sum(states.get(("french_courses", state), 0) for state in ("approved", "running"))
    return [
        (seen["referred"], "personnes recommandées", "people referred"),
        (seen["admitted"], "admises", "admitted"),
        (promise["introduced"], "présentées à une entreprise au moins", "introduced to one company at least"),
        (promise["kept"], "ont rencontré trois entreprises ou plus", "met three companies or more"),
        (hires["chosen"], "embauches choisies parmi elles", "hires chosen among them"),
        (hires["self_found"], "embauches trouvées seules", "hires found by themselves"),
        (hires["ended"], "emplois terminés depuis", "jobs that have ended since"),
        (asked, "subventions demandées", "subsidies asked for"),
        (granted, "subventions en cours", "subsidies running"),
        (states.get(("claims", "paid"), 0), "réclamations payées", "claims paid"),
        (courses, "cours de français en cours", "French courses running"),
        (seen["employed"], "en emploi aujourd'hui", "employed today"),
    ]
