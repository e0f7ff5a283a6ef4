"""What runs once before the processes: ``python -m deploy.containers.prepare development|databases|migrations|topics``.
Each step is the embedded mode's own code, and safe to run again; docker-compose.yml holds their order."""

import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import unquote, urlsplit

from deploy.local.databases import create_databases, wait_for_database
from deploy.local.environment import development_files
from deploy.local.holding import hold_audit, release_audit
from deploy.local.migrations import at_head, upgrade
from deploy.local.processes import SERVICES
from deploy.local.topics import create_topics
from deploy.local.words import CannotStart

_WAIT_S = 60


def database_urls(environment: Mapping[str, str]) -> dict[str, str]:
    """By service. Raises KeyError when one is missing."""
    return {service: environment[f"{service.upper()}_DATABASE_URL"] for service in SERVICES}


def passwords(urls: Mapping[str, str]) -> dict[str, str]:
    """What each service's role shows: the password of its own URL."""
    return {service: unquote(urlsplit(url).password or "") for service, url in urls.items()}


def development(environment: Mapping[str, str]) -> None:
    """The development issuer's keys, the sandbox's tokens and the programme clock, unless they are there."""
    development_files(Path(environment["DEVELOPMENT_FOLDER"]))


def databases(environment: Mapping[str, str]) -> None:
    """A database and a role for each service, which opens no other."""
    admin_url = environment["DATABASE_ADMIN_URL"]
    wait_for_database(admin_url, _WAIT_S)
    create_databases(admin_url, passwords(database_urls(environment)))


def migrations(environment: Mapping[str, str]) -> None:
    """Every database at the newest revision, each by its own role; then its audit tables are another's."""
    admin_url = environment["DATABASE_ADMIN_URL"]
    for service, url in database_urls(environment).items():
        if not at_head(service, url):
            release_audit(admin_url, service)
            upgrade(service, url)
            print(f"Schéma · schema: {service}")
        hold_audit(admin_url, service)


def topics(environment: Mapping[str, str]) -> None:
    """The topics of deploy/kafka/topics.yml."""
    made = create_topics(environment["KAFKA_BOOTSTRAP_SERVERS"], seconds=_WAIT_S)
    print(f"Sujets · topics: {len(made)}")


STEPS: dict[str, Callable[[Mapping[str, str]], None]] = {
    step.__name__: step for step in (development, databases, migrations, topics)
}

if __name__ == "__main__":
    try:
        STEPS[sys.argv[1]](os.environ)
    except CannotStart as error:
        sys.exit(str(error))
