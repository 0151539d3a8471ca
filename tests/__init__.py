"""The specification: one folder a room, one file a module."""
