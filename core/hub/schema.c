/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-hub"

#include "schema.h"

#include "print-queue.h"

/* What the hub itself remembers: its id, later its settings made in the window. */
static const char hub_schema[] = "CREATE TABLE hub_value (\n"
                                 "  name TEXT PRIMARY KEY,\n"
                                 "  value TEXT NOT NULL\n"
                                 ") STRICT, WITHOUT ROWID;";

BhStoreMigration *
bh_schema_list(guint *count)
{
  GArray *list = g_array_new(FALSE, FALSE, sizeof(BhStoreMigration));
  BhStoreMigration hub = {hub_schema};

  g_array_append_val(list, hub);
  g_array_append_vals(list, bh_print_queue_migrations, bh_print_queue_n_migrations);
  *count = list->len;
  return (BhStoreMigration *)(gpointer)g_array_free(list, FALSE);
}
