"""A form of another site may do nothing here. Browsers say where a request comes from; what says nothing is no browser,
and carries no cookie it was not given."""

from urllib.parse import urlsplit

from fastapi import Request

from shared.errors import Forbidden, Problem


def only_from_our_own_page(request: Request) -> None:
    """Raises Forbidden for a form of another site."""
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    ours = site in ("same-origin", "none") if site else not origin or urlsplit(origin).netloc == request.headers["host"]
    if not ours:
        raise Forbidden(
            Problem("", "other_site", "Cette demande vient d'un autre site.", "This request comes from another site.")
        )
