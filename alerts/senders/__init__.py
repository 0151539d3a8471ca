"""Ways to hand a finished message on; each is an `alerts.rendered.Sender`.

smtp     a mail server, over TLS
folder   a folder of .eml files, when there is no server
webhook  signed events to web addresses
apprise  chat services, through an optional package
reach    how far a request may go, and what came of it
http     one guarded request, for webhooks
"""
