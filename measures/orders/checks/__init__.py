"""One order check a file; each ends with `CHECK = OrderCheck(...)`."""
