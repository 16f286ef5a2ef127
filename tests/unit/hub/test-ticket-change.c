/* SPDX-License-Identifier: Apache-2.0 */
/* What a kitchen is told of a ticket that it has on paper, on the hub's own property. */
#include "ticket-change.h"

#include "property-fixture.h"
#include "ticket-content.h"
#include "ticket.h"

#define FIRST "ticket-first"

typedef struct {
  Fixture fixture;
  json_t *content; /* of the last job that told of it */
} Case;

static void
put(Case *self, const char *kind, const char *body)
{
  g_ptr_array_unref(fixture_write(&self->fixture, kind, "order/o", body));
}

static void
case_init(Case *self, gconstpointer kind)
{
  g_autoptr(GPtrArray) line_ids = g_ptr_array_new();
  BhDueTicket ticket = {.record_id = (char *)"o", .order_id = (char *)"o", .line_ids = line_ids};

  fixture_init(&self->fixture, (FixtureKind)GPOINTER_TO_UINT(kind));
  put(self, "order.open", "{'number': 'A-1', 'currency': 'EUR', 'source': 'pos'}");
  put(self, "order.lines",
      "{'lines': [{'lineId': 'a', 'name': 'Soup', 'quantity': 4, 'price': 1, 'note': 'hot'},"
      " {'lineId': 'b', 'name': 'Tea', 'quantity': 1, 'price': 1}]}");
  g_ptr_array_add(line_ids, (gpointer) "a");
  g_ptr_array_add(line_ids, (gpointer) "b");
  self->content = bh_ticket_content_make(self->fixture.property, &ticket);
  g_assert_nonnull(self->content);
}

static void
case_clear(Case *self)
{
  json_decref(self->content);
  fixture_clear(&self->fixture);
}

/* Each line of @ticket as "CHANGE QUANTITY NAME (NOTE);". */
static char *
describe(const json_t *ticket)
{
  GString *text = g_string_new(NULL);
  const json_t *line;
  gsize i;

  json_array_foreach(json_object_get(ticket, "lines"), i, line)
  {
    const json_t *notes = json_object_get(line, "notes");
    const json_t *note;
    gsize k;

    g_assert_null(json_object_get(line, "lineId"));
    g_string_append_printf(text, "%s %d %s", json_string_value(json_object_get(line, "change")),
                           (int)json_integer_value(json_object_get(line, "quantity")),
                           json_string_value(json_object_get(line, "name")));
    json_array_foreach(notes, k, note)
        g_string_append_printf(text, k == 0 ? " (%s" : ", %s", json_string_value(note));
    g_string_append(text, json_array_size(notes) > 0 ? ");" : ";");
  }
  return g_string_free(text, FALSE);
}

/* And that it is told then. */
static void
assert_told(Case *self, const char *expected)
{
  BhProperty *property = self->fixture.property;
  g_autoptr(json_t) line_ids = NULL;
  json_t *next = bh_ticket_change_make(property, self->content, FIRST, &line_ids);
  g_autofree char *text = NULL;
  g_autoptr(GError) error = NULL;
  g_autoptr(BhTicket) ticket = NULL;

  if (next == NULL) {
    g_assert_cmpstr("", ==, expected);
    return;
  }
  text = describe(json_object_get(next, "ticket"));
  g_assert_cmpstr(text, ==, expected);
  g_assert_cmpuint(json_array_size(line_ids), >, 0);
  g_assert_cmpstr(json_string_value(json_object_get(json_object_get(next, "told"), "of")), ==,
                  FIRST);
  ticket = bh_ticket_new_from_json(json_object_get(next, "ticket"), &error);
  g_assert_no_error(error);
  g_assert_cmpint(ticket->reason, ==, BH_TICKET_REASON_CHANGE);
  g_assert_cmpstr(ticket->number, ==, "A-1");
  json_decref(self->content);
  self->content = next;
  g_assert_null(bh_ticket_change_make(property, self->content, FIRST, &line_ids));
}

static void
test_lines(gconstpointer kind)
{
  g_autoptr(GPtrArray) ended = NULL;
  g_autofree char *undo = NULL;
  const BhOperation *op;
  Case self;

  case_init(&self, kind);
  assert_told(&self, "");
  ended = fixture_write(&self.fixture, "line.end", "order/o",
                        "{'lineIds': ['a'], 'state': 'cancelled', 'reason': 'Too late'}");
  assert_told(&self, "cancelled 4 Soup (hot);");
  op = ended->pdata[0];
  undo = g_strdup_printf("{'op': '%s:%" G_GINT64_FORMAT "'}", op->log_id, op->seq);
  put(&self, "undo", undo);
  put(&self, "line.set", "{'version': 1, 'set': {'note': 'warm'}, 'lineId': 'a'}");
  assert_told(&self, "new 4 Soup (warm);");
  put(&self, "line.set", "{'version': 1, 'set': {'quantity': 3}, 'lineId': 'b'}");
  assert_told(&self, "new 2 Tea (Now in all: 3);");
  put(&self, "line.set", "{'version': 2, 'set': {'quantity': 5}, 'lineId': 'a'}");
  assert_told(&self, "new 1 Soup (Now in all: 5, warm);");
  put(&self, "line.set", "{'version': 2, 'set': {'quantity': 2, 'note': 'cold'}, 'lineId': 'b'}");
  assert_told(&self, "cancelled 1 Tea (Now in all: 2, cold);changed 2 Tea (cold);");
  put(&self, "line.set", "{'version': 3, 'set': {'note': null}, 'lineId': 'b'}");
  assert_told(&self, "changed 2 Tea (No note any more);");
  put(&self, "line.set", "{'version': 4, 'set': {'stationId': 'bar'}, 'lineId': 'b'}");
  assert_told(&self, "");
  case_clear(&self);
}

