"""PostgreSQL 18 from the server's own binaries, unpacked from a Java archive (zonky's build, with ICU and contrib)."""

import os
import platform
import shutil
import subprocess
import sys
import tarfile
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

from deploy.local.accounts import Account, database_account
from deploy.local.cache import cache_folder, jars, locked
from deploy.local.words import cannot

VERSION = "18.6.0"
INITDB = (
    "--auth=scram-sha-256",
    "--encoding=UTF8",
    "--locale=C",
    "--locale-provider=icu",
    "--icu-locale=fr-CA",
)
SUPERUSER = "postgres"
# fsync and synchronous_commit stay on, in tests too: "nothing is lost" is proven on them.
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "200",
    "password_encryption": "scram-sha-256",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %u@%d ",
    "logging_collector": "off",
}


@dataclass(frozen=True)
class Postgres:
    """One server: its files in `folder`, clients on 127.0.0.1:`port`."""

    folder: Path
    port: int
    password: str
    account: Account = field(default_factory=database_account)

    @property
    def data(self) -> Path:
        """The data folder: below `folder`, or elsewhere when root's files cannot be reached (see accounts.py)."""
        return self.account.place(self.folder, Path("/var/lib")) / "data"

    @property
    def admin_url(self) -> str:
        return f"postgresql://{SUPERUSER}:{self.password}@127.0.0.1:{self.port}/postgres"

    def prepare(self) -> None:
        """Unpacks the server and makes the data folder, the first time. Raises CannotStart."""
        binaries = install(self.account)
        data = self.data
        if (data / "PG_VERSION").exists():
            return
        shutil.rmtree(data, ignore_errors=True)
        self.account.own(data)
        unfinished = data / "new"
        self.account.own(unfinished)
        self._initdb(binaries, unfinished)
        for entry in unfinished.iterdir():  # PG_VERSION last: with it the folder counts as complete
            if entry.name != "PG_VERSION":
                entry.rename(data / entry.name)
        (unfinished / "PG_VERSION").rename(data / "PG_VERSION")
        unfinished.rmdir()

    def command(self) -> list[str]:
        settings = [part for name, value in SETTINGS.items() for part in ("-c", f"{name}={value}")]
        return [str(install(self.account) / "postgres"), "-D", str(self.data), "-p", str(self.port), *settings]

    def remove(self) -> None:
        """Deletes everything that was ever stored. The server must have ended."""
        shutil.rmtree(self.data.parent, ignore_errors=True)

    def _initdb(self, binaries: Path, folder: Path) -> None:
        secret = self.data / "password"
        secret.touch(0o600)
        os.chown(secret, self.account.uid, self.account.gid)
        secret.write_text(self.password)
        command = [str(binaries / "initdb"), "-D", str(folder), "-U", SUPERUSER, f"--pwfile={secret}", *INITDB]
        command += ["--no-instructions"]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120, **self.account.run_as)
        secret.unlink()
        if done.returncode:
            text = (done.stdout + done.stderr)[-2000:]
            cannot(f"PostgreSQL ne s'initialise pas :\n{text}", f"PostgreSQL cannot be initialised:\n{text}")


def is_installed() -> bool:
    return (_folder(database_account()) / "bin" / "postgres").exists()


def install(account: Account) -> Path:
    """Downloads and unpacks the server where `account` can run it; returns the folder of its programs."""
    folder = _folder(account)
    if (folder / "bin" / "postgres").exists():
        return folder / "bin"
    found = jars("postgresql", [f"io.zonky.test.postgres:embedded-postgres-binaries-{_build()}:{VERSION}"])
    with locked("postgresql-install"):
        if not (folder / "bin" / "postgres").exists():
            account.make_passable(folder.parent)
            _unpack(found[0], folder)
    return folder / "bin"


def _folder(account: Account) -> Path:
    return account.place(cache_folder() / f"postgresql-{VERSION}-{_build()}", Path("/var/cache"))


def _unpack(jar: Path, folder: Path) -> None:
    unfinished = folder.with_suffix(".unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir()
    with zipfile.ZipFile(jar) as archive:
        name = next(name for name in archive.namelist() if name.endswith(".txz"))
        with archive.open(name) as packed, tarfile.open(fileobj=packed, mode="r:xz") as files:
            # as an attribute: Debian 12's Python 3.11.2 has neither the filters nor the argument
            files.extraction_filter = getattr(tarfile, "tar_filter", None)
            files.extractall(unfinished)  # noqa: S202  # the server's own archive
    for inner in (unfinished, *(path for path in unfinished.rglob("*") if path.is_dir())):
        inner.chmod(0o755)  # the archive does not list its folders: they came out with our umask
    shutil.rmtree(folder, ignore_errors=True)
    unfinished.rename(folder)


def _build() -> str:
    """The name of the build for this machine, as its publisher spells it."""
    system = {"linux": "linux", "darwin": "darwin"}.get(sys.platform)
    machine = {"x86_64": "amd64", "amd64": "amd64", "aarch64": "arm64v8", "arm64": "arm64v8"}.get(
        platform.machine().lower()
    )
    if system is None or machine is None:
        where = f"{sys.platform} {platform.machine()}"
        cannot(
            f"Aucun PostgreSQL prêt à l'emploi pour {where} : donnez les cinq variables <SERVICE>_DATABASE_URL.",
            f"There is no ready-made PostgreSQL for {where}: set the five <SERVICE>_DATABASE_URL variables.",
        )
    return f"{system}-{machine}"
