"""`python -m clausewatch` and the `clausewatch` script."""

from clausewatch.cli import main

__all__ = ["main"]

if __name__ == "__main__":
    main()
