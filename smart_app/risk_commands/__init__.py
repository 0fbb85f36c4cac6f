"""The parts of `throughline risk`: one module a command, named by its file."""
