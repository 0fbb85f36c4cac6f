"""Parts of `throughline risk` that have a file of their own."""
