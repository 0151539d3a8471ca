"""The front doors: settings, wiring, the command line.

    config       settings from one TOML file and the environment
    durations    `6h`, `15m`: how people write durations
    wiring       the one place where settings become working parts
    cli          the command line's table of contents, its errors and exit codes
    commands/    one file a command
    demo/        a company of our own making, to show the main job on
"""

__version__ = "0.1.0"
