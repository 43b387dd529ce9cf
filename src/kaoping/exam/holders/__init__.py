"""What the holder of a certificate does with it: share it by a link that ends, ask for a re-print or a correction."""
