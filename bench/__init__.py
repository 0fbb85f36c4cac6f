"""Benchmarks: ratios of CPU measured in one run on one machine (`make bench`). Nothing here is a test."""
