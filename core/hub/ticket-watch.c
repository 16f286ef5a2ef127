/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-hub"

#include "ticket-watch.h"

#include <string.h>

#include "outage-mark.h"
#include "print-job.h"
#include "ticket-book.h"
#include "ticket-press.h"
#include "ticket-trace.h"

#define ORDER_PREFIX     "order/"
#define HOUSE            "property/house"
#define STANDARD_SECONDS 60
/* What the queue is asked for at a start: more than one run leaves between two steps. */
#define MAX_JOBS 1000
/* Orders that one alert counts. */
#define MAX_LATE 1000
/* The alert after an outage is one, whatever it counts. */
#define OUTAGE_KEY ""
/* Each further try of one ticket waits twice as long, up to about five minutes. */
#define MAX_DOUBLINGS 5

struct _BhTicketWatch {
  grefcount refs;    /* the owner's, and one of the reading at the start */
  BhHubState *state; /* NULL once the owner has gone */
  BhTicketBook *book;
  BhTicketPress *press;
  GHashTable *touched; /* of record ids: read otherwise, and not looked at since */
  guint touched_id;
  GHashTable *late;   /* of order ids: what the alert after the outage names */
  gint64 n_more_late; /* that an alert of the last run counts and does not name */
  gboolean is_late;   /* there are others than the alert says */
  gint64 told_ms;     /* what was there at the start and is no newer was told of by another run */
  gint64 late_ms;     /* the newest of what is late */
  gint64 fixed_ms;    /* in place of what the house has set; 0: that */
  gboolean is_ready;  /* what the queue already has was looked for */
  guint timer_id;
  gint64 timer_ms; /* when it fires */
};

static void set_timer(BhTicketWatch *self);

static gint64
get_now_ms(void)
{
  return g_get_monotonic_time() / 1000;
}

static void
unref(BhTicketWatch *self)
{
  if (!g_ref_count_dec(&self->refs))
    return;
  bh_ticket_book_free(self->book);
  g_hash_table_unref(self->touched);
  g_hash_table_unref(self->late);
  g_free(self);
}

/* --- what nobody knows how far it is --- */

static void
add_late(BhTicketWatch *self, const char *order_id, gint64 since_ms)
{
  self->is_late = TRUE;
  self->late_ms = MAX(self->late_ms, MIN(since_ms, bh_property_get_now_ms(self->state->property)));
  if (g_hash_table_size(self->late) < MAX_LATE)
    g_hash_table_add(self->late, g_strdup(order_id));
}

static const json_t *
find_late_alert(BhTicketWatch *self)
{
  return bh_alert_desk_find(self->state->alerts, BH_ALERT_AFTER_OUTAGE, OUTAGE_KEY);
}

/* What was put away is not told of again. */
static void
forget_late(BhTicketWatch *self)
{
  if (self->is_late || find_late_alert(self) != NULL)
    return;
  g_hash_table_remove_all(self->late);
  self->n_more_late = 0;
}

static void
tell_late(BhTicketWatch *self)
{
  json_t *order_ids;
  GHashTableIter iter;
  gpointer order_id;

  if (!self->is_late)
    return;
  self->is_late = FALSE;
  order_ids = json_array();
  g_hash_table_iter_init(&iter, self->late);
  while (g_hash_table_iter_next(&iter, &order_id, NULL) &&
         json_array_size(order_ids) < BH_TICKET_WATCH_MAX_NAMED)
    json_array_append_new(order_ids, json_string(order_id));
  bh_alert_desk_raise(self->state->alerts, BH_ALERT_AFTER_OUTAGE, OUTAGE_KEY,
                      json_pack("{s:I, s:o}", "count",
                                (json_int_t)g_hash_table_size(self->late) + self->n_more_late,
                                "orderIds", order_ids),
                      NULL);
  if (self->late_ms > self->told_ms)
    bh_outage_mark_write(self->state->store, self->late_ms);
}

/* The alert of the last run goes on. */
static void
take_up_late(BhTicketWatch *self)
{
  const json_t *subject = find_late_alert(self);
  const json_t *order_id;
  gsize i;

  json_array_foreach(json_object_get(subject, "orderIds"), i, order_id)
  {
    if (json_is_string(order_id))
      g_hash_table_add(self->late, g_strdup(json_string_value(order_id)));
  }
  self->n_more_late = MAX(0, json_integer_value(json_object_get(subject, "count")) -
                                 (json_int_t)g_hash_table_size(self->late));
}

