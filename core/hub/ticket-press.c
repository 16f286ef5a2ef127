/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-hub"

#include "ticket-press.h"

#include "backoff.h"
#include "print-job.h"
#include "property-error.h"
#include "ticket-content.h"

#define WRITE_FIRST_MS 1000
#define WRITE_MAX_MS   (5 * 60 * 1000)

struct _BhTicketPress {
  grefcount refs;    /* the owner's, and one of each call under way */
  BhHubState *state; /* NULL once the owner has gone */
  BhTicketPutOff put_off;
  BhTicketTakenBack on_taken_back;
  gpointer user_data;
  GHashTable *printings; /* job id -> Printing, borrowed: those under way */
  GHashTable *waiting;   /* job id (owned) -> Waiting: in the queue, and not on paper */
  BhTakenBack *taken_back;
  guint look_id;
};

/* What the queue has. */
typedef struct {
  BhDueTicket *ticket;
  json_t *content; /* as it was made for the job */
} Waiting;

/* A ticket on its way to paper. */
typedef struct {
  BhTicketPress *press;
  BhDueTicket *ticket;
  char *job_id;
  json_t *job;         /* as it is submitted; NULL where the queue has it already */
  json_t *content;     /* of the job, before it was reduced; with it */
  gboolean is_printed; /* the queue has said so */
  gboolean is_lost;    /* it has said that nothing more comes by itself */
  gboolean is_reduced; /* to what every printer takes */
  BhBackoff backoff;   /* of writing that it is printed */
  guint retry_id;
} Printing;

static void
unref(BhTicketPress *self)
{
  if (!g_ref_count_dec(&self->refs))
    return;
  g_hash_table_unref(self->printings);
  g_hash_table_unref(self->waiting);
  bh_taken_back_free(self->taken_back);
  g_free(self);
}

static Printing *
printing_new(BhTicketPress *self, BhDueTicket *ticket)
{
  Printing *printing = g_new0(Printing, 1);

  printing->press = self;
  g_ref_count_inc(&self->refs);
  printing->ticket = ticket;
  printing->job_id = bh_ticket_press_make_job_id(self, ticket);
  printing->backoff = BH_BACKOFF_INIT(WRITE_FIRST_MS, WRITE_MAX_MS);
  g_hash_table_replace(self->printings, printing->job_id, printing);
  return printing;
}

static void
printing_free(Printing *printing)
{
  g_clear_handle_id(&printing->retry_id, g_source_remove);
  if (g_hash_table_lookup(printing->press->printings, printing->job_id) == printing)
    g_hash_table_remove(printing->press->printings, printing->job_id);
  bh_due_ticket_free(printing->ticket);
  json_decref(printing->job);
  json_decref(printing->content);
  g_free(printing->job_id);
  unref(printing->press);
  g_free(printing);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Printing, printing_free)

static void
waiting_free(Waiting *waiting)
{
  bh_due_ticket_free(waiting->ticket);
  json_decref(waiting->content);
  g_free(waiting);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Waiting, waiting_free)

/* @content: (transfer full) (nullable): */
static void
add_waiting(BhTicketPress *self, const char *job_id, const BhDueTicket *ticket, json_t *content)
{
  Waiting *waiting = g_new0(Waiting, 1);

  waiting->ticket = bh_due_ticket_copy(ticket);
  waiting->content = content;
  g_hash_table_replace(self->waiting, g_strdup(job_id), waiting);
}

/* --- telling the desk --- */

static void
raise_unseen(BhTicketPress *self, const BhDueTicket *ticket, const char *job_id, gboolean printed,
             gboolean lost)
{
  g_autoptr(json_t) order = bh_property_read_order(self->state->property, ticket->order_id);
  const char *number = json_string_value(json_object_get(order, "number"));
  const char *place_id = json_string_value(json_object_get(order, "placeId"));

  bh_alert_desk_raise(self->state->alerts, BH_ALERT_TICKET_UNSEEN, job_id,
                      json_pack("{s:s, s:s, s:s?, s:s?, s:b, s:b, s:s}", "orderId",
                                ticket->order_id, "number", number != NULL ? number : "", "placeId",
                                place_id, "station", ticket->station_id, "printed", printed, "lost",
                                lost, "jobId", job_id),
                      number);
}

