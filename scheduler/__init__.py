"""When: due work, and the daemon's life. Touches the clock and the process's signals.

The map, in the order of the flow:

    cadence    when a policy is next due, as a pure decision
    jobs       one check from claim to committed alert
    daemon     the long-lived process: timers that wake the jobs, and a clean end
"""
