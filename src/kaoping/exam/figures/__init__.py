"""Pictures drawn for pages and print."""
