"""The server's process as its file postmaster.pid tells of it, which may outlive the process."""

from pathlib import Path

SHARED_MEMORY = Path("/proc/sysvipc/shm")


class Postmaster:
    def __init__(self, data: Path, sockets: Path) -> None:
        self.file = data / "postmaster.pid"
        self.socket_file = sockets / ".s.PGSQL.5432.lock"

    @property
    def is_alive(self) -> bool:
        """A cheap question, which can be asked each second."""
        lines = self._lines()
        return bool(lines) and _is_postgres(lines[0])

    def forget_if_dead(self) -> None:
        """Removes the files of a killed server where PostgreSQL would not dare.

        It takes any process with the same number for a running server: a zombie in a container whose
        first process reaps none, another program after a restart of the machine. The shared memory tells
        the truth: while a backend of the killed server still lives, it is attached.
        """
        lines = self._lines()
        if lines and (_is_postgres(lines[0]) or _has_users(memory=lines[6].split()[-1] if len(lines) > 6 else "")):
            return
        for file in (self.file, self.socket_file):
            file.unlink(missing_ok=True)

    def _lines(self) -> list[str]:
        try:
            return self.file.read_text().splitlines()
        except FileNotFoundError:
            return []


def _is_postgres(pid: str) -> bool:
    try:
        program = Path("/proc", pid, "cmdline").read_bytes().split(b"\0")[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return program.endswith(b"/postgres")  # a zombie has no command line, a backend has a title instead


def _has_users(memory: str) -> bool:
    """Whether a process is attached to this segment of shared memory (its id)."""
    if not memory or not SHARED_MEMORY.exists():
        return True  # unknown, so leave the decision to PostgreSQL
    head, *rows = [line.split() for line in SHARED_MEMORY.read_text().splitlines()]
    segments = [dict(zip(head, row, strict=False)) for row in rows]
    return any(segment["shmid"] == memory and int(segment["nattch"]) > 0 for segment in segments)
