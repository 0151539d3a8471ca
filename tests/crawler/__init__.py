"""What fetching does, against real servers on loopback."""