/* Of one that was told of before only what has become of it: it may have been put away. */
static void
tell_unseen(const Printing *printing)
{
  BhTicketPress *self = printing->press;

  if (printing->ticket->tries == 0 ||
      bh_alert_desk_find(self->state->alerts, BH_ALERT_TICKET_UNSEEN, printing->job_id) != NULL)
    raise_unseen(self, printing->ticket, printing->job_id, printing->is_printed, printing->is_lost);
}

/* What is only `sent` may still end without paper. */
static gboolean
is_on_paper(BhPrintState state, const char *detail)
{
  return state == BH_PRINT_DONE ||
         (state == BH_PRINT_SENT && g_strcmp0(detail, "no-feedback") == 0);
}

static gboolean
is_taken_back(BhPrintState state, const char *detail)
{
  return state == BH_PRINT_FAILED &&
         (g_strcmp0(detail, "seen") == 0 || g_strcmp0(detail, "changed") == 0);
}

/* What was taken back because it was seen is not missed, nor what another job prints. */
static gboolean
is_lost(BhPrintState state, const char *detail)
{
  return state == BH_PRINT_UNCERTAIN || (state == BH_PRINT_FAILED && !is_taken_back(state, detail));
}

static void
note_job(BhTicketPress *self, const char *job_id, BhPrintState state, const char *detail)
{
  BhAlertDesk *alerts = self->state->alerts;
  Printing *printing = g_hash_table_lookup(self->printings, job_id);
  gboolean printed = is_on_paper(state, detail), lost = is_lost(state, detail);

  if (printing != NULL) {
    printing->is_printed = printed;
    printing->is_lost = lost;
  }
  bh_alert_desk_set(alerts, BH_ALERT_TICKET_UNSEEN, job_id, "printed", json_boolean(printed));
  bh_alert_desk_set(alerts, BH_ALERT_TICKET_UNSEEN, job_id, "lost", json_boolean(lost));
}

/* --- what waits for its printer --- */

/* Returns: (nullable): why nobody needs the paper any more */
static const char *
find_reason(BhTicketPress *self, const Waiting *waiting)
{
  const BhDueTicket *ticket = waiting->ticket;
  BhProperty *property = self->state->property;
  g_autoptr(json_t) content = NULL;

  if (!bh_ticket_lines_need(property, ticket->record_id, ticket->line_ids))
    return "seen";
  if (ticket->is_old)
    return "old";
  content = bh_ticket_content_make(property, ticket);
  return json_equal(content, waiting->content) ? NULL : "changed";
}

static void
take_back(BhTicketPress *self, const char *record_id)
{
  GHashTableIter iter;
  gpointer job_id, value;

  g_hash_table_iter_init(&iter, self->waiting);
  while (g_hash_table_iter_next(&iter, &job_id, &value)) {
    const Waiting *waiting = value;
    const char *reason = record_id == NULL || g_str_equal(record_id, waiting->ticket->record_id)
                             ? find_reason(self, waiting)
                             : NULL;

    if (reason != NULL)
      bh_print_queue_withdraw(self->state->queue, self->state->hub_id, job_id, reason);
  }
}

static gboolean
on_look(gpointer user_data)
{
  BhTicketPress *self = user_data;

  self->look_id = 0;
  take_back(self, NULL);
  return G_SOURCE_REMOVE;
}

static void
look_soon(BhTicketPress *self)
{
  if (self->look_id == 0)
    self->look_id = g_idle_add(on_look, self);
}

void
bh_ticket_press_look(BhTicketPress *press, const char *record_id)
{
  take_back(press, record_id);
}

void
bh_ticket_press_wake(BhTicketPress *press)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init(&iter, press->printings);
  while (g_hash_table_iter_next(&iter, NULL, &value))
    ((Printing *)value)->ticket->is_old = TRUE;
  g_hash_table_iter_init(&iter, press->waiting);
  while (g_hash_table_iter_next(&iter, NULL, &value))
    ((Waiting *)value)->ticket->is_old = TRUE;
  take_back(press, NULL);
}

