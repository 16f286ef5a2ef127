/* SPDX-License-Identifier: Apache-2.0 */
/* What the log knows of the kitchen's print jobs. */
#include "ticket-trace.h"

#include "property-fixture.h"

static void
put(Fixture *fixture, const char *kind, const char *entity, const char *body)
{
  g_ptr_array_unref(fixture_write(fixture, kind, entity, body));
}

static void
put_order(Fixture *fixture, const char *entity)
{
  put(fixture, "order.open", entity, "{'number': 'A-1', 'currency': 'EUR', 'source': 'pos'}");
  put(fixture, "order.lines", entity,
      "{'lines': [{'lineId': 'a', 'name': 'Soup', 'quantity': 4, 'price': 1, 'stationId': 'hot'},"
      " {'lineId': 'b', 'name': 'Tea', 'quantity': 1, 'price': 1}]}");
}

/* "record order/station line line...", "" where the log knows nothing of the job. */
static char *
describe(GHashTable *tickets, const char *job_id)
{
  const BhDueTicket *ticket = g_hash_table_lookup(tickets, job_id);
  GString *text = g_string_new(NULL);

  if (ticket != NULL)
    g_string_printf(text, "%s %s/%s", ticket->record_id, ticket->order_id,
                    ticket->station_id != NULL ? ticket->station_id : "");
  for (guint i = 0; ticket != NULL && i < ticket->line_ids->len; i++)
    g_string_append_printf(text, " %s", (const char *)ticket->line_ids->pdata[i]);
  return g_string_free(text, FALSE);
}

static void
assert_traced(Fixture *fixture, const char *job_id, const char *expected)
{
  g_autoptr(GHashTable) job_ids = g_hash_table_new(g_str_hash, g_str_equal);
  g_autoptr(GHashTable) tickets = NULL;
  g_autofree char *text = NULL;

  g_hash_table_add(job_ids, (gpointer)job_id);
  tickets = bh_ticket_trace_find(fixture->property, job_ids);
  text = describe(tickets, job_id);
  g_assert_cmpstr(text, ==, expected);
  g_assert_cmpuint(g_hash_table_size(tickets), ==, *expected != '\0' ? 1 : 0);
}

static void
test_jobs(gconstpointer kind)
{
  Fixture fixture;

  fixture_init(&fixture, (FixtureKind)GPOINTER_TO_UINT(kind));
  put_order(&fixture, "order/o");
  put_order(&fixture, "order/p");
  put(&fixture, "ticket.printed", "order/o", "{'lineIds': ['b'], 'jobId': 'tea'}");
  put(&fixture, "ticket.printed", "order/p", "{'lineIds': ['a', 'b'], 'jobId': 'both'}");
  put(&fixture, "ticket.printed", "order/p", "{'lineIds': ['gone'], 'jobId': 'odd'}");
  assert_traced(&fixture, "tea", "o o/ b");
  assert_traced(&fixture, "both", "p p/hot a b");
  assert_traced(&fixture, "odd", "p p/ gone");
  assert_traced(&fixture, "bot", "");
  /* The lines stay in the record where they were ordered. */
  put(&fixture, "line.move", "order/p", "{'lineIds': ['a'], 'orderId': 'o', 'version': 1}");
  assert_traced(&fixture, "both", "p o/hot a b");
  fixture_clear(&fixture);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  FIXTURE_ADD("ticket-trace/jobs", test_jobs);
  return g_test_run();
}
