"""All SQL and all transactions; the only door to SQLite and sqlite-utils."""
