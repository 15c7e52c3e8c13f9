"""PostgreSQL as Django's own backend speaks it, with a health check that asks the socket and not the server."""
