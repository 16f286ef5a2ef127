/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-hub"

#include "schema.h"

#include "access-schema.h"
#include "alert-desk.h"
#include "print-queue.h"
#include "screen-list.h"
#include "sqlite-backend.h"

/* What the hub itself remembers: its id, later its settings made in the window. */
static const char hub_schema[] = "CREATE TABLE hub_value (\n"
                                 "  name TEXT PRIMARY KEY,\n"
                                 "  value TEXT NOT NULL\n"
                                 ") STRICT, WITHOUT ROWID;";

/* The content comes last: what stands behind it in a row is read at the price of all of it. */
static const char picture_schema[] = "CREATE TABLE picture (\n"
                                     "  picture_id TEXT PRIMARY KEY,\n"
                                     "  type TEXT NOT NULL,\n"
                                     "  size INTEGER NOT NULL,\n"
                                     "  added_ms INTEGER NOT NULL,\n"
                                     "  content BLOB NOT NULL\n"
                                     ") STRICT;";

static const BhStoreMigration hub_migrations[] = {{hub_schema}, {picture_schema}};

/*
 * user_version 1, 2, 3... of every database there is: entries are appended, and none is ever moved,
 * changed or taken out. A room's own list grows at its end, and each of its steps is named here.
 */
static const struct {
  const BhStoreMigration *room;
  guint step;
} entries[] = {
    {hub_migrations, 0},            /* 1: hub_value */
    {bh_print_queue_migrations, 0}, /* 2: print_job, print_paper */
    {bh_print_queue_migrations, 1}, /* 3: print_job.is_moved */
    {bh_access_migrations, 0},      /* 4: device, access_counter, pairing_link, audit_entry */
    {bh_access_migrations, 1},      /* 5: person..., place, seating, guest_session */
    {bh_access_migrations, 2},      /* 6: pairing_link.made_by */
    {bh_print_queue_migrations, 2}, /* 7: print_job.person_id, person_name */
    {bh_property_migrations, 0},    /* 8: the log: operations, records, values */
    {hub_migrations, 1},            /* 9: picture */
    {bh_alert_desk_migrations, 0},  /* 10: alert */
    {bh_screen_list_migrations, 0}, /* 11: screen */
    {bh_print_queue_migrations, 3}, /* 12: printer */
    {bh_print_queue_migrations, 4}, /* 13: print_job.content_bytes */
    {bh_print_queue_migrations, 5}, /* 14: print_job_uncertain */
};

static guint
count_entries(const BhStoreMigration *room)
{
  guint count = 0;

  for (guint i = 0; i < G_N_ELEMENTS(entries); i++) {
    /* In the room's own order, each once. */
    if (entries[i].room == room)
      g_assert(entries[i].step == count++);
  }
  return count;
}

BhStoreMigration *
bh_schema_list(guint *count)
{
  BhStoreMigration *list = g_new(BhStoreMigration, G_N_ELEMENTS(entries));

  /* A step that was forgotten here would fail on a person's database later. */
  g_assert(count_entries(hub_migrations) == G_N_ELEMENTS(hub_migrations));
  g_assert(count_entries(bh_print_queue_migrations) == bh_print_queue_n_migrations);
  g_assert(count_entries(bh_access_migrations) == bh_access_n_migrations);
  g_assert(count_entries(bh_property_migrations) == bh_property_n_migrations);
  g_assert(count_entries(bh_alert_desk_migrations) == bh_alert_desk_n_migrations);
  g_assert(count_entries(bh_screen_list_migrations) == bh_screen_list_n_migrations);
  for (guint i = 0; i < G_N_ELEMENTS(entries); i++)
    list[i] = entries[i].room[entries[i].step];
  *count = G_N_ELEMENTS(entries);
  return list;
}
