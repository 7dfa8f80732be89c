"""Engine, transactions, journal, migrations, keys and backups."""
