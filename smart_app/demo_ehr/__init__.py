"""A demo EHR: another company's server, played on this laptop. Only the command line and tests use it."""
