"""What is known of partners, with source, evidence and history."""
