/* SPDX-License-Identifier: Apache-2.0 */
/* Tickets on their way to paper, over a real queue, whose printer does not answer. */
#include "ticket-press.h"

#include <glib/gstdio.h>

#include "property-fixture.h"
#include "schema.h"

/* Nobody listens there. */
#define NO_PRINTER "tcp://127.0.0.1:1"

typedef struct {
  Fixture house;
  char *folder;
  BhStore *store;
  BhHubState state;
  BhTicketPress *press;
  BhDueTicket *ticket; /* of order o */
  char *job_id;        /* of it */
  guint n_put_off, n_taken_back, n_again;
} Case;

static void
on_put_off(const BhDueTicket *ticket, gpointer user_data)
{
  ((Case *)user_data)->n_put_off++;
}

static void
on_taken_back(const BhDueTicket *ticket, gboolean again, gpointer user_data)
{
  Case *self = user_data;

  g_assert_cmpstr(ticket->record_id, ==, "o");
  g_assert_true(bh_taken_back_has(bh_ticket_press_get_taken_back(self->press), self->job_id));
  self->n_taken_back++;
  self->n_again += again;
}

static void
order(Case *self, const char *kind, const char *body)
{
  g_ptr_array_unref(fixture_write(&self->house, kind, "order/o", body));
}

static void
start_queue(Case *self)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;

  bh_print_queue_start_async(self->state.queue, fixture_take_result, &result);
  bh_print_queue_start_finish(self->state.queue, fixture_wait(&result), &error);
  g_assert_no_error(error);
}

/* What the queue is held to. */
typedef struct {
  BhLimit limit;
  guint64 value;
} Bound;

static const Bound bound_bytes = {BH_LIMIT_PRINT_JOB_BYTES, 4096};
static const Bound bound_jobs = {BH_LIMIT_PRINT_JOBS, 1};

/* @data: (nullable): a Bound */
static void
set_up(Case *self, gconstpointer data)
{
  const Bound *bound = data;
  g_autofree BhStoreMigration *migrations = NULL;
  g_autoptr(GError) error = NULL;
  guint n_migrations;
  BhLimitSet limits;

  fixture_init(&self->house, ON_MEMORY);
  self->folder = g_dir_make_tmp("ticket-press-XXXXXX", NULL);
  migrations = bh_schema_list(&n_migrations);
  self->store = bh_store_open(self->folder, migrations, n_migrations, &error);
  g_assert_no_error(error);
  bh_limit_set_init(&limits);
  if (bound != NULL)
    bh_limit_set_put(&limits, bound->limit, bound->value);
  self->state.hub_id = FIXTURE_HUB;
  self->state.property = self->house.property;
  self->state.audit = bh_audit_log_new(self->store);
  self->state.alerts = bh_alert_desk_new(self->store, self->state.audit);
  self->state.queue = bh_print_queue_new(self->store, &limits);
  g_assert_true(bh_print_queue_add_printer(self->state.queue, "bar", NO_PRINTER, &error));
  self->press = bh_ticket_press_new(&self->state, on_put_off, on_taken_back, self);

  order(self, "order.open", "{'number': 'A-1', 'currency': 'EUR', 'source': 'pos'}");
  order(self, "order.lines",
        "{'lines': [{'lineId': 'a', 'name': 'Soup', 'quantity': 1, 'price': 1}]}");
  self->ticket = g_new0(BhDueTicket, 1);
  self->ticket->record_id = g_strdup("o");
  self->ticket->order_id = g_strdup("o");
  self->ticket->line_ids = g_ptr_array_new_with_free_func(g_free);
  g_ptr_array_add(self->ticket->line_ids, g_strdup("a"));
  self->job_id = bh_due_ticket_make_job_id(self->ticket);
}

/* For tests whose data is their own. */
static void
set_up_plain(Case *self, gconstpointer data)
{
  set_up(self, NULL);
}

