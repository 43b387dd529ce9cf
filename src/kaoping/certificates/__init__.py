"""Awards become numbered, signed and verifiable certificates."""
