"""The read models, as ``interconnexion rebuild`` makes them anew. A table that facts write belongs in this list."""

from services.portal.consumers import CONSUMES
from services.portal.store.erasing import carry_over
from shared.rebuilding import ReadModel

TABLES = (
    "people",
    "referrals",
    "introductions",
    "hires",
    "requests",
    "plans",
    "tasks",
    "steps",
    "employers",
    "employer_touches",
    "timeline",
    "facts_received",
)
READ_MODEL = ReadModel("portal", CONSUMES, TABLES, carry_over)
