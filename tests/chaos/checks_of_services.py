"""Judges the evidence by C6 … C14: read models, places, money, tasks, notices, and what an erasure left."""

import secrets
from collections import Counter
from collections.abc import Callable, Iterator
from decimal import ROUND_HALF_UP, Decimal
from importlib import import_module
from typing import Any
from uuid import uuid4

import psycopg
from psycopg.rows import dict_row

from deploy.local.databases import create_database, drop_database
from shared.events.base import Envelope
from shared.messaging.inbox import Inbox
from shared.migrate import upgrade
from tests.chaos.evidence import Evidence

LIVE_PER_OPENING = 5  # services.matching.settings.introductions_per_opening
NOT_FACTS = {"facts_received", "signs_of_life", "alembic_version"}


def c6_the_portal_is_the_fold_of_the_log(e: Evidence) -> Iterator[str]:
    """A second portal is built from the journals, publisher by publisher, so in another order than the first was. What
    an erasure took out of the journals cannot be built again: rows about it are left out of the comparison."""
    if "portal" not in e.inboxes:
        return
    name = f"rebuilt_{uuid4().hex[:8]}"
    url = create_database(e.stack.admin_url, name, secrets.token_hex(8))
    try:
        upgrade("portal", url)
        _rebuild(e, url)
        gone = e.erased | {ev["subject"].partition("/")[2] for ev in e.events.values() if ev["data"] is None}
        yield from _differences(e.stack.database("portal"), url, gone)
    finally:
        drop_database(e.stack.admin_url, name)


def _rebuild(e: Evidence, url: str) -> None:
    inbox = Inbox("portal", import_module("services.portal.consumers").CONSUMES)
    with psycopg.connect(url, autocommit=True) as conn:
        conn.execute("SET synchronous_commit = off")  # a throwaway copy
        for publisher in sorted(e.journals, reverse=True):
            for row in e.journals[publisher]:
                inbox.handle_once(conn, envelope(publisher, row))


def envelope(publisher: str, row: dict[str, Any]) -> Envelope:
    return Envelope(
        id=row["event_id"], type=row["type"], publisher=publisher, subject=row["subject"], version=row["version"],
        key=row["key"], time=row["occurred_at"], correlation_id=row["correlation_id"],
        causation_id=row["causation_id"], actor=row["actor"],
        data=row["data"].encode() if row["data"] is not None else None,
    )  # fmt: skip


def _differences(one: str, other: str, gone: set[str]) -> Iterator[str]:
    from shared.messaging.tables import KERNEL_1

    kernel = {line.split()[2] for line in KERNEL_1.splitlines() if line.startswith("CREATE TABLE")}
    with psycopg.connect(one, row_factory=dict_row) as a, psycopg.connect(other, row_factory=dict_row) as b:
        found = a.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        tables = {row["tablename"] for row in found} - kernel - NOT_FACTS - {"chaos_applied"}
        for table in sorted(tables):
            rows = [_rows(conn, table, gone) for conn in (a, b)]
            live, rebuilt = rows[0] - rows[1], rows[1] - rows[0]
            for row in list(live)[:3]:
                yield f"C6 portal.{table} has {row}, a rebuild has not"
            for row in list(rebuilt)[:3]:
                yield f"C6 a rebuild of portal.{table} has {row}, the portal has not"


def _rows(conn: psycopg.Connection[dict[str, Any]], table: str, gone: set[str]) -> Counter[str]:
    found = conn.execute(f"SELECT * FROM {table}").fetchall()
    hidden = {"supported_since"} if table == "employers" and gone else set()
    return Counter(
        ", ".join(f"{name}={row[name]}" for name in sorted(row) if name not in hidden)
        for row in found
        if not gone & {str(value) for value in row.values()}
    )


def c7_places(e: Evidence) -> Iterator[str]:
    if "matching" not in e.inboxes:
        return
    yield from full_places(lambda sql: e.stack.rows("matching", sql))


