/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-access"

#include "seating-rows.h"

#include "statement.h"

void
bh_seating_load_free(BhSeatingLoad *load)
{
  g_clear_pointer(&load->map, bh_seating_map_free);
  g_free(load);
}

static const char *
get_text(BhStatement *row, int at)
{
  return (const char *)sqlite3_column_text(row, at);
}

static void
set_damaged(GError **error, const char *table)
{
  g_set_error(error, BH_STORE_ERROR, BH_STORE_ERROR_CORRUPT, "the table %s is damaged", table);
}

static void
read_place(const BhSeatingLoad *load, BhStatement *row, GError **error)
{
  guint8 code[BH_SEATING_CODE_BYTES];

  if (bh_statement_copy_bytes(row, 3, code, sizeof code))
    bh_seating_map_add_place(load->map, get_text(row, 0), get_text(row, 1), get_text(row, 2), code);
  else
    set_damaged(error, "place");
}

static void
read_seating(const BhSeatingLoad *load, BhStatement *row, GError **error)
{
  BhPlace *place = bh_seating_map_find_place(load->map, get_text(row, 1));
  gboolean is_open = g_strcmp0(get_text(row, 2), "open") == 0;

  if (place != NULL)
    bh_seating_map_set_seating(load->map, place, get_text(row, 0),
                               is_open ? BH_SEATING_OPEN : BH_SEATING_REQUESTED,
                               sqlite3_column_int64(row, 3));
  else
    set_damaged(error, "seating");
}

static void
read_session(const BhSeatingLoad *load, BhStatement *row, GError **error)
{
  guint8 hash[BH_GUEST_SECRET_HASH_BYTES];
  const BhPlace *place = bh_seating_map_find_place(load->map, get_text(row, 2));
  const char *seating_id = get_text(row, 3);
  BhGuestSession *session;
  gint64 waited_ms;

  /* Never part of a seating that is not the place's. */
  if (place == NULL || !bh_statement_copy_bytes(row, 1, hash, sizeof hash) ||
      (seating_id != NULL && g_strcmp0(seating_id, place->seating_id) != 0)) {
    set_damaged(error, "guest_session");
    return;
  }
  /* A clock that is behind says nothing of how long it is ago: the time begins anew. */
  waited_ms = MAX(load->now_ms - sqlite3_column_int64(row, 4), 0);
  session = bh_guest_session_new(get_text(row, 0), place->place_id, hash, load->run_ms - waited_ms);
  session->seating_id = g_strdup(seating_id);
  bh_seating_map_take_session(load->map, session);
}

static gboolean
read_all(const BhSeatingLoad *load, sqlite3 *db, const char *sql,
         void (*read_row)(const BhSeatingLoad *load, BhStatement *row, GError **error),
         GError **error)
{
  g_autoptr(BhStatement) statement = bh_statement_new(db, sql, error);
  GError *problem = NULL;

  if (statement == NULL)
    return FALSE;
  while (problem == NULL && bh_statement_next(statement, &problem))
    read_row(load, statement, &problem);
  if (problem != NULL)
    g_propagate_error(error, problem);
  return problem == NULL;
}

gboolean
bh_seating_rows_run_load(sqlite3 *db, gpointer data, GError **error)
{
  BhSeatingLoad *load = data;

  g_clear_pointer(&load->map, bh_seating_map_free);
  load->map = bh_seating_map_new();
  return read_all(load, db, "SELECT place_id, kind, name, code FROM place ORDER BY number",
                  read_place, error) &&
         read_all(load, db, "SELECT seating_id, place_id, state, since_ms FROM seating",
                  read_seating, error) &&
         read_all(load, db,
                  "SELECT device_id, secret_hash, place_id, seating_id, created_ms"
                  " FROM guest_session ORDER BY number",
                  read_session, error);
}
