"""Ways to hand a finished mail on; each has `send` and `close` of `alerts.outbox.Sender`.

smtp    a mail server, over TLS
folder  a folder of .eml files, when there is no server
"""
