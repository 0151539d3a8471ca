"""What the analysis promises."""
