/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-hub"

#include "print-desk.h"

#include "hub-state.h"
#include "print-job.h"

#define MAX_ID_BYTES 128
/* Jobs one member follows; one more lets go of the oldest, which it learns of by asking again. */
#define MAX_FOLLOWED 2000

/* One member that waits for one job. In the job's list and in its member's queue. */
typedef struct {
  BhMember *member; /* borrowed: leaves with `gone` */
  GWeakRef channel; /* the BhDataChannel it asked on, while that lives */
  json_t *ref;      /* (nullable) */
  char *key;        /* the job: "device\njob" */
  gboolean told;    /* a state went out already */
} Follower;

struct _BhPrintDesk {
  GObject parent_instance;

  BhPrintQueue *queue;
  const BhHubState *state;
  GHashTable *jobs;    /* key -> GPtrArray of borrowed Follower */
  GHashTable *members; /* BhMember -> GQueue of owned Follower, oldest first */
  guint64 counts[BH_N_PATHS];
};

G_DEFINE_FINAL_TYPE(BhPrintDesk, bh_print_desk, G_TYPE_OBJECT)

static char *
job_key(const char *device_id, const char *job_id)
{
  return g_strconcat(device_id, "\n", job_id, NULL);
}

/* --- followers --- */

/* Takes @follower out of the job's list and frees it; its member's queue is the caller's. */
static void
follower_free(BhPrintDesk *self, Follower *follower)
{
  GPtrArray *list = g_hash_table_lookup(self->jobs, follower->key);

  if (list != NULL) {
    g_ptr_array_remove(list, follower);
    if (list->len == 0)
      g_hash_table_remove(self->jobs, follower->key);
  }
  g_weak_ref_clear(&follower->channel);
  json_decref(follower->ref);
  g_free(follower->key);
  g_free(follower);
}

static void
unfollow(BhPrintDesk *self, Follower *follower)
{
  GQueue *queue = g_hash_table_lookup(self->members, follower->member);

  if (queue != NULL)
    g_queue_remove(queue, follower);
  follower_free(self, follower);
}

static void
on_member_gone(BhMember *member, BhPrintDesk *self)
{
  GQueue *queue = g_hash_table_lookup(self->members, member);
  Follower *follower;

  if (queue == NULL)
    return;
  while ((follower = g_queue_pop_head(queue)) != NULL)
    follower_free(self, follower);
  g_signal_handlers_disconnect_by_data(member, self);
  g_hash_table_remove(self->members, member);
}

static GQueue *
get_member_queue(BhPrintDesk *self, BhMember *member)
{
  GQueue *queue = g_hash_table_lookup(self->members, member);

  if (queue == NULL) {
    queue = g_queue_new();
    g_hash_table_insert(self->members, member, queue);
    g_signal_connect_object(member, "gone", G_CALLBACK(on_member_gone), self, 0);
  }
  return queue;
}

static Follower *
find_follower(BhPrintDesk *self, BhMember *member, const char *key)
{
  GPtrArray *list = g_hash_table_lookup(self->jobs, key);

  for (guint i = 0; list != NULL && i < list->len; i++) {
    Follower *follower = list->pdata[i];

    if (follower->member == member)
      return follower;
  }
  return NULL;
}

/* A member follows a job once: asking again moves it to the newer question and channel. */
static void
follow(BhPrintDesk *self, BhMember *member, BhDataChannel *channel, const char *key, json_t *ref)
{
  Follower *follower = find_follower(self, member, key);
  GPtrArray *list;
  GQueue *queue;

  if (bh_member_has_left(member))
    return;
  if (follower == NULL) {
    queue = get_member_queue(self, member);
    if (g_queue_get_length(queue) >= MAX_FOLLOWED)
      unfollow(self, g_queue_peek_head(queue));
    list = g_hash_table_lookup(self->jobs, key);
    if (list == NULL) {
      list = g_ptr_array_new();
      g_hash_table_insert(self->jobs, g_strdup(key), list);
    }
    follower = g_new0(Follower, 1);
    follower->member = member;
    follower->key = g_strdup(key);
    g_weak_ref_init(&follower->channel, NULL);
    g_ptr_array_add(list, follower);
    g_queue_push_tail(queue, follower);
  }
  g_weak_ref_set(&follower->channel, channel);
  json_decref(follower->ref);
  follower->ref = json_incref(ref);
  follower->told = FALSE;
}

