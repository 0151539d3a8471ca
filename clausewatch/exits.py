"""What the program's exit codes mean. Documented in docs/commands.md; scripts rely on them."""

__all__ = ["EXIT_FAILURES", "EXIT_MATERIAL", "EXIT_OK", "EXIT_STORAGE", "EXIT_STUCK", "EXIT_USAGE"]

EXIT_OK = 0  # done; nothing new
EXIT_USAGE = 2  # a mistake in the call or the settings (click's own code)
EXIT_STORAGE = 3  # the database is missing, corrupt, newer, locked or full
EXIT_FAILURES = 4  # some pages failed or were held
EXIT_STUCK = 5  # a job of the daemon did not end; its rows go on with the next start
EXIT_MATERIAL = 10  # material changes were found; wins over 4
