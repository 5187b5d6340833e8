"""Who is a member: organisations, invitations, and how somebody gets an account or gets back into it."""
