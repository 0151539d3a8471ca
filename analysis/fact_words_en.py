"""English words for the closed slots of `facts`: what a value is called, and how policies say it.

Rules of `wordcode`. The same phrase may feed two slots ("Privacy Shield" is a
mechanism and, for a reader, a region); each line says one thing.
"""

from typing import Final

__all__ = ["ARTICLES", "LOOSE", "MARKS", "NUMBERS", "SENSITIVE", "SETS", "UNITS", "VERBS", "WORDS"]

VERBS: Final[dict[str, str]] = {
    "collect": "collect collects collected collecting gather gathers gathered gathering obtain obtains obtained solicit solicits solicited acquire record records recorded",
    "use": "use uses used using process processes processed processing combine combined",
    "share": "share shares shared sharing disclose discloses disclosed disclosing transfer transfers transferred provide provides provided release releases released reveal reveals revealed give gives given distribute distributes distributed pass passes passed divulge transmit transmitted exchange disseminate",
    "sell": "sell sells sold selling rent rents rented renting trade trades traded lease leases leased",
    "retain": "retain retains retained retaining keep keeps kept store stores stored storing save saves saved",
    "track": "track tracks tracked",
}
# Verbs that say a practice only with data as their object: "we provide support" shares nothing.
LOOSE: Final[frozenset[str]] = frozenset(
    "provide provides provided give gives given release released pass passes passed transfer process "
    "processes processed processing sell sells sold selling rent rents rented renting lease trade use uses used using record records record trade keep keeps kept "
    "save saves exchange obtain obtains track tracks combine combined transmit".split()
)
NUMBERS: Final[dict[str, int]] = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
    "seventeen": 17, "eighteen": 18, "twenty": 20, "thirty": 30, "forty": 40, "forty-five": 45, "fifty": 50,
    "sixty": 60, "seventy": 70, "ninety": 90, "hundred": 100,
}  # fmt: skip
ARTICLES: Final[frozenset[str]] = frozenset({"a", "an", "one"})
UNITS: Final[dict[str, str]] = {
    "hour": "hour", "hours": "hour", "hrs": "hour", "day": "day", "days": "day", "week": "week",
    "weeks": "week", "month": "month", "months": "month", "year": "year", "years": "year",
    "minute": "minute", "minutes": "minute",
}  # fmt: skip

SETS: Final[dict[str, str]] = {
    "data": "information data details records pii phi name names address addresses email emails cookies cookie it them number numbers content identifiers lists photos recordings messages communications ips ip beacon beacons pixel pixels trackers",
    "neg": "not never don't won't doesn't cannot can't neither nor isn't aren't wouldn't didn't haven't",
    "light": "or nor , ) services site sites website websites platform ever also be been being have has had will to knowingly intentionally otherwise currently directly actively willingly deliberately generally normally ordinarily actually any all in way your you the personal personally identifiable identifying user users customer such this these data information of our own intend plan seek want wish attempt for try allow permit authorize let third party parties them anyone others other service providers providers customers' users' client sensitive us it their e mail email addresses address names name",
    "we": "we us our ours company it he i",
    "they": "you your they users user visitors customers customer children child minors who individuals people anyone members parents parent consumers someone yourself",
    "actor": "parties party partners partner providers provider advertisers advertiser vendors networks companies affiliates google facebook platforms merchants processors",
    "assure": "guarantee ensure assure promise warrant represent",
    "been": "is are be been being was were isn't aren't",
}

