"""Results: scores, decisions, calibration and item statistics."""
