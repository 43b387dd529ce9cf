"""Marking by people: score sheets of the skill component."""
