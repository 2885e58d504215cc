"""What stands behind make: `python3 -m launcher run`.

It begins with the system's Python and the standard library only, makes the virtual environment,
and goes on inside that. Whatever the person can mend ends in one sentence and an exit code.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - said before newer Python is read
    sys.exit(
        f"Open Doors needs Python 3.11 or newer, and this is {sys.version.split()[0]}: "
        "install a newer one, or name it as in `make run PYTHON=python3.12`."
    )

import os

from launcher import browser, localhost, programs, virtual_environment
from launcher.place import CHECKOUT
from launcher.trouble import Trouble, disk_trouble


def run(*arguments: str) -> None:
    virtual_environment.enter(virtual_environment.RUN, "launcher", "run", *arguments)
    from launcher import serve

    serve.run()


def manage(*arguments: str) -> None:
    virtual_environment.enter(virtual_environment.RUN, "launcher", "manage", *arguments)
    from launcher import serve

    serve.manage(*arguments)


# A file's tests share a server or a browser. The files go in their own order, browsers early; xdist would begin with
# those of many tests, and one process would end alone with a long one.
ALL_TESTS = ("--numprocesses=2", "--dist=loadfile", "--no-loadscope-reorder")


def test(*arguments: str) -> None:
    browser.must_be_here()
    localhost.must_be_known()  # the tests serve pages there
    virtual_environment.enter(virtual_environment.DEVELOPMENT, "launcher", "test", *arguments)
    browser.driver_must_run()
    wanted = arguments or ALL_TESTS
    os.execv(sys.executable, [sys.executable, "-m", "pytest", *wanted])  # noqa: S606 - pytest has the last word


def nightly(*arguments: str) -> None:
    programs.must_be_here()
    test("-m", "nightly", *arguments)


def check(*arguments: str) -> None:
    virtual_environment.enter(virtual_environment.DEVELOPMENT, "launcher", "check", *arguments)
    from launcher import checks

    checks.run()


def python(*arguments: str) -> None:
    """Any other Python program of ours, with the packages for development."""
    virtual_environment.enter(virtual_environment.DEVELOPMENT, "launcher", "python", *arguments)
    os.execv(sys.executable, [sys.executable, *arguments])  # noqa: S606 - no shell is wanted


COMMANDS = {command.__name__: command for command in (run, manage, test, nightly, check, python)}


def main(name: str, *arguments: str) -> None:
    os.chdir(CHECKOUT)
    sys.stdout.reconfigure(errors="replace")  # a terminal without our letters is no reason to stop
    try:
        COMMANDS[name](*arguments)
    except Trouble as trouble:
        sys.exit(str(trouble))
    except OSError as error:
        trouble = disk_trouble(error)
        if trouble is None:
            raise
        sys.exit(str(trouble))
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main(*sys.argv[1:])
