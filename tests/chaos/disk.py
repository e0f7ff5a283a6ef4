"""A disk of its own for PostgreSQL's log, so small that it can be filled: an image file with a file system, mounted by
us. Only root may mount; without that there is no small disk, and the fault *disk full* does not take place."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

SIZE_MB = 288
WAL_SETTINGS = ("-c", "max_wal_size=96MB", "-c", "min_wal_size=32MB")
"""Of segments of 16 MB: the log keeps to about a third of the disk."""


@dataclass(frozen=True)
class SmallDisk:
    """``place`` is where it is mounted, ``image`` the file that holds it."""

    image: Path
    place: Path

    @property
    def ballast(self) -> Path:
        return self.place / "ballast"

    def fill(self) -> None:
        """Nothing more can be written. What the server has freed meanwhile is taken too."""
        with self.ballast.open("ab") as file:
            for size in (1 << 20, 1 << 12):
                try:
                    while True:
                        os.write(file.fileno(), bytes(size))
                except OSError:
                    continue

    def free(self) -> None:
        self.ballast.unlink(missing_ok=True)

    def unmount(self) -> None:
        if os.path.ismount(self.place):
            subprocess.run(["umount", "-l", str(self.place)], check=False, capture_output=True)
        self.image.unlink(missing_ok=True)


def move_log(data: Path, folder: Path) -> SmallDisk | None:
    """Move ``data``/pg_wal, of a server that does not run, to a small disk of its own. None where that is not
    permitted, which is printed."""
    log = data / "pg_wal"
    disk = SmallDisk(folder / "log.img", data.parent / "log-disk")
    why = _mount(disk)
    if why:
        print(f"no small disk for the database's log ({why}): the fault 'disk full' does not take place",
              file=sys.stderr, flush=True)  # fmt: skip
        return None
    place = disk.place / "pg_wal"
    shutil.copytree(log, place)
    owner = log.stat()
    for path in (disk.place, place, *place.rglob("*")):
        os.chown(path, owner.st_uid, owner.st_gid)
    place.chmod(0o700)
    shutil.rmtree(log)
    log.symlink_to(place)
    return disk


def _mount(disk: SmallDisk) -> str:
    """Why it could not be mounted; empty when it was."""
    if os.geteuid() != 0:
        return "we are not root"
    disk.place.mkdir(parents=True, exist_ok=True)
    with disk.image.open("wb") as file:
        file.truncate(SIZE_MB << 20)
    for command in (
        ["mkfs.ext4", "-q", "-m", "0", "-O", "^has_journal", str(disk.image)],
        ["mount", "-o", "loop", str(disk.image), str(disk.place)],
    ):
        try:
            done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
        except OSError as fault:
            disk.image.unlink(missing_ok=True)
            return f"{command[0]}: {fault.strerror}"
        if done.returncode:
            disk.image.unlink(missing_ok=True)
            return f"{command[0]}: {done.stderr.strip()[-120:]}"
    return ""
