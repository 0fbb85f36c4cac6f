"""What every measure of our own rendering says of itself."""

STEWARD = "Throughline"
VERSION = "own rendering 2026.1, not certified"
"""Ours, after the public definition, in our own words: for care, not for reporting."""