static void
tear_down(Case *self, gconstpointer data)
{
  g_autoptr(GDir) dir = NULL;
  const char *name;

  fixture_settle(&self->house);
  bh_ticket_press_free(self->press);
  bh_print_queue_close(self->state.queue);
  bh_audit_log_close(self->state.audit);
  bh_store_close(self->store);
  while (g_main_context_iteration(NULL, FALSE))
    ;
  g_object_unref(self->state.queue);
  g_object_unref(self->state.alerts);
  g_object_unref(self->state.audit);
  g_object_unref(self->store);
  fixture_clear(&self->house);
  bh_due_ticket_free(self->ticket);
  g_free(self->job_id);
  dir = g_dir_open(self->folder, 0, NULL);
  while ((name = g_dir_read_name(dir)) != NULL) {
    g_autofree char *path = g_build_filename(self->folder, name, NULL);

    g_unlink(path);
  }
  g_rmdir(self->folder);
  g_free(self->folder);
}

/* What the desk is told of the job: "" where nothing. */
static const char *
get_told(Case *self, const char *job_id)
{
  const json_t *subject = bh_alert_desk_find(self->state.alerts, BH_ALERT_TICKET_UNSEEN, job_id);

  if (subject == NULL)
    return "";
  if (json_is_true(json_object_get(subject, "printed")))
    return json_is_true(json_object_get(subject, "lost")) ? "printed lost" : "printed";
  return json_is_true(json_object_get(subject, "lost")) ? "lost" : "not yet";
}

/* Runs the loop until that is so; the test's own limit ends what never is. */
static void
await_told(Case *self, const char *job_id, const char *expected)
{
  while (!g_str_equal(get_told(self, job_id), expected))
    g_main_context_iteration(NULL, TRUE);
}

static void
print(Case *self)
{
  bh_ticket_press_print(self->press, bh_due_ticket_copy(self->ticket));
  await_told(self, self->job_id, "not yet");
}

/* As the queue says it. */
static void
say(Case *self, BhPrintState state, const char *detail)
{
  const BhPrintJobInfo info = {.device_id = FIXTURE_HUB,
                               .job_id = self->job_id,
                               .printer = "bar",
                               .state = state,
                               .detail = detail};

  g_signal_emit_by_name(self->state.queue, "job-changed", &info);
}

/* The desk does. */
static void
put_away(Case *self, const char *job_id)
{
  bh_alert_desk_clear(self->state.alerts, BH_ALERT_TICKET_UNSEEN, job_id);
}

static const struct {
  BhPrintState state;
  const char *detail, *told;
} steps[] = {
    {BH_PRINT_QUEUED, "offline", "not yet"},
    {BH_PRINT_PRINTING, NULL, "not yet"},
    /* Handed over, and its paper may still run out. */
    {BH_PRINT_SENT, NULL, "not yet"},
    {BH_PRINT_SENT, "paper-out", "not yet"},
    {BH_PRINT_UNCERTAIN, "paper-out", "lost"},
    {BH_PRINT_QUEUED, "reprint", "not yet"},
    {BH_PRINT_SENT, NULL, "not yet"},
    {BH_PRINT_SENT, "no-feedback", "printed"},
    {BH_PRINT_QUEUED, "reprint", "not yet"},
    {BH_PRINT_DONE, NULL, "printed"},
    {BH_PRINT_FAILED, "printer-removed", "lost"},
    {BH_PRINT_FAILED, "cancelled", "lost"},
    {BH_PRINT_FAILED, "old", "lost"},
    {BH_PRINT_FAILED, "bad-content", "lost"},
    {BH_PRINT_FAILED, "seen", "not yet"},
    {BH_PRINT_QUEUED, "reprint", "not yet"},
    {BH_PRINT_FAILED, "changed", "not yet"},
};

static void
test_the_desk_is_told_the_truth(Case *self, gconstpointer data)
{
  print(self);
  for (gsize i = 0; i < G_N_ELEMENTS(steps); i++) {
    say(self, steps[i].state, steps[i].detail);
    g_test_message("step %zu", i);
    g_assert_cmpstr(get_told(self, self->job_id), ==, steps[i].told);
  }
}

static void
test_the_last_run_is_settled(Case *self, gconstpointer data)
{
  print(self);
  for (gsize i = 0; i < G_N_ELEMENTS(steps); i++) {
    g_autoptr(json_t) job =
        json_pack("{s:s, s:s, s:s*}", "jobId", self->job_id, "state",
                  bh_print_state_get_name(steps[i].state), "detail", steps[i].detail);

    g_assert_true(bh_ticket_press_settle(self->press, job, NULL));
    g_test_message("step %zu", i);
    g_assert_cmpstr(get_told(self, self->job_id), ==, steps[i].told);
  }
}

