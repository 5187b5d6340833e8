"""A curator looks at what partners state: checks it, asks about it, or enters what a public page says."""