def full_places(ask: Callable[[Any], list[dict[str, Any]]]) -> Iterator[str]:
    """Also asked while faults run."""
    for row in ask(
        """SELECT v.vacancy_id, coalesce((v.facts ->> 'openings')::int, 0) AS openings,
                  (SELECT count(*) FROM hires h WHERE h.vacancy_id = v.vacancy_id AND h.state <> 'cancelled') AS hired,
                  (SELECT count(*) FROM introductions i WHERE i.vacancy_id = v.vacancy_id AND i.live) AS live
           FROM vacancies v"""
    ):
        if row["hired"] > row["openings"]:
            yield f"C7 vacancy {row['vacancy_id']}: {row['hired']} hired for {row['openings']} places"
        if row["live"] > LIVE_PER_OPENING * row["openings"]:
            yield f"C7 vacancy {row['vacancy_id']}: {row['live']} live introductions for {row['openings']} places"
    for row in ask("SELECT candidate_id, count(*) AS n FROM choices WHERE candidate_id IS NOT NULL GROUP BY 1"):
        if row["n"] > 1:
            yield f"C7 candidate {row['candidate_id']} has chosen {row['n']} times"


def c8_money(e: Evidence) -> Iterator[str]:
    if "subsidies" not in e.inboxes:
        return

    def ask(sql: Any) -> list[dict[str, Any]]:
        return e.stack.rows("subsidies", sql)

    yield from wrong_money(ask)
    for row in ask(
        "SELECT request_id AS id, amount_cents, 0 AS cut_cents, lines FROM requests WHERE lines IS NOT NULL"
    ):
        yield from _lines_differ("request", row)
    for row in ask("SELECT claim_id AS id, amount_cents, cut_cents, lines FROM claims WHERE lines IS NOT NULL"):
        yield from _lines_differ("claim", row)
    yield from _ledgers_differ(e, ask)


def wrong_money(ask: Callable[[Any], list[dict[str, Any]]]) -> Iterator[str]:
    """Also asked while faults run: what was paid lies within what was approved, and that within what was asked for."""
    for row in ask(
        """SELECT r.request_id, r.amount_cents, r.approved_amount_cents AS approved,
                  coalesce(c.paid, 0) AS paid, c.least
           FROM requests r LEFT JOIN (SELECT request_id, sum(paid_amount_cents) AS paid, min(paid_amount_cents) AS least
                                      FROM claims GROUP BY request_id) c USING (request_id)"""
    ):
        if row["approved"] is not None and not 0 <= row["approved"] <= row["amount_cents"]:
            yield f"C8 request {row['request_id']}: {row['approved']} approved of {row['amount_cents']}"
        if row["paid"] > (row["approved"] or 0) or (row["least"] or 0) < 0:
            yield f"C8 request {row['request_id']}: {row['paid']} paid of {row['approved']} approved"


def _lines_differ(what: str, row: dict[str, Any]) -> Iterator[str]:
    """Each line is hours × min(rate × wage, cap), half up to the cent; together they are the amount."""
    total = 0
    for line in row["lines"]:
        hours, rate, cap = (Decimal(str(line[name])) for name in ("hours", "rate", "cap_cents"))
        pays = hours * min(rate * int(line["wage_cents"]), cap)
        cents = int(pays.quantize(Decimal(1), rounding=ROUND_HALF_UP))
        total += cents
        if cents != line["amount_cents"]:
            yield f"C8 {what} {row['id']}: a line of {line['amount_cents']} cents comes to {cents}"
    if total - row["cut_cents"] != row["amount_cents"]:
        yield f"C8 {what} {row['id']}: {row['amount_cents']} cents, its lines come to {total - row['cut_cents']}"


def _ledgers_differ(e: Evidence, ask: Callable[[Any], list[dict[str, Any]]]) -> Iterator[str]:
    """What the ministry says that it decided and paid is what we have, once."""
    ours = {str(r["request_id"]): r for r in ask("SELECT * FROM requests")}
    claims = {str(r["claim_id"]): r for r in ask("SELECT * FROM claims")}
    for entry in e.ledger["requests"]:
        said, row = entry.get("decision") or {}, ours.get(str(entry["request_id"]))
        if entry["state"] != "acknowledged" or row is None:
            continue
        approved = said.get("amount_cents") if said["decision"] == "approved" else None
        if row["approved_amount_cents"] != approved:
            ours_says = row["approved_amount_cents"]
            yield f"C8 request {row['request_id']}: the ministry approved {approved}, ours says {ours_says}"
    for entry in e.ledger["claims"]:
        said, row = entry.get("decision") or {}, claims.get(str(entry["claim_id"]))
        if entry["state"] == "acknowledged" and row and row["paid_amount_cents"] != said.get("amount_cents"):
            paid, ours_says = said.get("amount_cents"), row["paid_amount_cents"]
            yield f"C8 claim {row['claim_id']}: the ministry paid {paid}, ours says {ours_says}"


