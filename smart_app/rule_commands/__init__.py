"""Parts of `throughline rules` that have a file of their own."""
