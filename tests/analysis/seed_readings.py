"""The five first policies as a person read them, clause by clause.

Each line names a clause by its first words (the texts are not ours to keep) and
says what it is about and what it states. What the program gets wrong and we
accept for now stands in `WRONG`, with the reason.
"""

from dataclasses import dataclass

__all__ = ["MAPS", "WHOLE", "WHOLE_MAY", "WRONG", "Read"]


@dataclass(frozen=True, slots=True)
class Read:
    """A clause as a person read it. Facts are `slot=value` or `slot=value/polarity`."""

    words: str  # at most five, enough to find it
    topics: str = ""
    facts: str = ""
    may: str = ""  # topics a careful reader could also give
    never: str = ""  # facts that would be a misreading


MAPS: dict[str, tuple[Read, ...]] = {
    "inxtron": (
        Read("inXtron is committed to protect", may="security"),
        Read(
            "As a standard practice, inXtron",
            "collection use cookies",
            "purpose=analytics; purpose=improvement; data_type=browsing history",
        ),
        Read(
            "When you order products from",
            "collection use retention",
            "data_type=payment card; data_type=financial; practice=retain/does_not; purpose=service",
        ),
        Read(
            "This random number is kept",
            "cookies choice",
            "technology=cookie; choice=browser; practice=use/does_not_unless",
            may="retention",
        ),
        Read("inXtron may disclose Personal Information", "sharing", "practice=share/does; disclosure=required by law"),
        Read("inXtron may modify, alter or", "policy_change", "notice=none"),
        Read("If you have any queries", "contact"),
    ),
    "ntron": (
        Read("Ntron takes your privacy seriously."),
        Read("This policy covers how Ntron", facts="data_type=name; data_type=email address"),
        Read("This policy does not apply"),
        Read(
            "Ntron Gas Measurement LTD collects",
            "collection",
            "practice=collect/does; data_type=name; data_type=email address; data_type=gender; data_type=postal address",
        ),
        Read(
            "Ntron Gas Measurement LTD automatically",
            "collection cookies",
            "data_type=ip address; technology=cookie; technology=log files",
        ),
        Read("Ntron Gas Measurement LTD uses", "use", "practice=use/does"),
        Read("Contacting our customers", "use"),
        Read("Marketing our products and services", "use", "purpose=marketing"),
        Read("Collecting and handling feedback", "use"),
        Read("Providing requested information and following", "use"),
        Read("Providing the products or services", "use", "purpose=service"),
        Read("Providing a better user experience", "use"),
        Read("To customize the content, you", "use", "purpose=personalisation"),
        Read("Conduct research", "use", "purpose=research"),
        Read("Provide internal reporting", "use"),
        Read(
            "Any information you submit will",
            "sharing sale",
            "practice=sell/does_not_unless; practice=share/does_not_unless; role=third parties",
            may="choice",
            never="practice=sell/does; practice=share/does",
        ),
        Read("We may, for example, pass", "sharing", "practice=share/does; role=affiliates"),
        Read("Personal information is requested to", "collection", "purpose=communication"),
        Read("While appropriate security measures are", "security", never="practice=share/does_not"),
        Read(
            "E-mail addresses supplied via online",
            "use",
            "data_type=email address; practice=retain/does_not",
            may="retention",
        ),
        Read("After filling in a contact", "use", may="choice"),
        Read("We will never add you", "choice", "choice=opt_in; purpose=communication"),
        Read(
            "Cookies are little pieces of",
            "cookies",
            "period=session; technology=session cookie; technology=persistent cookie",
            may="retention choice",
        ),
        Read("Session cookies are used to", "cookies", "technology=session cookie", may="choice"),
        Read("Permanent cookies are used to", "cookies", "technology=persistent cookie"),
        Read(
            "No personal data is stored",
            "cookies",
            "practice=retain/does_not_unless; technology=cookie",
            may="retention choice",
            never="practice=retain/does",
        ),
        Read(
            "Website traffic is logged in",
            "collection use",
            "technology=log files; purpose=analytics; practice=use/does_not",
            may="cookies",
        ),
        Read("Ntron Gas Measurement LTD may", "policy_change", "notice=site"),
        Read("Ntron Gas Measurement LTD values", "contact"),
    ),
    "ntropic": (
        Read("This privacy policy explains how", "contact", "contact=privacy@ntropic.com"),
        Read("You can also contact us", "contact", "right=objection", may="choice access"),
        Read("The Services are operated by", "contact", "contact=controller; party=Ntropic LLC"),
        Read(
            "If you contact us about",
            "collection use",
            "data_type=name; data_type=postal address; data_type=email address; data_type=phone number; purpose=communication",
        ),
        Read("In line with the legitimate", "use legal_basis", "legal_basis=legitimate interests"),
        Read("We may also process inquiries", "use legal_basis", "legal_basis=contract"),
        Read("You are under no obligation", "choice"),
        Read(
            "We may also collect information",
            "collection use choice",
            "practice=collect/does; legal_basis=consent; choice=opt_in",
            may="legal_basis",
        ),
        Read(
            "When you provide your consent,",
            "use legal_basis",
            "legal_basis=consent; legal_basis=legitimate interests",
            may="choice",
            never="practice=retain/does",
        ),
        Read("We may use third party", "sharing", "party=Mail Chimp; role=third parties; purpose=marketing"),
        Read(
            "If you would like to",
            "choice",
            "choice=opt_out; contact=privacy@ntropic.com",
            never="practice=share/does; data_type=browsing history",
        ),
        Read(
            "Our Website uses cookies and",
            "collection use cookies",
            "technology=cookie; data_type=ip address; purpose=analytics",
        ),
        Read("We process this information to", "use", "data_type=ip address; purpose=analytics", may="cookies"),
        Read("This processing is necessary for", "use legal_basis", "legal_basis=legitimate interests; purpose=improvement"),
        Read("This information is not used", "use", "practice=use/does_not; purpose=profiling", may="retention"),
        Read("If you send us objectionable", "use"),
        Read(
            "We only process personal data",
            "use legal_basis",
            "legal_basis=legitimate interests; legal_basis=legal obligation",
        ),
        Read("Where we reasonably believe you", "sharing", "role=law enforcement; role=third parties"),
        Read("Where we process personal data", "retention", "period=as long as necessary"),
        Read(
            "We keep your information confidential.",
            "sharing",
            "practice=share/does; role=service providers",
            may="security",
            never="practice=retain/does",
        ),
        Read(
            "We require all third parties",
            "sharing",
            "role=service providers; practice=use/does_not_unless",
            may="security",
        ),
        Read(
            "In addition, we may disclose",
            "sharing",
            "disclosure=required by law; disclosure=legal process; role=government; role=law enforcement",
            never="role=credit agencies",
        ),
        Read("If we are involved in", "sharing", "role=successors; notice=email; notice=site"),
        Read(
            "Except as provided above, we",
            "sharing",
            "practice=share/does_not_unless; role=third parties",
            never="practice=share/does",
        ),
        Read("You have the following rights", "access", "right=answer within 1 month"),
        Read("to ask for a copy", "access", "right=access; right=rectification"),
        Read("to ask us to restrict,", "access", "right=erasure; right=objection; right=restriction"),
        Read("to request a machine readable", "access", "right=portability"),
        Read("to make a complaint to", facts="right=complaint", may="access disputes"),
        Read("Please send your requests to", "contact", "contact=privacy@ntropic.com", may="access"),
        Read(
            "We share your personal data",
            "sharing transfers",
            "practice=share/does; transfer=standard contractual clauses; transfer=appropriate safeguards; role=affiliates",
            may="security",
        ),
        Read(
            "We do not use the",
            "children",
            "age=13; practice=collect/does_not; right=erasure",
            may="retention access",
            never="practice=collect/does",
        ),
        Read("We will take all reasonable,", "security"),
        Read("This policy may be updated", "policy_change", "notice=site; notice=email"),
        Read("We will only retain your", "retention", "period=as long as necessary; practice=retain/does"),
    ),
    "soutron": (
        Read("Soutron Limited (Soutron) operates a", facts="party=Soutron Limited"),
        Read("This Privacy Policy covers the"),
        Read(
            "We collect and store information",
            "collection",
            "practice=collect/does; practice=retain/does",
            may="retention",
        ),
        Read(
            "a) Personal contact data, such",
            "collection",
            "data_type=name; data_type=email address; data_type=postal address; data_type=phone number",
        ),
        Read("b) Account login details, such", "collection", "data_type=username; data_type=password"),
        Read("c) A record of communications,", "collection", "data_type=messages"),
        Read(
            "d) Browser history such as",
            "collection",
            "data_type=browsing history; data_type=location; data_type=ip address",
        ),
        Read(
            "Personal Information is collected so",
            "collection use sharing",
            "practice=collect/does; practice=share/does; purpose=improvement",
        ),
        Read("a) To process and answer", "use", "purpose=communication"),
        Read("b) To deliver, develop and", "use", "purpose=improvement"),
        Read("c) To communicate information to", "use", "purpose=communication"),
        Read("d) To authenticate the identity", "use", "purpose=security"),
        Read("e) To understand and assess", "use", "purpose=improvement"),
        Read(
            "f) To provide personalized products,",
            "use",
            "purpose=security",
            may="security",
            never="practice=share/does",
        ),
        Read("g) For any other purposes", "use"),
        Read("Soutron may collect information sent", "collection", "practice=collect/does; data_type=log data"),
        Read("This Log Data may include", "collection", "data_type=ip address; data_type=browser"),
        Read(
            "In addition, Soutron may use",
            "sharing",
            "party=Google Analytics; role=service providers; purpose=analytics",
            may="cookies",
        ),
        Read(
            "Personal Information collected may be",
            "use choice",
            "purpose=communication; purpose=marketing; choice=opt_out",
        ),
        Read(
            "Personal Information will not be",
            "sharing sale",
            "practice=share/does_not_unless; practice=sell/does_not_unless; practice=share/does; disclosure=required by law; role=government",
            never="practice=sell/does",
        ),
        Read("Where Soutron does need to", "sharing", "role=third parties", may="security"),
        Read("Your personal data may be", "sharing", "practice=share/does; role=third parties"),
        Read("Third Party Name", "sharing", may="transfers", never="right=access"),
        Read("Soutron Documentation", may="sharing", never="party=Soutron Documentation"),
        Read(
            "Amito Ltd",
            "sharing",
            "party=Amito Ltd; data_type=all data; purpose=hosting; country=United Kingdom; country=Germany",
            may="transfers",
        ),
        Read(
            "Microsoft Azure",
            "sharing",
            "party=Microsoft Azure; data_type=all data; purpose=backup; country=United Kingdom",
            may="transfers",
        ),
        Read(
            "SendGrid",
            "sharing transfers",
            "party=SendGrid; data_type=email address; purpose=email delivery; country=United States; transfer=privacy shield",
        ),
        Read('Soutron uses "cookies" to collect', "cookies choice", "technology=cookie; choice=browser"),
        Read("Soutron understands that the security", "security"),
        Read("Users can opt not to", "choice", "choice=opt_out", may="access retention"),
        Read("Soutron is constantly trying to", "policy_change", may="choice"),
        Read("Please address any questions, comments", "contact", "contact=privacy@soutron.com"),
    ),
    "spectrotek": (
        Read("Our Privacy Policy Concerning the"),
        Read("Information current as of 24", facts="date=2018-05-24"),
        Read("We keep our privacy policy", "policy_change", "notice=site; date=2018-05-24"),
        Read("In general, we collect your", "collection cookies", "practice=collect/does; technology=cookie"),
        Read(
            "At this time we do",
            "collection use sharing cookies choice",
            "practice=use/does_not; technology=cookie/does_not; choice=browser; choice=opt_out; party=PayPal;"
            " role=credit agencies; practice=retain/does_not; data_type=name; data_type=postal address;"
            " purpose=service; purpose=marketing; contact=engineering@spectrotek.com",
            may="retention security policy_change",
        ),
        Read(
            "Spectrotek Services and this web",
            "collection use",
            "technology=log files; data_type=ip address; data_type=browsing history; purpose=analytics",
            may="cookies retention sharing",
            never="role=service providers",
        ),
        Read("Spectrotek Services takes reasonable steps", may="security access"),
        Read("Spectrotek Services offers you the", "sharing choice", "choice=opt_out; role=third parties"),
        Read("Other than as set forth", "sharing", "practice=share/does"),
        Read("Spectrotek Services may share your", "sharing", "practice=share/does; role=third parties", may="transfers"),
        Read("We use reasonable technological and", "security"),
        Read("Our Site may contains links", facts="scope=to this site/does"),
        Read("In general, we will only", "retention", "period=as long as necessary; practice=retain/does"),
        Read("You have the right to:", "access"),
        Read("If you wish to raise", "access contact", "right=access; right=complaint; contact=engineering@spectrotek.com"),
        Read("If you have any questions", "contact", "contact=engineering@spectrotek.com"),
    ),
}  # fmt: skip

