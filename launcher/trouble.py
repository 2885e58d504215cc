"""What the launcher says when it cannot go on."""

import errno
import os
import re

REASON = re.compile(r"error|fatal|panic|could not|cannot|^E: ", re.IGNORECASE)
NO_ROOM = {errno.ENOSPC, errno.EDQUOT}
NOT_ALLOWED = {errno.EACCES, errno.EPERM, errno.EROFS}


class Trouble(Exception):
    """Something that the person at the keyboard can mend; its text is one sentence with the cure."""


def reason_in(output: str) -> str:
    """The line of a program's output that names the reason."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    reasons = [line for line in lines if REASON.search(line)]
    no_room = [line for line in lines if os.strerror(errno.ENOSPC) in line]  # whatever failed because of it
    return (no_room or reasons or lines or ["it gave no reason"])[-1]


def disk_trouble(error: OSError) -> Trouble | None:
    """The sentence for a full or closed disk; None for anything that is not of the person's making."""
    if error.errno in NO_ROOM:
        return Trouble("The disk is full: make some room, then run this again.")
    if error.errno in NOT_ALLOWED and error.filename:
        return Trouble(
            f"{error.filename} is closed to you ({error.strerror}): "
            "run this as the owner of the folder, or from a copy of your own."
        )
    return None
