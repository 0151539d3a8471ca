"""Clausewatch as a service of the system: the files that systemd and launchd read.

The map:

    systemd  unit files for a whole machine or for one user; pure
    launchd  the property list that macOS reads; pure
    install  which files go where, and what a person runs next; writes them
"""
