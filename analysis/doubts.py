"""What each doubt about a page means, what a person can do, and whether waiting helps. Data.

The doubts themselves are found by `quality`; a page that is doubted is held.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

__all__ = ["DOUBTS", "Doubt"]


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why a page is probably not the policy."""

    name: str
    says: str
    advice: str
    waiting_helps: bool


_SELECT = "narrow the reading to the policy with `edit --select`"
_ALL = (
    Doubt(
        "empty",
        "no text, or next to none",
        "open the page in a browser: if it shows the policy, a script draws it",
        True,
    ),
    Doubt(
        "truncated",
        "the text ends in the middle",
        "half a policy is not kept; it is looked at again soon",
        True,
    ),
    Doubt(
        "soft_404",
        "a page that says it was not found, with status 200",
        "look for the policy's new address and set it with `edit --url`",
        False,
    ),
    Doubt(
        "error_page",
        "an error or maintenance page, with status 200",
        "it is looked at again soon",
        True,
    ),
    Doubt(
        "bot_wall",
        "a check whether the visitor is a robot",
        "ask the site to let the user agent in, or watch an archive's copies; no wall is got around",
        False,
    ),
    Doubt(
        "consent_wall",
        "a consent dialog in place of the page",
        "have a browser draw the page, or watch the address that the dialog leads to",
        False,
    ),
    Doubt(
        "login",
        "a form to log in",
        "watch an address that is open to everyone; nothing logs in anywhere",
        False,
    ),
    Doubt(
        "shell",
        "the empty frame of a page that a script would fill",
        "have a browser draw the page",
        False,
    ),
    Doubt(
        "home_page",
        "the front page of the site",
        "look for the policy's new address and set it with `edit --url`",
        False,
    ),
    Doubt("bundle", "several documents in one, the known one among them", _SELECT, False),
    Doubt(
        "decode",
        "characters or a PDF that cannot be read",
        "open the page in a browser; it is looked at again soon",
        True,
    ),
    Doubt("wrong_type", "no document", "check that the address is the policy itself", False),
    Doubt(
        "shrunk",
        "much less text than before, and nothing new",
        f"look at the page: if the policy is whole, {_SELECT}",
        True,
    ),
    Doubt(
        "grown",
        "much more text than before, around the known one",
        f"look at the page: if it holds more than the policy, {_SELECT}",
        True,
    ),
    Doubt(
        "other_document",
        "hardly a line of the known text, and few words of a policy",
        "look at the page: if the policy moved, set its new address with `edit --url`",
        True,
    ),
    Doubt(
        "wrong_language",
        "the same address in another language",
        "pin the variant with `edit --language`",
        True,
    ),
    Doubt(
        "broken",
        "the comparison finds that one side is no edition of this policy",
        f"look at the page: if it shows the policy, {_SELECT}",
        True,
    ),
)

DOUBTS: Mapping[str, Doubt] = MappingProxyType({doubt.name: doubt for doubt in _ALL})
