"""The programs that make nightly wants and that a newcomer need not have."""

import os
import shutil

from launcher.trouble import Trouble

# What the nightly tests start, and the Debian package that brings it.
PROGRAMS = {
    "age": "age",
    "buildah": "buildah",
    "caddy": "caddy",
    "debootstrap": "debootstrap",
    "gpg": "gnupg",
    "nginx": "nginx-light",
    "openssl": "openssl",
    "pg_createcluster": "postgresql",
    "pgbackrest": "pgbackrest",
    "promtool": "prometheus",
    "systemd-analyze": "systemd",
}


def must_be_here() -> None:
    """A night that tried only half of it must not look like a good one."""
    if os.geteuid() != 0:
        raise Trouble("make nightly also mounts disks that are soon full and builds an image: run it as root.")
    missing = {program: package for program, package in PROGRAMS.items() if shutil.which(program) is None}
    if missing:
        raise Trouble(
            f"make nightly also tries what runs beside the portal, and here is no {', '.join(missing)}. "
            f"As root: apt-get install {' '.join(missing.values())}"
        )
