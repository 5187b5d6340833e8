"""Who may do what: vocabulary, facts, policy; one page."""
