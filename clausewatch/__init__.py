"""The front doors: settings, wiring, the command line.

The map:

    settings_file  where the settings are, and the database they name
    settings_tables  the tables of the settings file, and what holds where they say nothing
    config        settings from one TOML file and the environment
    channel_settings  settings of the channels beside mail
    setting_types     kinds of values that settings have
    durations     `6h`, `15m`: how people write durations
    instants      dates and instants as people give them on the command line
    memory        how the process looks after its memory: cycles of dead objects
    clock         the clock of the running program
    self_watch    what the settings say about watching over ourselves
    wishes        what somebody is subscribed to, as a phrase
    subscription_entries  the subscriptions that a watchlist declares
    watchlist     the file that declares which policies are watched
    syncing       a watchlist file made true, in one transaction
    wiring        the one place where settings become working parts
    outgoing      the way out, as the settings want it: one pass over what is due
    identity      how the program names itself to the servers it asks
    opening       what every command opens first: the settings, then the database
    printing      text on a terminal and JSON for machines
    listing       a group that lists when it is called bare
    filters       what listings are narrowed to, as options
    tables        rows as a plain table, CSV or Markdown
    progress      a bar for work in stages
    telling       the whole story of one fetch, in lines and as JSON
    advice        what to do about a fetch that brought no usable text
    redline       a comparison as an editor's redline on a terminal
    redline_page  the same as an HTML page
    clause_page   a clause map as an HTML page
    fact_phrases  facts as phrases for people
    jsonl         streams of one JSON object a line
    memento       what the record answers to those who ask for the web of the past
    memento_server  that, over HTTP
    logs          what the daemon says while it runs
    living        the daemon's jobs, put together from the settings, and anew when they change
    ping          a sign of life to a dead-man's switch
    health        what the daemon answers to machines: /healthz, /readyz, /metrics
    metrics       the daemon's numbers in the text format of Prometheus
    doctor        what is wrong with an installation, and what to do about it
    hello         the message by which a person tries whether messages arrive
    exits         what the exit codes mean
    cli           the command line's table of contents, its errors and exit codes
    commands      one file a command
    service       the files with which systemd and launchd keep the daemon alive
    demo          a company of our own making, to show the main job on
"""

__version__ = "0.1.0"
