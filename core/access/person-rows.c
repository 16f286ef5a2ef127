/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-access"

#include "person-rows.h"

#include "statement.h"

void
bh_person_load_free(BhPersonLoad *load)
{
  g_clear_pointer(&load->map, bh_person_map_free);
  g_free(load);
}

static const char *
get_text(BhStatement *row, int at)
{
  return (const char *)sqlite3_column_text(row, at);
}

static void
read_person(BhPersonMap *map, BhStatement *row, GError **error)
{
  BhPerson *person = bh_person_map_add(map, get_text(row, 0), get_text(row, 1));

  if (!bh_statement_copy_bytes(row, 2, person->salt, sizeof person->salt) ||
      !bh_statement_copy_bytes(row, 3, person->pin_hash, sizeof person->pin_hash))
    g_set_error(error, BH_STORE_ERROR, BH_STORE_ERROR_CORRUPT, "the table person is damaged");
}

static void
read_sign_in(BhPersonMap *map, BhStatement *row, GError **error)
{
  bh_person_map_sign_in(map, get_text(row, 0), get_text(row, 1));
}

static guint
get_count(BhStatement *row, int at)
{
  return (guint)CLAMP(sqlite3_column_int64(row, at), 0, G_MAXINT);
}

static void
read_tries(BhPersonMap *map, BhStatement *row, GError **error)
{
  BhTryCount count = {
      .wrong = get_count(row, 2),
      .until_ms = sqlite3_column_int64(row, 3),
      .day_wrong = get_count(row, 4),
      .day_ms = sqlite3_column_int64(row, 5),
  };

  bh_person_map_set_tries(map, get_text(row, 0), get_text(row, 1), &count);
}

static gboolean
read_all(BhPersonMap *map, sqlite3 *db, const char *sql,
         void (*read_row)(BhPersonMap *map, BhStatement *row, GError **error), GError **error)
{
  g_autoptr(BhStatement) statement = bh_statement_new(db, sql, error);
  GError *problem = NULL;

  if (statement == NULL)
    return FALSE;
  while (problem == NULL && bh_statement_next(statement, &problem))
    read_row(map, statement, &problem);
  if (problem != NULL)
    g_propagate_error(error, problem);
  return problem == NULL;
}

gboolean
bh_person_rows_run_load(sqlite3 *db, gpointer data, GError **error)
{
  BhPersonLoad *load = data;

  g_clear_pointer(&load->map, bh_person_map_free);
  load->map = bh_person_map_new();
  return read_all(load->map, db,
                  "SELECT person_id, name, salt, pin_hash FROM person ORDER BY number", read_person,
                  error) &&
         read_all(load->map, db, "SELECT device_id, person_id FROM person_sign_in", read_sign_in,
                  error) &&
         read_all(load->map, db,
                  "SELECT person_id, device_id, wrong, until_ms, day_wrong, day_ms"
                  " FROM person_try",
                  read_tries, error);
}