MARKS: Final[tuple[tuple[str, str], ...]] = (
    (
        "CHANGE",
        "change|changes|changed|update*|updating|modif*|amend*|revis* ~12 policy|statement|notice|terms|policies ; policy|statement|notice|terms|policies ~12 change|changes|changed|update*|modif*|amend*|revis* ; prior|advance|days|material notice|changes",
    ),
    ("NOT", "@neg"),
    (
        "CONDITION",
        "unless|except|excepting ; without ~5 consent|permission|authorization|approval|consents ; other than ; otherwise than ; only ?if ?when ?with ?as ?to|if|when|with|as|in|where|for ; save|but for|as|where|may ; except ; until you ; absent your ; in the following cases|circumstances",
    ),
    (
        "DURATION",
        "0|@number ?@number ?( ?0 ?) *3:0|to|and|or|@number ?calendar|business|working|full|consecutive|more|additional|rolling|tax|fiscal @unit ; a|an|one ?calendar|full month|year|week|day",
    ),
    ("DURATION:range", "0|@number to|– 0|@number ?calendar|business|working @unit"),
    (
        "KEEP",
        "retain*|retention|keep|keeps|kept|keeping|store|stores|stored|storage|storing|hold|held|holds|maintain|maintained|maintains|delete|deletes|deleted|deleting|erase|erases|erased|purg*|destroy*|anonymi*|expir*|saved|save|saves|preserv*|archiv*|backup|backups|lasts|thereafter|lifetime|lifespan|duration|persist|persists|deidentif*|valid|validity|overwritten|removed|remove|inactive|inactivity|dormant ; cookie|cookies ~1 life ; logged|logging for ; remain|remains|last|lasting ~4 on|in|stored|available|until|active|for|up",
    ),
    (
        "ANSWER",
        "respond|response|reply|answer|comply|fulfill|process|processed|answered|handled ~6 within|in ; within ~6 of|from|after|upon ~3 receipt|receiving|receive|request|requests ; request|requests ~8 within",
    ),
    ("NOTICE", "notice|notify|notified|notification|advance|prior|inform"),
    ("BREACH", "breach|breaches|incident|incidents|compromise|compromised"),
    (
        "PAST",
        "past|last|preceding|previous|prior|every|each|per|once|twice|older|trial|fee|refund|old",
    ),
    (
        "OPEN:as long as necessary",
        "as|so long as ?is|are|it|we|may|reasonably ?is|are|be|reasonably|deemed|strictly necessary|needed|need|required|reasonable|useful|relevant|appropriate ; no longer than ~4 necessary|needed|required|reasonable ; for|only the ?minimum ?same period|time|duration|length ?of ?time ~5 necessary|needed|required|fulfill|fulfil ; longer than ?is|are ?reasonably|strictly necessary|needed|required ; for a|any reasonable|limited|certain period|time|amount ; period|time|length|duration ?of ?time ?that ?is ?are ?reasonably necessary|needed|required ; not|never longer than|necessary ; until ~8 no|not longer|needed|necessary",
    ),
    (
        "OPEN:while the account lasts",
        "as|so long as|you ?as ~2 your|you ~3 account|use|remain|are|user|member|customer|active|subscription ; as|so long as|you ?as ~2 the ~3 account|user|member|customer|subscription ; while ?you ~3 account|active|user|customer ; for the duration|life|lifetime|term of ?the|your ~2 account|relationship|contract|membership|subscription|agreement ; until ~2 you|your ?account ?is ~2 delete|cancel|terminate|deactivate|closed|deleted|cancelled|terminated|unsubscribe ; until ~2 you close your|the|an ~1 account|profile ; until ~4 account ~3 closed|deleted|terminated|cancelled",
    ),
    (
        "OPEN:until you ask",
        "until ~3 you|your ~3 ask|request|withdraw|object|opt|tell|instruct|revoke|consent|remove|change|delete",
    ),
    (
        "OPEN:as long as the law requires",
        "as|so long as ?is|are|may ?be ~4 by ~3 law|laws ; for|as ~6 required|permitted|allowed|prescribed|mandated by|under ~4 law|laws|regulation|regulations|legislation ; statutory|legal|mandatory|regulatory retention|limitation|limitations ?period|periods ; limitation period|periods ; longer period|retention ~5 law|required|permitted",
    ),
    (
        "OPEN:without end",
        "indefinitely|perpetually|forever ; stored|kept|retained|retain|keep|store ~6 permanently ; in perpetuity ; for an|unlimited indefinite|unlimited|period ?period ?time",
    ),
    (
        "OPEN:session",
        "session cookie|cookies ; end of ?the|your ?browser|browsing session ; when|until|once|as|if|whenever ?you ~2 close|closes|closed ?your|the ?web browser|window ; when|until|once|by|on|upon ~1 closing ?of ?your|the ?web browser|window ; delete|deleted|erased|expire|expires|removed ~4 after ~1 close|closing ?your|the ?web browser|window",
    ),
    (
        "AGE:under",
        "under|below|younger|less ?than ?the ?age ?of ?eighteen|0|@number !days|day|months|month|hours|hour|0|%|percent|u ; minors|children under|below ?age ?of 0|@number ; not ?yet ?reached|turned 0|@number",
    ),
    (
        "AGE:over",
        "over|above|least|older|reached|minimum ?than ?the ?age ?of 0|@number ?( ?0 ?) years|year|or|and of|old|older|above ?age ; over|above|least|reached ?the age ?of 0|@number ; age|ages of 0|@number ; 0|@number ?( ?0 ?) years|year ?of|old age|old|older ; 0|@number or|and older|over|above",
    ),
    (
        "SCOPE",
        "this ?privacy|cookie|data ?policy|notice|statement|protection ?policy|notice|statement ?does|do ?not ?only ?also applies|apply|covers|cover|governs|govern ~14 .|, ; policy|notice|statement ?does|do ?not ?only ?also applies|apply|covers|cover|governs|extends|extend ~14 .|,",
    ),
)

