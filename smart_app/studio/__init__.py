"""Card rules as the quality team works on them: on pages and from the command line alike."""
