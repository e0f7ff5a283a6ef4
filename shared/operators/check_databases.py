"""What doctor asks each service's own database. Every check is one question; none changes anything."""

from collections.abc import Sequence

from shared.db import Tx
from shared.health import migration_head
from shared.observing.gauges import count_keys
from shared.operators.findings import Finding, Told, attention, broken, green
from shared.operators.outbox import OLDER_THAN_S, PUBLISHERS, look, relays

STANDS_STILL_S = 900.0  # an outbox as old as the longest wait of a key: nothing goes out any more
APPEND_ONLY = {"journal": "journal_is_append_only", "name_lookups": "name_lookups_are_append_only"}
ONLY_INTAKES = {"name_lookups"}


def role(tx: Tx, others: Sequence[str]) -> Finding:
    """The service's own role: no superuser, and let into no other service's database (``others``: their names)."""
    who, superuser = tx.conn.execute(
        "SELECT current_user, usesuper FROM pg_user WHERE usename = current_user"
    ).fetchone() or ("?", False)
    open_ = [
        name
        for (name,) in tx.conn.execute(
            """SELECT datname FROM pg_database WHERE datname = ANY(%s) AND datname <> current_database()
               AND has_database_privilege(oid, 'CONNECT') ORDER BY datname""",
            (list(others),),
        )
    ]
    if not superuser and not open_:
        return green(
            "database.role",
            tx.service,
            Told(f"Le rôle {who} n'ouvre que sa base.", f"Role {who} opens its own database only."),
        )
    what = ", ".join(open_) or "…"
    return broken(
        "database.role",
        tx.service,
        Told(
            f"Le rôle {who} est {'superutilisateur' if superuser else 'admis ailleurs'} : {what}.",
            f"Role {who} is {'a superuser' if superuser else 'let in elsewhere'}: {what}.",
        ),
        Told(
            "Donnez à ce service un rôle à lui; REVOKE CONNECT ON DATABASE … FROM PUBLIC.",
            "Give this service a role of its own; REVOKE CONNECT ON DATABASE … FROM PUBLIC.",
        ),
    )


def migrations(tx: Tx) -> Finding:
    """At the head of the history that this code knows, or beyond it."""
    head, there = migration_head(tx.service), str(tx.value("SELECT version_num FROM alembic_version"))
    if there == head:
        return green("database.migrations", tx.service, Told(f"À jour ({head}).", f"At head ({head})."))
    said = Told(f"La base est à {there}, le code à {head}.", f"The database is at {there}, the code at {head}.")
    if there > head:
        return attention(
            "database.migrations",
            tx.service,
            said,
            Told(
                "Ce code est plus ancien que la base : déployez le plus récent.",
                "This code is older than the database: deploy the newer one.",
            ),
        )
    return broken(
        "database.migrations",
        tx.service,
        said,
        Told(
            "Appliquez les migrations : make up, ou l'étape « databases » des conteneurs.",
            "Apply the migrations: make up, or the containers' “databases” step.",
        ),
    )


def append_only(tx: Tx) -> Finding:
    """The triggers that keep history from being rewritten are there, and on."""
    wanted = {t: name for t, name in APPEND_ONLY.items() if t not in ONLY_INTAKES or tx.service == "intake"}
    there = {
        name
        for (name,) in tx.conn.execute(
            "SELECT tgname FROM pg_trigger WHERE tgname = ANY(%s) AND tgenabled <> 'D'", (list(wanted.values()),)
        )
    }
    missing = ", ".join(table for table, name in wanted.items() if name not in there)
    if not missing:
        return green(
            "database.append_only", tx.service, Told("Rien du passé ne se réécrit.", "History cannot be rewritten.")
        )
    return broken(
        "database.append_only",
        tx.service,
        Told(f"Le passé peut se réécrire : {missing}.", f"History can be rewritten: {missing}."),
        Told(
            "Sachez qui a ôté le déclencheur et ce qui a changé depuis; remettez-le (docs/runbooks/doctor.md).",
            "Find out who took the trigger away and what changed since; put it back (docs/runbooks/doctor.md).",
        ),
    )