# GDPR Art. 9 and 10, CCPA 1798.140(ae), and what regulators treat alike (precise place, money, the young).
SENSITIVE: Final[frozenset[str]] = frozenset(
    {
        "biometrics",
        "health",
        "genetics",
        "race or ethnicity",
        "religion",
        "political opinions",
        "sexual orientation",
        "sex life",
        "trade union",
        "criminal record",
        "precise location",
        "government id",
        "social security number",
        "payment card",
        "bank account",
        "financial",
        "children's data",
        "messages",
        "contacts",
        "voice",
        "immigration status",
    }
)

_DATA_TYPES = {
    "name": "name|names ,|(|. ; name|names and|or ?your ?the ?e address|email|contact|phone|surname|mail|postal ; your|first|last|full|legal|real|given|family|maiden name|names ; surname|surnames",
    "email address": "email|mail address|addresses ; email|mail , ; e mail",
    "postal address": "name|names , ?your address|addresses ,|and|or ; postal|mailing|street|shipping|billing|home|physical|delivery address|addresses ; zip|postal code|codes ; postcode|postcodes",
    "phone number": "phone|telephone|mobile|fax|cell ?phone number|numbers",
    "date of birth": "date|dates of birth ; birth date|dates ; birthdate|birthday|birthdays",
    "age": "your age ; age ,|and|or ; age range|group|bracket",
    "gender": "gender|sex !life",
    "username": "username|usernames|userid ; user name|names|id|ids ; screen name|names",
    "password": "password|passwords|passcode ; login|log|account ?in credentials|details",
    "photo": "photo|photos|photograph|photographs|picture|pictures ; profile image|images",
    "video": "video|videos|footage ; cctv",
    "voice": "voice|audio ?recording|recordings ; call|telephone recordings",
    "social security number": "social security|insurance number|numbers ; ssn ; national insurance number",
    "government id": "passport|passports ; driver's|drivers|driving license|licence|licenses ; identity card|cards|document|documents ; identification number|numbers|card ; government ?issued id|identifier|identifiers|identification ; national id|identification ; tax ?payer id|identification|number",
    "payment card": "credit|debit|payment|bank card|cards ?number|numbers ?information|details ; card number|numbers|details ; expiration|expiry date",
    "bank account": "bank ?account account|details|information|number|numbers ; iban ; account number|numbers",
    "payment": "payment|billing|transaction information|details|data|history|records|method|methods",
    "financial": "financial information|data|details|records|account|accounts ; income|salary|wages ; credit score|history|report|reports ; tax information|records|returns",
    "purchases": "purchase|purchasing|order|transaction|shopping history|histories|information|details|data ; purchases|orders|transactions ?you|made ; commercial information",
    "precise location": "precise|exact|gps|real geo|geographic|geographical|time ?location|geolocation ; precise geolocation|location ; gps",
    "location": "location|geolocation|geo ?location ?information|data|information ; whereabouts",
    "ip address": "ip|protocol address|addresses ; ip|protocol ( ip|internet ?protocol ) address|addresses|number|numbers ; ip , ; ip numbers|number",
    "device": "device|hardware information|data|type|model|identifier|identifiers|id|ids|characteristics|settings|attributes ; operating system|systems ; imei|udid",
    "advertising identifier": "advertising|ad|mobile id|ids|identifier|identifiers ; idfa|gaid|aaid",
    "browser": "browser|browsers type|types|version|information|language|settings ; user agent ; type of browser",
    "log data": "log|server file|files|data|information|logs ; logs|logfiles ; crash report|reports|data|logs ; diagnostic information|data",
    "browsing history": "browsing|search|viewing|navigation history|activity|behavior|behaviour|habits|data ; pages ?that ?you view|visit|viewed|visited|accessed ; clickstream ; click stream ; referring|exit pages|page|url|urls|website|site ; search terms|queries ; links ?you click|clicked",
    "usage": "usage data|information|statistics|patterns ; how ?often you use|interact",
    "cookies data": "cookie|cookies data|information|identifiers",
    "biometrics": "biometric|biometrics ?data|information|identifiers ; fingerprint|fingerprints|faceprint|faceprints|voiceprint|voiceprints ; face|facial geometry|recognition|scan|scans|features|template|templates ; retina|iris",
    "health": "health|medical|medication|wellness|fitness ?related data|information|records|history|conditions|condition|details ; prescription|prescriptions|diagnosis|disability|disabilities|pregnancy ; phi ; mental|physical health ; heart rate",
    "genetics": "genetic|genomic|dna data|information|sample|samples|results ; dna",
    "race or ethnicity": "race|racial|ethnicity|ethnic",
    "religion": "religion|religious",
    "political opinions": "political opinion|opinions|beliefs|views|affiliation|affiliations|preferences",
    "sexual orientation": "sexual orientation|preference|preferences",
    "sex life": "sex life",
    "trade union": "trade|labor|labour union|unions ; union membership",
    "criminal record": "criminal record|records|history|offence|offences|offenses|convictions|background ; background check|checks",
    "immigration status": "immigration|citizenship ?status",
    "children's data": "information|data ~4 from|about|of children|child|minors",
    "contacts": "contact list|lists ; address book|books ; phone|your contacts ; friends list|lists ; contacts ,|and|list|from",
    "messages": "content|contents of ?your ?any ?the messages|emails|communications|message ; messages|chats|conversations you|your|with|between|via|, ; private message|messages ; correspondence|communications you|with|between",
    "user content": "user|your content|contents ; content|materials ?that you post|submit|upload|create|provide|share ; comments|reviews|posts ?that you|users",
    "ai prompts": "prompts|prompt|inputs|input ,|and|or|you|outputs|output ; prompts ; chat history|histories ; ai inputs|outputs|conversations",
    "employment": "employment|professional|job|work history|information|data|title|titles|details|experience ; occupation|occupations|profession ; employer|resume|cv ; company name",
    "education": "education|educational|student|academic information|data|records|history|background",
    "marital status": "marital|family status ; household|family members|composition|size",
    "nationality": "nationality|nationalities ; country of residence|birth",
    "demographics": "demographic|demographics ?information|data|characteristics",
    "interests": "hobbies ; your|personal ?and ?, ?hobbies interests ; interests|preferences , ~1 hobbies|preferences|interests",
    "inferences": "inferences ; profile|profiles about|reflecting",
    "social media profile": "social ?media|network|networking account|accounts|profile|profiles|id ; facebook|linkedin|twitter profile|id|account",
    "vehicle": "vehicle|driving data|information|identification|behavior|behaviour ; vin ; license|licence plate",
    "signature": "signature|signatures",
}

