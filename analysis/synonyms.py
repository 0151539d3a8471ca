"""Words that a comparison of two wordings treats alike, or does not count. Data, not judgement."""

from typing import Final

__all__ = ["FAINT", "FOLDED", "LITTLE", "NUMBERS"]

# Numbers in words, in English, French and German.
NUMBERS: Final[dict[str, int]] = {
    word: int(number)
    for word, _, number in (
        pair.partition(":")
        for pair in """
    zero:0 one:1 two:2 three:3 four:4 five:5 six:6 seven:7 eight:8 nine:9 ten:10 eleven:11 twelve:12 thirteen:13
    fourteen:14 fifteen:15 sixteen:16 seventeen:17 eighteen:18 nineteen:19 twenty:20 thirty:30 forty:40 sixty:60
    ninety:90 twenty-four:24 thirty-six:36 forty-eight:48 seventy-two:72 forty-five:45 deux:2 trois:3 quatre:4
    fifty:50 eighty:80 hundred:100 cinq:5 six:6 sept:7 huit:8 neuf:9 dix:10 onze:11 douze:12 treize:13 quatorze:14
    quinze:15 seize:16 dix-huit:18 vingt:20 vingt-quatre:24 trente:30 trente-six:36 quarante-cinq:45 quarante-huit:48
    soixante:60 soixante-douze:72 quatre-vingt-dix:90 cent:100 zwei:2 zweier:2 drei:3 dreier:3 vier:4 fünf:5 sechs:6
    sieben:7 acht:8 neun:9 zehn:10 elf:11 zwölf:12 dreizehn:13 vierzehn:14 fünfzehn:15 sechzehn:16 achtzehn:18
    zwanzig:20 vierundzwanzig:24 dreißig:30 sechsunddreißig:36 vierzig:40 achtundvierzig:48 fünfzig:50 sechzig:60
    zweiundsiebzig:72 neunzig:90 hundert:100 half:0
    """.split()
    )
}

# Words that carry no practice; a sentence that differs in these alone says the same.
LITTLE: Final[frozenset[str]] = frozenset(
    """
    a about above als also an and another applicable are as at au auch auf aux available be because been bei
    being below between both by ce certain ces cet cette click clicking d dans das de dem den der des describe
    described did die do does du e each eg ein eine einem einen einer eines either elle en est et etc every example examples
    following follows for forth found from further für g go had has have having he her here hereby herein his
    how however i i.e ie if ihr ihre ihren ihrer il im in include included includes including into is ist it its
    l la le les leur leurs like link located made make making mit more most nos notice notre nous oder of on or
    order other others ou our out over page pages par per please policy privacy provide provided provides qu que
    qui relevant sa section sections see ses set she sie since sind so some son sont specific statement such sur
    take taken than that the their them then there therefore these they this those through thus to un und under
    une uns unser unsere up upon us various via visit visiting von vos votre vous was we well werden were what
    when where whether which while who whom whose wir wird with within you your yours zu à
    personnelles personnelle personnels concernées concernés gelegentlich zeit
    it's that's here's there's probably surprise simply actually naturally basically
    afin pour ainsi amené amenée amenés autre autres aussi avons bien cadre comme conformément connaître consulter
    donc dont effet encore entier entre entière entièreté eux fait invitons intégralité jusqu jusqu'à laquelle lequel
    lesquelles lesquels lire lors lorsqu lorsque lui merci même mêmes n ne notamment nôtre ont où pendant plus politique
    présent présente présentes qu'il qu'elle s savoir selon sera seront soit sommes sous suivant suivante suivantes
    suivants tel telle telles tels titre tous tout toute toutes veuillez vers vue y être
    alle allem allen aller alles am ans aufs beim beispielsweise bitte bzw dabei dadurch daher damit dann dazu
    diese diesem diesen dieser dieses durch einem eines entsprechend etwa euch falls gegebenenfalls gemäß hierbei
    hierzu ihm ihn ihnen insbesondere jede jedem jeden jeder jedes jeweils mittels nach sich sofern sowie steht
    unserem unseren unserer vom vor wenn wie worden wurde wurden zum zur über
    hour hours day days week weeks month months year years heure heures jour jours semaine semaines mois an ans année
    années caractère stunde stunden tag tage tagen woche wochen monat monate monaten monats jahr jahre jahren
    """.split()
)

# Words that carry a meaning beside others; a statement with one more or less of them alone says the same.
FAINT: Final[frozenset[str]] = frozenset(
    """
    use used uses using get gets getting got regarding concerning relating related respect connection accordance
    according manner based further additional additionally furthermore moreover now still yet already even just any
    both before prior instance help ensure able allow enable possibly currently simply generally usually typically accordingly respectively
    certain particular generic want wish need like feel free question questions concern concerns team dear hello thank
    thanks kindly again too here itself themselves yourself ourselves thereof thereto hereafter inc ltd llc corp gmbh
    ag kg ug sarl sas sa bv nv plc co company term way case time gern gerne bitte jeweils hierzu dazu dabei
    sowie beziehungsweise bzw ggf gegebenenfalls insbesondere notamment également egalement ainsi donc alors afin lors
    zusätzlich außerdem ferner zudem darüber hinaus weiterhin ebenfalls ebenso binnen innerhalb possibilité possible
    également d'ailleurs outre moreover likewise
    cadre titre merci may might can could will shall peut peuvent pouvons pouvez susceptible susceptibles kann können darf dürfen age ages
    """.split()
)

