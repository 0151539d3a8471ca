"""One file a command, imported when the command is called.

demo         show the main job on a company of our own making
watch        add, edit, remove, list: which policies are watched
discover     find the legal pages of a site
sync         make the watched policies those of a watchlist file
check        fetch policies now and say what changed
run          the daemon: keep watching until told to stop
install_service  the files that keep the daemon alive as a service
backfill     the past of policies, from web archives
recap        a mail about the past, for somebody who asked for it
alias        older addresses of a policy, for the archives
memento      the record, served as a web archive serves it
exchange     export, import: captures as WARC and WACZ files, and from files
status       what is due, late, failing, waiting
suggest      documents that watched policies link to, and that are not watched
history      every text a policy had
show         what a policy says, or said on a date
changes      what changed, across policies
search       which texts say something, which changes brought or took it
when         since when a policy says a sentence
diff         what changed between two snapshots
alerts       what people were told, and whether it reached them
channels     where messages other than mails go, and a try of each
doctor       what is wrong with this installation, and what to do about it
subscribe    subscribe, unsubscribe: begin to hear of changes, and stop
subscriptions  who hears of what, who would, and pauses
notices      what needs a person now, and what operators were told of it
silence      notices that nobody wants to hear of for a while
outbox       mails that wait, sending them, and what a person does with them
extract      read a page, without a database
explain      a policy as a map of its clauses, and why
tag          say what paragraphs are about, without a database
compare      judge the change between two texts, without a database
rebuild      make texts and changes again under the rules of now
verify       check the record against its own chains and a checkpoint
checkpoint   sign the record as it stands
upkeep       size, upkeep: what takes room, and giving it back
backup       backup, restore: a checked copy of the database, and putting one back
"""
