"""One file a measure: a file with a MEASURE is in the catalogue."""