def c9_no_orphans(e: Evidence) -> Iterator[str]:
    if "matching" in e.inboxes:
        for row in e.stack.rows(
            "matching",
            """SELECT introduction_id, state FROM introductions i WHERE state IN ('proposed', 'candidate_agreed')
               AND candidate_id IS NOT NULL
               AND NOT EXISTS (SELECT FROM timers WHERE about = i.introduction_id::text)""",
        ):
            yield f"C9 introduction {row['introduction_id']} is {row['state']} and nothing will ever end it"
    if "subsidies" in e.inboxes and "ministry" in e.stack.urls:
        known = {entry["request_id"] for entry in e.ledger["requests"]}
        for row in e.stack.rows("subsidies", "SELECT request_id FROM requests WHERE state = 'submitted'"):
            if str(row["request_id"]) not in known:
                yield f"C9 request {row['request_id']} is submitted and the ministry never heard of it"
    if "retention" in e.inboxes:
        for row in e.stack.rows(
            "retention",
            """SELECT task_id FROM tasks t WHERE state IN ('planned', 'moved')
               AND NOT EXISTS (SELECT FROM timers WHERE about = t.task_id::text)""",
        ):
            yield f"C9 task {row['task_id']} is planned and will never come due"


def c11_notices(e: Evidence) -> Iterator[str]:
    if "subsidies" not in e.inboxes or "ministry" not in e.stack.urls:
        return
    for row in e.stack.rows(
        "subsidies", "SELECT id, type, attempts, last_error FROM webhook_deliveries WHERE state = 'pending'"
    ):
        yield f"C11 notice {row['id']} is still pending after {row['attempts']} attempts ({row['last_error']})"
    for entry in e.ledger["requests"]:
        if entry["state"] in ("received", "decided"):
            yield f"C11 the ministry has request {entry.get('request_id') or entry.get('id')} open: {entry['state']}"
    said = Counter(
        ev["subject"] for ev in e.events.values()
        if ev["type"].endswith(("subsidy_approved.v1", "subsidy_refused.v1"))
    )  # fmt: skip
    for subject, count in said.items():
        if count > 1:
            yield f"C11 {subject} was decided {count} times"


def c14_nothing_left_of_the_erased(e: Evidence) -> Iterator[str]:
    needles = {e.erased_names[key]: key for key in e.erased if key in e.erased_names}
    if not needles:
        return
    for service in e.journals:
        with psycopg.connect(e.stack.database(service), autocommit=True) as conn:
            tables = conn.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
            for (table,) in tables:
                for (row,) in conn.execute(f"SELECT lower(r::text) FROM {table} r WHERE r::text ILIKE '%canarival%'"):
                    yield from (
                        f"C14 {service}.{table} still names {key}, erased"
                        for name, key in needles.items() if name.lower() in row
                    )  # fmt: skip
            for key in _told_before_the_erasure(e, service) & e.erased:
                yield f"C14 {service} still has payloads about {key}, erased, in its journal"


def _told_before_the_erasure(e: Evidence, service: str) -> set[str]:
    """Keys with a payload in the journal that is older than the moment at which the service forgot the person."""
    moments = {r["key"]: r["at"] for r in e.applied.get(service, ()) if r["type"].endswith("candidate_erased.v1")}
    for row in e.journals[service]:
        if row["type"].endswith("candidate_erased.v1"):
            moments[row["key"]] = row["written_at"]
    return {
        row["key"]
        for row in e.journals[service]
        if row["data"] is not None and row["key"] in moments and row["written_at"] < moments[row["key"]]
        and not row["type"].endswith("candidate_erased.v1")
    }  # fmt: skip


SERVICES: tuple[Callable[[Evidence], Iterator[str]], ...] = (
    c6_the_portal_is_the_fold_of_the_log, c7_places, c8_money, c9_no_orphans, c11_notices,
    c14_nothing_left_of_the_erased,
)  # fmt: skip
