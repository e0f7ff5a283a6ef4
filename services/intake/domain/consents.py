"""Agreements: to be referred at all, then one use of the file by one kind of receiver at a time (Law 25, P-39.1
s. 12–14: free, informed, for specific purposes, withdrawable)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from shared.errors import Invalid, Problem

MINISTRIES = frozenset({"services_quebec", "mifi"})
_NOTICE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,31}")


@dataclass(frozen=True)
class Notice:
    """What a person is told before she agrees to be referred (P-39.1 s. 8), in the version that she agrees to."""

    version: str
    fr: str
    en: str


NOTICE = Notice(
    "2026-01",
    "Le programme garde votre nom, un moyen de vous joindre et ce que vous lui dites de votre parcours, pour vous"
    " accompagner vers un emploi. Rien n'est remis à une entreprise ni à un ministère sans un autre accord de vous."
    " Vous pouvez voir votre dossier, le corriger, retirer un accord et tout faire effacer.",
    "The programme keeps your name, a way to reach you and what you tell it of your path, to accompany you into work."
    " Nothing is given to a company or a ministry without another agreement of yours. You may see your file, correct"
    " it, take an agreement back and have everything erased.",
)

# who a purpose is for when the agreement names nobody in particular
DEFAULT_RECIPIENT = {
    "introduce_without_name": "employers",
    "share_file_with_employer": "employers",
    "send_to_ministry": "services_quebec",
    "tell_sender_outcome": "sender",
}


class AgreementMissing(Invalid):
    """The person has not agreed: nothing that names her may be kept."""


@dataclass(frozen=True)
class Agreement:
    """That the person agreed to be referred: the sender's dated statement, or her own link."""

    given_on: date
    notice_version: str
    statement: str  # partner_statement | own_link
    purposes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Grant:
    """One purpose for one recipient that stands."""

    purpose: str
    recipient: str


def agreement_missing() -> Problem:
    return Problem(
        "/agreement",
        "agreement_missing",
        "La personne doit d'abord accepter. Rien n'a été gardé.",
        "The person must agree first. Nothing was kept.",
    )


def check_agreement(agreement: Agreement, today: date, at: str = "/agreement") -> list[Problem]:
    return check_notice(agreement.notice_version, f"{at}/notice_version") + check_given_on(
        agreement.given_on, today, f"{at}/given_on"
    )


def check_given_on(given_on: date, today: date, at: str) -> list[Problem]:
    if given_on <= today:
        return []
    return [Problem(at, "date_in_future", "L'accord ne peut être daté du futur.", "An agreement cannot lie ahead.")]


def check_notice(notice_version: str, at: str) -> list[Problem]:
    if _NOTICE.fullmatch(notice_version):
        return []
    return [Problem(at, "not_a_notice", "Version de l'avis inconnue.", "Unknown version of the notice.")]


def check_recipient(purpose: str, recipient: str, at: str = "/recipient") -> list[Problem]:
    """Whether this purpose can be for this recipient: ``employers`` or one employer's id, a ministry, the sender."""
    if purpose in ("introduce_without_name", "share_file_with_employer"):
        fits = recipient == "employers" or _is_id(recipient)
    elif purpose == "send_to_ministry":
        fits = recipient in MINISTRIES
    else:
        fits = recipient == "sender"
    if fits:
        return []
    return [
        Problem(
            at,
            "recipient_does_not_fit",
            "Ce destinataire ne convient pas à cet usage.",
            "This recipient does not fit this purpose.",
        )
    ]


def may_see_name(role: str, organisation: str | None, grants: Iterable[Grant], *, acquainted: bool = False) -> bool:
    """Whether a caller's role may see the person's name, by what she agreed to and still stands. The person herself
    is not asked here. Staff accompany her, and see it; a ministry only with her consent; an employer only with her
    consent and once both said yes to an introduction (``acquainted``): profiles come without the name first."""
    if role in ("advisor", "retention_advisor", "manager"):
        return True
    if role == "employer" and organisation and acquainted:
        wanted = {Grant("share_file_with_employer", "employers"), Grant("share_file_with_employer", organisation)}
    elif role == "ministry" and organisation in MINISTRIES:
        wanted = {Grant("send_to_ministry", organisation)}
    else:
        return False
    return not wanted.isdisjoint(grants)


def _is_id(text: str) -> bool:
    """A UUID in its canonical form, so that a recipient never carries free text."""
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False
