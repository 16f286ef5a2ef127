/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-hub"

#include "ticket-trace.h"

#include <string.h>

#include "order-lines.h"

#define ORDER_PREFIX   "order/"
#define PRINTED_PREFIX "printed/"

typedef struct {
  GHashTable *job_ids;   /* borrowed */
  GHashTable *tickets;   /* job id -> BhDueTicket */
  const char *record_id; /* of the record that is being looked at */
  GPtrArray *found;      /* of BhDueTicket, borrowed: what was found in it */
} Trace;

static BhDueTicket *
find_ticket(Trace *self, const char *job_id)
{
  BhDueTicket *ticket = g_hash_table_lookup(self->tickets, job_id);

  if (ticket != NULL)
    return g_str_equal(ticket->record_id, self->record_id) ? ticket : NULL;
  ticket = g_new0(BhDueTicket, 1);
  ticket->record_id = g_strdup(self->record_id);
  ticket->line_ids = g_ptr_array_new_with_free_func(g_free);
  g_hash_table_insert(self->tickets, g_strdup(job_id), ticket);
  g_ptr_array_add(self->found, ticket);
  return ticket;
}

/* Of `printed/<lineId>/<jobId>`. */
static void
add_line(const char *path, json_t *value, const BhStamp *stamp, gpointer user_data)
{
  Trace *self = user_data;
  const char *line_id = path + strlen(PRINTED_PREFIX);
  const char *slash = strchr(line_id, '/');
  BhDueTicket *ticket = slash != NULL && g_hash_table_contains(self->job_ids, slash + 1)
                            ? find_ticket(self, slash + 1)
                            : NULL;

  if (ticket != NULL)
    g_ptr_array_add(ticket->line_ids, g_strndup(line_id, (gsize)(slash - line_id)));
}

/* Where its first line stands and is made, as long as the record has one of them. */
static void
complete(BhDueTicket *ticket, const GArray *lines)
{
  for (guint i = 0; i < lines->len && ticket->order_id == NULL; i++) {
    const BhOrderLine *line = &g_array_index(lines, BhOrderLine, i);

    if (g_ptr_array_find_with_equal_func(ticket->line_ids, line->line_id, g_str_equal, NULL)) {
      ticket->order_id = g_strdup(bh_order_line_get_order(line));
      ticket->station_id = g_strdup(json_string_value(bh_order_line_get_member(line, "stationId")));
    }
  }
  if (ticket->order_id == NULL)
    ticket->order_id = g_strdup(ticket->record_id);
}

static void
look_into(const char *name, BhRecord *record, gpointer user_data)
{
  Trace *self = user_data;
  g_autoptr(BhOrderParts) parts = NULL;
  g_autoptr(GArray) lines = NULL;

  self->record_id = name + strlen(ORDER_PREFIX);
  g_ptr_array_set_size(self->found, 0);
  bh_record_visit_items(record, PRINTED_PREFIX, add_line, self);
  if (self->found->len == 0)
    return;
  parts = bh_order_parts_new(self->record_id, record);
  lines = g_array_new(FALSE, FALSE, sizeof(BhOrderLine));
  bh_order_lines_add(lines, parts);
  for (guint i = 0; i < self->found->len; i++)
    complete(self->found->pdata[i], lines);
}

GHashTable *
bh_ticket_trace_find(BhProperty *property, GHashTable *job_ids)
{
  g_autoptr(GPtrArray) found = g_ptr_array_new();
  Trace trace = {.job_ids = job_ids,
                 .tickets = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
                                                  (GDestroyNotify)bh_due_ticket_free),
                 .found = found};

  bh_property_visit_records(property, ORDER_PREFIX, look_into, &trace);
  return trace.tickets;
}
