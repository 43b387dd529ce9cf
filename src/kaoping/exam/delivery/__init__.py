"""Delivery: sittings, steps and timing."""