_ROLES = {
    "service providers": "service|services|hosting|cloud provider|providers ; vendor|vendors ; contractor|contractors|subcontractor|subcontractors ; processor|processors ?, ; subprocessor|subprocessors ; supplier|suppliers ; payment processor|processors|provider|providers|gateway",
    "affiliates": "affiliate|affiliates|subsidiary|subsidiaries ; affiliated|group|parent|sister company|companies|entities|corporation|organization ; within our|the ~2 group ; corporate family|group|affiliates ; group of companies",
    "advertisers": "advertiser|advertisers ; advertising|ad|ads partner|partners|network|networks|companies|company|agencies|server|servers|platforms|exchanges",
    "analytics providers": "analytics provider|providers|company|companies|partner|partners|vendors|service|services",
    "business partners": "business|marketing|commercial|strategic|trusted|promotional|joint partner|partners ; partners ; joint marketing|venture|ventures",
    "data brokers": "data broker|brokers|aggregators|reseller|resellers|compilers ; mailing list|lists brokers|rental|exchange",
    "social networks": "social network|networks|media|networking ?sites|platforms|site|services|companies|providers",
    "law enforcement": "law enforcement ?agencies|officials|authorities|bodies|agency ; police",
    "government": "government|governmental|public|regulatory|competent|supervisory|tax authority|authorities|agency|agencies|bodies|body|entities|officials ; regulator|regulators ; courts",
    "successors": "successor|successors|acquirer|acquirers|assignee ; acquiring|acquired company|entity|by ; prospective|potential buyer|buyers|purchaser|purchasers ; merger|mergers|acquisition|bankruptcy|divestiture|reorganization ; sale|transfer of ?all|substantially|our|the|some|business|assets ~6 assets|business|company",
    "professional advisers": "professional|legal|financial advisor|advisors|adviser|advisers ; auditor|auditors|lawyers|attorneys|accountants|insurers",
    "other users": "other|another|fellow user|users|members|participants|customers|visitors ; the|general public public|.",
    "researchers": "researcher|researchers ; research|academic partner|partners|institutions|organizations",
    "credit agencies": "credit reference|reporting|bureau|bureaus ?agency|agencies|bureaus ; fraud prevention agency|agencies|bureaus ; credit bureau|bureaus",
    "employers": "your employer ; employer ,|or|and|who ; administrator|administrators of",
    "third parties": "third|3rd|outside|unaffiliated|nonaffiliated party|parties|companies|organizations",
}

