"""What is wrong with an installation, and what to do about it.

finding   one line of the report, and what a figure means
house     what is looked at on this machine: settings, database, daemon, disk, outbox
outside   what is asked elsewhere: the mail server, watched hosts, their clocks
extras    the optional parts: browser, chat services, more machines
"""
