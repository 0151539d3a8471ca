"""Real things on loopback for the tests: servers, mailboxes, clocks."""
