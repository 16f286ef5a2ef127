/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-access"

#include "pairing-desk.h"

#include <string.h>
#include <time.h>

#include "base64url.h"
#include "comparison-list.h"
#include "pairing-desk-private.h"
#include "pairing-links.h"
#include "rate-table.h"
#include "sign-key.h"

/*
 * Links stand here, comparisons in pairing-compare.c; what both share is in the private header.
 * Links are looked up again by their ids when the store has answered: they may have gone meanwhile.
 */
G_DEFINE_FINAL_TYPE(BhPairingDesk, bh_pairing_desk, G_TYPE_OBJECT)

enum { REQUESTS_CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

/* Addresses told apart at a time; a property's network has a few hundred. */
#define MAX_ADDRESSES 1024

#define MAX_TIMER_MS 3600000

/* A link shown before the computer was put to sleep is not to be good the next morning. */
#ifdef CLOCK_BOOTTIME
#define RUN_CLOCK CLOCK_BOOTTIME
#else
#define RUN_CLOCK CLOCK_MONOTONIC
#endif

BhPairingTime
bh_pairing_desk_get_now(BhPairingDesk *self)
{
  struct timespec run;

  clock_gettime(RUN_CLOCK, &run);
  return (BhPairingTime){.utc_ms = g_get_real_time() / 1000 + self->skipped_ms,
                         .run_ms =
                             (gint64)run.tv_sec * 1000 + run.tv_nsec / 1000000 + self->skipped_ms};
}

/* What is over ------------------------------------------------------------------------------- */

static gboolean
on_deadline(gpointer data)
{
  BhPairingDesk *self = data;

  self->deadline_source = 0;
  bh_pairing_desk_tidy(self);
  return G_SOURCE_REMOVE;
}

void
bh_pairing_desk_schedule(BhPairingDesk *self)
{
  gint64 deadline_ms = MIN(bh_pairing_links_get_deadline_ms(self->links),
                           bh_comparison_list_get_deadline_ms(self->comparisons));
  gint64 delay_ms;

  g_clear_handle_id(&self->deadline_source, g_source_remove);
  if (deadline_ms == G_MAXINT64 || self->is_closed)
    return;
  delay_ms = CLAMP(deadline_ms - bh_pairing_desk_get_now(self).run_ms, 1, MAX_TIMER_MS);
  self->deadline_source = g_timeout_add((guint)delay_ms, on_deadline, self);
  g_source_set_name_by_id(self->deadline_source, "bellhop-pairing-deadline");
}

void
bh_pairing_desk_emit_requests_changed(BhPairingDesk *self)
{
  if (!self->is_closed)
    g_signal_emit(self, signals[REQUESTS_CHANGED], 0);
}

/* Timers may be late; so every judgement begins here. */
void
bh_pairing_desk_tidy(BhPairingDesk *self)
{
  BhPairingTime now = bh_pairing_desk_get_now(self);
  BhPairingTidy *work = bh_pairing_links_tidy(self->links, &now);
  gboolean was_open = bh_comparison_list_expire(self->comparisons, now.run_ms);

  /* Nobody waits for it; what a full disk leaves there is expired all the same. */
  if (work != NULL)
    bh_store_write_async(self->store, bh_pairing_link_run_tidy, work,
                         (GDestroyNotify)bh_pairing_tidy_free, NULL, NULL, NULL);
  bh_pairing_desk_schedule(self);
  if (was_open)
    bh_pairing_desk_emit_requests_changed(self);
}

/* Answers ------------------------------------------------------------------------------------ */

/* What people can do nothing wrong with is no refusal. */
void
bh_pairing_desk_note_refusal(BhPairingDesk *self, const GError *error, const char *address)
{
  if (self->audit != NULL && error->domain == BH_PAIRING_ERROR &&
      error->code != BH_PAIRING_ERROR_BAD_REQUEST && error->code != BH_PAIRING_ERROR_NOT_STORED)
    bh_audit_log_add(self->audit, BH_AUDIT_PAIRING_REFUSED, NULL, NULL,
                     bh_pairing_error_get_name((BhPairingError)error->code), address);
}

void
bh_pairing_desk_note_paired(BhPairingDesk *self, const BhDevice *device, const char *address)
{
  if (self->audit != NULL)
    bh_audit_log_add(self->audit, BH_AUDIT_PAIRED, NULL, device->name, device->kind, address);
}

/* @error: (transfer full). Returns: (transfer full): a BH_PAIRING_ERROR */
GError *
bh_pairing_desk_translate(GError *error)
{
  GError *translated;

  if (error->domain == BH_PAIRING_ERROR)
    return error;
  translated = g_error_new(BH_PAIRING_ERROR, BH_PAIRING_ERROR_NOT_STORED,
                           "it could not be kept, and nothing was used up: %s", error->message);
  g_error_free(error);
  return translated;
}

gboolean
bh_pairing_desk_take_try(BhPairingDesk *self, BhRateTable *table, const char *address,
                         GError **error)
{
  if (bh_rate_table_take_address(table, address != NULL ? address : "",
                                 bh_pairing_desk_get_now(self).run_ms))
    return TRUE;
  g_set_error(error, BH_PAIRING_ERROR, BH_PAIRING_ERROR_RATE_LIMITED,
              "too many tries; wait a minute");
  return FALSE;
}

gboolean
bh_pairing_desk_check_role(BhRole role, GError **error)
{
  if (bh_role_is_pairable(role))
    return TRUE;
  g_set_error(error, BH_PAIRING_ERROR, BH_PAIRING_ERROR_BAD_REQUEST,
              "no device can be paired with this role");
  return FALSE;
}

/* @text, or @fallback where it is empty. Returns: (transfer full) (nullable): %NULL: @error */
char *
bh_pairing_desk_choose_name(const char *text, const char *fallback, GError **error)
{
  char *name = bh_device_clean_name(text != NULL && *text != '\0' ? text : fallback);

  if (name == NULL)
    g_set_error(error, BH_PAIRING_ERROR, BH_PAIRING_ERROR_BAD_REQUEST,
                "“name” must have 1 to %d bytes, all of them to be seen", BH_DEVICE_MAX_NAME_BYTES);
  return name;
}

void
bh_pairing_desk_set_bytes(json_t *object, const char *name, const guint8 *bytes, gsize length)
{
  g_autofree char *text = bh_base64url_encode(bytes, length);

  json_object_set_new(object, name, json_string(text));
}

/* Load --------------------------------------------------------------------------------------- */

static void
load_cb(GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;
  BhPairingDesk *self = g_task_get_source_object(task);
  GPtrArray *links = bh_store_get_task_data(result);
  BhPairingTime now = bh_pairing_desk_get_now(self);
  GError *error = NULL;

  if (!bh_store_read_finish(BH_STORE(source), result, &error)) {
    g_task_return_error(task, error);
    return;
  }
  while (links->len > 0)
    bh_pairing_links_take(self->links, g_ptr_array_steal_index(links, 0), &now);
  bh_pairing_desk_tidy(self);
  g_task_return_boolean(task, TRUE);
}

void
bh_pairing_desk_load_async(BhPairingDesk *desk, GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail(BH_IS_PAIRING_DESK(desk));

  bh_store_read_async(desk->store, bh_pairing_link_run_load,
                      g_ptr_array_new_with_free_func((GDestroyNotify)bh_pairing_link_free),
                      (GDestroyNotify)g_ptr_array_unref, NULL, load_cb,
                      g_task_new(desk, NULL, callback, user_data));
}

gboolean
bh_pairing_desk_load_finish(BhPairingDesk *desk, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail(g_task_is_valid(result, desk), FALSE);

  return g_task_propagate_boolean(G_TASK(result), error);
}

/* Make a link -------------------------------------------------------------------------------- */

static void
make_link_cb(GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;
  BhPairingDesk *self = g_task_get_source_object(task);
  const BhPairingLink *link = bh_store_get_task_data(result);
  BhPairingTime now = bh_pairing_desk_get_now(self);
  GError *error = NULL;

  self->making--;
  if (!bh_store_write_finish(BH_STORE(source), result, &error)) {
    g_task_return_error(task, bh_pairing_desk_translate(error));
    return;
  }
  bh_pairing_links_take(self->links, bh_pairing_link_copy(link), &now);
  bh_pairing_desk_schedule(self);
  g_task_return_pointer(task, bh_pairing_link_copy(link), (GDestroyNotify)bh_pairing_link_free);
}

void
bh_pairing_desk_make_link_async(BhPairingDesk *desk, BhRole role, const char *name,
                                const char *made_by, GAsyncReadyCallback callback,
                                gpointer user_data)
{
  g_autoptr(GTask) task = NULL;
  g_autofree char *clean = NULL;
  GError *error = NULL;

  g_return_if_fail(BH_IS_PAIRING_DESK(desk));

  task = g_task_new(desk, NULL, callback, user_data);
  bh_pairing_desk_tidy(desk);
  if (!bh_pairing_desk_check_role(role, &error) ||
      (clean = bh_pairing_desk_choose_name(name, NULL, &error)) == NULL) {
    g_task_return_error(task, error);
    return;
  }
  if (bh_pairing_links_count_open(desk->links) + desk->making >= BH_PAIRING_LINKS_MAX_OPEN) {
    g_task_return_new_error(task, BH_PAIRING_ERROR, BH_PAIRING_ERROR_RATE_LIMITED,
                            "%d links wait for their devices: use one, or wait ten minutes",
                            BH_PAIRING_LINKS_MAX_OPEN);
    return;
  }
  desk->making++;
  bh_store_write_async(desk->store, bh_pairing_link_run_insert,
                       bh_pairing_link_new(role, clean, made_by,
                                           bh_pairing_desk_get_now(desk).utc_ms + desk->link_ms),
                       (GDestroyNotify)bh_pairing_link_free, NULL, make_link_cb,
                       g_steal_pointer(&task));
}

gboolean
bh_pairing_desk_make_link_finish(BhPairingDesk *desk, GAsyncResult *result, char **link_id,
                                 char **secret, gint64 *expires_ms, GError **error)
{
  g_autoptr(BhPairingLink) link = NULL;

  g_return_val_if_fail(g_task_is_valid(result, desk), FALSE);

  link = g_task_propagate_pointer(G_TASK(result), error);
  if (link == NULL)
    return FALSE;
  *link_id = g_strdup(link->link_id);
  *secret = bh_base64url_encode(link->secret, sizeof link->secret);
  *expires_ms = link->expires_ms;
  return TRUE;
}

/* Pair by a link ----------------------------------------------------------------------------- */

/* What the task of a pairing holds. */
typedef struct {
  BhPairBody body;
  BhPairingKeys keys; /* the link may be gone when the store answers */
  char *address;      /* (nullable) */
} PairCall;

static void
pair_call_free(gpointer data)
{
  PairCall *call = data;

  bh_pairing_keys_clear(&call->keys);
  g_free(call->address);
  g_free(call);
}

static void
return_refusal(BhPairingDesk *self, GTask *task, GError *error)
{
  const PairCall *call = g_task_get_task_data(task);

  bh_pairing_desk_note_refusal(self, error, call->address);
  g_task_return_error(task, error);
}

static void
return_answer(BhPairingDesk *self, GTask *task, const BhDevice *device)
{
  const PairCall *call = g_task_get_task_data(task);
  g_autoptr(GBytes) answer = bh_pairing_facts_answer(self->facts, self->hub_key, device,
                                                     bh_pairing_desk_get_now(self).utc_ms);
  guint8 mac[BH_PAIRING_MAC_BYTES];
  json_t *object = json_object();

  bh_pairing_keys_answer(&call->keys, &call->body, answer, mac);
  bh_pairing_desk_set_bytes(object, "answer", g_bytes_get_data(answer, NULL),
                            g_bytes_get_size(answer));
  bh_pairing_desk_set_bytes(object, "mac", mac, sizeof mac);
  g_task_return_pointer(task, object, (GDestroyNotify)json_decref);
}

/* A stolen manager's device may have made links before it was missed. */
static gboolean
is_maker_trusted(BhPairingDesk *self, const BhPairingLink *link)
{
  const BhDevice *maker =
      link->made_by != NULL ? bh_device_book_find(self->book, link->made_by) : NULL;

  return link->made_by == NULL ||
         (maker != NULL && maker->revoked_ms == 0 && maker->role == BH_ROLE_MANAGER);
}

/* Returns: (transfer none) (nullable): whose link and proof are right; %NULL: @error is set */
static BhPairingLink *
judge_pair(BhPairingDesk *self, PairCall *call, GError **error)
{
  BhPairingLink *link = bh_pairing_links_find(self->links, call->body.link_id);

  if (link == NULL) {
    g_set_error(error, BH_PAIRING_ERROR, BH_PAIRING_ERROR_LINK_UNKNOWN, "there is no such link");
    return NULL;
  }
  if (link->state == BH_PAIRING_LINK_OPEN && !is_maker_trusted(self, link)) {
    g_set_error(error, BH_PAIRING_ERROR, BH_PAIRING_ERROR_LINK_EXPIRED,
                "who made this link manages this property no more: ask for a new one");
    return NULL;
  }
  if (link->state == BH_PAIRING_LINK_EXPIRED) {
    g_set_error(error, BH_PAIRING_ERROR, BH_PAIRING_ERROR_LINK_EXPIRED,
                "this link was valid for ten minutes: ask for a new one");
    return NULL;
  }
  bh_pairing_keys_derive(&call->keys, link->secret);
  if (!bh_pairing_keys_check(&call->keys, &call->body)) {
    g_set_error(error, BH_PAIRING_ERROR, BH_PAIRING_ERROR_BAD_PROOF,
                "this does not come from who was given the link");
    return NULL;
  }
  return link;
}

static void
pair_cb(GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;
  BhPairingDesk *self = g_task_get_source_object(task);
  const PairCall *call = g_task_get_task_data(task);
  const BhPairingUse *use = bh_store_get_task_data(result);
  BhPairingLink *link = bh_pairing_links_find(self->links, use->link_id);
  BhPairingTime now = bh_pairing_desk_get_now(self);
  BhDevice *device;
  GError *error = NULL;

  if (link != NULL)
    link->in_flight--;
  if (!bh_store_write_finish(BH_STORE(source), result, &error)) {
    bh_pairing_desk_schedule(self);
    return_refusal(self, task, bh_pairing_desk_translate(error));
    return;
  }
  bh_pairing_links_mark_used(self->links, use->link_id, &now);
  bh_pairing_desk_schedule(self);
  device = use->before != NULL ? use->before : use->device;
  if (use->before == NULL)
    bh_pairing_desk_note_paired(self, device, call->address);
  bh_device_book_take_committed(self->book, bh_device_ref(device));
  return_answer(self, task, device);
}

static void
use_link(BhPairingDesk *self, BhPairingLink *link, GTask *task)
{
  const PairCall *call = g_task_get_task_data(task);
  const char *name = *call->body.name.clean != '\0' ? call->body.name.clean : link->name;
  BhPairingUse *use = g_new0(BhPairingUse, 1);

  use->now_ms = bh_pairing_desk_get_now(self).utc_ms;
  use->link_id = g_strdup(link->link_id);
  use->device = bh_device_new(call->body.public_key, link->role, name, BH_DEVICE_KIND_LINK,
                              link->link_id, use->now_ms);
  link->in_flight++;
  bh_store_write_async(self->store, bh_pairing_link_run_pair, use,
                       (GDestroyNotify)bh_pairing_use_free, NULL, pair_cb, g_object_ref(task));
}

static void
repeat_answer(BhPairingDesk *self, GTask *task)
{
  const PairCall *call = g_task_get_task_data(task);
  const BhDevice *device = bh_device_book_find_by_link(self->book, call->body.link_id);

  if (device != NULL && device->revoked_ms == 0 &&
      memcmp(device->public_key, call->body.public_key, BH_DEVICE_KEY_BYTES) == 0)
    return_answer(self, task, device);
  else
    return_refusal(self, task,
                   g_error_new(BH_PAIRING_ERROR, BH_PAIRING_ERROR_LINK_USED,
                               "another device has used this link"));
}

void
bh_pairing_desk_pair_async(BhPairingDesk *desk, const json_t *body, const char *address,
                           GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr(GTask) task = NULL;
  PairCall *call;
  BhPairingLink *link;
  GError *error = NULL;

  g_return_if_fail(BH_IS_PAIRING_DESK(desk));

  task = g_task_new(desk, NULL, callback, user_data);
  call = g_new0(PairCall, 1);
  call->address = g_strdup(address);
  g_task_set_task_data(task, call, pair_call_free);
  bh_pairing_desk_tidy(desk);
  if (!bh_pairing_desk_take_try(desk, desk->tries, address, &error) ||
      !bh_pair_body_parse(body, &call->body, &error) ||
      (link = judge_pair(desk, call, &error)) == NULL)
    return_refusal(desk, task, error);
  else if (link->state == BH_PAIRING_LINK_USED)
    repeat_answer(desk, task);
  else
    use_link(desk, link, task);
}

json_t *
bh_pairing_desk_pair_finish(BhPairingDesk *desk, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail(g_task_is_valid(result, desk), NULL);

  return g_task_propagate_pointer(G_TASK(result), error);
}

/* Object ------------------------------------------------------------------------------------- */

void
bh_pairing_desk_skip_ms(BhPairingDesk *desk, gint64 ms)
{
  desk->skipped_ms += ms;
  bh_pairing_desk_tidy(desk);
}

void
bh_pairing_desk_set_facts(BhPairingDesk *desk, const BhPairingFacts *facts)
{
  BhPairingFacts *copy;

  g_return_if_fail(BH_IS_PAIRING_DESK(desk) && facts != NULL);

  copy = bh_pairing_facts_copy(facts);
  g_clear_pointer(&desk->facts, bh_pairing_facts_free);
  desk->facts = copy;
}

void
bh_pairing_desk_set_audit(BhPairingDesk *desk, BhAuditLog *audit)
{
  g_return_if_fail(BH_IS_PAIRING_DESK(desk));

  g_set_object(&desk->audit, audit);
}

void
bh_pairing_desk_set_link_ms(BhPairingDesk *desk, gint64 link_ms)
{
  g_return_if_fail(BH_IS_PAIRING_DESK(desk));

  desk->link_ms = link_ms;
}

void
bh_pairing_desk_close(BhPairingDesk *desk)
{
  g_return_if_fail(BH_IS_PAIRING_DESK(desk));

  desk->is_closed = TRUE;
  g_clear_handle_id(&desk->deadline_source, g_source_remove);
}

static void
bh_pairing_desk_finalize(GObject *object)
{
  BhPairingDesk *self = BH_PAIRING_DESK(object);

  g_clear_handle_id(&self->deadline_source, g_source_remove);
  bh_rate_table_free(self->tries);
  bh_rate_table_free(self->polls);
  bh_rate_table_free(self->requests);
  bh_rate_table_free(self->codes);
  bh_pairing_links_free(self->links);
  bh_comparison_list_free(self->comparisons);
  g_clear_pointer(&self->facts, bh_pairing_facts_free);
  g_clear_pointer(&self->hub_key, bh_sign_key_unref);
  g_clear_object(&self->audit);
  g_clear_object(&self->book);
  g_clear_object(&self->store);
  G_OBJECT_CLASS(bh_pairing_desk_parent_class)->finalize(object);
}

static void
bh_pairing_desk_class_init(BhPairingDeskClass *klass)
{
  G_OBJECT_CLASS(klass)->finalize = bh_pairing_desk_finalize;
  signals[REQUESTS_CHANGED] = g_signal_new("requests-changed", BH_TYPE_PAIRING_DESK,
                                           G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
bh_pairing_desk_init(BhPairingDesk *self)
{
  self->links = bh_pairing_links_new();
  self->comparisons = bh_comparison_list_new();
  self->tries = bh_rate_table_new(BH_PAIRING_DESK_TRIES_A_MINUTE, MAX_ADDRESSES);
  self->polls = bh_rate_table_new(BH_PAIRING_DESK_POLLS_A_MINUTE, MAX_ADDRESSES);
  self->requests = bh_rate_table_new(BH_PAIRING_DESK_REQUESTS_A_MINUTE, 1);
  self->codes = bh_rate_table_new(BH_PAIRING_DESK_CODES_A_MINUTE, 1);
}

BhPairingDesk *
bh_pairing_desk_new(BhStore *store, BhDeviceBook *book, BhSignKey *hub_key,
                    const BhPairingFacts *facts)
{
  BhPairingDesk *self;

  g_return_val_if_fail(BH_IS_STORE(store) && BH_IS_DEVICE_BOOK(book), NULL);

  self = g_object_new(BH_TYPE_PAIRING_DESK, NULL);
  self->store = g_object_ref(store);
  self->book = g_object_ref(book);
  self->hub_key = bh_sign_key_ref(hub_key);
  self->link_ms = BH_PAIRING_LINK_LIFETIME_MS;
  bh_pairing_desk_set_facts(self, facts);
  return self;
}