# Words that policies use for each other; what is on the left is read as what is on the right.
FOLDED: Final[dict[str, str]] = {
    word: instead
    for word, _, instead in (
        pair.partition(":")
        for pair in """
    information:data info:data details:data detail:data informations:données statement:policy site:service
    sites:service website:service websites:service web:service app:service apps:service application:service
    platform:service platforms:service applications:service organisation:organization e-mail:email mail:email
    telephone:phone get:collect gets:collect got:collect prior:before utilise:use utilize:use personally:personal personnelle:personnel personnelles:personnel personnels:personnel
     identifiable:personal
    persons:people individuals:people individual:people users:user kept:retain keep:retain store:retain
    stored:retain shared:share sold:sell we'll:will you'll:will we've:have we're:are you're:are pii:data
    disclose:share disclosed:share gather:collect gathered:collect obtain:collect advertising:ads
    ask:request asks:request asking:request contacting:contact writing:contact write:contact
    accept:agree accepts:agree accepted:agree accepting:agree display:show displayed:show displays:show shown:show
    shows:show recevoir:obtenir meant:intend intended:intend advertisement:ads advertisements:ads advertiser:advertiser advertisers:advertiser
    renseignements:données collectons:collecter collectées:collecter collectés:collecter
    collectée:collecter collecté:collecter collecte:collecter recueillir:collecter recueillons:collecter
    recueillies:collecter recueillis:collecter recueillie:collecter recueilli:collecter recueil:collecter
    utilisons:utiliser utilisées:utiliser utilisés:utiliser utilisée:utiliser utilisé:utiliser
    utilisent:utiliser utilisation:utiliser servons:utiliser servir:utiliser traitons:traiter traitées:traiter
    traités:traiter traitée:traiter traité:traiter traitement:traiter traitements:traiter conservons:conserver
    conservées:conserver conservés:conserver conservée:conserver conservé:conserver conservation:conserver
    gardons:conserver gardées:conserver gardés:conserver gardée:conserver garder:conserver stockées:conserver
    stockons:conserver stocker:conserver partageons:partager partagées:partager partagés:partager partagée:partager
    partage:partager communiquons:partager communiquées:partager communiqués:partager communiquer:partager
    transmettons:partager transmises:partager transmis:partager transmettre:partager transmise:partager
    divulguer:partager divulguées:partager divulguons:partager période:durée périodes:durée durées:durée délai:durée
    suppression:supprimer supprimées:supprimer supprimés:supprimer supprimons:supprimer effacement:supprimer
    effacer:supprimer effacées:supprimer offrir:fournir offrons:fournir proposer:fournir proposons:fournir
    fournissons:fournir fournis:fournir finalités:finalité objectif:finalité objectifs:finalité buts:finalité
    fins:finalité accord:consentement terminal:appareil terminaux:appareil appareils:appareil
    maximale:maximum maximal:maximum disposez:avez bénéficiez:avez concernant:concernent
    verwendet:verwenden nutzen:verwenden nutzt:verwenden genutzt:verwenden verwendung:verwenden nutzung:verwenden
    erheben:erhoben erfassen:erhoben erfasst:erhoben erhebung:erhoben sammeln:erhoben gesammelt:erhoben
    speichern:gespeichert aufbewahren:gespeichert aufbewahrt:gespeichert speicherung:gespeichert bewahren:gespeichert
    löschen:gelöscht löschung:gelöscht weitergeben:weitergegeben weitergabe:weitergegeben übermitteln:weitergegeben
    übermittelt:weitergegeben angaben:daten informationen:daten zustimmung:einwilligung verarbeiten:verarbeitet
    verarbeitung:verarbeitet widersprechen:widerspruch widerrufen:widerruf ausführen:ausgeführt auszuführen:ausgeführt
    beantworten:beantwortet auskünfte:auskunft
    designed:intended aimed:intended directed:intended webseite:service webseiten:service internetseite:service
    homepage:service respond:answer reply:answer purchase:buy purchases:buy assist:help assistance:help
    begin:start commence:start terminate:end inform:notify advise:notify modify:change alter:change amend:change
    amended:change modified:change altered:change update:change updated:change
    permit:allow permits:allow prohibited:forbidden children's:children kids:children acquire:collect acquired:collect
    obtained:collect erase:delete erased:delete erasure:deletion remove:delete removed:delete lawful:legal
    employee:staff employees:staff personnel:staff firm:company firms:company business:company businesses:company
    nobody:no niemand:kein
    don't:not doesn't:not didn't:not won't:not isn't:not aren't:not wasn't:not weren't:not can't:not cannot:not
    wouldn't:not shouldn't:not mustn't:not
    """.split()
    )
}
