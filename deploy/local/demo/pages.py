"""The portal's pages as a person sees them: the entries of a timeline, and where everything is."""

from dataclasses import dataclass
from html.parser import HTMLParser

from deploy.local.demo.tale import Tale

PEOPLE = {"fr": "/fr/personnes", "en": "/en/people"}


@dataclass(frozen=True)
class Entry:
    """One line of a timeline as it is worded: the day, the service, the sentence."""

    day: str
    service: str
    what: str


class _Timeline(HTMLParser):
    """Entries are `<li class="entry lane-SERVICE">` with a `<time>` and a `<p class="what">`."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Entry] = []
        self._service = self._day = self._what = ""
        self._inside: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        about = dict(attrs)
        classes = (about.get("class") or "").split()
        if tag == "li" and "entry" in classes:
            lanes = [name.removeprefix("lane-") for name in classes if name.startswith("lane-")]
            self._service, self._day, self._what = (*lanes, "")[0], "", ""
        elif tag == "time" and "when" in classes:
            self._day = (about.get("datetime") or "")[:10]
        elif tag == "p" and "what" in classes:
            self._inside = "what"

    def handle_endtag(self, tag: str) -> None:
        if tag == "p" and self._inside:
            self._inside = None
            self.found.append(Entry(self._day, self._service, " ".join(self._what.split())))

    def handle_data(self, data: str) -> None:
        if self._inside:
            self._what += data


def timeline_page(tale: Tale, language: str) -> list[Entry]:
    """Her timeline as the page words it, plans included. Raises NotDone."""
    page = _Timeline()
    page.feed(tale.advisor.page(f"{PEOPLE[language]}/{tale.candidate_id}"))
    return page.found


def timeline_of(tale: Tale) -> list[tuple[str, str, str, str]]:
    """Day, service, French, English of each entry, as both pages show it."""

    def both() -> list[tuple[Entry, Entry]] | None:
        french, english = timeline_page(tale, "fr"), timeline_page(tale, "en")
        return list(zip(french, english, strict=True)) if len(french) == len(english) else None

    # a fact may come in between the two pages
    return [(fr.day, fr.service, fr.what, en.what) for fr, en in tale.wire.wait("her file in both languages", both)]


def links_of(tale: Tale) -> list[tuple[str, str, str]]:
    """Where to look, and how to get in."""
    portal = tale.wire.system.urls["portal"]
    return [
        ("Le programme, en direct", "the programme, live", f"{portal}/fr/programme"),
        ("Son dossier", "her file", f"{portal}{PEOPLE['fr']}/{tale.candidate_id}"),
        ("Entrer : choisissez un rôle", "to get in, choose a role", f"{portal}/connexion"),
        ("Chez le ministère", "at the ministry", f"{tale.wire.system.urls['ministry']}/v1/ledger"),
    ]