static void
test_what_nobody_has_written_is_told(Case *self, gconstpointer data)
{
  g_autoptr(json_t) job = json_pack("{s:s, s:s, s:s}", "jobId", self->job_id, "state", "uncertain",
                                    "detail", "stopped");

  g_assert_true(bh_ticket_press_settle(self->press, job, self->ticket));
  g_assert_cmpstr(get_told(self, self->job_id), ==, "lost");
}

static gboolean
has_job(Case *self, const char *job_id, const char *state, const char *detail)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(json_t) jobs = NULL;
  const json_t *job;
  gsize i;

  bh_print_queue_list_async(self->state.queue, 100, fixture_take_result, &result);
  jobs = bh_print_queue_list_finish(self->state.queue, fixture_wait(&result), NULL);
  json_array_foreach(jobs, i, job)
  {
    if (g_str_equal(json_string_value(json_object_get(job, "jobId")), job_id))
      return g_strcmp0(json_string_value(json_object_get(job, "state")), state) == 0 &&
             g_strcmp0(json_string_value(json_object_get(job, "detail")), detail) == 0;
  }
  return FALSE;
}

/* Runs the loop until the store has it so. */
static void
await_job(Case *self, const char *job_id, const char *state, const char *detail)
{
  while (!has_job(self, job_id, state, detail))
    g_main_context_iteration(NULL, FALSE);
}

static void
test_what_waited_before_a_sleep_is_old(Case *self, gconstpointer data)
{
  start_queue(self);
  print(self);
  await_job(self, self->job_id, "queued", "offline");
  /* The desk has put it away, and counts on the paper. */
  put_away(self, self->job_id);
  bh_ticket_press_wake(self->press);
  await_told(self, self->job_id, "lost");
  g_assert_true(has_job(self, self->job_id, "failed", "old"));
}

static void
test_what_was_on_its_way_to_the_queue_is_old(Case *self, gconstpointer data)
{
  start_queue(self);
  bh_ticket_press_print(self->press, bh_due_ticket_copy(self->ticket));
  bh_ticket_press_wake(self->press);
  await_told(self, self->job_id, "lost");
  g_assert_true(has_job(self, self->job_id, "failed", "old"));
}

static void
test_what_was_taken_back_is_printed_by_another_job(Case *self, gconstpointer data)
{
  g_autofree char *next_id = g_strconcat(self->job_id, "-2", NULL);
  g_autofree char *id = NULL;
  g_autoptr(GPtrArray) written = NULL;
  g_autofree char *undo = NULL;
  const BhOperation *op;

  start_queue(self);
  print(self);
  await_job(self, self->job_id, "queued", "offline");
  written =
      fixture_write(&self->house, "line.state", "order/o", "{'lineIds': ['a'], 'state': 'ready'}");
  bh_ticket_press_look(self->press, "o");
  await_job(self, self->job_id, "failed", "seen");
  g_assert_cmpuint(self->n_taken_back, ==, 1);

  op = written->pdata[0];
  undo = g_strdup_printf("{'op': '%s:%" G_GINT64_FORMAT "'}", op->log_id, op->seq);
  order(self, "undo", undo);
  bh_ticket_press_print(self->press, bh_due_ticket_copy(self->ticket));
  await_told(self, next_id, "not yet");
  g_assert_cmpstr(get_told(self, self->job_id), ==, "");
  await_job(self, next_id, "queued", "offline");
  /* Who has the first one printed after all makes it one that is on paper. */
  say(self, BH_PRINT_QUEUED, "reprint");
  g_assert_false(bh_taken_back_has(bh_ticket_press_get_taken_back(self->press), self->job_id));
  g_assert_true(bh_taken_back_is_empty(bh_ticket_press_get_taken_back(self->press)));
  id = bh_ticket_press_make_job_id(self->press, self->ticket);
  g_assert_cmpstr(id, ==, self->job_id);
}

