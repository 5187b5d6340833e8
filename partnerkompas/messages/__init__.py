"""What accounts are told: an inbox on the site, and mail."""
