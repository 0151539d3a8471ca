"""The topics a clause can be about, and where each stands in the law and in the literature.

The vocabulary only; the cues that recognise a topic are in `topic_cues`, the
decision is in `tagging`. References are to the articles whose subject the topic
covers; a reference does not say that a clause satisfies the article.

Sources: OPP-115 (Wilson et al., "The Creation and Analysis of a Website Privacy
Policy Corpus", ACL 2016, https://aclanthology.org/P16-1126/), Regulation (EU)
2016/679 (GDPR), California Civil Code 1798.100-1798.199 (CCPA as amended by the
CPRA), Directive 2002/58/EC (ePrivacy), 16 CFR part 312 (COPPA).
"""

from dataclasses import dataclass

__all__ = ["ALERTING", "OPP115", "OPP115_OF_SENSE", "TOPICS", "TOPIC_TABLE", "Topic", "topic_named"]


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic, in words for a reader, with the notions of others that it covers."""

    name: str
    title: str
    about: str
    opp115: str
    gdpr: tuple[str, ...] = ()
    ccpa: tuple[str, ...] = ()
    eprivacy: tuple[str, ...] = ()


OPP115: tuple[str, ...] = (
    "First Party Collection/Use",
    "Third Party Sharing/Collection",
    "User Choice/Control",
    "User Access, Edit and Deletion",
    "Data Retention",
    "Data Security",
    "Policy Change",
    "Do Not Track",
    "International and Specific Audiences",
    "Privacy contact information",
    "Introductory/Generic",
    "Practice not covered",
)
_FIRST, _THIRD, _CHOICE, _ACCESS, _KEEP, _SAFE, _CHANGE, _DNT, _PLACES, _CONTACT, _INTRO, _REST = (
    OPP115
)

TOPIC_TABLE: tuple[Topic, ...] = (
    Topic(
        "collection",
        "Collection",
        "what data is taken, from whom and how",
        _FIRST,
        gdpr=("13(1)", "14(1)(d)", "14(2)(f)"),
        ccpa=("1798.100(a)(1)", "1798.110(c)(1)-(2)"),
    ),
    Topic(
        "use",
        "Use",
        "what the data is used for",
        _FIRST,
        gdpr=("5(1)(b)", "13(1)(c)", "13(2)(f)"),
        ccpa=("1798.100(a)(1)", "1798.110(c)(3)"),
    ),
    Topic(
        "sharing",
        "Sharing",
        "who else receives or collects the data",
        _THIRD,
        gdpr=("13(1)(e)", "14(1)(e)"),
        ccpa=("1798.110(c)(4)", "1798.130(a)(5)(C)"),
    ),
    Topic(
        "sale",
        "Sale",
        "selling data, or sharing it for advertising across contexts",
        _THIRD,
        gdpr=("13(1)(e)",),
        ccpa=("1798.115", "1798.120", "1798.140(ad)", "1798.140(ah)"),
    ),
    Topic(
        "retention",
        "Retention",
        "how long data is kept",
        _KEEP,
        gdpr=("5(1)(e)", "13(2)(a)", "14(2)(a)"),
        ccpa=("1798.100(a)(3)",),
    ),
    Topic(
        "cookies",
        "Cookies and tracking",
        "cookies, pixels, identifiers and similar means",
        _FIRST,
        gdpr=("recital 30",),
        ccpa=("1798.140(aj)",),
        eprivacy=("5(3)", "recitals 24-25"),
    ),
    Topic(
        "security",
        "Security",
        "how data is protected, and what happens after a breach",
        _SAFE,
        gdpr=("5(1)(f)", "32", "33", "34"),
        ccpa=("1798.100(e)", "1798.150"),
        eprivacy=("4",),
    ),
    Topic(
        "choice",
        "Choice",
        "consent, opting in and out, preferences",
        _CHOICE,
        gdpr=("7(3)", "13(2)(c)", "21"),
        ccpa=("1798.120", "1798.121", "1798.135"),
        eprivacy=("5(3)", "13"),
    ),
    Topic(
        "access",
        "Access and deletion",
        "seeing, correcting, moving and deleting one's data",
        _ACCESS,
        gdpr=("13(2)(b)", "15", "16", "17", "20"),
        ccpa=("1798.105", "1798.106", "1798.110", "1798.130"),
    ),
    Topic(
        "children",
        "Children",
        "the young: ages, parents, what is not collected from them",
        _PLACES,
        gdpr=("8",),
        ccpa=("1798.120(c)",),
    ),
    Topic(
        "transfers",
        "Transfers abroad",
        "the countries data goes to, and on what footing",
        _PLACES,
        gdpr=("13(1)(f)", "14(1)(f)", "44-49"),
    ),
    Topic(
        "regional",
        "For some places only",
        "what holds for residents of a state or region",
        _PLACES,
        gdpr=("3", "27"),
        ccpa=("1798.130(a)(5)", "1798.83"),
    ),
    Topic(
        "ai_training",
        "AI training",
        "data used to build or train models",
        _FIRST,
        gdpr=("13(1)(c)", "13(2)(f)", "22"),
        ccpa=("1798.185(a)(15)",),
    ),
    Topic(
        "legal_basis",
        "Legal basis",
        "on what ground of law data is handled",
        _FIRST,
        gdpr=("6", "9", "13(1)(c)-(d)", "14(1)(c)"),
    ),
    Topic(
        "policy_change",
        "Changes of this policy",
        "how the policy changes and who is told",
        _CHANGE,
        gdpr=("13(3)", "14(4)"),
        ccpa=("1798.130(a)(5)",),
    ),
    Topic(
        "disputes",
        "Disputes and terms",
        "governing law, arbitration, liability",
        _REST,
        gdpr=("77", "79"),
    ),
    Topic(
        "contact",
        "Contact",
        "who answers, and where",
        _CONTACT,
        gdpr=("13(1)(a)-(b)", "14(1)(a)-(b)"),
        ccpa=("1798.130(a)(1)",),
    ),
    Topic("other", "Other", "introductions, definitions, what is not covered", _INTRO),
)

TOPICS: tuple[str, ...] = tuple(topic.name for topic in TOPIC_TABLE)

ALERTING: frozenset[str] = frozenset(
    {"sharing", "sale", "retention", "cookies", "security", "access"}
)  # a miss costs more than a false hit here, so their thresholds lean to recall

# Cues speak in senses: a topic, or one of three finer notions that OPP-115 tells apart.
OPP115_OF_SENSE: dict[str, str] = {topic.name: topic.opp115 for topic in TOPIC_TABLE} | {
    "do_not_track": _DNT,
    "introduction": _INTRO,
    "not_covered": _REST,
}

_BY_NAME = {topic.name: topic for topic in TOPIC_TABLE}


def topic_named(name: str) -> Topic:
    """Return the topic of that name. Raises KeyError for a name outside `TOPICS`."""
    return _BY_NAME[name]