/* Nothing more becomes of it by itself. */
static void
end_waiting(BhTicketPress *self, const BhPrintJobInfo *info)
{
  g_autoptr(Waiting) waiting = NULL;
  g_autofree char *job_id = NULL;

  if (!g_hash_table_steal_extended(self->waiting, info->job_id, (gpointer *)&job_id,
                                   (gpointer *)&waiting))
    return;
  /* Whoever has put the alert away may count on the paper. */
  if (info->state == BH_PRINT_FAILED && g_strcmp0(info->detail, "old") == 0)
    raise_unseen(self, waiting->ticket, job_id, FALSE, TRUE);
  if (!is_taken_back(info->state, info->detail))
    return;
  /* It may be the kitchen's again already. */
  bh_taken_back_add(self->taken_back, job_id);
  self->on_taken_back(waiting->ticket, g_strcmp0(info->detail, "changed") == 0, self->user_data);
}

static void
on_job_changed(BhPrintQueue *queue, const BhPrintJobInfo *info, BhTicketPress *self)
{
  if (!g_str_equal(info->device_id, self->state->hub_id))
    return;
  note_job(self, info->job_id, info->state, info->detail);
  if (info->state != BH_PRINT_FAILED)
    bh_taken_back_remove(self->taken_back, info->job_id);
  if (info->state > BH_PRINT_PRINTING)
    end_waiting(self, info);
  /* Back from its printer: it could not be taken back there. */
  else if (info->state == BH_PRINT_QUEUED && g_hash_table_contains(self->waiting, info->job_id))
    look_soon(self);
}

/* --- to paper --- */

static void write_printed(Printing *printing);

static gboolean
on_write_again(gpointer user_data)
{
  Printing *printing = user_data;

  printing->retry_id = 0;
  write_printed(printing);
  return G_SOURCE_REMOVE;
}

static void
write_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(Printing) printing = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(GPtrArray) written = bh_property_write_finish(BH_PROPERTY(source), result, &error);
  BhTicketPress *self = printing->press;

  if (self->state == NULL)
    return;
  if (written != NULL) {
    take_back(self, printing->ticket->record_id);
    return;
  }
  g_info("It is not in the log that a ticket was printed: %s", error->message);
  if (g_error_matches(error, BH_PROPERTY_ERROR, BH_PROPERTY_ERROR_BAD) ||
      g_error_matches(error, BH_PROPERTY_ERROR, BH_PROPERTY_ERROR_CLOSED))
    return;
  printing->retry_id = g_timeout_add(bh_backoff_next(&printing->backoff, g_random_double()),
                                     on_write_again, printing);
  g_steal_pointer(&printing);
}

/*
 * @printing: (transfer full)
 *
 * The alert goes to the store first: a ticket that is known to be on paper is one that the desk is
 * told of, wherever the hub ends.
 */
static void
write_printed(Printing *printing)
{
  const BhDueTicket *ticket = printing->ticket;
  g_autofree char *entity = g_strconcat("order/", ticket->record_id, NULL);
  g_autoptr(json_t) body = json_pack("{s:[], s:s}", "lineIds", "jobId", printing->job_id);
  BhPropertyDraft draft = {.kind = "ticket.printed", .entity = entity, .body = body};

  for (guint i = 0; i < ticket->line_ids->len; i++)
    json_array_append_new(json_object_get(body, "lineIds"),
                          json_string(ticket->line_ids->pdata[i]));
  bh_property_write_async(printing->press->state->property, &draft, 1, write_cb, printing);
}

static void submit(Printing *printing);

/* Whether the job is another one now, which the queue may take. */
static gboolean
mend_job(Printing *printing, const GError *error)
{
  gboolean is_bad = g_error_matches(error, BH_PRINT_ERROR, BH_PRINT_ERROR_BAD_JOB);

  if ((is_bad || g_error_matches(error, BH_PRINT_ERROR, BH_PRINT_ERROR_UNKNOWN_PRINTER)) &&
      json_object_del(printing->job, "printer") == 0)
    return TRUE;
  if (printing->is_reduced ||
      !(is_bad || g_error_matches(error, BH_PRINT_ERROR, BH_PRINT_ERROR_TOO_LARGE)))
    return FALSE;
  printing->is_reduced = TRUE;
  bh_ticket_content_reduce(json_object_get(printing->job, "content"));
  return TRUE;
}