_PURPOSES = {
    "service": "providing ?our|the products|services|service ; to|and|or|, ?help provide|deliver|operate|maintain|administer ?and ?you ?with ?our ?the ?these ?this ?your service|services|site|website|products|platform|application|app|account|orders|order|requests ; fulfill|fulfil|process|complete|ship|deliver ?your ?and ?the order|orders|transaction|transactions|purchase|request|requests|payment|payments ; customer service|support|care",
    "communication": "answer|answering ?your ?and ?respond ?to enquiries|inquiries|questions|requests|complaints ; to|and|or|, contact|notify|inform you|users|customers ; communicate with you|users|customers ; respond|responding|reply to ?your|inquiries|enquiries|questions|requests|comments ; send|sending you ; newsletter|newsletters",
    "improvement": "improve|improving|enhance|enhancing|develop|developing|optimize|optimise|evaluate ?and ?our ?the ?your ?these ?quality ?of ?our ?the site|website|service|services|products|product|experience|content|features|platform|app|application|applications|offerings ; product|service development|improvement",
    "analytics": "analytics|statistics|statistical ; analyze|analyse|analyzing|analysing|understand|measure|monitor ~3 usage|trends|traffic|use|users|visitors|performance|effectiveness|how|patterns|behavior|activity ; traffic|trend|data|usage analysis|patterns",
    "advertising": "targeted|personalized|personalised|interest|behavioral|behavioural|relevant|online|tailored|customized|display based|advertising|ads|advertisements|advertisement|ad ?advertising ; serve|deliver|show|display ~3 ads|advertisements|advertising ; remarketing|retargeting ; advertising purposes|campaigns ; cross context behavioral",
    "marketing": "marketing|promotional purposes|communications|emails|email|materials|messages|information|offers|campaigns ; direct marketing|mail ; special|promotional offers|promotions ; market|marketing|promote ?our ?to products|services|you",
    "personalisation": "personalize|personalise|personalizing|personalising|customize|customise|tailor|customizing ; personalized|personalised|customized|tailored content|experience|services|recommendations|features ; recommendations",
    "hosting": "hosting service|services|for|of ; web|data|cloud|application hosting",
    "backup": "backup|backups service|services ; data backup|backups",
    "email delivery": "email|mail|message delivery ; deliver|delivering ?our email|emails",
    "research": "research|surveys|survey ; market|scientific|academic research",
    "ai training": "train|training|develop|developing|improve|improving|build|fine ?our|tune|the ~4 models|model|algorithms|ai|intelligence|learning ; machine learning ; artificial intelligence ; ai training|models|model|development",
    "security": "prevent|detect|detecting|preventing|investigate|combat ?and|or|detect|investigate ?possible|potential|or fraud|fraudulent|abuse|unauthorized|illegal|security|spam|misuse ; fraud prevention|detection ; security purposes ; protect ?our|the|and ?rights|safety|security rights|property|safety|security ; verify|confirm|authenticate ?your ?the identity",
    "legal": "comply|compliance|complying with ?our|applicable|any|all|the|legal law|laws|legal|obligations|regulations|regulatory|process|requirements ; enforce|enforcing ?our|these|the terms|agreements|policies|rights ; legal claims|purposes|rights ; establish|exercise|defend ~3 claims|rights",
    "profiling": "profiling|profile you ; automated decision|decisions|making|processing ; create|build|develop ?a ?personal ?user profile|profiles",
    "payment": "process|processing|collect|facilitate ?your payment|payments|billing",
    "combination": "combine|combined|combining|merge|merged|match|matched|append ~6 information|data|with|other",
}

_CHOICES = {
    "opt_in": "opt|opts|opted|opting in|into ; explicit|express|affirmative|prior|your|informed|with|separate|active ?explicit|express|prior|affirmative consent|permission|authorization ; if you consent|agree ; you ?have consented|consent|agree ; obtain|obtaining|asking|ask|seek ~3 consent|permission|authorization",
    "opt_out": "opt|opts|opted|opting out ; unsubscribe|unsubscribing ; choose|elect|prefer|decide|opt not to ; withdraw|revoke|withdrawing ?your|my|any consent ; not|longer wish|want to receive ; do not sell|share ?or ?share my",
    "browser": "browser|browsers ~8 cookies|cookie|settings|refuse|reject|block|disable ; set|adjust|configure|change|modify your browser|device",
    "settings": "privacy|account|notification|device|cookie|app|preference|preferences settings|preferences|dashboard|center|centre|controls ; preference|preferences center|centre|page",
    "none": "no choice|choices|option ; cannot|can't|not opt out ; no ?way ?to opt out",
    "global privacy control": "global privacy control ; gpc",
    "do not track": "do not track !which !your !you !users !user !people !individual !any !visitors !the !our ; dnt",
    "industry opt-out": "network advertising initiative ; digital advertising alliance ; aboutads|networkadvertising|youronlinechoices|optout",
}

