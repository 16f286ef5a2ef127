/* SPDX-License-Identifier: Apache-2.0 */
/* Which lines are for the kitchen and unseen, on the hub's own property. */
#include "ticket-lines.h"

#include <string.h>

#include "property-fixture.h"
#include "ticket-content.h"
#include "ticket.h"

#define OPEN "{'number': 'A-1', 'currency': 'EUR', 'source': '%s'}"

static void
open_order(Fixture *fixture, const char *entity, const char *source)
{
  g_autofree char *body = g_strdup_printf(OPEN, source);

  g_ptr_array_unref(fixture_write(fixture, "order.open", entity, body));
}

static void
put(Fixture *fixture, const char *kind, const char *entity, const char *body)
{
  g_ptr_array_unref(fixture_write(fixture, kind, entity, body));
}

static void
add_lines(Fixture *fixture, const char *entity)
{
  put(fixture, "order.lines", entity,
      "{'lines': [{'lineId': 'a', 'name': 'Soup', 'quantity': 4, 'price': 1, 'stationId': 'hot'},"
      " {'lineId': 'b', 'name': 'Tea', 'quantity': 1, 'price': 1}]}");
}

/* Lines as "id/station@order ", those without a station as "id@order ". */
static void
assert_waiting_but(Fixture *fixture, const char *record_id, const BhTakenBack *taken_back,
                   const char *expected)
{
  g_autoptr(GPtrArray) lines = bh_ticket_lines_read(fixture->property, record_id, taken_back);
  g_autoptr(GString) text = g_string_new(NULL);

  for (guint i = 0; i < lines->len; i++) {
    const BhKitchenLine *line = lines->pdata[i];

    g_assert_cmpint(line->since_ms, >, 0);
    g_string_append_printf(text, "%s%s%s@%s ", line->line_id, line->station_id != NULL ? "/" : "",
                           line->station_id != NULL ? line->station_id : "", line->order_id);
  }
  g_assert_cmpstr(text->str, ==, expected);
}

static void
assert_waiting(Fixture *fixture, const char *record_id, const char *expected)
{
  assert_waiting_but(fixture, record_id, NULL, expected);
}

static void
test_states(gconstpointer kind)
{
  Fixture fixture;

  fixture_init(&fixture, (FixtureKind)GPOINTER_TO_UINT(kind));
  assert_waiting(&fixture, "o", "");
  open_order(&fixture, "order/o", "staff");
  add_lines(&fixture, "order/o");
  assert_waiting(&fixture, "o", "a/hot@o b@o ");
  put(&fixture, "line.state", "order/o", "{'lineIds': ['a'], 'state': 'preparing'}");
  assert_waiting(&fixture, "o", "a/hot@o b@o ");
  put(&fixture, "line.set", "order/o",
      "{'version': 1, 'set': {'stationId': 'cold'}, 'lineId': 'a'}");
  assert_waiting(&fixture, "o", "a/cold@o b@o ");
  put(&fixture, "line.state", "order/o", "{'lineIds': ['a'], 'state': 'ready'}");
  assert_waiting(&fixture, "o", "b@o ");
  put(&fixture, "line.end", "order/o",
      "{'lineIds': ['b'], 'state': 'cancelled', 'reason': 'Too late'}");
  assert_waiting(&fixture, "o", "");
  fixture_clear(&fixture);
}

static void
test_guests_wait_for_staff(gconstpointer kind)
{
  Fixture fixture;

  fixture_init(&fixture, (FixtureKind)GPOINTER_TO_UINT(kind));
  open_order(&fixture, "order/o", "guest");
  add_lines(&fixture, "order/o");
  assert_waiting(&fixture, "o", "");
  put(&fixture, "line.state", "order/o", "{'lineIds': ['b'], 'state': 'accepted'}");
  assert_waiting(&fixture, "o", "b@o ");
  fixture_clear(&fixture);
}

static void
test_seen_or_printed(gconstpointer kind)
{
  Fixture fixture;

  fixture_init(&fixture, (FixtureKind)GPOINTER_TO_UINT(kind));
  open_order(&fixture, "order/o", "pos");
  add_lines(&fixture, "order/o");
  put(&fixture, "ticket.seen", "order/o", "{'lineIds': ['b']}");
  assert_waiting(&fixture, "o", "a/hot@o ");
  put(&fixture, "ticket.printed", "order/o", "{'lineIds': ['a'], 'jobId': 'job'}");
  assert_waiting(&fixture, "o", "");
  /* Split to be paid apart, it was printed with its original. */
  put(&fixture, "line.split", "order/o", "{'lineId': 'a', 'newLineId': 'part', 'quantity': 1}");
  assert_waiting(&fixture, "o", "");
  /* And also where that is heard of in the other order. */
  open_order(&fixture, "order/p", "pos");
  add_lines(&fixture, "order/p");
  put(&fixture, "line.split", "order/p", "{'lineId': 'a', 'newLineId': 'part', 'quantity': 1}");
  put(&fixture, "ticket.printed", "order/p", "{'lineIds': ['a'], 'jobId': 'job'}");
  put(&fixture, "ticket.seen", "order/p", "{'lineIds': ['b']}");
  assert_waiting(&fixture, "p", "");
  fixture_clear(&fixture);
}

