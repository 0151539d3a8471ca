"""When: due work, and the daemon's life. Touches the clock and the process's signals.

The map, in the order of the flow:

    adaptive         how often a policy is worth a look, by how often it changed
    cadence          when a policy is next due, as a pure decision
    jobs             one check from claim to committed alert
    feeding          the daemon's long crawl, fed with what is due
    archive_work     one backfill under way: pages of an index, rounds of captures, into rows
    backfill         backfills from their claim to their end: go on, wait, give up, ask the next archive
    lookback         what the daemon asks archives for by itself
    daemon           the long-lived process: timers that wake the jobs, and a clean end
    pulse            what the daemon is doing, for those who look after it
    watchdog         whether the daemon is well: stuck jobs, clocks that jump
    service_manager  what systemd is told: ready, alive, reloading, stopping
"""
