"""Pictures of measurement, drawn as SVG for page and print; every word in them comes from the caller, translated."""
