"""Fetch: policies due -> raw bytes, one outcome each, politely and safely. Touches the network alone.

The map, in the order of the flow (P: pure):

    run           crawl(): the door for a list of targets, to its end
    feed          the door for a crawl that goes on and is given targets while it runs
    options       P  how a crawl behaves: the values a caller may set
    discovery     find the legal pages of a site: links, sitemaps, usual addresses, then reading
    errors        P  why a fetch fails, what to do about it, whether waiting helps
    reactor       the one background thread that the event loop lives in
    settings      the Scrapy settings, and the defaults that had to go
    politeness    P  whose turn it is, and how long a server wants to be left alone
    manners       when each host is next free, and what it asked for: what outlives a crawl
    spiders       live: the spider that asks for what is due; archive: the one that asks archives
    combining     P  the pages of one policy, handed on as one outcome
    underway      what is known of a crawl, and of one fetch, while they are under way
    robots        P  robots.txt to RFC 9309
    middlewares   robots.txt asked first, redirects recorded, bodies unpacked
    coding        P  content codings undone, and bodies that were cut short told apart
    handlers      one deadline for all hops of a fetch, and a way to stop it
    certificates  whose certificates are trusted
    protocol      HTTP on one connection: an end to headers, and resets told from endings
    guard         the address rule at connect time, as the reactor's name resolver
    browser       pages that a browser must draw: an optional extra
    failures      exceptions of Scrapy and Twisted -> causes
    captures      P  which captures of an archive are worth fetching
    archive       P  what a web archive is asked, and what its answers mean
    asking        ask(): the door to archives, at the pace they allow
    fetched       P  a response or a failure -> storage.fetched.Fetched
    pipelines     hands each outcome to the caller, off the event loop
"""
