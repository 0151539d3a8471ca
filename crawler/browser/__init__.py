"""Draw a page in the system's Chromium, where the plain page is not enough. An optional extra.

The map:

    available   whether there is a browser to use, and what to install where there is none
    escalation  P  which pages a browser draws, and what is made of both answers
    drawing     a plain outcome -> the outcome that is kept: the one door
    rendering   the browser: started when needed, one page at a time each, ended when idle
    handler     scrapy-playwright's handler, once for both schemes
    memory      how much memory the browser holds
    page        what is done on one page: wait, open what is folded, take the DOM
    scripts     P  what runs inside a page
    proxy       the browser's only way out, under the rule of addresses
"""
