"""Sharing of items by grant: an owner lets another organisation read items and take copies over."""
