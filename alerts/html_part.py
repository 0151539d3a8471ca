"""The mail as HTML, for mail programs: our own frame around escaped words.

No image, no script, no style sheet from outside, no markup of the page; the
only links are the policy's own address.
"""

from functools import cache
from importlib.resources import files

from css_inline import CSSInliner
from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from alerts.labels import effect, tone
from alerts.view import View

__all__ = ["html_part"]


def html_part(view: View, *, subject: str) -> str:
    """Return the whole page with its styles inlined; rules for dark and small screens stay."""
    page = _template().render(
        view=view, subject=subject, preview=_preview(view), tone=tone, effect=effect
    )
    return _inliner().inline(page)


def _preview(view: View) -> str:
    """The line that inboxes show behind the subject: the reason, which the subject lacks."""
    return " ".join(view.reasons[:2]) or view.headline


@cache
def _template() -> Template:
    loader = PackageLoader("alerts")
    environment = Environment(loader=loader, autoescape=True, undefined=StrictUndefined)
    return environment.get_template("alert.html.j2")


@cache
def _inliner() -> CSSInliner:
    css = (files("alerts") / "templates" / "alert.css").read_text(encoding="utf-8")
    return CSSInliner(
        extra_css=css, keep_at_rules=True, load_remote_stylesheets=False, keep_style_tags=False
    )
