/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-access"

#include "seating-book.h"

#include <string.h>

#include "address-set.h"
#include "rate-table.h"
#include "seating-change.h"
#include "seating-rows.h"
#include "sleep-notice.h"
#include "turn-queue.h"

/*
 * Main context only. The map is what has been committed; each change looks at it in its turn, is
 * written, and only then made in it. Calls in flight hold the book; the interval does not.
 */
struct _BhSeatingBook {
  GObject parent_instance;

  BhStore *store;
  BhSeatingMap *map;
  BhTurnQueue turns;
  BhRateTable *rates; /* by address */
  guint expire_source;
};

G_DEFINE_FINAL_TYPE(BhSeatingBook, bh_seating_book, G_TYPE_OBJECT)
G_DEFINE_QUARK(bh_seating_error_quark, bh_seating_error)

enum { CHANGED, SESSION_CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

/* Each holds a phone's request; a disk that keeps so many waiting has stopped. */
#define MAX_WAITING_TURNS 1000

/* Longer text is no code and no secret; so much of it is enough to find that out in its turn. */
#define MAX_FOREIGN_BYTES 64

#define MAX_RATE_KEYS     4096
#define EXPIRE_INTERVAL_S 60

/* Changes ------------------------------------------------------------------------------------ */

static void
tell(BhSeatingBook *self, const BhSeatingChange *change)
{
  for (guint i = 0; i < change->guests->len; i++)
    g_signal_emit(self, signals[SESSION_CHANGED], 0, change->guests->pdata[i]);
  for (guint i = 0; i < change->places->len; i++)
    g_signal_emit(self, signals[CHANGED], 0, change->places->pdata[i]);
}

static void
write_cb(GObject *source, GAsyncResult *result, gpointer data)
{
  GTask *task = data;
  BhSeatingBook *self = g_task_get_source_object(task);
  BhSeatingChange *change = g_task_get_task_data(task);
  GError *error = NULL;

  if (bh_store_write_finish(BH_STORE(source), result, &error)) {
    bh_seating_change_apply(change, self->map);
    tell(self, change);
    g_task_return_boolean(task, TRUE);
  } else {
    g_task_return_error(task, error);
  }
  bh_turn_queue_next(&self->turns);
}

static void
run_change(gpointer book, GTask *task)
{
  BhSeatingBook *self = book;
  g_autoptr(BhWriteList) list = bh_write_list_new();
  GError *error = NULL;

  if (!bh_seating_change_prepare(g_task_get_task_data(task), self->map, list, &error))
    g_task_return_error(task, error);
  else if (bh_write_list_is_empty(list))
    g_task_return_boolean(task, TRUE);
  else {
    bh_store_write_async(self->store, bh_write_list_run, g_steal_pointer(&list),
                         (GDestroyNotify)bh_write_list_free, NULL, write_cb, task);
    return;
  }
  bh_turn_queue_next(&self->turns);
}

/* Returns: (transfer full): */
static GTask *
make_task(BhSeatingBook *self, BhSeatingChange *change, GAsyncReadyCallback callback,
          gpointer user_data)
{
  GTask *task = g_task_new(self, NULL, callback, user_data);

  g_task_set_task_data(task, change, (GDestroyNotify)bh_seating_change_free);
  return task;
}

static void
change_place(BhSeatingBook *self, BhSeatingChangeKind kind, const char *place_id, gint64 now_ms,
             GAsyncReadyCallback callback, gpointer user_data)
{
  BhSeatingChange *change = bh_seating_change_new(kind, now_ms);

  change->place_id = g_strdup(place_id);
  bh_turn_queue_add(&self->turns, make_task(self, change, callback, user_data), run_change);
}

/* Load and expiry ---------------------------------------------------------------------------- */

void
bh_seating_book_expire(BhSeatingBook *book, gint64 run_ms)
{
  BhSeatingChange *change;

  g_return_if_fail(BH_IS_SEATING_BOOK(book));

  change = bh_seating_change_new(BH_SEATING_EXPIRE, 0);
  change->run_ms = run_ms;
  /* What cannot be written now is tried again with the next interval. */
  bh_turn_queue_add(&book->turns, make_task(book, change, NULL, NULL), run_change);
}

static gboolean
on_expire_interval(gpointer data)
{
  bh_seating_book_expire(data, bh_sleep_notice_get_time_us() / 1000);
  return G_SOURCE_CONTINUE;
}

static void
load_cb(GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;
  BhSeatingBook *self = g_task_get_source_object(task);
  BhSeatingLoad *load = bh_store_get_task_data(result);
  GError *error = NULL;

  if (!bh_store_read_finish(BH_STORE(source), result, &error)) {
    g_task_return_error(task, error);
    return;
  }
  bh_seating_map_free(self->map);
  self->map = g_steal_pointer(&load->map);
  if (self->expire_source == 0) {
    self->expire_source = g_timeout_add_seconds(EXPIRE_INTERVAL_S, on_expire_interval, self);
    g_source_set_name_by_id(self->expire_source, "bellhop-seating-expire");
  }
  /* Its turn comes before that of anything which is called for from now on. */
  bh_seating_book_expire(self, load->run_ms);
  g_task_return_boolean(task, TRUE);
}

void
bh_seating_book_load_async(BhSeatingBook *book, gint64 now_ms, gint64 run_ms,
                           GAsyncReadyCallback callback, gpointer user_data)
{
  BhSeatingLoad *load;

  g_return_if_fail(BH_IS_SEATING_BOOK(book));

  load = g_new0(BhSeatingLoad, 1);
  load->now_ms = now_ms;
  load->run_ms = run_ms;
  bh_store_read_async(book->store, bh_seating_rows_run_load, load,
                      (GDestroyNotify)bh_seating_load_free, NULL, load_cb,
                      g_task_new(book, NULL, callback, user_data));
}

gboolean
bh_seating_book_load_finish(BhSeatingBook *book, GAsyncResult *result, GError **error)
{
  return bh_seating_book_change_finish(book, result, error);
}

/* Places and seatings ------------------------------------------------------------------------ */

void
bh_seating_book_add_place_async(BhSeatingBook *book, const char *kind, const char *name,
                                gint64 now_ms, GAsyncReadyCallback callback, gpointer user_data)
{
  BhSeatingChange *change;

  g_return_if_fail(BH_IS_SEATING_BOOK(book));

  change = bh_seating_change_new(BH_SEATING_ADD_PLACE, now_ms);
  change->place_kind = g_strdup(kind);
  change->name = g_strdup(name);
  bh_turn_queue_add(&book->turns, make_task(book, change, callback, user_data), run_change);
}

char *
bh_seating_book_add_place_finish(BhSeatingBook *book, GAsyncResult *result, GError **error)
{
  const BhSeatingChange *change;

  if (!bh_seating_book_change_finish(book, result, error))
    return NULL;
  change = g_task_get_task_data(G_TASK(result));
  return g_strdup(change->place_id);
}

void
bh_seating_book_remove_place_async(BhSeatingBook *book, const char *place_id,
                                   GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail(BH_IS_SEATING_BOOK(book));

  change_place(book, BH_SEATING_REMOVE_PLACE, place_id, 0, callback, user_data);
}

void
bh_seating_book_renew_place_async(BhSeatingBook *book, const char *place_id,
                                  GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail(BH_IS_SEATING_BOOK(book));

  change_place(book, BH_SEATING_RENEW_PLACE, place_id, 0, callback, user_data);
}

void
bh_seating_book_open_async(BhSeatingBook *book, const char *place_id, gint64 now_ms,
                           GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail(BH_IS_SEATING_BOOK(book));

  change_place(book, BH_SEATING_OPEN_PLACE, place_id, now_ms, callback, user_data);
}

void
bh_seating_book_confirm_async(BhSeatingBook *book, const char *place_id, gint64 now_ms,
                              GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail(BH_IS_SEATING_BOOK(book));

  change_place(book, BH_SEATING_CONFIRM, place_id, now_ms, callback, user_data);
}

void
bh_seating_book_clear_async(BhSeatingBook *book, const char *place_id, GAsyncReadyCallback callback,
                            gpointer user_data)
{
  g_return_if_fail(BH_IS_SEATING_BOOK(book));

  change_place(book, BH_SEATING_CLEAR, place_id, 0, callback, user_data);
}

gboolean
bh_seating_book_change_finish(BhSeatingBook *book, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail(g_task_is_valid(result, book), FALSE);

  return g_task_propagate_boolean(G_TASK(result), error);
}

/* Guests ------------------------------------------------------------------------------------- */

/* Before anything is queued: who only guesses or floods takes no turn from the others. */
static gboolean
may_begin(BhSeatingBook *self, const char *code, const char *session, const char *address,
          gint64 now_ms)
{
  g_autofree char *key = bh_address_normalise(address);

  return bh_seating_change_resumes(self->map, code, session) != NULL ||
         bh_rate_table_take_address(self->rates, key != NULL ? key : "", now_ms);
}

void
bh_seating_book_begin_async(BhSeatingBook *book, const char *code, const char *session,
                            const char *address, gint64 now_ms, gint64 run_ms,
                            GAsyncReadyCallback callback, gpointer user_data)
{
  BhSeatingChange *change;
  GTask *task;

  g_return_if_fail(BH_IS_SEATING_BOOK(book));

  change = bh_seating_change_new(BH_SEATING_BEGIN, now_ms);
  change->run_ms = run_ms;
  change->code = g_strndup(code, MAX_FOREIGN_BYTES);
  change->secret = g_strndup(session, MAX_FOREIGN_BYTES);
  task = make_task(book, change, callback, user_data);
  if (may_begin(book, code, session, address, now_ms)) {
    bh_turn_queue_add(&book->turns, task, run_change);
    return;
  }
  g_task_return_new_error(task, BH_SEATING_ERROR, BH_SEATING_ERROR_RATE,
                          "too many sessions were asked for from this address");
  g_object_unref(task);
}

json_t *
bh_seating_book_begin_finish(BhSeatingBook *book, GAsyncResult *result, GError **error)
{
  BhSeatingChange *change;

  if (!bh_seating_book_change_finish(book, result, error))
    return NULL;
  change = g_task_get_task_data(G_TASK(result));
  return g_steal_pointer(&change->answer);
}

void
bh_seating_book_request_async(BhSeatingBook *book, const char *guest_device_id, gint64 now_ms,
                              GAsyncReadyCallback callback, gpointer user_data)
{
  BhSeatingChange *change;

  g_return_if_fail(BH_IS_SEATING_BOOK(book));

  change = bh_seating_change_new(BH_SEATING_REQUEST, now_ms);
  change->guest_device_id = g_strdup(guest_device_id);
  bh_turn_queue_add(&book->turns, make_task(book, change, callback, user_data), run_change);
}

gboolean
bh_seating_book_request_finish(BhSeatingBook *book, GAsyncResult *result, BhGuestState *state,
                               GError **error)
{
  if (!bh_seating_book_change_finish(book, result, error))
    return FALSE;
  *state = ((const BhSeatingChange *)g_task_get_task_data(G_TASK(result)))->guest_state;
  return TRUE;
}

const BhGuestSession *
bh_seating_book_find_session(BhSeatingBook *book, const char *secret)
{
  g_return_val_if_fail(BH_IS_SEATING_BOOK(book), NULL);

  return bh_seating_map_find_secret(book->map, secret);
}

const BhGuestSession *
bh_seating_book_get_session(BhSeatingBook *book, const char *guest_device_id)
{
  g_return_val_if_fail(BH_IS_SEATING_BOOK(book), NULL);

  return bh_seating_map_find_session(book->map, guest_device_id);
}

/* Description -------------------------------------------------------------------------------- */

json_t *
bh_seating_book_describe_places(BhSeatingBook *book)
{
  g_return_val_if_fail(BH_IS_SEATING_BOOK(book), NULL);

  return json_pack("{s:o}", "places", bh_seating_map_describe_places(book->map));
}

json_t *
bh_seating_book_describe_codes(BhSeatingBook *book)
{
  g_return_val_if_fail(BH_IS_SEATING_BOOK(book), NULL);

  return json_pack("{s:o}", "codes", bh_seating_map_describe_codes(book->map));
}

json_t *
bh_seating_book_describe_place(BhSeatingBook *book, const char *place_id)
{
  const BhPlace *place;

  g_return_val_if_fail(BH_IS_SEATING_BOOK(book), NULL);

  place = bh_seating_map_find_place(book->map, place_id);
  return place != NULL ? bh_seating_map_describe_place(place) : NULL;
}

/* Object ------------------------------------------------------------------------------------- */

void
bh_seating_book_close(BhSeatingBook *book)
{
  g_return_if_fail(BH_IS_SEATING_BOOK(book));

  g_clear_handle_id(&book->expire_source, g_source_remove);
}

static void
bh_seating_book_finalize(GObject *object)
{
  BhSeatingBook *self = BH_SEATING_BOOK(object);

  g_clear_handle_id(&self->expire_source, g_source_remove);
  bh_rate_table_free(self->rates);
  bh_seating_map_free(self->map);
  g_clear_object(&self->store);
  G_OBJECT_CLASS(bh_seating_book_parent_class)->finalize(object);
}

static guint
add_signal(const char *name)
{
  return g_signal_new(name, BH_TYPE_SEATING_BOOK, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                      G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
bh_seating_book_class_init(BhSeatingBookClass *klass)
{
  G_OBJECT_CLASS(klass)->finalize = bh_seating_book_finalize;
  signals[CHANGED] = add_signal("changed");
  signals[SESSION_CHANGED] = add_signal("session-changed");
}

static void
bh_seating_book_init(BhSeatingBook *self)
{
  self->map = bh_seating_map_new();
  self->rates = bh_rate_table_new(BH_SEATING_PER_MINUTE, MAX_RATE_KEYS);
  bh_turn_queue_init(&self->turns, MAX_WAITING_TURNS);
}

BhSeatingBook *
bh_seating_book_new(BhStore *store)
{
  BhSeatingBook *self;

  g_return_val_if_fail(BH_IS_STORE(store), NULL);

  self = g_object_new(BH_TYPE_SEATING_BOOK, NULL);
  self->store = g_object_ref(store);
  return self;
}
