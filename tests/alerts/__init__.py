"""What alerts promises: told once, in time, in words that cannot do harm."""
