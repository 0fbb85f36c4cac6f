"""Parts of `throughline rules` that have a file of their own, found by `smart_app.command_parts`."""
