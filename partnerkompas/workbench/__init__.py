"""What waits for a curator: one page with everything, oldest first."""
