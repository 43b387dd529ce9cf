"""Filings 备案: what an evaluation organisation may evaluate, with the evidence."""