/* Nothing that waiting would change. */
static gboolean
is_final(const GError *error)
{
  return g_error_matches(error, BH_PRINT_ERROR, BH_PRINT_ERROR_BAD_JOB) ||
         g_error_matches(error, BH_PRINT_ERROR, BH_PRINT_ERROR_TOO_LARGE);
}

/* It may have been known before, and have come further. */
static void
note_submitted(Printing *printing, GAsyncResult *result)
{
  BhTicketPress *self = printing->press;
  BhPrintJobInfo info;

  bh_print_queue_get_submitted(result, &info);
  if (info.state > BH_PRINT_PRINTING) {
    note_job(self, printing->job_id, info.state, info.detail);
    return;
  }
  add_waiting(self, printing->job_id, printing->ticket, json_incref(printing->content));
  if (printing->ticket->is_old)
    look_soon(self);
}

static void
submit_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(Printing) printing = user_data;
  g_autoptr(GError) error = NULL;
  BhTicketPress *self = printing->press;
  gboolean done = bh_print_queue_submit_finish(BH_PRINT_QUEUE(source), result, NULL, NULL, &error);

  if (self->state == NULL)
    return;
  /* A conflict is this ticket, handed over by a hub that spoke another language. */
  if (done || g_error_matches(error, BH_PRINT_ERROR, BH_PRINT_ERROR_CONFLICT)) {
    if (done)
      note_submitted(printing, result);
    tell_unseen(printing);
    write_printed(g_steal_pointer(&printing));
    return;
  }
  if (mend_job(printing, error)) {
    submit(g_steal_pointer(&printing));
    return;
  }
  g_info("A ticket cannot be printed now: %s", error->message);
  if (is_final(error)) {
    raise_unseen(self, printing->ticket, printing->job_id, FALSE, TRUE);
    return;
  }
  tell_unseen(printing);
  self->put_off(printing->ticket, self->user_data);
}

/* @printing: (transfer full) */
static void
submit(Printing *printing)
{
  BhHubState *state = printing->press->state;
  BhPrintSender sender = {.device_id = state->hub_id};

  bh_print_queue_submit_async(state->queue, &sender, printing->job, submit_cb, printing);
}

typedef struct {
  const BhTakenBack *taken_back;
  const char *order_id;
} Past;

static gboolean
is_past(const json_t *subject, gpointer user_data)
{
  const Past *past = user_data;
  const char *order_id = json_string_value(json_object_get(subject, "orderId"));
  const char *job_id = json_string_value(json_object_get(subject, "jobId"));

  return g_strcmp0(order_id, past->order_id) == 0 && job_id != NULL &&
         bh_taken_back_has(past->taken_back, job_id);
}

/* What the desk was told of jobs that were taken back is, also where only some of their lines are
 * on this ticket. */
static void
clear_past(BhTicketPress *self, const BhDueTicket *ticket)
{
  Past past = {self->taken_back, ticket->order_id};

  bh_alert_desk_clear_where(self->state->alerts, BH_ALERT_TICKET_UNSEEN, is_past, &past);
}

void
bh_ticket_press_print(BhTicketPress *press, BhDueTicket *ticket)
{
  const char *printer = bh_ticket_content_find_printer(press->state->property, ticket->station_id);
  json_t *content = bh_ticket_content_make(press->state->property, ticket);
  Printing *printing;

  if (content == NULL) {
    bh_due_ticket_free(ticket);
    return;
  }
  clear_past(press, ticket);
  printing = printing_new(press, ticket);
  /* What is reduced is the job's own. */
  printing->job = json_pack("{s:s, s:o, s:s*}", "jobId", printing->job_id, "content",
                            json_copy(content), "printer", printer);
  printing->content = content;
  submit(printing);
}

