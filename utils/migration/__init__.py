"""The parts of `utils.data_migration.DataMigration`: plan, run folder, verification, report."""
