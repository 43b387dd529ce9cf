"""Certificates in batches: many are issued by one order, printed on numbered sheets, packed into files, and logged."""
