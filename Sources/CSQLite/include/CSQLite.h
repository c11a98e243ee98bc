// The one call of SQLite that VaultRecords needs and Swift cannot make, because it is variadic.
#ifndef CSQLITE_H
#define CSQLITE_H

struct sqlite3;

/// Sets SQLITE_DBCONFIG_DEFENSIVE: SQL can no longer write to the schema or switch the journal off.
/// Returns 1 when it is in force, else 0.
int lt_sqlite_defend(struct sqlite3 *database);

#endif
