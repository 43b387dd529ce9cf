"""Standards, assessment points, items, review, specifications and papers."""