/* --- what waits --- */

static gint64
get_unseen_ms(BhTicketWatch *self)
{
  const BhRecord *house = bh_property_get_record(self->state->property, HOUSE);
  const json_t *seconds = house != NULL ? bh_record_get_register(house, "unseenSeconds") : NULL;

  if (self->fixed_ms > 0)
    return self->fixed_ms;
  return (json_is_integer(seconds) ? json_integer_value(seconds) : STANDARD_SECONDS) * 1000;
}

/* What was the kitchen's so long ago is nobody's any more. */
static GPtrArray *
read_lines(BhTicketWatch *self, const char *record_id)
{
  BhProperty *property = self->state->property;
  gint64 forgotten_ms = bh_property_get_now_ms(property) - BH_TICKET_WATCH_FORGET_MS;
  GPtrArray *lines =
      bh_ticket_lines_read(property, record_id, bh_ticket_press_get_taken_back(self->press));

  for (guint i = lines->len; i-- > 0;)
    if (((const BhKitchenLine *)lines->pdata[i])->since_ms < forgotten_ms)
      g_ptr_array_remove_index(lines, i);
  return lines;
}

static void
look_at(BhTicketWatch *self, const char *record_id, gboolean at_start)
{
  BhProperty *property = self->state->property;
  g_autoptr(GPtrArray) lines = read_lines(self, record_id);

  if (!bh_ticket_book_update(self->book, record_id, lines, at_start, get_now_ms(),
                             bh_property_get_now_ms(property))) {
    g_info("Too many orders wait for the kitchen's eye; one has to wait to be watched.");
    add_late(self, record_id, 0);
  }
}

static void
look_at_left_out(BhTicketWatch *self)
{
  char *record_id;

  while ((record_id = bh_ticket_book_find_left_out(self->book)) != NULL) {
    look_at(self, record_id, FALSE);
    g_free(record_id);
  }
}

static gboolean
on_touched(gpointer user_data)
{
  BhTicketWatch *self = user_data;
  g_autoptr(GHashTable) touched = g_steal_pointer(&self->touched);
  GHashTableIter iter;
  gpointer record_id;

  self->touched_id = 0;
  self->touched = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  g_hash_table_iter_init(&iter, touched);
  while (g_hash_table_iter_next(&iter, &record_id, NULL)) {
    look_at(self, record_id, FALSE);
    bh_ticket_press_look(self->press, record_id);
  }
  look_at_left_out(self);
  tell_late(self);
  set_timer(self);
  return G_SOURCE_REMOVE;
}

/* Lines that were moved to an order are in others' records. */
static void
touch(BhTicketWatch *self, const char *order_id)
{
  const GPtrArray *moved = bh_property_get_moved(self->state->property, order_id);

  g_hash_table_add(self->touched, g_strdup(order_id));
  for (guint i = 0; moved != NULL && i < moved->len; i++)
    g_hash_table_add(self->touched, g_strdup((const char *)moved->pdata[i] + strlen(ORDER_PREFIX)));
  if (self->touched_id == 0)
    self->touched_id = g_idle_add_full(G_PRIORITY_DEFAULT, on_touched, self, NULL);
}

/* Also what was here before, and applies only now that its author is known or cut off. */
static void
on_changed(BhProperty *property, const char *name, BhTicketWatch *self)
{
  if (g_str_equal(name, HOUSE))
    bh_ticket_book_set_unseen(self->book, get_unseen_ms(self));
  else if (g_str_has_prefix(name, ORDER_PREFIX))
    touch(self, name + strlen(ORDER_PREFIX));
}

/* --- what is due --- */

static void
on_put_off(const BhDueTicket *ticket, gpointer user_data)
{
  BhTicketWatch *self = user_data;
  gint64 wait_ms = (gint64)BH_TICKET_WATCH_RETRY_MS << MIN(ticket->tries, MAX_DOUBLINGS);

  bh_ticket_book_put_back(self->book, ticket, get_now_ms() + wait_ms);
  set_timer(self);
}

/* What was split off its lines meanwhile is as due as they are. */
static void
renew(BhTicketWatch *self, const BhDueTicket *ticket)
{
  g_autoptr(GPtrArray) found =
      bh_ticket_lines_find(self->state->property, ticket->record_id, ticket->line_ids);
  g_autoptr(BhDueTicket) all = bh_due_ticket_copy(ticket);

  g_ptr_array_set_size(all->line_ids, 0);
  for (guint i = 0; i < found->len; i++)
    g_ptr_array_add(all->line_ids, g_strdup(((const BhKitchenLine *)found->pdata[i])->line_id));
  bh_ticket_book_renew(self->book, all, get_now_ms());
}

