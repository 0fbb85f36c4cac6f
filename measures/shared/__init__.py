"""Criteria that many measures share, named as clinicians name them."""
