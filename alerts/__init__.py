"""Tell: who hears what, once. Touches mail servers and folders; the words are pure.

The map, in the order of the flow:

    errors       what can go wrong with sending, and whether waiting helps
    rules        who hears of a change, from what they asked for
    timing          when somebody is told, by the clock on their wall
    content         what an alert says: a value that keeps for days
    digest_content  what one mail about several changes says
    notice_content  what a notice to an operator says
    freezing     what of a comparison is told, and how much of it
    digests      what goes out together and when, from what waits
    gathering    the rows of that: single mails, groups, digests, held ones
    recap        the past of policies as a mail that somebody asked for
    coverage     how much of what somebody asked for was looked at
    handling     what a person does with deliveries: try again, let go, drop
    standing     how all stands, read from rows
    health_values  how all stands, and one thing that is wrong
    health       what is wrong, from how all stands
    notices      which notices are due, from what is wrong and what was said
    attending    the rows of that, in one transaction
    noticing     a notice and its deliveries, in one transaction
    pausing      pauses, and what waits through them
    following    what a signed link asks for, done
    trial        who would hear of a change, and who would not and why
    mutes        clauses that nobody wants to hear of until they change again
    feedback     what people make of alerts: seen, muted, wrong
    asked        what readers asked for, read from their subscriptions
    subjects     what there is to tell of a change, read from rows
    raising      an alert and its deliveries, in the transaction of the change
    prompt       what a language model is asked about an alert, and what is kept of its answer
    summariser   a client of one OpenAI-compatible endpoint
    summaries    the rows of what it said, written before the first mail goes
    claiming     which delivery is due, whose it is for now, and what became of it
    outbox       deliveries not yet done: claim, send, write down the answer
    channels     what each channel is given to send
    events       what a webhook is sent: the payload as types
    event_body   what is told as a webhook's body
    chat         what is told as a chat message
    rendered     a message in its final words: what every sender takes
    links        signed links: what a mail offers its reader to do
    pages        where our web pages are, for messages that point to them
    message_ids  the name of a delivery, fixed when its row is written
    envelope     what a mail is besides its content
    message      what is told as an e-mail: headers and parts
    view         what both parts of an alert's mail show, in words, harmless, cut to a size
    digest_view  the same of a digest
    notice_view  the same of a notice
    folds        what also changed but does not count, folded by kind
    foot         how a mail ends: why it came, and how to stop it
    headline     an alert in one line: subjects, titles
    text_part    an alert's mail as plain text, for a terminal
    digest_text  the same of a digest
    notice_text  the same of a notice
    plain        how text is laid out for a terminal
    html_part    any of these mails as HTML, for mail programs
    templates/   the HTML mails' frame and its colours
    quoting      the marked words of a quote, cut to a length
    harmless     text from strangers, made safe to show
    labels       topics, directions, severities, documents, dates, as readers know them
    phrases      what our own mails say, in the language of their reader
    retelling    what the analysis says in English, said anew in another language
    languages/   the texts of both, as data
    senders/     ways to hand a message on: mail server, folder, webhook, chat service
"""
