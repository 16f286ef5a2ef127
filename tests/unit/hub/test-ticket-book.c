/* SPDX-License-Identifier: Apache-2.0 */
#include "ticket-book.h"

#include <string.h>

#define UNSEEN 60000
/* When the hub of these tests started, and what its two clocks say then. */
#define START G_GINT64_CONSTANT(1800000000000)
#define NOW   G_GINT64_CONSTANT(5000)

/* Lines as "id@since" or "id@since/station", since in ms from the start; "" for none. */
static GPtrArray *
make_lines(const char *text)
{
  GPtrArray *lines = g_ptr_array_new_with_free_func((GDestroyNotify)bh_kitchen_line_free);
  g_auto(GStrv) words = g_strsplit(text, " ", -1);

  for (guint i = 0; words[i] != NULL; i++) {
    g_auto(GStrv) parts = g_strsplit_set(words[i], "@/", 3);
    BhKitchenLine *line;

    if (*words[i] == '\0')
      continue;
    line = g_new0(BhKitchenLine, 1);
    line->line_id = g_strdup(parts[0]);
    line->order_id = g_strdup("order");
    line->station_id = g_strdup(parts[2]);
    line->since_ms = START + g_ascii_strtoll(parts[1], NULL, 10);
    g_ptr_array_add(lines, line);
  }
  return lines;
}

static gboolean
update_at_start(BhTicketBook *book, const char *record_id, const char *text)
{
  g_autoptr(GPtrArray) lines = make_lines(text);

  return bh_ticket_book_update(book, record_id, lines, TRUE, NOW, START);
}

/* @ms: after the start */
static gboolean
update(BhTicketBook *book, const char *record_id, const char *text, gint64 ms)
{
  g_autoptr(GPtrArray) lines = make_lines(text);

  return bh_ticket_book_update(book, record_id, lines, FALSE, NOW + ms, START + ms);
}

static BhTicketBook *
new_book(void)
{
  BhTicketBook *book = bh_ticket_book_new();

  bh_ticket_book_set_unseen(book, UNSEEN);
  return book;
}

static char *
describe(const BhDueTicket *ticket)
{
  g_autoptr(GString) text = g_string_new(ticket->is_old ? "old" : "");

  for (guint i = 0; i < ticket->line_ids->len; i++)
    g_string_append_printf(text, "%s%s", text->len > 0 ? " " : "",
                           (const char *)ticket->line_ids->pdata[i]);
  if (ticket->station_id != NULL)
    g_string_append_printf(text, "/%s", ticket->station_id);
  return g_string_free(g_steal_pointer(&text), FALSE);
}

/* Takes the next ticket of "r"; @expected: %NULL: there is none */
static void
assert_taken(BhTicketBook *book, gint64 ms, const char *expected)
{
  g_autoptr(BhDueTicket) ticket = bh_ticket_book_take_due(book, "r", NOW + ms, START + ms);
  g_autofree char *text = ticket != NULL ? describe(ticket) : NULL;

  g_assert_cmpstr(text, ==, expected);
}

static void
assert_due(BhTicketBook *book, gint64 ms)
{
  g_assert_cmpint(bh_ticket_book_get_due(book), ==, ms == G_MAXINT64 ? ms : NOW + ms);
}

static void
test_together_once(void)
{
  g_autoptr(BhTicketBook) book = new_book();

  assert_due(book, G_MAXINT64);
  g_assert_true(update(book, "r", "a@0 b@10 c@10/bar", 100));
  assert_due(book, 100 + UNSEEN);
  assert_taken(book, 99 + UNSEEN, NULL);
  assert_taken(book, 100 + UNSEEN, "a b");
  assert_taken(book, 100 + UNSEEN, "c/bar");
  assert_taken(book, 100 + UNSEEN, NULL);
  assert_due(book, G_MAXINT64);
  /* Not again as long as it is under way, whatever else is said of the order. */
  g_assert_true(update(book, "r", "a@0 b@10 c@10/bar", 2 * UNSEEN));
  assert_taken(book, 10 * UNSEEN, NULL);
  g_assert_true(update(book, "r", "", 3 * UNSEEN));
  g_assert_false(bh_ticket_book_has(book, "r"));
}

/* A long sleep is an outage; a short one has not been. */
static void
test_sleep(void)
{
  g_autoptr(BhTicketBook) book = new_book();

  update(book, "r", "a@0", 0);
  bh_ticket_book_wake(book, NOW + 500, 400, 400); /* held */
  assert_due(book, UNSEEN + 400);
  bh_ticket_book_wake(book, NOW + 600, 400, 0); /* the clock stood still */
  assert_due(book, UNSEEN + 400);
  assert_taken(book, UNSEEN + 400, "a");

  update(book, "r", "b@0", 0);
  bh_ticket_book_wake(book, NOW + 700, UNSEEN, 0);
  assert_due(book, 700 + UNSEEN);
  update(book, "r", "b@0 c@700", 700); /* what comes from now on is fresh */
  assert_taken(book, 700 + UNSEEN, "old b");
  assert_taken(book, 700 + UNSEEN, "c");
}

