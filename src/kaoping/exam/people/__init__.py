"""People: organisations, accounts, roles, candidates."""
