/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-hub"

#include "ticket-follow.h"

#include <string.h>

#include "print-job.h"
#include "property-error.h"
#include "ticket-change.h"
#include "ticket-content.h"

#define ORDER_PREFIX "order/"

struct _BhTicketFollow {
  grefcount refs;     /* the owner's, and one of each call under way */
  BhHubState *state;  /* NULL once the owner has gone */
  GPtrArray *tickets; /* of Followed, the first that came first */
  guint timer_id;
  gint64 timer_us; /* when it fires */
};

/* A ticket on paper. */
typedef struct {
  grefcount refs;   /* the array's, and that of its job under way */
  char *of;         /* its job */
  char *last_id;    /* the last job that told of it */
  json_t *content;  /* of that */
  char *written_id; /* (nullable): the job of which the log says that it is printed */
  gint64 created_ms;
  guint reprints;    /* of its job, as often as its paper is known to have come */
  gint64 due_us;     /* when it is looked at; 0: nothing has changed */
  gboolean is_busy;  /* a job is under way */
  gboolean is_ended; /* its words are erased */
} Followed;

/* A change on its way to the queue. */
typedef struct {
  BhTicketFollow *follow;
  Followed *ticket;
  json_t *job; /* as it is submitted */
} Call;

static void
unref(BhTicketFollow *self)
{
  if (!g_ref_count_dec(&self->refs))
    return;
  g_ptr_array_unref(self->tickets);
  g_free(self);
}

static void
followed_unref(gpointer data)
{
  Followed *ticket = data;

  if (!g_ref_count_dec(&ticket->refs))
    return;
  g_free(ticket->of);
  g_free(ticket->last_id);
  g_free(ticket->written_id);
  json_decref(ticket->content);
  g_free(ticket);
}

static Call *
call_new(BhTicketFollow *self, Followed *ticket, json_t *job)
{
  Call *call = g_new0(Call, 1);

  call->follow = self;
  g_ref_count_inc(&self->refs);
  call->ticket = ticket;
  g_ref_count_inc(&ticket->refs);
  ticket->is_busy = TRUE;
  call->job = job;
  return call;
}

static void
call_free(Call *call)
{
  call->ticket->is_busy = FALSE;
  followed_unref(call->ticket);
  json_decref(call->job);
  unref(call->follow);
  g_free(call);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Call, call_free)

static const char *
get_text(const json_t *object, const char *name)
{
  return json_string_value(json_object_get(object, name));
}

static const json_t *
get_told(const Followed *ticket)
{
  return json_object_get(ticket->content, "told");
}

/* --- when to look --- */

static gboolean on_timer(gpointer user_data);

static void
wake_at(BhTicketFollow *self, gint64 due_us)
{
  gint64 wait_us = MAX(0, due_us - g_get_monotonic_time());

  if (self->timer_id != 0 && self->timer_us <= due_us)
    return;
  g_clear_handle_id(&self->timer_id, g_source_remove);
  self->timer_us = due_us;
  self->timer_id = g_timeout_add((guint)((wait_us + 999) / 1000), on_timer, self);
  g_source_set_name_by_id(self->timer_id, "bellhop-ticket-changes");
}

/* What is looked at sooner anyway stays so. */
static void
look_in(BhTicketFollow *self, Followed *ticket, guint wait_ms)
{
  gint64 due_us = g_get_monotonic_time() + (gint64)wait_ms * 1000;

  if (ticket->due_us == 0 || due_us < ticket->due_us)
    ticket->due_us = due_us;
  wake_at(self, ticket->due_us);
}

static void
on_changed(BhProperty *property, const char *name, BhTicketFollow *self)
{
  const char *id = name + strlen(ORDER_PREFIX);

  if (!g_str_has_prefix(name, ORDER_PREFIX))
    return;
  for (guint i = 0; i < self->tickets->len; i++) {
    Followed *ticket = self->tickets->pdata[i];
    const json_t *told = get_told(ticket);

    if (g_strcmp0(get_text(told, "recordId"), id) == 0 ||
        g_strcmp0(get_text(told, "orderId"), id) == 0)
      look_in(self, ticket, BH_TICKET_FOLLOW_SETTLE_MS);
  }
}

/* --- a change --- */

static void
note_told(Call *call)
{
  Followed *ticket = call->ticket;

  g_free(ticket->last_id);
  ticket->last_id = g_strdup(get_text(call->job, "jobId"));
  json_decref(ticket->content);
  ticket->content = json_incref(json_object_get(call->job, "content"));
}

static void submit(Call *call);

