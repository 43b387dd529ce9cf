"""Batches, sites, applications, eligibility and tickets."""
