"""Every instrument we know, one file each, found by `find_instruments()`.

A file ends with `INSTRUMENT = Instrument(...)`; one whose name begins with _ holds what several share.
"""