static void
submit_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(Call) call = user_data;
  g_autoptr(GError) error = NULL;
  gboolean done = bh_print_queue_submit_finish(BH_PRINT_QUEUE(source), result, NULL, NULL, &error);
  gboolean is_bad = g_error_matches(error, BH_PRINT_ERROR, BH_PRINT_ERROR_BAD_JOB) ||
                    g_error_matches(error, BH_PRINT_ERROR, BH_PRINT_ERROR_TOO_LARGE);

  if (call->follow->state == NULL)
    return;
  /* A conflict is this change, handed over by the last run at another time. */
  if (done || g_error_matches(error, BH_PRINT_ERROR, BH_PRINT_ERROR_CONFLICT)) {
    note_told(call);
    return;
  }
  if ((is_bad || g_error_matches(error, BH_PRINT_ERROR, BH_PRINT_ERROR_UNKNOWN_PRINTER)) &&
      json_object_del(call->job, "printer") == 0) {
    submit(g_steal_pointer(&call));
    return;
  }
  g_info("What has changed of a ticket cannot be printed now: %s", error->message);
  if (is_bad)
    note_told(call);
  else
    look_in(call->follow, call->ticket, BH_TICKET_FOLLOW_RETRY_MS);
}

/* @call: (transfer full) */
static void
submit(Call *call)
{
  BhHubState *state = call->follow->state;
  BhPrintSender sender = {.device_id = state->hub_id};

  bh_print_queue_submit_async(state->queue, &sender, call->job, submit_cb, call);
}

static void
write_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(Call) call = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(GPtrArray) written = bh_property_write_finish(BH_PROPERTY(source), result, &error);

  if (call->follow->state == NULL || call->ticket->is_ended)
    return;
  if (written != NULL) {
    g_free(call->ticket->written_id);
    call->ticket->written_id = g_strdup(get_text(call->job, "jobId"));
    submit(g_steal_pointer(&call));
    return;
  }
  g_info("It is not in the log that a change is printed: %s", error->message);
  if (!g_error_matches(error, BH_PROPERTY_ERROR, BH_PROPERTY_ERROR_BAD) &&
      !g_error_matches(error, BH_PROPERTY_ERROR, BH_PROPERTY_ERROR_CLOSED))
    look_in(call->follow, call->ticket, BH_TICKET_FOLLOW_RETRY_MS);
}

static void
look_at(BhTicketFollow *self, Followed *ticket)
{
  BhProperty *property = self->state->property;
  const json_t *told = get_told(ticket);
  const char *printer = bh_ticket_content_find_printer(property, get_text(told, "stationId"));
  g_autoptr(json_t) line_ids = NULL;
  g_autoptr(json_t) body = NULL;
  g_autofree char *job_id = NULL;
  g_autofree char *entity = NULL;
  BhPropertyDraft draft = {.kind = "ticket.printed"};
  json_t *content;
  Call *call;

  content = bh_ticket_change_make(property, ticket->content, ticket->of, &line_ids);
  if (content == NULL)
    return;
  job_id = bh_ticket_change_make_job_id(ticket->last_id, content);
  call = call_new(
      self, ticket,
      json_pack("{s:s, s:o, s:s*}", "jobId", job_id, "content", content, "printer", printer));
  if (g_strcmp0(ticket->written_id, job_id) == 0) {
    submit(call);
    return;
  }
  draft.entity = entity = g_strconcat(ORDER_PREFIX, get_text(told, "recordId"), NULL);
  draft.body = body = json_pack("{s:O, s:s}", "lineIds", line_ids, "jobId", job_id);
  bh_property_write_async(property, &draft, 1, write_cb, call);
}

/* An order that is closed may be opened again. */
static gboolean
is_forgotten(const Followed *ticket)
{
  return ticket->created_ms < g_get_real_time() / 1000 - BH_TICKET_FOLLOW_FORGET_MS;
}

static gboolean
on_timer(gpointer user_data)
{
  BhTicketFollow *self = user_data;
  gint64 now_us = g_get_monotonic_time();

  self->timer_id = 0;
  for (guint i = self->tickets->len; i-- > 0;) {
    Followed *ticket = self->tickets->pdata[i];

    if (ticket->due_us == 0)
      continue;
    if (ticket->due_us > now_us) {
      wake_at(self, ticket->due_us);
      continue;
    }
    ticket->due_us = 0;
    if (ticket->is_busy)
      look_in(self, ticket, BH_TICKET_FOLLOW_SETTLE_MS);
    else if (is_forgotten(ticket))
      g_ptr_array_remove_index(self->tickets, i);
    else
      look_at(self, ticket);
  }
  return G_SOURCE_REMOVE;
}

/* --- what is on paper --- */

static Followed *
find_followed(BhTicketFollow *self, const char *of)
{
  for (guint i = 0; i < self->tickets->len; i++) {
    Followed *ticket = self->tickets->pdata[i];

    if (g_str_equal(ticket->of, of))
      return ticket;
  }
  return NULL;
}