/* Another line, and the ticket is of both. */
static void
add_tea(Case *self)
{
  order(self, "order.lines",
        "{'lines': [{'lineId': 'b', 'name': 'Tea', 'quantity': 2, 'price': 1}]}");
  g_ptr_array_add(self->ticket->line_ids, g_strdup("b"));
  g_free(self->job_id);
  self->job_id = bh_due_ticket_make_job_id(self->ticket);
}

/* Of what waits, without taking all of it from the kitchen. */
typedef struct {
  const char *kind, *body;
} Change;

static const Change changes[] = {
    {"line.end", "{'lineIds': ['b'], 'state': 'cancelled', 'reason': 'Too late'}"},
    {"line.state", "{'lineIds': ['b'], 'state': 'served'}"},
    {"line.set", "{'version': 1, 'lineId': 'a', 'set': {'note': 'nut allergy'}}"},
    {"line.set", "{'version': 1, 'lineId': 'b', 'set': {'quantity': 3}}"},
    {"line.set", "{'version': 1, 'lineId': 'b', 'set': {'stationId': 'bar'}}"},
    {"order.set", "{'version': 1, 'set': {'note': 'nut allergy'}}"},
    {"line.move", "{'version': 1, 'lineIds': ['b'], 'orderId': 'p'}"},
};

static void
test_what_changes_while_it_waits_is_printed_anew(Case *self, gconstpointer data)
{
  const Change *change = data;
  g_autofree char *next_id = NULL;
  g_autofree char *id = NULL;

  start_queue(self);
  g_ptr_array_unref(fixture_write(&self->house, "order.open", "order/p",
                                  "{'number': 'A-2', 'currency': 'EUR', 'source': 'pos'}"));
  add_tea(self);
  print(self);
  await_job(self, self->job_id, "queued", "offline");
  /* As it is it stays, also where it is paid apart. */
  order(self, "line.split", "{'lineId': 'b', 'newLineId': 'part', 'quantity': 1}");
  bh_ticket_press_look(self->press, "o");
  g_assert_true(has_job(self, self->job_id, "queued", "offline"));
  order(self, change->kind, change->body);
  bh_ticket_press_look(self->press, "o");
  await_job(self, self->job_id, "failed", "changed");
  g_assert_cmpuint(self->n_taken_back, ==, 1);
  g_assert_cmpuint(self->n_again, ==, 1);
  next_id = g_strconcat(self->job_id, "-2", NULL);
  id = bh_ticket_press_make_job_id(self->press, self->ticket);
  g_assert_cmpstr(id, ==, next_id);
  /* What is as it was handed over stays where it is. */
  bh_ticket_press_print(self->press, bh_due_ticket_copy(self->ticket));
  await_told(self, id, "not yet");
  g_assert_cmpstr(get_told(self, self->job_id), ==, "");
  await_job(self, id, "queued", "offline");
  bh_ticket_press_look(self->press, "o");
  g_assert_true(has_job(self, id, "queued", "offline"));
  g_assert_cmpuint(self->n_taken_back, ==, 1);
}

/* As the queue lists it of the last run. */
static void
learn(Case *self, const char *job_id, const char *detail)
{
  g_autoptr(json_t) job =
      json_pack("{s:s, s:s, s:s}", "jobId", job_id, "state", "failed", "detail", detail);

  bh_ticket_press_learn(self->press, job);
}

static void
test_the_last_run_took_it_back(Case *self, gconstpointer data)
{
  g_autofree char *next_id = g_strconcat(self->job_id, "-2", NULL);
  g_autofree char *id = NULL;

  learn(self, self->job_id, data);
  learn(self, next_id, "cancelled");
  id = bh_ticket_press_make_job_id(self->press, self->ticket);
  g_assert_cmpstr(id, ==, next_id);
}

/* The desk counts on the paper, where it has put away that it is not printed yet. */
static void
test_what_a_start_made_old_is_told(Case *self, gconstpointer data)
{
  const BhTakenBack *taken_back = bh_ticket_press_get_taken_back(self->press);

  print(self);
  learn(self, self->job_id, "old");
  g_assert_false(bh_taken_back_has(taken_back, self->job_id));
  put_away(self, self->job_id);
  learn(self, self->job_id, "old");
  g_assert_true(bh_taken_back_has(taken_back, self->job_id));
}

