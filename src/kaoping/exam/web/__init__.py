"""Pages: the only place that knows Flask."""