_RIGHTS = {
    "access": "right|rights|request|ask ~3 access|know|obtain|view ; access ?to ?,|and|or ?correct|update|review|the|your|or|my personal|information|data ; right|request of access ; copy of ?the|your|any|all|my ?personal data|information ; subject access",
    "rectification": "rectify|rectification ; right|request|ask|able ~5 correct|correction|rectify|amend|update ; correct|update|amend|modify|edit|correcting|updating|amending ?or ?,|and|your|any|the ?update|correct|change|delete|your|inaccurate ?, ?your|personal|inaccurate|any information|data|profile|account|details|inaccuracies ; inaccuracies|inaccurate ?data|information corrected",
    "erasure": "erasure|erase|forgotten ; delete|deletion|deleting|remove|removal ?of ?any|all|the ?your|my|their|this|it|such ?personal information|data|account|profile|details|content ; right|request|ask ~5 delete|deletion|deleted|removed|erased|erasure",
    "portability": "portability|portable ; machine readable ; structured , commonly",
    "objection": "right|rights|object ~2 object|objection|to processing ; object to ; stop processing",
    "restriction": "right|ask|request ~3 restrict ; restriction|restrict|limit of|the|our|or|, ?of ?the|our ?use|processing processing|use|, ; right|rights|erasure|rectification|deletion|objection ~6 restriction",
    "withdraw consent": "withdraw|withdrawal|withdrawing|revoke ?of ?your|any consent",
    "complaint": "lodge|make|file|submit|raise ?a complaint ; complain|complaint to|with ?the|a|your ~4 authority|regulator|commissioner",
    "human review": "automated decision|decisions|making|processing|decisionmaking ; human intervention|review",
    "appeal": "appeal|appeals ?our|the|a|your ?decision",
    "non-discrimination": "not|without ~2 discriminate|discrimination|discriminated ; non discrimination|discriminatory",
    "opt out of sale": "opt out of ?the ~3 sale|selling|sharing|sold ; do not sell ?or ?share my",
}

_TECHNOLOGIES = {
    "cookie": "cookie|cookies",
    "session cookie": "session ?based|id cookie|cookies ; session and|or|, persistent|permanent cookies",
    "persistent cookie": "persistent|permanent cookie|cookies",
    "third-party cookie": "third|3rd party cookie|cookies",
    "flash cookie": "flash cookie|cookies ; local|flash shared|stored objects ; lsos|lso",
    "web beacon": "web|tracking|action|internet beacon|beacons|bugs|bug ; beacons|beacon ; clear gif|gifs",
    "pixel": "pixel|pixels ?tag|tags ; tracking|invisible|transparent pixel|pixels|gif|gifs ; meta|facebook pixel",
    "local storage": "local|session|html5|dom|browser|web storage",
    "device fingerprint": "device|browser|canvas fingerprint|fingerprinting|fingerprints ; fingerprinting",
    "sdk": "sdk|sdks ; software development kit|kits",
    "tag": "javascript|script|scripts|page tag|tags",
    "embedded script": "embedded script|scripts",
    "etag": "etag|etags ; entity tags",
    "log files": "log|server files|file|logs",
    "advertising identifier": "advertising|ad|mobile id|ids|identifier|identifiers ; idfa|gaid|aaid",
    "session replay": "session replay|recording|recordings ; heatmap|heatmaps",
    "cross-device tracking": "cross device ; across ?different|your|multiple devices|websites",
    "do not track": "do not track !which !your !you !users !user !people !individual !any !visitors !the !our ; dnt",
    "server-side tracking": "server side ?tracking|tagging|events ; conversions api",
}

_TRANSFERS = {
    "standard contractual clauses": "standard|model contractual|data|contract ?protection clauses ; sccs|scc",
    "adequacy decision": "adequacy decision|decisions ; adequate level|protection|decision ; adequacy",
    "data privacy framework": "data privacy framework ; dpf",
    "privacy shield": "privacy shield",
    "safe harbor": "safe harbor|harbour",
    "binding corporate rules": "binding corporate rules ; bcrs|bcr",
    "transfer abroad": "transfer|transferred|transfers|transferring ~10 countries|country|jurisdictions|states|abroad|internationally|overseas ; outside ?of ?the eea|eu|european|united|uk ?economic|union|kingdom|states ?area ; international|cross|onward ?border transfer|transfers",
    "appropriate safeguards": "appropriate|suitable safeguards|guarantees",
    "consent": "consent|agree to ?the|this|such transfer",
}