static void
on_taken_back(const BhDueTicket *ticket, gboolean again, gpointer user_data)
{
  BhTicketWatch *self = user_data;

  touch(self, ticket->record_id);
  if (!again)
    return;
  look_at(self, ticket->record_id, FALSE);
  renew(self, ticket);
  set_timer(self);
}

static void
take_due(BhTicketWatch *self, const char *record_id, gint64 now_ms)
{
  BhDueTicket *ticket;

  look_at(self, record_id, FALSE);
  while ((ticket = bh_ticket_book_take_due(self->book, record_id, now_ms,
                                           bh_property_get_now_ms(self->state->property))) !=
         NULL) {
    if (!ticket->is_old) {
      bh_ticket_press_print(self->press, ticket);
      continue;
    }
    bh_ticket_press_give_up(self->press, ticket);
    /* The desk knows what was tried before, and what another run told of. */
    if (ticket->tries == 0 && !(ticket->was_there && ticket->since_ms <= self->told_ms))
      add_late(self, ticket->order_id, ticket->since_ms);
    bh_due_ticket_free(ticket);
  }
}

static gboolean
on_timer(gpointer user_data)
{
  BhTicketWatch *self = user_data;
  gint64 now_ms = get_now_ms();
  g_autoptr(GPtrArray) due = bh_ticket_book_list_due(self->book, now_ms);

  self->timer_id = 0;
  forget_late(self);
  for (guint i = 0; i < due->len; i++)
    take_due(self, due->pdata[i], now_ms);
  look_at_left_out(self);
  tell_late(self);
  set_timer(self);
  return G_SOURCE_REMOVE;
}

static void
set_timer(BhTicketWatch *self)
{
  gint64 due_ms = bh_ticket_book_get_due(self->book);

  if (!self->is_ready || due_ms == G_MAXINT64 || (self->timer_id != 0 && self->timer_ms <= due_ms))
    return;
  g_clear_handle_id(&self->timer_id, g_source_remove);
  self->timer_ms = due_ms;
  self->timer_id = g_timeout_add((guint)CLAMP(due_ms - get_now_ms(), 0, G_MAXINT), on_timer, self);
  g_source_set_name_by_id(self->timer_id, "bellhop-tickets");
}

/* --- the start --- */

static void
list_order(const char *name, BhRecord *record, gpointer user_data)
{
  GPtrArray *names = user_data;
  const BhStamp *stamp = NULL;

  if (json_is_object(bh_record_get_item_stamped(record, "header", &stamp)))
    g_ptr_array_add(names, g_strdup(name + strlen(ORDER_PREFIX)));
}

/* The only walk over all orders; gone again where the last run has taken tickets back. */
static void
look_at_all(BhTicketWatch *self)
{
  g_autoptr(GPtrArray) record_ids = g_ptr_array_new_with_free_func(g_free);

  bh_property_visit_records(self->state->property, ORDER_PREFIX, list_order, record_ids);
  for (guint i = 0; i < record_ids->len; i++)
    look_at(self, record_ids->pdata[i], TRUE);
}

static gboolean
is_own_ticket(BhTicketWatch *self, const json_t *job)
{
  const char *job_id = json_string_value(json_object_get(job, "jobId"));

  return g_strcmp0(json_string_value(json_object_get(job, "deviceId")), self->state->hub_id) == 0 &&
         job_id != NULL && g_str_has_prefix(job_id, BH_TICKET_JOB_PREFIX);
}

/* What the last run took back, or this start, is not printed; read anew it waits, where it is the
 * kitchen's. */
static void
learn_jobs(BhTicketWatch *self, const json_t *jobs)
{
  /* The oldest first, for that one gives way first. */
  for (gsize i = json_array_size(jobs); i-- > 0;) {
    const json_t *job = json_array_get(jobs, i);

    if (is_own_ticket(self, job))
      bh_ticket_press_learn(self->press, job);
  }
  if (!bh_taken_back_is_empty(bh_ticket_press_get_taken_back(self->press)))
    look_at_all(self);
}

