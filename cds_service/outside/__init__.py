"""The only place that touches the network, the database, secrets, settings and the clock."""
