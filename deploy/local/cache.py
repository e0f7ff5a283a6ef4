"""What is downloaded once for all checkouts of this user, and kept: Java archives, by jgo."""

import fcntl
import json
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from deploy.local.words import about_files, cannot

_JAR = re.compile(r"^(?P<artifact>.+?)-(?P<version>\d[^/]*)\.jar$")
_DOWNLOAD_TIMEOUT_SECONDS = 60


def cache_folder() -> Path:
    """`$XDG_CACHE_HOME/interconnexion`, or `~/.cache/interconnexion`; made when missing."""
    base = os.environ.get("XDG_CACHE_HOME")
    folder = (Path(base) if base else Path.home() / ".cache") / "interconnexion"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@contextmanager
def locked(name: str) -> Iterator[None]:
    """Waits until no other process holds `name`: two first starts must not unpack over each other."""
    with (cache_folder() / f"{name}.lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def jars(name: str, coordinates: Sequence[str]) -> list[Path]:
    """The archives that `coordinates` (group:artifact:version) need, downloaded the first time.

    Raises CannotStart when the download fails or when another version than the one asked for came.
    """
    manifest = cache_folder() / f"{name}.json"
    known = _read(manifest, coordinates)
    if known:
        return known
    with locked(name):
        known = _read(manifest, coordinates)
        if known:
            return known
        found = _download(name, coordinates)
        _check_versions(coordinates, found)
        manifest.write_text(
            json.dumps({"coordinates": list(coordinates), "jars": [str(jar) for jar in found]}, indent=1)
        )
        return found


def _read(manifest: Path, coordinates: Sequence[str]) -> list[Path]:
    if not manifest.exists():
        return []
    stored = json.loads(manifest.read_text())
    found = [Path(jar) for jar in stored["jars"]]
    return found if stored["coordinates"] == list(coordinates) and all(jar.exists() for jar in found) else []


def _download(name: str, coordinates: Sequence[str]) -> list[Path]:
    import requests  # jgo's own client: named for its errors
    from jgo.env import EnvironmentBuilder, LinkStrategy
    from jgo.maven import MavenContext

    folder = cache_folder()
    maven = MavenContext(repo_cache=folder / "maven", timeout=_DOWNLOAD_TIMEOUT_SECONDS)
    builder = EnvironmentBuilder(context=maven, cache_dir=folder / "jgo", link_strategy=LinkStrategy.HARD)
    try:
        path = Path(builder.from_endpoint("+".join(coordinates)).path)
    except (requests.RequestException, OSError, RuntimeError, ValueError, LookupError) as error:
        if isinstance(error, OSError) and about_files(error):
            raise  # the disk, not the connection
        why = type(error).__name__
        cannot(
            f"Le téléchargement de {name} a échoué ({why}). Vérifiez la connexion, puis relancez la même commande.",
            f"Downloading {name} failed ({why}). Check the connection, then run the same command again.",
            error,
        )
    return sorted([*(path / "jars").glob("*.jar"), *(path / "modules").glob("*.jar")])


def _check_versions(coordinates: Sequence[str], found: Sequence[Path]) -> None:
    """jgo may silently choose another version when a list of versions (a BOM) stands beside the coordinates."""
    versions = {match["artifact"]: match["version"] for jar in found if (match := _JAR.match(jar.name))}
    for coordinate in coordinates:
        _, artifact, version = coordinate.split(":")
        got = versions.get(artifact)
        if got != version:
            cannot(
                f"{artifact} : {version} demandé, {got or 'rien'} obtenu. Supprimez {cache_folder()} et relancez.",
                f"{artifact}: {version} asked for, {got or 'nothing'} came. Delete {cache_folder()} and run again.",
            )