static void
tell(Follower *follower, const char *job_id, const char *printer, const char *state,
     const char *detail)
{
  g_autoptr(GObject) channel = g_weak_ref_get(&follower->channel);
  g_autoptr(json_t) status =
      json_pack("{s:s, s:O*, s:s, s:s*, s:s, s:s*}", "type", "print-status", "ref", follower->ref,
                "jobId", job_id, "printer", printer, "state", state, "detail", detail);

  follower->told = TRUE;
  bh_member_send(follower->member, (BhDataChannel *)channel, status);
}

static void
on_job_changed(BhPrintQueue *queue, const BhPrintJobInfo *info, BhPrintDesk *self)
{
  g_autofree char *key = job_key(info->device_id, info->job_id);
  GPtrArray *list = g_hash_table_lookup(self->jobs, key);
  g_autoptr(GPtrArray) followers = NULL;
  gboolean final = info->state == BH_PRINT_DONE || info->state == BH_PRINT_FAILED;

  if (list == NULL)
    return;
  /* Sending may end a member, and with it its followers: walk a copy and look each one up again. */
  followers = g_ptr_array_copy(list, NULL, NULL);
  for (guint i = 0; i < followers->len; i++) {
    Follower *follower = followers->pdata[i];

    list = g_hash_table_lookup(self->jobs, key);
    if (list == NULL || !g_ptr_array_find(list, follower, NULL))
      continue;
    tell(follower, info->job_id, info->printer, bh_print_state_get_name(info->state), info->detail);
    list = g_hash_table_lookup(self->jobs, key);
    if (final && list != NULL && g_ptr_array_find(list, follower, NULL))
      unfollow(self, follower);
  }
}

/* --- requests --- */

/* What a request needs when the store has answered. */
typedef struct {
  BhPrintDesk *desk;
  BhMember *member;
  BhDataChannel *channel; /* (nullable) */
  BhPath path;
  json_t *message;
  char *key;
  char *job_id;
  char *printer;        /* (nullable): of a reprint */
  char *who;            /* (nullable): of a reprint: who asks */
  gboolean is_follower; /* already, by an earlier question */
} Request;

static Request *
request_new(BhPrintDesk *self, BhMember *member, BhPath path, BhDataChannel *channel,
            const json_t *message, const char *device_id, const char *job_id)
{
  Request *request = g_new0(Request, 1);

  request->desk = g_object_ref(self);
  request->member = g_object_ref(member);
  g_set_object(&request->channel, channel);
  request->path = path;
  request->message = json_incref((json_t *)message);
  request->key = job_key(device_id, job_id);
  request->job_id = g_strdup(job_id);
  return request;
}

static void
request_free(Request *request)
{
  g_object_unref(request->desk);
  g_object_unref(request->member);
  g_clear_object(&request->channel);
  json_decref(request->message);
  g_free(request->key);
  g_free(request->job_id);
  g_free(request->printer);
  g_free(request->who);
  g_free(request);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Request, request_free)

const char *
bh_print_desk_get_error_code(const GError *error)
{
  if (error->domain != BH_PRINT_ERROR)
    return "not-stored";
  switch ((BhPrintError)error->code) {
  case BH_PRINT_ERROR_BAD_JOB:
    return "bad-job";
  case BH_PRINT_ERROR_BAD_ADDRESS:
    return "bad-address";
  case BH_PRINT_ERROR_BAD_NAME:
    return "bad-name";
  case BH_PRINT_ERROR_EXISTS:
    return "printer-exists";
  case BH_PRINT_ERROR_FIXED:
    return "printer-fixed";
  case BH_PRINT_ERROR_JOBS_WAIT:
    return "jobs-wait";
  case BH_PRINT_ERROR_UNKNOWN_PRINTER:
    return "unknown-printer";
  case BH_PRINT_ERROR_TOO_LARGE:
    return "too-large";
  case BH_PRINT_ERROR_FULL:
    return "queue-full";
  case BH_PRINT_ERROR_CONFLICT:
    return "conflict";
  case BH_PRINT_ERROR_STATE:
    return "wrong-state";
  case BH_PRINT_ERROR_FAILED:
  default:
    return "not-stored";
  }
}

