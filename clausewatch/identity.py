"""How the program names itself to the servers it asks."""

from clausewatch import __version__

__all__ = ["user_agent"]


def user_agent(contact: str) -> str:
    """Say who asks and how to reach them, as RFC 9110 section 10.1.5 wishes."""
    about = f"; +{contact}" if contact else ""
    return f"Clausewatch/{__version__} (privacy policy change monitor{about})"
