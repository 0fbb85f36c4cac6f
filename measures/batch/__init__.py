"""Measures for a whole panel: a folder of Bulk FHIR in, results and a summary out, in bounded memory."""
