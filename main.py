"""Entry point: without arguments the window opens; subcommands run without one."""

from __future__ import annotations

import sys


def main() -> int:
    """Run the program with the process's arguments.

    Returns:
        The exit code: 0 on success, 1 on failure, 2 on wrong usage, 130 after Ctrl+C.
    """
    try:
        from app.cli.application import run

        return run(sys.argv[1:])
    except KeyboardInterrupt:  # before the command line can take care of it
        sys.stderr.write("Stopped.\n")
        return 130


if __name__ == "__main__":
    sys.exit(main())