def durable(tx: Tx) -> Finding:
    """What was committed survives a crash."""
    off = [
        name
        for name, value in tx.conn.execute(
            "SELECT name, setting FROM pg_settings WHERE name IN ('synchronous_commit', 'fsync', 'full_page_writes')"
        )
        if value == "off"
    ]
    if not off:
        return green("database.durable", tx.service, Told("Ce qui est dit reste dit.", "What is committed stays."))
    which = ", ".join(sorted(off))
    return broken(
        "database.durable",
        tx.service,
        Told(
            f"Une panne peut perdre ce qui est confirmé : {which} = off.",
            f"A crash may lose what was confirmed: {which} = off.",
        ),
        Told(
            "Remettez ces réglages à « on » (ALTER DATABASE, ALTER ROLE ou postgresql.conf).",
            "Set them to on again (ALTER DATABASE, ALTER ROLE or postgresql.conf).",
        ),
    )


def outbox_age(tx: Tx) -> Finding:
    line = look(tx)
    age = line.oldest_s or 0.0
    said = Told(
        f"{line.rows} à envoyer, le plus ancien depuis {age:.0f} s.",
        f"{line.rows} to send, the oldest for {age:.0f} s.",
    )
    if age <= OLDER_THAN_S:
        return green("outbox.age", tx.service, said)
    do = Told("Le relais n'avance pas : docs/runbooks/outbox.md.", "The relay stands still: docs/runbooks/outbox.md.")
    return (broken if age > STANDS_STILL_S else attention)("outbox.age", tx.service, said, do)


def relay(tx: Tx) -> Finding:
    """One relay, and only one, sends what a service publishes."""
    held = relays(tx)
    if tx.service not in PUBLISHERS:
        return green("outbox.relay", tx.service, Told("Ne publie rien.", "Publishes nothing."))
    said = Told(f"{held} relais tient ou tiennent le verrou.", f"{held} relay(s) hold the lock.")
    if held == 1:
        return green("outbox.relay", tx.service, said)
    return broken(
        "outbox.relay",
        tx.service,
        said,
        Told(
            f"Démarrez {tx.service}-worker, un seul relais à la fois : docs/runbooks/outbox.md.",
            f"Start {tx.service}-worker, one relay at a time: docs/runbooks/outbox.md.",
        ),
    )


def keys(tx: Tx) -> Finding:
    """Keys that wait or are parked."""
    counted = count_keys(tx)
    said = Told(
        f"{counted.waiting} attend ou attendent, {counted.parked} mis de côté.",
        f"{counted.waiting} wait, {counted.parked} parked.",
    )
    if not counted.parked and counted.oldest_s <= STANDS_STILL_S:
        return green("waiting.keys", tx.service, said)
    return attention(
        "waiting.keys",
        tx.service,
        said,
        Told(
            f"interconnexion parked list -s {tx.service}; docs/runbooks/parked-events.md.",
            f"interconnexion parked list -s {tx.service}; docs/runbooks/parked-events.md.",
        ),
    )


def timers(tx: Tx) -> Finding:
    """Timers that failed until they were parked."""
    parked = int(tx.value("SELECT count(*) FROM timers WHERE parked_at IS NOT NULL"))
    said = Told(f"{parked} échéance(s) mise(s) de côté.", f"{parked} timer(s) parked.")
    if not parked:
        return green("waiting.timers", tx.service, said)
    return attention(
        "waiting.timers",
        tx.service,
        said,
        Told(
            f"interconnexion parked list -s {tx.service}, corrigez la cause, puis parked resume.",
            f"interconnexion parked list -s {tx.service}, mend the cause, then parked resume.",
        ),
    )


def webhooks(tx: Tx) -> Finding | None:
    """Deliveries that fail or were given up; None for a service that sends none."""
    if tx.value("SELECT to_regclass('webhook_deliveries')") is None:
        return None
    exhausted, failing, gone = tx.conn.execute(
        """SELECT count(*) FILTER (WHERE state = 'exhausted'),
                  count(*) FILTER (WHERE state = 'pending' AND attempts > 0),
                  (SELECT count(*) FROM webhook_endpoints_gone) FROM webhook_deliveries"""
    ).fetchone() or (0, 0, 0)
    said = Told(
        f"{failing} en échec, {exhausted} abandonné(s), {gone} destinataire(s) parti(s).",
        f"{failing} failing, {exhausted} exhausted, {gone} receiver(s) gone.",
    )
    if not exhausted and not failing and not gone:
        return green("webhooks", tx.service, said)
    return attention(
        "webhooks",
        tx.service,
        said,
        Told(
            "Voyez avec le ministère ce qui ne répond pas : docs/runbooks/doctor.md.",
            "See with the ministry what does not answer: docs/runbooks/doctor.md.",
        ),
    )
