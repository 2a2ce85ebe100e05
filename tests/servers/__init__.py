"""Real servers for tests: PostgreSQL, Valkey, a mail server with faults, and PACER itself."""
