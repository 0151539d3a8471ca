"""A mail as HTML, for mail programs: our own frame around escaped words.

No image, no script, no style sheet from outside, no markup of the page; the
only links are those of the view.
"""

from functools import cache
from importlib.resources import files

from css_inline import CSSInliner
from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from alerts.digest_view import DigestView
from alerts.headline import upper
from alerts.labels import tone
from alerts.notice_view import NoticeView
from alerts.view import View

__all__ = ["html_part"]

_PREVIEW = 200  # code points; inboxes show 40 to 140 behind the subject


def html_part(view: View | DigestView | NoticeView, *, subject: str) -> str:
    """Return the whole page with its styles inlined; rules for dark and small screens stay."""
    page = _template(_TEMPLATES[type(view)]).render(
        view=view, subject=subject, preview=_preview(view), tone=tone, upper=upper,
        say=view.phrases.say,
    )  # fmt: skip
    return _inliner().inline(page)


_TEMPLATES = {View: "alert.html.j2", DigestView: "digest.html.j2", NoticeView: "notice.html.j2"}


def _preview(view: View | DigestView | NoticeView) -> str:
    """The line that inboxes show behind the subject: what the subject lacks."""
    match view:
        case View():
            said = " ".join(reason.text for reason in view.reasons[:2]) or view.headline
        case DigestView():
            said = "; ".join(f"{card.service}: {card.headline}" for card in view.cards[:3])
            said = said or view.coverage or view.headline
        case NoticeView():
            said = view.happened
    return said[:_PREVIEW]


@cache
def _template(name: str) -> Template:
    loader = PackageLoader("alerts")
    environment = Environment(loader=loader, autoescape=True, undefined=StrictUndefined)
    return environment.get_template(name)


@cache
def _inliner() -> CSSInliner:
    css = (files("alerts") / "templates" / "mail.css").read_text(encoding="utf-8")
    return CSSInliner(
        extra_css=css, keep_at_rules=True, load_remote_stylesheets=False, keep_style_tags=False
    )