void
bh_ticket_press_give_up(BhTicketPress *press, const BhDueTicket *ticket)
{
  g_autofree char *job_id = bh_ticket_press_make_job_id(press, ticket);

  if (ticket->tries > 0)
    raise_unseen(press, ticket, job_id, FALSE, TRUE);
  else
    bh_alert_desk_set(press->state->alerts, BH_ALERT_TICKET_UNSEEN, job_id, "lost", json_true());
}

const BhTakenBack *
bh_ticket_press_get_taken_back(BhTicketPress *press)
{
  return press->taken_back;
}

char *
bh_ticket_press_make_job_id(BhTicketPress *press, const BhDueTicket *ticket)
{
  g_autofree char *first_id = bh_due_ticket_make_job_id(ticket);

  return bh_taken_back_make_id(first_id, bh_taken_back_count(press->taken_back, first_id));
}

/* --- the start --- */

/* By a start or a sleep; whoever has put the alert away may count on the paper. */
static gboolean
is_old_untold(BhTicketPress *self, const char *job_id, BhPrintState state, const char *detail)
{
  return state == BH_PRINT_FAILED && g_strcmp0(detail, "old") == 0 &&
         bh_alert_desk_find(self->state->alerts, BH_ALERT_TICKET_UNSEEN, job_id) == NULL;
}

void
bh_ticket_press_learn(BhTicketPress *press, const json_t *job)
{
  const char *job_id = json_string_value(json_object_get(job, "jobId"));
  const char *detail = json_string_value(json_object_get(job, "detail"));
  BhPrintState state = BH_PRINT_ACCEPTED;

  bh_print_state_from_name(json_string_value(json_object_get(job, "state")), &state);
  if (is_taken_back(state, detail) || is_old_untold(press, job_id, state, detail))
    bh_taken_back_add(press->taken_back, job_id);
}

gboolean
bh_ticket_press_settle(BhTicketPress *press, const json_t *job, const BhDueTicket *ticket)
{
  const char *job_id = json_string_value(json_object_get(job, "jobId"));
  const char *detail = json_string_value(json_object_get(job, "detail"));
  BhPrintState state = BH_PRINT_ACCEPTED;
  g_autoptr(Printing) printing = NULL;

  bh_print_state_from_name(json_string_value(json_object_get(job, "state")), &state);
  note_job(press, job_id, state, detail);
  if (state == BH_PRINT_FAILED)
    return bh_alert_desk_find(press->state->alerts, BH_ALERT_TICKET_UNSEEN, job_id) != NULL;
  if (ticket == NULL)
    return TRUE;
  printing = printing_new(press, bh_due_ticket_copy(ticket));
  printing->is_printed = is_on_paper(state, detail);
  printing->is_lost = is_lost(state, detail);
  tell_unseen(printing);
  write_printed(g_steal_pointer(&printing));
  return TRUE;
}

void
bh_ticket_press_resume(BhTicketPress *press, const char *job_id, const BhDueTicket *ticket)
{
  add_waiting(press, job_id, ticket, bh_ticket_content_make(press->state->property, ticket));
  look_soon(press);
}

/* --- life --- */

BhTicketPress *
bh_ticket_press_new(BhHubState *state, BhTicketPutOff put_off, BhTicketTakenBack taken_back,
                    gpointer user_data)
{
  BhTicketPress *self = g_new0(BhTicketPress, 1);

  g_ref_count_init(&self->refs);
  self->state = state;
  self->put_off = put_off;
  self->on_taken_back = taken_back;
  self->user_data = user_data;
  self->printings = g_hash_table_new(g_str_hash, g_str_equal);
  self->waiting =
      g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)waiting_free);
  self->taken_back = bh_taken_back_new();
  g_signal_connect(state->queue, "job-changed", G_CALLBACK(on_job_changed), self);
  return self;
}

void
bh_ticket_press_free(BhTicketPress *press)
{
  g_autoptr(GList) printings = g_hash_table_get_values(press->printings);

  g_signal_handlers_disconnect_by_data(press->state->queue, press);
  g_clear_handle_id(&press->look_id, g_source_remove);
  for (const GList *l = printings; l != NULL; l = l->next)
    if (((Printing *)l->data)->retry_id != 0)
      printing_free(l->data);
  press->state = NULL;
  unref(press);
}
