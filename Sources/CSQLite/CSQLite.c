#include "CSQLite.h"

#include <sqlite3.h>

int lt_sqlite_defend(struct sqlite3 *database) {
    int in_force = 0;
    int result = sqlite3_db_config(database, SQLITE_DBCONFIG_DEFENSIVE, 1, &in_force);
    return result == SQLITE_OK && in_force == 1;
}
