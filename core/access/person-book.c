/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-access"

#include "person-book.h"

#include "person-change.h"
#include "person-rows.h"
#include "turn-queue.h"

/*
 * Main context only. The map is what has been committed. Each change in its turn: check, hash the
 * PIN on a worker where there is one, write, and only then apply and tell. So tries that come at
 * once are counted one after the other, and only one hash takes its memory at a time.
 */
struct _BhPersonBook {
  GObject parent_instance;

  BhStore *store;
  BhPersonMap *map;
  BhTurnQueue turns;
  GHashTable *trying; /* set of device_id (owned): a sign-in is on its way */
};

G_DEFINE_FINAL_TYPE(BhPersonBook, bh_person_book, G_TYPE_OBJECT)
G_DEFINE_QUARK(bh_person_error_quark, bh_person_error)

enum { CHANGED, SIGN_IN_CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

/* A hash takes tens of milliseconds: whoever is last waits a few seconds. */
#define MAX_WAITING_TURNS 64

/* For a second try of a device while the first is looked at. */
#define BUSY_RETRY_MS 1000

/* Turns -------------------------------------------------------------------------------------- */

static void
tell(BhPersonBook *self, const BhPersonChange *change)
{
  for (guint i = 0; i < change->devices->len; i++)
    g_signal_emit(self, signals[SIGN_IN_CHANGED], 0, change->devices->pdata[i]);
  if (change->is_list_changed)
    g_signal_emit(self, signals[CHANGED], 0);
}

/* @error: (transfer full) (nullable) */
static void
end_turn(BhPersonBook *self, GTask *task, GError *error)
{
  const BhPersonChange *change = g_task_get_task_data(task);
  gboolean is_sign_in = change->kind == BH_PERSON_SIGN_IN;

  if (is_sign_in)
    g_hash_table_remove(self->trying, change->device_id);
  if (error != NULL)
    g_task_return_error(task, error);
  else if (is_sign_in && !change->is_right)
    g_task_return_new_error(task, BH_PERSON_ERROR, BH_PERSON_ERROR_WRONG_PIN, "the PIN is wrong");
  else
    g_task_return_boolean(task, TRUE);
  bh_turn_queue_next(&self->turns);
}

static void
write_cb(GObject *source, GAsyncResult *result, gpointer data)
{
  GTask *task = data;
  BhPersonBook *self = g_task_get_source_object(task);
  BhPersonChange *change = g_task_get_task_data(task);
  GError *error = NULL;

  if (bh_store_write_finish(BH_STORE(source), result, &error)) {
    bh_person_change_apply(change, self->map);
    tell(self, change);
  }
  end_turn(self, task, error);
}

static void
start_write(BhPersonBook *self, GTask *task)
{
  g_autoptr(BhWriteList) list = bh_write_list_new();

  bh_person_change_write(g_task_get_task_data(task), self->map, list);
  if (bh_write_list_is_empty(list))
    end_turn(self, task, NULL);
  else
    bh_store_write_async(self->store, bh_write_list_run, g_steal_pointer(&list),
                         (GDestroyNotify)bh_write_list_free, NULL, write_cb, task);
}

static void
hash_cb(GObject *source, GAsyncResult *result, gpointer data)
{
  start_write(BH_PERSON_BOOK(source), data);
}

static void
run_hash(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  bh_person_change_hash(data);
  g_task_return_boolean(task, TRUE);
}

static void
run_change(gpointer book, GTask *task)
{
  BhPersonBook *self = book;
  BhPersonChange *change = g_task_get_task_data(task);
  g_autoptr(GTask) worker = NULL;
  GError *error = NULL;

  if (!bh_person_change_check(change, self->map, &error)) {
    end_turn(self, task, error);
  } else if (bh_person_change_needs_hash(change)) {
    worker = g_task_new(self, NULL, hash_cb, task);
    g_task_set_task_data(worker, change, NULL);
    g_task_run_in_thread(worker, run_hash);
  } else {
    start_write(self, task);
  }
}

/* Returns: (transfer full): */
static GTask *
make_task(BhPersonBook *self, BhPersonChangeKind kind, gint64 now_ms, GAsyncReadyCallback callback,
          gpointer user_data)
{
  GTask *task = g_task_new(self, NULL, callback, user_data);

  g_task_set_task_data(task, bh_person_change_new(kind, now_ms),
                       (GDestroyNotify)bh_person_change_free);
  return task;
}

/* Load --------------------------------------------------------------------------------------- */

static void
forget_stale_tries(BhPersonBook *self, gint64 now_ms)
{
  g_autoptr(BhWriteList) list = bh_write_list_new();

  if (bh_person_map_forget_stale_tries(self->map, now_ms) == 0)
    return;
  bh_person_change_forget_stale(list, now_ms);
  /* What stays there after all is found again by the next start. */
  bh_store_write_async(self->store, bh_write_list_run, g_steal_pointer(&list),
                       (GDestroyNotify)bh_write_list_free, NULL, NULL, NULL);
}

static void
load_cb(GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;
  BhPersonBook *self = g_task_get_source_object(task);
  BhPersonLoad *load = bh_store_get_task_data(result);
  GError *error = NULL;

  if (!bh_store_read_finish(BH_STORE(source), result, &error)) {
    g_task_return_error(task, error);
    return;
  }
  bh_person_map_free(self->map);
  self->map = g_steal_pointer(&load->map);
  forget_stale_tries(self, load->now_ms);
  g_task_return_boolean(task, TRUE);
}

void
bh_person_book_load_async(BhPersonBook *book, gint64 now_ms, GAsyncReadyCallback callback,
                          gpointer user_data)
{
  BhPersonLoad *load;

  g_return_if_fail(BH_IS_PERSON_BOOK(book));

  load = g_new0(BhPersonLoad, 1);
  load->now_ms = now_ms;
  bh_store_read_async(book->store, bh_person_rows_run_load, load,
                      (GDestroyNotify)bh_person_load_free, NULL, load_cb,
                      g_task_new(book, NULL, callback, user_data));
}

gboolean
bh_person_book_load_finish(BhPersonBook *book, GAsyncResult *result, GError **error)
{
  return bh_person_book_change_finish(book, result, error);
}

/* People ------------------------------------------------------------------------------------- */

void
bh_person_book_add_async(BhPersonBook *book, const char *name, const char *pin, gint64 now_ms,
                         GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task;
  BhPersonChange *change;

  g_return_if_fail(BH_IS_PERSON_BOOK(book));

  task = make_task(book, BH_PERSON_ADD, now_ms, callback, user_data);
  change = g_task_get_task_data(task);
  change->name = g_strdup(name);
  change->pin = g_strdup(pin);
  bh_turn_queue_add(&book->turns, task, run_change);
}

char *
bh_person_book_add_finish(BhPersonBook *book, GAsyncResult *result, GError **error)
{
  if (!bh_person_book_change_finish(book, result, error))
    return NULL;
  return g_strdup(((const BhPersonChange *)g_task_get_task_data(G_TASK(result)))->person_id);
}

void
bh_person_book_set_pin_async(BhPersonBook *book, const char *person_id, const char *pin,
                             GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task;
  BhPersonChange *change;

  g_return_if_fail(BH_IS_PERSON_BOOK(book));

  task = make_task(book, BH_PERSON_SET_PIN, 0, callback, user_data);
  change = g_task_get_task_data(task);
  change->person_id = g_strdup(person_id);
  change->pin = g_strdup(pin);
  bh_turn_queue_add(&book->turns, task, run_change);
}

void
bh_person_book_remove_async(BhPersonBook *book, const char *person_id, GAsyncReadyCallback callback,
                            gpointer user_data)
{
  GTask *task;

  g_return_if_fail(BH_IS_PERSON_BOOK(book));

  task = make_task(book, BH_PERSON_REMOVE, 0, callback, user_data);
  ((BhPersonChange *)g_task_get_task_data(task))->person_id = g_strdup(person_id);
  bh_turn_queue_add(&book->turns, task, run_change);
}

gboolean
bh_person_book_change_finish(BhPersonBook *book, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail(g_task_is_valid(result, book), FALSE);

  return g_task_propagate_boolean(G_TASK(result), error);
}

/* Signing in --------------------------------------------------------------------------------- */

void
bh_person_book_sign_in_async(BhPersonBook *book, const char *device_id, const char *person_id,
                             const char *pin, gint64 now_ms, GAsyncReadyCallback callback,
                             gpointer user_data)
{
  GTask *task;
  BhPersonChange *change;

  g_return_if_fail(BH_IS_PERSON_BOOK(book) && device_id != NULL && *device_id != '\0');

  task = make_task(book, BH_PERSON_SIGN_IN, now_ms, callback, user_data);
  change = g_task_get_task_data(task);
  if (!g_hash_table_add(book->trying, g_strdup(device_id))) {
    change->retry_ms = BUSY_RETRY_MS;
    g_task_return_new_error(task, BH_PERSON_ERROR, BH_PERSON_ERROR_TOO_MANY,
                            "another try is looked at");
    g_object_unref(task);
    return;
  }
  change->device_id = g_strdup(device_id);
  change->person_id = g_strdup(person_id);
  change->pin = g_strdup(pin);
  if (!bh_turn_queue_add(&book->turns, task, run_change))
    g_hash_table_remove(book->trying, device_id);
}

json_t *
bh_person_book_sign_in_finish(BhPersonBook *book, GAsyncResult *result, gint64 *retry_ms,
                              GError **error)
{
  gboolean is_right = bh_person_book_change_finish(book, result, error);
  BhPersonChange *change = g_task_get_task_data(G_TASK(result));

  if (retry_ms != NULL)
    *retry_ms = change->retry_ms;
  return is_right ? g_steal_pointer(&change->answer) : NULL;
}

void
bh_person_book_sign_out_async(BhPersonBook *book, const char *device_id,
                              GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task;

  g_return_if_fail(BH_IS_PERSON_BOOK(book) && device_id != NULL);

  task = make_task(book, BH_PERSON_SIGN_OUT, 0, callback, user_data);
  ((BhPersonChange *)g_task_get_task_data(task))->device_id = g_strdup(device_id);
  bh_turn_queue_add(&book->turns, task, run_change);
}

const char *
bh_person_book_get_signed_in(BhPersonBook *book, const char *device_id)
{
  const BhPerson *person;

  g_return_val_if_fail(BH_IS_PERSON_BOOK(book), NULL);

  person = bh_person_map_find_signed_in(book->map, device_id);
  return person != NULL ? person->person_id : NULL;
}

const char *
bh_person_book_get_signed_in_name(BhPersonBook *book, const char *device_id)
{
  const BhPerson *person;

  g_return_val_if_fail(BH_IS_PERSON_BOOK(book), NULL);

  person = bh_person_map_find_signed_in(book->map, device_id);
  return person != NULL ? person->name : NULL;
}

const char *
bh_person_book_get_name(BhPersonBook *book, const char *person_id)
{
  const BhPerson *person;

  g_return_val_if_fail(BH_IS_PERSON_BOOK(book), NULL);

  person = bh_person_map_find(book->map, person_id);
  return person != NULL ? person->name : NULL;
}

json_t *
bh_person_book_describe_people(BhPersonBook *book, const char *device_id)
{
  const BhPerson *signed_in;

  g_return_val_if_fail(BH_IS_PERSON_BOOK(book), NULL);

  signed_in = bh_person_map_find_signed_in(book->map, device_id);
  return json_pack("{s:o, s:o}", "people", bh_person_map_describe_people(book->map), "signedIn",
                   signed_in != NULL ? bh_person_map_describe_person(signed_in) : json_null());
}

/* Object ------------------------------------------------------------------------------------- */

static void
bh_person_book_finalize(GObject *object)
{
  BhPersonBook *self = BH_PERSON_BOOK(object);

  g_hash_table_unref(self->trying);
  bh_person_map_free(self->map);
  g_clear_object(&self->store);
  G_OBJECT_CLASS(bh_person_book_parent_class)->finalize(object);
}

static void
bh_person_book_class_init(BhPersonBookClass *klass)
{
  G_OBJECT_CLASS(klass)->finalize = bh_person_book_finalize;
  signals[CHANGED] = g_signal_new("changed", BH_TYPE_PERSON_BOOK, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                  NULL, G_TYPE_NONE, 0);
  signals[SIGN_IN_CHANGED] = g_signal_new("sign-in-changed", BH_TYPE_PERSON_BOOK, G_SIGNAL_RUN_LAST,
                                          0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
bh_person_book_init(BhPersonBook *self)
{
  self->map = bh_person_map_new();
  self->trying = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  bh_turn_queue_init(&self->turns, MAX_WAITING_TURNS);
}

BhPersonBook *
bh_person_book_new(BhStore *store)
{
  BhPersonBook *self;

  g_return_val_if_fail(BH_IS_STORE(store), NULL);

  self = g_object_new(BH_TYPE_PERSON_BOOK, NULL);
  self->store = g_object_ref(store);
  return self;
}