static void
request_fail(Request *request, const GError *error)
{
  Follower *follower = find_follower(request->desk, request->member, request->key);

  /* Who followed the job before goes on: an earlier request for it did not fail. */
  if (follower != NULL && request->is_follower)
    follower->told = TRUE;
  else if (follower != NULL && !follower->told)
    unfollow(request->desk, follower);
  bh_router_answer_error(request->member, request->channel, request->message,
                         bh_print_desk_get_error_code(error), error->message);
}

static void
submit_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(Request) request = user_data;
  g_autoptr(GError) error = NULL;
  Follower *follower;
  BhPrintState state;
  BhPrintJobInfo info;

  if (!bh_print_queue_submit_finish(BH_PRINT_QUEUE(source), result, &state, NULL, &error)) {
    request_fail(request, error);
    return;
  }
  bh_print_desk_count(request->desk, request->path);
  follower = find_follower(request->desk, request->member, request->key);
  if (follower == NULL)
    return; /* it left, or has been told the end */
  bh_print_queue_get_submitted(result, &info);
  if (!follower->told)
    tell(follower, info.job_id, info.printer, bh_print_state_get_name(state), info.detail);
  if (state == BH_PRINT_DONE || state == BH_PRINT_FAILED) {
    follower = find_follower(request->desk, request->member, request->key);
    if (follower != NULL)
      unfollow(request->desk, follower);
  }
}

/* A refusal is no state: where nothing else was heard the job was never taken. */
static gboolean
has_heard(const json_t *message)
{
  const char *state = json_string_value(json_object_get(message, "lastState"));
  BhPrintState known;

  return state != NULL && bh_print_state_from_name(state, &known);
}

static void
on_print(BhMember *member, BhPath path, BhDataChannel *channel, const json_t *message,
         gpointer user_data)
{
  BhPrintDesk *self = user_data;
  const json_t *job = json_object_get(message, "printJob");
  const char *device_id = bh_member_get_device_id(member);
  g_autoptr(GError) error = NULL;
  const char *job_id = bh_json_get_text(job, "jobId", MAX_ID_BYTES, &error);
  BhPrintSender sender;
  Request *request;

  if (job_id == NULL) {
    bh_router_answer_error(member, channel, message, "bad-job", error->message);
    return;
  }
  request = request_new(self, member, path, channel, message, device_id, job_id);
  request->is_follower = find_follower(self, member, request->key) != NULL;
  follow(self, member, channel, request->key, json_object_get(message, "id"));
  sender = bh_print_desk_find_sender(self, device_id, bh_member_get_is_paired(member));
  sender.has_heard = has_heard(message);
  bh_print_queue_submit_async(self->queue, &sender, job, submit_cb, request);
}

static void
reprint_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(Request) request = user_data;
  g_autoptr(GError) error = NULL;
  Follower *follower;

  if (!bh_print_queue_reprint_finish(BH_PRINT_QUEUE(source), result, &error)) {
    request_fail(request, error);
    return;
  }
  bh_print_desk_note_reprint(request->desk, request->who, request->job_id, request->printer, NULL);
  follower = find_follower(request->desk, request->member, request->key);
  if (follower != NULL && !follower->told)
    tell(follower, request->job_id, NULL, bh_print_state_get_name(BH_PRINT_ACCEPTED), NULL);
}