/* More than the queue takes. */
static void
add_long_lines(Case *self)
{
  g_autofree char *name = g_strnfill(100, 'x');
  g_autoptr(GString) body = g_string_new("{'lines': [");

  for (guint i = 0; i < 50; i++) {
    char *line_id = g_strdup_printf("long-%u", i);

    g_string_append_printf(body, "%s{'lineId': '%s', 'name': '%s', 'quantity': 1, 'price': 1}",
                           i > 0 ? ", " : "", line_id, name);
    g_ptr_array_add(self->ticket->line_ids, line_id);
  }
  g_string_append(body, "]}");
  order(self, "order.lines", body->str);
  g_free(self->job_id);
  self->job_id = bh_due_ticket_make_job_id(self->ticket);
}

/* Where a person has moved it, the next run has it still. */
static void
test_what_outlives_a_run_is_taken_back(Case *self, gconstpointer data)
{
  start_queue(self);
  print(self);
  await_job(self, self->job_id, "queued", "offline");
  fixture_settle(&self->house);
  bh_ticket_press_free(self->press);
  self->press = bh_ticket_press_new(&self->state, on_put_off, on_taken_back, self);
  bh_ticket_press_resume(self->press, self->job_id, self->ticket);
  order(self, "line.state", "{'lineIds': ['a'], 'state': 'ready'}");
  bh_ticket_press_look(self->press, "o");
  await_job(self, self->job_id, "failed", "seen");
  g_assert_cmpuint(self->n_taken_back, ==, 1);
}

static void
test_what_no_queue_takes_is_lost(Case *self, gconstpointer data)
{
  add_long_lines(self);
  bh_ticket_press_print(self->press, bh_due_ticket_copy(self->ticket));
  await_told(self, self->job_id, "lost");
  /* Nor at a further try, which is told of as well where the first one was put away. */
  put_away(self, self->job_id);
  self->ticket->tries = 1;
  bh_ticket_press_print(self->press, bh_due_ticket_copy(self->ticket));
  await_told(self, self->job_id, "lost");
  g_assert_cmpuint(self->n_put_off, ==, 0);
}

/* Has the queue's only room. */
static void
fill_queue(Case *self)
{
  const BhPrintSender sender = {.device_id = "till"};
  g_autoptr(json_t) job =
      json_pack("{s:s, s:{s:{s:s, s:[{s:i, s:s}]}}}", "jobId", "other", "content", "ticket",
                "number", "1", "lines", "quantity", 1, "name", "Tea");
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;

  bh_print_queue_submit_async(self->state.queue, &sender, job, fixture_take_result, &result);
  bh_print_queue_submit_finish(self->state.queue, fixture_wait(&result), NULL, NULL, &error);
  g_assert_no_error(error);
}

static void
test_what_came_to_no_queue_in_time_is_lost(Case *self, gconstpointer data)
{
  start_queue(self);
  fill_queue(self);
  print(self);
  g_assert_cmpuint(self->n_put_off, ==, 1);
  /* By another run: told of only where it still stands there. */
  bh_ticket_press_give_up(self->press, self->ticket);
  g_assert_cmpstr(get_told(self, self->job_id), ==, "lost");
  put_away(self, self->job_id);
  bh_ticket_press_give_up(self->press, self->ticket);
  g_assert_cmpstr(get_told(self, self->job_id), ==, "");
  self->ticket->tries = 1;
  bh_ticket_press_give_up(self->press, self->ticket);
  g_assert_cmpstr(get_told(self, self->job_id), ==, "lost");
}