_COUNTRIES = (
    {
        "United States": "united states ?of ?america ; usa ; u s ; us servers|based|companies ; america",
        "United Kingdom": "united kingdom ; uk ; great britain ; england ; scotland ; wales",
        "EEA": "eea ; european economic area",
        "European Union": "european union ; eu",
    }
    | {
        name: name.lower()
        for name in [
            "Canada",
            "Australia",
            "Brazil",
            "China",
            "India",
            "Japan",
            "Singapore",
            "Switzerland",
            "Ireland",
            "Germany",
            "France",
            "Netherlands",
            "Spain",
            "Italy",
            "Poland",
            "Sweden",
            "Norway",
            "Denmark",
            "Finland",
            "Belgium",
            "Austria",
            "Portugal",
            "Luxembourg",
            "Iceland",
            "Israel",
            "Mexico",
            "Argentina",
            "Philippines",
            "Russia",
            "Turkey",
            "Ukraine",
            "Taiwan",
            "Malaysia",
            "Indonesia",
            "Thailand",
            "Vietnam",
            "Romania",
            "Bulgaria",
            "Hungary",
            "Greece",
            "Estonia",
            "Cyprus",
        ]
    }
    | {
        "South Korea": "south|republic korea|of ?korea",
        "Hong Kong": "hong kong",
        "New Zealand": "new zealand",
        "South Africa": "south africa",
        "Czech Republic": "czech republic ; czechia",
        "Costa Rica": "costa rica",
        "Saudi Arabia": "saudi arabia",
        "United Arab Emirates": "united arab emirates ; uae",
    }
)

_LEGAL_BASES = {
    "consent": "consent ?( ?, ?art|article|gdpr ; on|with|given|obtained|give|withdraw ?the|basis|your ?of ?your ?prior|explicit|express consent",
    "contract": "performance|perform|performing|necessary of|a|the|our|for ?a|the|our ?performance ?of ?a|the|our contract|agreement ; contractual necessity|obligations|basis ; entering into ?a|and contract|agreement|or ; take|taking steps ; fulfil|fulfill ?our|the|a contract|contractual",
    "legitimate interests": "legitimate ?business interest|interests|purposes",
    "legal obligation": "legal|statutory|regulatory obligation|obligations|requirement|requirements|duty ; comply with ?applicable|the|a|our law|laws|legal",
    "vital interests": "vital interest|interests",
    "public interest": "public interest|task ; official authority",
}

_NOTICES = {
    "email": "let|letting you know ~6 by|via|through ?an email|mail|e ; notify|notified|notice|inform|informed|alert|contact|announce|sending|send ~10 by|via|through|an|you ?an email|mail|emails ; email|emailing|e ?mail ?you notification|notice|notify|you",
    "site": "prominent|conspicuous notice|notification|announcement ; post|posting|posted|publish|published|publishing|place|placing ~8 site|website|page|here|policy|notice|online|changes|version|web",
    "in product": "in app|product|application notification|notice|message ; notify|notified|notice|notification|inform|alert ~10 through|within|via|in ?the|our|your app|application|service|services|platform|account|product|interface",
    "none": "without ?prior|any|further notice|notification ; check|review ?this|back|our|the ~5 periodically|regularly|frequently|time",
    "consent": "obtain|seek|ask|request ?for ?your consent",
}

_BREACHES = {
    "notification": "notify|notified|notification|inform|informed|alert !us ~10 breach|breaches|incident|compromised ; breach|breaches|incident|compromised ~14 notify|notified|notification|inform|informed|alert !us",
    "no liability": "not|no ~4 liable|responsible|liability|responsibility ~8 unauthorized|unauthorised|interception|hacking",
}

_DISCLOSURES = {
    "subpoena": "subpoena|subpoenas|subpoenaed",
    "court order": "court|judicial order|orders|ordered|proceeding|proceedings ; search warrant|warrants",
    "legal process": "legal|judicial process|proceeding|proceedings|processes|demand|demands",
    "required by law": "required ?to|or ?do|permitted ?so by|under ?applicable|the law|laws|regulation ; compelled by law ; comply|compliance with ?applicable|the|any|a|all law|laws|legal ; as|where|when|if required|permitted by law",
    "good-faith belief": "good faith ?belief|believe ; believe|belief ?in ?good ?faith ?that ~6 necessary|required|appropriate|reasonable",
    "government request": "request|requests|inquiry|inquiries|demand|demands by|from|of ?a|any|the ?law|public government|governmental|enforcement|authorities|regulatory|public ; lawful request|requests",
    "protect rights": "protect|protecting|defend|enforce|protects ?and|or|our|the|defend|protect ?or ?our|the rights|property|safety ; rights , property",
    "emergency": "emergency|emergencies|imminent|exigent ?harm|danger|circumstances",
}

_DISPUTES = {
    "arbitration": "arbitration|arbitrate|arbitrator|arbitrated",
    "class waiver": "class action|actions|waiver|wide ?waiver ; waive ~6 class",
    "jury waiver": "jury trial|trials ; trial by jury",
    "governing law": "governing law ; governed|construed by|in|under ~8 law|laws",
    "jurisdiction": "exclusive|personal|subject ?to|and ?personal jurisdiction|venue ; courts of|in|located",
    "liability limit": "limitation|limitations of|on liability ; not ?be liable ; disclaim|disclaims|disclaimer",
    "indemnity": "indemnify|indemnification|indemnity|harmless",
    "opt-out of arbitration": "opt out of ?the|this arbitration",
}