static void
test_seen_meanwhile(void)
{
  g_autoptr(BhTicketBook) book = new_book();
  g_autoptr(GPtrArray) due = NULL;

  update(book, "r", "a@0 b@0", 0);
  due = bh_ticket_book_list_due(book, NOW + UNSEEN);
  g_assert_cmpuint(due->len, ==, 1);
  /* Read once more before it is taken: one is left. */
  update(book, "r", "b@0", UNSEEN);
  assert_taken(book, UNSEEN, "b");
}

static void
test_added_later(void)
{
  g_autoptr(BhTicketBook) book = new_book();

  update(book, "r", "a@0", 0);
  update(book, "r", "a@0 b@30000", 30000);
  assert_taken(book, UNSEEN, "a");
  assert_due(book, 30000 + UNSEEN);
  update(book, "r", "b@30000", UNSEEN);
  assert_taken(book, 30000 + UNSEEN, "b");

  /* Within two seconds they came together, whichever is due first. */
  update(book, "r", "c@100000 d@101999", 102000);
  assert_taken(book, 102000 + UNSEEN, "c d");
  update(book, "r", "e@200000 f@202001", 203000);
  assert_taken(book, 203000 + UNSEEN, "e");
  assert_taken(book, 203000 + UNSEEN, "f");
}

static void
test_old_is_told_not_printed(void)
{
  g_autoptr(BhTicketBook) book = new_book();

  /* Whatever was there at the start, ahead of our clock too; and what comes long after it was said.
   */
  update_at_start(book, "r", "a@1000");
  assert_taken(book, UNSEEN, "old a");
  /* Said a moment before, by somebody whose clock is behind. */
  update(book, "r", "n@-1000", 0);
  assert_taken(book, UNSEEN, "n");
  update(book, "r", "b@1000", 1000 + UNSEEN + BH_TICKET_BOOK_OLD_MS + 1);
  assert_taken(book, 10 * BH_TICKET_BOOK_OLD_MS, "old b");
  /* Fresh lines of the same order are fresh. */
  update(book, "r", "b@1000 c@700000", 700100);
  assert_taken(book, 700100 + UNSEEN, "c");
}

/* The computer slept: the clock of the wait stood still. */
static void
test_old_when_due(void)
{
  g_autoptr(BhTicketBook) book = new_book();
  g_autoptr(BhDueTicket) ticket = NULL;

  update(book, "r", "a@0", 0);
  ticket =
      bh_ticket_book_take_due(book, "r", NOW + UNSEEN, START + UNSEEN + BH_TICKET_BOOK_OLD_MS + 1);
  g_assert_true(ticket->is_old);
  g_assert_false(ticket->was_there);
}

/* Seen before it was due: there is nothing to wait for, and no timer to set. */
static void
test_nothing_is_due(void)
{
  g_autoptr(BhTicketBook) book = new_book();

  update(book, "r", "a@0", 0);
  assert_due(book, UNSEEN);
  update(book, "r", "", 10);
  assert_due(book, G_MAXINT64);
  update(book, "r", "a@0", 20);
  update(book, "s", "b@0", 30);
  update(book, "r", "", 40);
  assert_due(book, 30 + UNSEEN);
}

static void
test_put_back(void)
{
  g_autoptr(BhTicketBook) book = new_book();
  g_autoptr(BhDueTicket) ticket = NULL;

  update(book, "r", "a@0", 0);
  ticket = bh_ticket_book_take_due(book, "r", NOW + UNSEEN, START + UNSEEN);
  g_assert_cmpuint(ticket->tries, ==, 0);
  bh_ticket_book_put_back(book, ticket, NOW + UNSEEN + 10);
  assert_due(book, UNSEEN + 10);
  assert_taken(book, UNSEEN + 9, NULL);
  g_clear_pointer(&ticket, bh_due_ticket_free);
  ticket = bh_ticket_book_take_due(book, "r", NOW + UNSEEN + 10, START + UNSEEN + 10);
  g_assert_cmpuint(ticket->tries, ==, 1);
  /* Seen while it was under way: there is nothing to put back. */
  update(book, "r", "", UNSEEN + 20);
  bh_ticket_book_put_back(book, ticket, NOW);
  assert_due(book, G_MAXINT64);
}