static void
test_taken_back(gconstpointer kind)
{
  g_autoptr(BhTakenBack) jobs = bh_taken_back_new();
  Fixture fixture;

  fixture_init(&fixture, (FixtureKind)GPOINTER_TO_UINT(kind));
  open_order(&fixture, "order/o", "pos");
  add_lines(&fixture, "order/o");
  put(&fixture, "ticket.printed", "order/o", "{'lineIds': ['a', 'b'], 'jobId': 'job'}");
  assert_waiting_but(&fixture, "o", jobs, "");
  bh_taken_back_add(jobs, "job");
  assert_waiting_but(&fixture, "o", jobs, "a/hot@o b@o ");
  put(&fixture, "ticket.seen", "order/o", "{'lineIds': ['b']}");
  assert_waiting_but(&fixture, "o", jobs, "a/hot@o ");
  /* Another job of theirs may have come out. */
  put(&fixture, "ticket.printed", "order/o", "{'lineIds': ['a'], 'jobId': 'job-2'}");
  assert_waiting_but(&fixture, "o", jobs, "");
  fixture_clear(&fixture);
}

static void
assert_needed(Fixture *fixture, const char *line_id, gboolean expected)
{
  g_autoptr(GPtrArray) line_ids = g_ptr_array_new();

  g_ptr_array_add(line_ids, (gpointer)line_id);
  g_assert_cmpint(bh_ticket_lines_need(fixture->property, "o", line_ids), ==, expected);
}

/* What is handed over to a printer is needed until somebody knows of it, by whatever way. */
static void
test_needed(gconstpointer kind)
{
  Fixture fixture;

  fixture_init(&fixture, (FixtureKind)GPOINTER_TO_UINT(kind));
  open_order(&fixture, "order/o", "pos");
  add_lines(&fixture, "order/o");
  put(&fixture, "ticket.printed", "order/o", "{'lineIds': ['a', 'b'], 'jobId': 'job'}");
  assert_needed(&fixture, "a", TRUE);
  assert_needed(&fixture, "c", FALSE);
  put(&fixture, "line.split", "order/o", "{'lineId': 'a', 'newLineId': 'part', 'quantity': 4}");
  assert_needed(&fixture, "a", TRUE);
  put(&fixture, "ticket.seen", "order/o", "{'lineIds': ['a']}");
  assert_needed(&fixture, "a", FALSE);
  put(&fixture, "line.state", "order/o", "{'lineIds': ['b'], 'state': 'ready'}");
  assert_needed(&fixture, "b", FALSE);
  fixture_clear(&fixture);
}

static void
test_moved_and_closed(gconstpointer kind)
{
  Fixture fixture;

  fixture_init(&fixture, (FixtureKind)GPOINTER_TO_UINT(kind));
  open_order(&fixture, "order/o", "pos");
  open_order(&fixture, "order/p", "pos");
  add_lines(&fixture, "order/o");
  put(&fixture, "line.move", "order/o", "{'lineIds': ['a'], 'orderId': 'p', 'version': 1}");
  assert_waiting(&fixture, "o", "a/hot@p b@o ");
  assert_waiting(&fixture, "p", "");
  /* What was ordered without a connection may come after somebody has closed the order. */
  put(&fixture, "order.set", "order/p", "{'version': 1, 'set': {'closed': true}}");
  assert_waiting(&fixture, "o", "a/hot@p b@o ");
  put(&fixture, "line.state", "order/o", "{'lineIds': ['a'], 'state': 'served'}");
  assert_waiting(&fixture, "o", "b@o ");
  fixture_clear(&fixture);
}

/* What no printer takes comes down to what each does. */
static void
test_reduced(void)
{
  g_autofree char *name = g_strnfill(3 * BH_TICKET_MAX_NAME, 'x');
  g_autoptr(json_t) content =
      json_pack("{s:{s:s, s:s, s:i, s:[{s:i, s:s, s:i}, {s:i, s:s}]}}", "ticket", "number", name,
                "note", name, "time", -1, "lines", "quantity", 1000000, "name", name, "course", 99,
                "quantity", 2, "name", "Soup");
  g_autoptr(BhTicket) refused = bh_ticket_new_from_json(json_object_get(content, "ticket"), NULL);
  g_autoptr(BhTicket) ticket = NULL;
  g_autoptr(GError) error = NULL;

  g_assert_null(refused);
  bh_ticket_content_reduce(content);
  ticket = bh_ticket_new_from_json(json_object_get(content, "ticket"), &error);
  g_assert_no_error(error);
  g_assert_cmpuint(strlen(ticket->number), ==, BH_TICKET_MAX_NAME);
  g_assert_cmpuint(ticket->lines->len, ==, 2);
  g_assert_cmpstr(g_array_index(ticket->lines, BhTicketLine, 1).name, ==, "Soup");
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  FIXTURE_ADD("ticket-lines/states", test_states);
  FIXTURE_ADD("ticket-lines/guests", test_guests_wait_for_staff);
  FIXTURE_ADD("ticket-lines/seen-or-printed", test_seen_or_printed);
  FIXTURE_ADD("ticket-lines/taken-back", test_taken_back);
  FIXTURE_ADD("ticket-lines/needed", test_needed);
  FIXTURE_ADD("ticket-lines/moved-and-closed", test_moved_and_closed);
  g_test_add_func("/ticket-content/reduced", test_reduced);
  return g_test_run();
}