/* Or may be. */
static gboolean
is_on_paper(BhPrintState state, const char *detail)
{
  return state == BH_PRINT_DONE || state == BH_PRINT_UNCERTAIN ||
         (state == BH_PRINT_SENT && g_strcmp0(detail, "no-feedback") == 0);
}

/* A change is told once it is in the queue; what becomes of its paper is told as of any job's. */
static void
follow_job(BhTicketFollow *self, const json_t *job)
{
  const char *job_id = get_text(job, "jobId");
  json_t *content = json_object_get(job, "content");
  const char *of = get_text(json_object_get(content, "told"), "of");
  guint reprints = (guint)json_integer_value(json_object_get(job, "reprints"));
  BhPrintState state = BH_PRINT_ACCEPTED;
  Followed *ticket;

  bh_print_state_from_name(get_text(job, "state"), &state);
  if (job_id == NULL || !json_is_object(json_object_get(content, "told")) ||
      (of == NULL && !is_on_paper(state, get_text(job, "detail"))))
    return;
  ticket = find_followed(self, of != NULL ? of : job_id);
  if (ticket == NULL) {
    if (self->tickets->len >= BH_TICKET_FOLLOW_MAX)
      g_ptr_array_remove_index(self->tickets, 0);
    ticket = g_new0(Followed, 1);
    g_ref_count_init(&ticket->refs);
    ticket->of = g_strdup(of != NULL ? of : job_id);
    g_ptr_array_add(self->tickets, ticket);
  } else if (of == NULL && reprints <= ticket->reprints) {
    return;
  }
  /* A person has had it printed again: what it says is the newest that lies there. */
  if (of == NULL)
    ticket->reprints = reprints;
  if (of != NULL || ticket->last_id == NULL) {
    g_free(ticket->last_id);
    ticket->last_id = g_strdup(job_id);
  }
  json_decref(ticket->content);
  ticket->content = json_incref(content);
  ticket->created_ms = json_integer_value(json_object_get(job, "createdAt"));
  look_in(self, ticket, BH_TICKET_FOLLOW_SETTLE_MS);
}

static void
list_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  BhTicketFollow *self = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(json_t) jobs =
      bh_print_queue_list_contents_finish(BH_PRINT_QUEUE(source), result, &error);
  const json_t *job;
  gsize i;

  if (error != NULL)
    g_info("It is not known what a ticket said: %s", error->message);
  if (self->state != NULL)
    json_array_foreach(jobs, i, job) follow_job(self, job);
  unref(self);
}

/* @job_id: (nullable): all */
static void
read_jobs(BhTicketFollow *self, const char *job_id)
{
  g_ref_count_inc(&self->refs);
  bh_print_queue_list_contents_async(self->state->queue, self->state->hub_id, job_id,
                                     g_get_real_time() / 1000 - BH_TICKET_FOLLOW_FORGET_MS, list_cb,
                                     self);
}

static void
on_job_changed(BhPrintQueue *queue, const BhPrintJobInfo *info, BhTicketFollow *self)
{
  const Followed *ticket;

  if (!g_str_equal(info->device_id, self->state->hub_id) ||
      !g_str_has_prefix(info->job_id, BH_TICKET_JOB_PREFIX) ||
      !is_on_paper(info->state, info->detail))
    return;
  ticket = find_followed(self, info->job_id);
  if (ticket == NULL || info->reprints > ticket->reprints)
    read_jobs(self, info->job_id);
}

/* --- life --- */

BhTicketFollow *
bh_ticket_follow_new(BhHubState *state)
{
  BhTicketFollow *self = g_new0(BhTicketFollow, 1);

  g_ref_count_init(&self->refs);
  self->state = state;
  self->tickets = g_ptr_array_new_with_free_func(followed_unref);
  g_signal_connect(state->queue, "job-changed", G_CALLBACK(on_job_changed), self);
  g_signal_connect(state->property, "changed", G_CALLBACK(on_changed), self);
  read_jobs(self, NULL);
  return self;
}

void
bh_ticket_follow_forget(BhTicketFollow *follow, GHashTable *job_ids)
{
  for (guint i = follow->tickets->len; i-- > 0;) {
    Followed *ticket = follow->tickets->pdata[i];

    if (!g_hash_table_contains(job_ids, ticket->of) &&
        !g_hash_table_contains(job_ids, ticket->last_id))
      continue;
    ticket->is_ended = TRUE;
    g_ptr_array_remove_index(follow->tickets, i);
  }
}

void
bh_ticket_follow_free(BhTicketFollow *follow)
{
  g_signal_handlers_disconnect_by_data(follow->state->queue, follow);
  g_signal_handlers_disconnect_by_data(follow->state->property, follow);
  g_clear_handle_id(&follow->timer_id, g_source_remove);
  follow->state = NULL;
  unref(follow);
}