/* It was on its way to paper in time: what is left of it is not too old for that it has changed. */
static void
test_renewed(void)
{
  const gint64 late_ms = UNSEEN + 2 * BH_TICKET_BOOK_OLD_MS;
  g_autoptr(BhTicketBook) book = new_book();
  g_autoptr(BhDueTicket) ticket = NULL;

  update(book, "r", "a@0 b@0", 0);
  ticket = bh_ticket_book_take_due(book, "r", NOW + UNSEEN, START + UNSEEN);
  update(book, "r", "", UNSEEN);
  update(book, "r", "a@0", late_ms);
  bh_ticket_book_renew(book, ticket, NOW + late_ms);
  assert_due(book, late_ms);
  assert_taken(book, late_ms, "a");
  /* Also where nobody has written yet that it was printed. */
  bh_ticket_book_renew(book, ticket, NOW + late_ms + 1);
  assert_taken(book, late_ms + 1, "a");
  /* But for what a sleep has made old. */
  ticket->is_old = TRUE;
  bh_ticket_book_renew(book, ticket, NOW + late_ms + 2);
  assert_taken(book, late_ms + 2, "old a");
}

static char *
make_job_id(const char *lines, gint64 ms)
{
  g_autoptr(BhTicketBook) book = new_book();
  g_autoptr(GPtrArray) tickets = NULL;

  update(book, "r", lines, ms);
  tickets = bh_ticket_book_list(book);
  g_assert_cmpuint(tickets->len, ==, 1);
  return bh_due_ticket_make_job_id(tickets->pdata[0]);
}

/* The next run finds the job by the same id: from the lines alone, in whatever order. */
static void
test_job_id(void)
{
  g_autofree char *id = make_job_id("a@0 b@50", 10);
  g_autofree char *next_run = make_job_id("b@-50 a@-100", 999999);
  g_autofree char *other_lines = make_job_id("a@0 c@50", 10);
  g_autofree char *station = make_job_id("a@0/bar b@50/bar", 10);

  g_assert_cmpuint(strlen(id), ==, strlen("ticket-") + 22);
  g_assert_cmpstr(id, ==, next_run);
  g_assert_cmpstr(id, !=, other_lines);
  g_assert_cmpstr(id, !=, station);
}

static void
test_bounds(void)
{
  g_autoptr(BhTicketBook) book = new_book();
  g_autoptr(GString) many = g_string_new(NULL);
  g_autoptr(BhDueTicket) ticket = NULL;

  g_autofree char *left_out = NULL;

  for (guint i = 0; i < BH_TICKET_BOOK_MAX_ORDERS; i++) {
    g_autofree char *record_id = g_strdup_printf("r%u", i);

    g_assert_true(i == 7 ? update_at_start(book, record_id, "a@-1")
                         : update(book, record_id, "a@0", 0));
  }
  /* What is old gives way to what is fresh, and to nothing else. */
  g_assert_false(update_at_start(book, "late", "a@-1"));
  g_assert_true(update(book, "fresh", "a@0", 0));
  g_assert_false(bh_ticket_book_has(book, "r7"));
  g_assert_false(update(book, "another", "a@0", 0));
  g_assert_null(bh_ticket_book_find_left_out(book));

  /* What was left out is remembered until there is room; what of it is over is forgotten. */
  g_assert_true(update(book, "late", "", 0));
  g_assert_true(update(book, "another", "", 0));
  g_assert_true(update(book, "r0", "", 0));
  left_out = bh_ticket_book_find_left_out(book);
  g_assert_cmpstr(left_out, ==, "r7");
  g_assert_true(update(book, "r7", "a@-1", 0));
  ticket = bh_ticket_book_take_due(book, "r7", NOW + UNSEEN, START + UNSEEN);
  g_assert_true(ticket->is_old && ticket->was_there);
  g_clear_pointer(&ticket, bh_due_ticket_free);
  g_assert_null(bh_ticket_book_find_left_out(book));

  for (guint i = 0; i < 2 * BH_TICKET_BOOK_MAX_LINES; i++)
    g_string_append_printf(many, "l%u@0 ", i);
  g_assert_true(update(book, "r1", many->str, 0));
  for (guint n = 0;
       (ticket = bh_ticket_book_take_due(book, "r1", NOW + UNSEEN, START + UNSEEN)) != NULL; n++) {
    g_assert_cmpuint(ticket->line_ids->len, ==, BH_TICKET_BOOK_MAX_TOGETHER);
    g_assert_cmpuint(n, <, BH_TICKET_BOOK_MAX_LINES / BH_TICKET_BOOK_MAX_TOGETHER);
    g_clear_pointer(&ticket, bh_due_ticket_free);
  }
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/ticket-book/together-once", test_together_once);
  g_test_add_func("/ticket-book/sleep", test_sleep);
  g_test_add_func("/ticket-book/seen-meanwhile", test_seen_meanwhile);
  g_test_add_func("/ticket-book/added-later", test_added_later);
  g_test_add_func("/ticket-book/old", test_old_is_told_not_printed);
  g_test_add_func("/ticket-book/old-when-due", test_old_when_due);
  g_test_add_func("/ticket-book/nothing-is-due", test_nothing_is_due);
  g_test_add_func("/ticket-book/put-back", test_put_back);
  g_test_add_func("/ticket-book/renewed", test_renewed);
  g_test_add_func("/ticket-book/job-id", test_job_id);
  g_test_add_func("/ticket-book/bounds", test_bounds);
  return g_test_run();
}