# What each policy is about as a whole, "other" aside.
WHOLE: dict[str, str] = {
    "inxtron": "collection use cookies choice retention sharing policy_change contact",
    "ntron": "collection use sharing sale cookies security choice policy_change contact",
    "ntropic": "collection use sharing retention cookies security choice access children transfers"
    " legal_basis policy_change contact",
    "soutron": "collection use sharing sale cookies security choice transfers policy_change contact",
    "spectrotek": "collection use sharing cookies retention security choice access policy_change contact",
}
WHOLE_MAY: dict[str, str] = {
    "inxtron": "security",
    "ntron": "retention",
    "soutron": "retention access",
    "spectrotek": "transfers",
}

_MODEL = "the model decides here, no rule does, and a rule for it would be one for a sentence"
_RECALL = (
    "an alerting topic leans to recall: one strong word is enough, here said of something else"
)

# Policy, clause, what is wrong ("-x" is missing, "+x" should not be; a topic or a fact): why.
WRONG: dict[tuple[str, str, str], str] = {
    ("inxtron", "As a standard practice, inXtron", "-cookies"): "a number for each visitor, in plain words",
    ("inxtron", "As a standard practice, inXtron", "-data_type=browsing history"): "searching, in plain words",
    ("ntron", "This policy does not apply", "+sharing"): _MODEL,
    ("ntron", "Contacting our customers", "-use"): "three words, none of them a cue, outweigh the lead",
    ("ntron", "While appropriate security measures are", "+retention"): _RECALL,
    ("ntron", "After filling in a contact", "-use"): _MODEL,
    ("ntron", "We will never add you", "-choice"): _MODEL,
    ("ntron", "Website traffic is logged in", "-practice=use/does_not"): "its subject stands too far before",
    ("ntron", "", "-choice"): "follows from the mailing list",
    ("ntropic", "We only process personal data", "+retention"): _MODEL,
    ("ntropic", "We keep your information confidential.", "+retention"): _MODEL,
    ("soutron", "Personal Information is collected so", "-sharing"): "one verb of four in a list",
    ("soutron", "f) To provide personalized products,", "+practice=share/does"): "communications can be data",
    ("soutron", "Third Party Name", "+right=access"): "the head of a column reads like a right",
    ("soutron", "Soutron Documentation", "+party=Soutron Documentation"): "a caption among the vendors",
    ("soutron", "Amito Ltd", "-data_type=all data"): "the row's detail has it; it is no kind of data",
    ("soutron", "Microsoft Azure", "-data_type=all data"): "the row's detail has it; it is no kind of data",
    ("soutron", "Users can opt not to", "+sharing"): _RECALL,
    ("spectrotek", "At this time we do", "-sharing"): "sending to others is one sentence of thirty here",
    ("spectrotek", "At this time we do", "-practice=retain/does_not"): "eighteen words part none from stored",
    ("spectrotek", "Spectrotek Services and this web", "+role=service providers"): "ISPs are called providers",
    ("spectrotek", "Our Site may contains links", "+sharing"): _RECALL,
    ("spectrotek", "In general, we will only", "+sharing"): _RECALL,
}  # fmt: skip
