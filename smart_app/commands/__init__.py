"""One file a command: its module-level `command` is found by `smart_app.cli`."""