/* To be paid apart, they are made together. */
static void
test_splits(gconstpointer kind)
{
  Case self;

  case_init(&self, kind);
  put(&self, "line.split", "{'lineId': 'a', 'newLineId': 'part', 'quantity': 3}");
  assert_told(&self, "");
  put(&self, "line.end", "{'lineIds': ['part'], 'state': 'cancelled', 'reason': 'Too late'}");
  assert_told(&self, "cancelled 3 Soup (Now in all: 1, hot);");
  put(&self, "line.end", "{'lineIds': ['a'], 'state': 'cancelled', 'reason': 'Too late'}");
  assert_told(&self, "cancelled 1 Soup (hot);");
  case_clear(&self);
}

static void
test_of_the_order(gconstpointer kind)
{
  const char *told = NULL;
  Case self;

  case_init(&self, kind);
  put(&self, "line.state", "{'lineIds': ['a'], 'state': 'ready'}");
  put(&self, "order.set", "{'version': 1, 'set': {'note': 'in a hurry'}}");
  assert_told(&self, "changed 1 Tea;");
  told = json_string_value(json_object_get(json_object_get(self.content, "ticket"), "note"));
  g_assert_cmpstr(told, ==, "in a hurry");
  put(&self, "order.set", "{'version': 2, 'set': {'closed': true, 'note': null}}");
  put(&self, "line.set", "{'version': 1, 'set': {'quantity': 3}, 'lineId': 'b'}");
  assert_told(&self, "");
  /* Opened again it is to be made as it is then. */
  put(&self, "order.set", "{'version': 3, 'set': {'closed': false, 'note': 'in a hurry'}}");
  assert_told(&self, "new 2 Tea (Now in all: 3);");
  /* Given up as a whole. */
  put(&self, "line.end", "{'lineIds': ['b'], 'state': 'cancelled', 'reason': 'Too late'}");
  put(&self, "order.set", "{'version': 4, 'set': {'closed': true}}");
  assert_told(&self, "cancelled 3 Tea;");
  case_clear(&self);
}

/* Nor what a kitchen screen shows, nor what was made. */
static void
test_what_is_known_is_not_told(gconstpointer kind)
{
  Case self;

  case_init(&self, kind);
  put(&self, "ticket.seen", "{'lineIds': ['a']}");
  put(&self, "line.state", "{'lineIds': ['b'], 'state': 'ready'}");
  put(&self, "line.set", "{'version': 1, 'set': {'note': 'cold'}, 'lineId': 'b'}");
  put(&self, "line.end", "{'lineIds': ['a', 'b'], 'state': 'cancelled', 'reason': 'Too late'}");
  assert_told(&self, "");
  case_clear(&self);
}

static void
test_job_ids(gconstpointer kind)
{
  g_autoptr(json_t) line_ids = NULL, more_ids = NULL;
  g_autoptr(json_t) one = NULL, same = NULL;
  g_autofree char *id = NULL, *same_id = NULL, *next_id = NULL;
  Case self;

  case_init(&self, kind);
  put(&self, "line.set", "{'version': 1, 'set': {'quantity': 3}, 'lineId': 'b'}");
  one = bh_ticket_change_make(self.fixture.property, self.content, FIRST, &line_ids);
  same = bh_ticket_change_make(self.fixture.property, self.content, FIRST, &more_ids);
  id = bh_ticket_change_make_job_id(FIRST, one);
  same_id = bh_ticket_change_make_job_id(FIRST, same);
  next_id = bh_ticket_change_make_job_id(id, one);
  g_assert_cmpstr(id, ==, same_id);
  g_assert_cmpstr(id, !=, next_id);
  g_assert_true(g_str_has_prefix(id, BH_TICKET_CHANGE_JOB_PREFIX));
  g_assert_true(json_equal(line_ids, more_ids));
  case_clear(&self);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  FIXTURE_ADD("ticket-change/lines", test_lines);
  FIXTURE_ADD("ticket-change/splits", test_splits);
  FIXTURE_ADD("ticket-change/order", test_of_the_order);
  FIXTURE_ADD("ticket-change/known", test_what_is_known_is_not_told);
  FIXTURE_ADD("ticket-change/job-ids", test_job_ids);
  return g_test_run();
}
