"""A small disk for the stack alone, which can be filled, and whose files can be made unwritable."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MEBIBYTES = 512
NEEDED = "needs a disk of its own, which root alone can mount (mkfs.ext4, a loop device)"


@contextmanager
def own_disk(directory: Path, image: Path) -> Iterator[str]:
    """Mount a file as the disk of ``directory``, where that can be; yield what to say of it."""
    directory.mkdir()
    if not _is_mounted(directory, image):
        yield "The data lay on the disk of the machine."
        return
    try:
        yield f"The data lay on a disk of {MEBIBYTES} MiB, ext4 in a file, that could be filled."
    finally:
        subprocess.run(["umount", "--lazy", str(directory)], check=True)  # noqa: S603, S607


def _is_mounted(directory: Path, image: Path) -> bool:
    if shutil.which("mkfs.ext4") is None:
        return False
    with image.open("wb") as file:
        file.truncate(MEBIBYTES << 20)
    commands = (
        ["mkfs.ext4", "-q", "-F", "-m", "0", str(image)],
        ["mount", "-o", "loop", str(image), str(directory)],
    )
    return all(
        subprocess.run(command, capture_output=True, check=False).returncode == 0  # noqa: S603
        for command in commands
    )
