"""Where this checkout keeps what it makes: its data and the socket of its server."""

import hashlib
import os
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
ROOTS_DATA = Path("/var/lib/open-doors")


def data_folder() -> Path:
    """In the checkout; as root under /var/lib, where the server's user gets in and nothing is cleared."""
    if os.geteuid() == 0:
        folder = ROOTS_DATA / f"{CHECKOUT.name}-{_mark()}"
        make_public_folder(folder)
    else:
        folder = CHECKOUT / ".data"
        folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def socket_folder() -> Path:
    """A short path, however long that of the checkout is."""
    if os.geteuid() == 0:
        return Path("/run") / f"open-doors-{_mark()}"
    return Path("/tmp") / f"open-doors-{os.geteuid()}-{_mark()}"  # noqa: S108 - its owner is checked before use


def make_public_folder(folder: Path) -> None:
    """Makes a folder that everybody may enter, whatever the caller's umask says."""
    for path in (*reversed(folder.parents), folder):
        if not path.exists():
            path.mkdir(exist_ok=True)
            path.chmod(0o755)


def _mark() -> str:
    """Tells this checkout from every other on the machine."""
    return hashlib.sha256(os.fsencode(CHECKOUT)).hexdigest()[:10]
