"""Tell: who hears what, once. Touches mail servers and folders; the words are pure.

The map, in the order of the flow:

    errors       what can go wrong with sending, and whether waiting helps
    rules        who hears of a change, from what they asked for
    content         what an alert says: a value that keeps for days
    digest_content  what one mail about several changes says
    notice_content  what a notice to an operator says
    freezing     what of a comparison is told, and how much of it
    raising      an alert and its deliveries, in the transaction of the change
    prompt       what a language model is asked about an alert, and what is kept of its answer
    summariser   a client of one OpenAI-compatible endpoint
    summaries    the rows of what it said, written before the first mail goes
    outbox       deliveries not yet done: claim, send, write down the answer
    channels     what each channel is given to send
    rendered     a message in its final words: what every sender takes
    links        signed links: what a mail offers its reader to do
    message      an alert's content as an e-mail: headers and parts
    view         what both parts of a mail show, in words, harmless, cut to a size
    text_part    the mail as plain text, for a terminal
    html_part    the mail as HTML, for mail programs
    templates/   the HTML mail's frame and its colours
    quoting      the marked words of a quote, cut to a length
    harmless     text from strangers, made safe to show
    labels       our words for topics, directions, severities, dates
    senders/     smtp.py speaks to a mail server, folder.py writes .eml files
"""