/* What the last run handed over and did not come to write down. */
static void
settle_jobs(BhTicketWatch *self, const json_t *jobs)
{
  g_autoptr(GPtrArray) tickets = bh_ticket_book_list(self->book);
  g_autoptr(GHashTable) by_job = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  const json_t *job;
  gsize i;

  for (guint k = 0; k < tickets->len; k++)
    g_hash_table_insert(by_job, bh_ticket_press_make_job_id(self->press, tickets->pdata[k]),
                        tickets->pdata[k]);
  json_array_foreach(jobs, i, job)
  {
    const BhDueTicket *ticket;

    if (!is_own_ticket(self, job))
      continue;
    ticket = g_hash_table_lookup(by_job, json_string_value(json_object_get(job, "jobId")));
    if (bh_ticket_press_settle(self->press, job, ticket) && ticket != NULL)
      bh_ticket_book_take(self->book, ticket);
  }
}

/* What a person has had reprinted is theirs, and stays. */
static gboolean
is_waiting(const json_t *job)
{
  BhPrintState state = BH_PRINT_DONE;

  bh_print_state_from_name(json_string_value(json_object_get(job, "state")), &state);
  return state <= BH_PRINT_PRINTING && json_integer_value(json_object_get(job, "reprints")) == 0;
}

/* What outlives the last run: tickets that a person has moved to another printer. */
static void
resume_jobs(BhTicketWatch *self, const json_t *jobs)
{
  g_autoptr(GHashTable) job_ids = g_hash_table_new(g_str_hash, g_str_equal);
  g_autoptr(GHashTable) tickets = NULL;
  const json_t *job;
  GHashTableIter iter;
  gpointer job_id, ticket;
  gsize i;

  json_array_foreach(jobs, i, job)
  {
    if (is_own_ticket(self, job) && is_waiting(job))
      g_hash_table_add(job_ids, (gpointer)json_string_value(json_object_get(job, "jobId")));
  }
  if (g_hash_table_size(job_ids) == 0)
    return;
  tickets = bh_ticket_trace_find(self->state->property, job_ids);
  g_hash_table_iter_init(&iter, tickets);
  while (g_hash_table_iter_next(&iter, &job_id, &ticket))
    bh_ticket_press_resume(self->press, job_id, ticket);
}

static void
list_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  BhTicketWatch *self = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(json_t) jobs = bh_print_queue_list_finish(BH_PRINT_QUEUE(source), result, &error);

  if (self->state != NULL) {
    learn_jobs(self, jobs);
    settle_jobs(self, jobs);
    resume_jobs(self, jobs);
    self->is_ready = TRUE;
    set_timer(self);
  }
  unref(self);
}

static void
mark_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  BhTicketWatch *self = user_data;

  self->told_ms = bh_outage_mark_read_finish(BH_STORE(source), result);
  if (self->state != NULL)
    bh_print_queue_list_async(self->state->queue, MAX_JOBS, list_cb, self);
  else
    unref(self);
}

/* --- life --- */

BhTicketWatch *
bh_ticket_watch_new(BhHubState *state, const BhLimitSet *limits)
{
  BhTicketWatch *self = g_new0(BhTicketWatch, 1);

  g_ref_count_init(&self->refs);
  self->state = state;
  self->book = bh_ticket_book_new();
  self->press = bh_ticket_press_new(state, on_put_off, on_taken_back, self);
  self->touched = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  self->late = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  self->fixed_ms = (gint64)bh_limit_set_get(limits, BH_LIMIT_UNSEEN_MS);
  bh_ticket_book_set_unseen(self->book, get_unseen_ms(self));
  take_up_late(self);
  look_at_all(self);
  g_signal_connect(state->property, "changed", G_CALLBACK(on_changed), self);
  g_ref_count_inc(&self->refs);
  bh_outage_mark_read_async(state->store, mark_cb, self);
  return self;
}

void
bh_ticket_watch_wake(BhTicketWatch *watch, gint64 away_ms, gint64 counted_ms)
{
  bh_ticket_book_wake(watch->book, get_now_ms(), away_ms, counted_ms);
  if (away_ms >= get_unseen_ms(watch))
    bh_ticket_press_wake(watch->press);
  set_timer(watch);
}

void
bh_ticket_watch_free(BhTicketWatch *watch)
{
  g_signal_handlers_disconnect_by_data(watch->state->property, watch);
  g_clear_handle_id(&watch->touched_id, g_source_remove);
  g_clear_handle_id(&watch->timer_id, g_source_remove);
  bh_ticket_press_free(watch->press);
  watch->state = NULL;
  unref(watch);
}