/* Also where only a part of it is printed by another job. */
static void
test_what_was_told_of_a_part_is_past(Case *self, gconstpointer data)
{
  g_autofree char *part_id = NULL;
  g_autofree char *undo = NULL;
  g_autoptr(GPtrArray) written = NULL;
  const BhOperation *op;

  start_queue(self);
  add_tea(self);
  print(self);
  await_job(self, self->job_id, "queued", "offline");
  bh_alert_desk_raise(self->state.alerts, BH_ALERT_TICKET_UNSEEN, "other",
                      json_pack("{s:s, s:s}", "orderId", "o", "jobId", "other"), NULL);
  order(self, "line.state", "{'lineIds': ['b'], 'state': 'ready'}");
  written =
      fixture_write(&self->house, "line.state", "order/o", "{'lineIds': ['a'], 'state': 'ready'}");
  bh_ticket_press_look(self->press, "o");
  await_job(self, self->job_id, "failed", "seen");
  op = written->pdata[0];
  undo = g_strdup_printf("{'op': '%s:%" G_GINT64_FORMAT "'}", op->log_id, op->seq);
  order(self, "undo", undo);
  g_ptr_array_set_size(self->ticket->line_ids, 1);
  part_id = bh_due_ticket_make_job_id(self->ticket);
  bh_ticket_press_print(self->press, bh_due_ticket_copy(self->ticket));
  await_told(self, part_id, "not yet");
  g_assert_cmpstr(get_told(self, self->job_id), ==, "");
  g_assert_cmpstr(get_told(self, "other"), ==, "not yet");
}

static void
test_taken_back_is_bounded(void)
{
  g_autoptr(BhTakenBack) jobs = bh_taken_back_new();

  g_assert_true(bh_taken_back_is_empty(jobs));
  bh_taken_back_add(jobs, "ticket");
  bh_taken_back_add(jobs, "ticket");
  bh_taken_back_add(jobs, "ticket-2");
  g_assert_cmpuint(bh_taken_back_count(jobs, "ticket"), ==, 2);
  bh_taken_back_remove(jobs, "ticket");
  bh_taken_back_remove(jobs, "ticket");
  g_assert_cmpuint(bh_taken_back_count(jobs, "ticket"), ==, 0);
  for (guint i = 0; i < BH_TAKEN_BACK_MAX; i++) {
    g_autofree char *id = g_strdup_printf("%u", i);

    bh_taken_back_add(jobs, id);
  }
  g_assert_false(bh_taken_back_has(jobs, "ticket-2"));
  g_assert_true(bh_taken_back_has(jobs, "0"));
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add("/hub/ticket-press/told", Case, NULL, set_up, test_the_desk_is_told_the_truth,
             tear_down);
  g_test_add("/hub/ticket-press/settled", Case, NULL, set_up, test_the_last_run_is_settled,
             tear_down);
  g_test_add("/hub/ticket-press/settled-anew", Case, NULL, set_up,
             test_what_nobody_has_written_is_told, tear_down);
  g_test_add("/hub/ticket-press/asleep", Case, NULL, set_up, test_what_waited_before_a_sleep_is_old,
             tear_down);
  g_test_add("/hub/ticket-press/asleep-early", Case, NULL, set_up,
             test_what_was_on_its_way_to_the_queue_is_old, tear_down);
  g_test_add("/hub/ticket-press/again", Case, NULL, set_up,
             test_what_was_taken_back_is_printed_by_another_job, tear_down);
  for (gsize i = 0; i < G_N_ELEMENTS(changes); i++) {
    g_autofree char *path = g_strdup_printf("/hub/ticket-press/changed/%zu", i);

    g_test_add(path, Case, &changes[i], set_up_plain,
               test_what_changes_while_it_waits_is_printed_anew, tear_down);
  }
  g_test_add("/hub/ticket-press/learned", Case, "seen", set_up_plain,
             test_the_last_run_took_it_back, tear_down);
  g_test_add("/hub/ticket-press/learned-changed", Case, "changed", set_up_plain,
             test_the_last_run_took_it_back, tear_down);
  g_test_add("/hub/ticket-press/learned-old", Case, NULL, set_up,
             test_what_a_start_made_old_is_told, tear_down);
  g_test_add("/hub/ticket-press/resumed", Case, NULL, set_up,
             test_what_outlives_a_run_is_taken_back, tear_down);
  g_test_add("/hub/ticket-press/refused", Case, &bound_bytes, set_up,
             test_what_no_queue_takes_is_lost, tear_down);
  g_test_add("/hub/ticket-press/given-up", Case, &bound_jobs, set_up,
             test_what_came_to_no_queue_in_time_is_lost, tear_down);
  g_test_add("/hub/ticket-press/part", Case, NULL, set_up, test_what_was_told_of_a_part_is_past,
             tear_down);
  g_test_add_func("/hub/taken-back/bounded", test_taken_back_is_bounded);
  return g_test_run();
}