_CONTACTS = {
    "data protection officer": "data protection|privacy officer|officers ; dpo",
    "controller": "data|joint controller|controllers ; controller of|for|is|responsible",
    "representative": "representative in|within ?the eu|uk|european|union|eea ; eu|uk representative",
    "supervisory authority": "supervisory|protection authority|authorities ; information commissioner|commissioner's",
}

_REGIONS = (
    {
        "California": "california|californian|californians ; ccpa|cpra",
        "European Union": "eu residents|users|citizens|individuals|data ; european union|economic|residents|users ; eea ; gdpr ; europe",
        "United Kingdom": "uk|united gdpr|kingdom|residents|users ; uk",
        "Switzerland": "switzerland|swiss",
        "Brazil": "brazil|brazilian ; lgpd",
        "Canada": "canada|canadian ; pipeda ; quebec",
        "Australia": "australia|australian",
        "Japan": "japan|japanese ; appi",
        "China": "china|chinese ; pipl",
        "India": "india|indian",
        "South Korea": "korea|korean",
        "South Africa": "south africa ; popia",
        "Singapore": "singapore|pdpa",
        "Mexico": "mexico|mexican",
    }
    | {
        state: f"{state.lower()} resident|residents|consumer|consumers|law|privacy|users|, ; {state.lower()}"
        for state in [
            "Nevada",
            "Virginia",
            "Colorado",
            "Connecticut",
            "Utah",
            "Vermont",
            "Oregon",
            "Texas",
            "Montana",
            "Delaware",
            "Iowa",
            "Maryland",
            "Minnesota",
            "Tennessee",
            "Indiana",
            "Nebraska",
            "Illinois",
            "Florida",
            "Kentucky",
        ]
    }
    | {
        "Washington": "washington state|residents|my|consumers",
        "New York": "new york resident|residents|consumers|law",
        "New Jersey": "new jersey resident|residents|consumers|law",
        "New Hampshire": "new hampshire",
        "Rhode Island": "rhode island",
    }
)

_MODALITIES = {
    "may": "may|might|could !0 !,",
    "will": "will|shall|we'll",
    "must": "must|required|obliged|obligated to|,|. ; must",
    "can": "can",
    "never": "never",
    "only": "only|solely|exclusively",
}

# Vendors that policies name most; found anywhere, where they begin with a capital.
_PARTIES = {
    name: name.lower()
    for name in (
        "Google Facebook Instagram WhatsApp Twitter LinkedIn Pinterest TikTok Snapchat YouTube Microsoft Apple Amazon "
        "PayPal Stripe Klarna Adyen Braintree Square Mailchimp SendGrid Mailgun Mailjet Brevo Sendinblue HubSpot Salesforce "
        "Zendesk Intercom Freshdesk Hotjar Mixpanel Amplitude Segment Matomo Piwik Optimizely Criteo Taboola Outbrain "
        "Quantcast Comscore Nielsen Cloudflare Fastly Akamai Heroku Netlify Vercel Twilio Slack Zoom Shopify WordPress "
        "Automattic Disqus AppNexus Rubicon PubMatic OpenX DoubleClick AdRoll Sentry Firebase Crashlytics AppsFlyer "
        "Experian Equifax TransUnion TrustArc TRUSTe OneTrust Didomi Anthropic OpenAI Oracle Adobe Vimeo Spotify Reddit"
    ).split()
} | {
    "Google Analytics": "google analytics", "Google Ads": "google ads|adwords", "Google AdSense": "google adsense",
    "Google Tag Manager": "google tag manager", "Google Maps": "google maps", "Meta": "meta !data !tags !tag",
    "Amazon Web Services": "amazon web services ; aws", "Microsoft Azure": "microsoft azure ; azure",
    "Mail Chimp": "mail chimp", "Bing Ads": "bing ads", "Adobe Analytics": "adobe analytics",
    "New Relic": "new relic", "The Trade Desk": "trade desk", "Apple Pay": "apple pay", "Google Pay": "google pay",
    "Yahoo": "yahoo", "AT Internet": "at internet",
}  # fmt: skip

WORDS: Final[tuple[tuple[str, dict[str, str]], ...]] = (
    ("party", _PARTIES),
    ("data_type", _DATA_TYPES),
    ("role", _ROLES),
    ("purpose", _PURPOSES),
    ("choice", _CHOICES),
    ("right", _RIGHTS),
    ("technology", _TECHNOLOGIES),
    ("transfer", _TRANSFERS),
    ("country", _COUNTRIES),
    ("legal_basis", _LEGAL_BASES),
    ("notice", _NOTICES),
    ("breach", _BREACHES),
    ("disclosure", _DISCLOSURES),
    ("dispute", _DISPUTES),
    ("contact", _CONTACTS),
    ("region", _REGIONS),
    ("modality", _MODALITIES),
)