static void
on_reprint(BhMember *member, BhPath path, BhDataChannel *channel, const json_t *message,
           gpointer user_data)
{
  BhPrintDesk *self = user_data;
  g_autoptr(GError) error = NULL;
  const char *job_id = bh_json_get_text(message, "jobId", MAX_ID_BYTES, &error);
  const char *device_id = NULL, *printer = NULL;
  Request *request;

  if (job_id == NULL ||
      !bh_json_get_optional_text(message, "deviceId", MAX_ID_BYTES, &device_id, &error) ||
      !bh_json_get_optional_text(message, "printer", MAX_ID_BYTES, &printer, &error)) {
    bh_router_answer_error(member, channel, message, "bad-job", error->message);
    return;
  }
  if (device_id == NULL)
    device_id = bh_member_get_device_id(member);
  request = request_new(self, member, path, channel, message, device_id, job_id);
  request->printer = g_strdup(printer);
  /* Now: another person may have signed in by the time it is stored. */
  request->who = bh_hub_state_describe_member(self->state, member);
  request->is_follower = find_follower(self, member, request->key) != NULL;
  follow(self, member, channel, request->key, json_object_get(message, "id"));
  bh_print_queue_reprint_async(self->queue, device_id, job_id, printer, reprint_cb, request);
}

static void
on_printers(BhMember *member, BhPath path, BhDataChannel *channel, const json_t *message,
            gpointer user_data)
{
  BhPrintDesk *self = user_data;
  g_autoptr(json_t) answer =
      json_pack("{s:s, s:O*, s:o}", "type", "printers", "ref", json_object_get(message, "id"),
                "printers", bh_print_queue_describe_printers(self->queue, FALSE));

  bh_member_send(member, channel, answer);
}

void
bh_print_desk_count(BhPrintDesk *desk, BhPath path)
{
  desk->counts[path]++;
}

guint64
bh_print_desk_get_count(BhPrintDesk *desk, BhPath path)
{
  return desk->counts[path];
}

BhPrintSender
bh_print_desk_find_sender(BhPrintDesk *desk, const char *device_id, gboolean is_paired)
{
  BhPersonBook *people = desk->state->people;
  BhPrintSender sender = {.device_id = device_id};

  if (is_paired) {
    sender.person_id = bh_person_book_get_signed_in(people, device_id);
    sender.person_name = bh_person_book_get_signed_in_name(people, device_id);
  }
  return sender;
}

void
bh_print_desk_note_reprint(BhPrintDesk *desk, const char *who, const char *job_id,
                           const char *printer, const char *address)
{
  bh_audit_log_add(desk->state->audit, "reprinted", who, job_id, printer, address);
}

void
bh_print_desk_note_cancel(BhPrintDesk *desk, const char *who, const char *job_id,
                          const char *address)
{
  bh_audit_log_add(desk->state->audit, "job-cancelled", who, job_id, NULL, address);
}

/* --- life --- */

static void
bh_print_desk_dispose(GObject *object)
{
  BhPrintDesk *self = BH_PRINT_DESK(object);
  g_autoptr(GList) members = g_hash_table_get_keys(self->members);

  for (GList *l = members; l != NULL; l = l->next)
    on_member_gone(l->data, self);
  G_OBJECT_CLASS(bh_print_desk_parent_class)->dispose(object);
}

static void
bh_print_desk_finalize(GObject *object)
{
  BhPrintDesk *self = BH_PRINT_DESK(object);

  g_hash_table_unref(self->members);
  g_hash_table_unref(self->jobs);
  g_object_unref(self->queue);
  G_OBJECT_CLASS(bh_print_desk_parent_class)->finalize(object);
}

static void
bh_print_desk_class_init(BhPrintDeskClass *klass)
{
  G_OBJECT_CLASS(klass)->dispose = bh_print_desk_dispose;
  G_OBJECT_CLASS(klass)->finalize = bh_print_desk_finalize;
}

static void
bh_print_desk_init(BhPrintDesk *self)
{
  self->jobs =
      g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref);
  self->members = g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)g_queue_free);
}

BhPrintDesk *
bh_print_desk_new(BhPrintQueue *queue, BhRouter *router, const BhHubState *state)
{
  BhPrintDesk *self = g_object_new(BH_TYPE_PRINT_DESK, NULL);

  self->queue = g_object_ref(queue);
  self->state = state;
  g_signal_connect_object(queue, "job-changed", G_CALLBACK(on_job_changed), self, 0);
  bh_router_add(router, "print", BH_ACTION_PRINT, on_print, self);
  bh_router_add(router, "reprint", BH_ACTION_PRINT, on_reprint, self);
  bh_router_add(router, "printers", BH_ACTION_PRINT, on_printers, self);
  return self;
}
