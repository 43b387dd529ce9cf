"""Scores, decisions, reports and appeals."""
