/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-access"

#include "device-book.h"

#include "device-rows.h"

/*
 * Main context only. `devices` owns a reference to each; the two tables borrow from it. Calls in
 * flight hold the book. The store completes in the order of the calls, so the last record that
 * comes back is the one in the store.
 */
struct _BhDeviceBook {
  GObject parent_instance;

  BhStore *store;
  GPtrArray *devices;    /* of BhDevice, oldest first */
  GHashTable *by_id;     /* device_id -> BhDevice, borrowed */
  GHashTable *by_link;   /* link_id -> BhDevice, borrowed */
  GHashTable *seen;      /* device_id (owned) -> gint64* */
  GHashTable *unwritten; /* set of device_id (owned): seen, and not in the store yet */
  GHashTable *leaving;   /* set of GTask: calls that may take a manager away */
  gint64 version;        /* of the revocations */
  gint64 restored_ms;
  guint seen_source;     /* 0: nothing is unwritten */
  gboolean is_closed;
};

G_DEFINE_FINAL_TYPE(BhDeviceBook, bh_device_book, G_TYPE_OBJECT)
G_DEFINE_QUARK(bh_device_book_error_quark, bh_device_book_error)

enum { ADDED, CHANGED, REVOKED, N_SIGNALS };
static guint signals[N_SIGNALS];

#define SEEN_INTERVAL_S 60

static void
put_device(BhDeviceBook *self, BhDevice *device)
{
  BhDevice *old = g_hash_table_lookup(self->by_id, device->device_id);
  guint at;

  /* The keys are the record's own text: they go before it does. */
  if (old != NULL) {
    g_hash_table_remove(self->by_id, old->device_id);
    if (old->link_id != NULL)
      g_hash_table_remove(self->by_link, old->link_id);
  }
  if (old != NULL && g_ptr_array_find(self->devices, old, &at)) {
    self->devices->pdata[at] = bh_device_ref(device);
    bh_device_unref(old);
  } else {
    g_ptr_array_add(self->devices, bh_device_ref(device));
  }
  g_hash_table_insert(self->by_id, device->device_id, device);
  if (device->link_id != NULL)
    g_hash_table_insert(self->by_link, device->link_id, device);
}

/* Load --------------------------------------------------------------------------------------- */

static void
put_seen(BhDeviceBook *self, const char *device_id, gint64 seen_ms)
{
  gint64 *value = g_new(gint64, 1);

  *value = seen_ms;
  g_hash_table_replace(self->seen, g_strdup(device_id), value);
}

static void
load_cb(GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;
  BhDeviceBook *self = g_task_get_source_object(task);
  const BhDeviceLoad *load = bh_store_get_task_data(result);
  GError *error = NULL;

  if (!bh_store_read_finish(BH_STORE(source), result, &error)) {
    g_task_return_error(task, error);
    return;
  }
  for (guint i = 0; i < load->devices->len; i++) {
    BhDevice *device = load->devices->pdata[i];
    gint64 seen_ms = g_array_index(load->seen_ms, gint64, i);

    put_device(self, device);
    if (seen_ms > 0)
      put_seen(self, device->device_id, seen_ms);
  }
  self->version = load->version;
  self->restored_ms = load->restored_ms;
  g_task_return_boolean(task, TRUE);
}

void
bh_device_book_load_async(BhDeviceBook *book, GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail(BH_IS_DEVICE_BOOK(book));

  bh_store_read_async(book->store, bh_device_rows_run_load, bh_device_load_new(),
                      (GDestroyNotify)bh_device_load_free, NULL, load_cb,
                      g_task_new(book, NULL, callback, user_data));
}

gboolean
bh_device_book_load_finish(BhDeviceBook *book, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail(g_task_is_valid(result, book), FALSE);

  return g_task_propagate_boolean(G_TASK(result), error);
}

gint64
bh_device_book_get_restored_ms(BhDeviceBook *book)
{
  g_return_val_if_fail(BH_IS_DEVICE_BOOK(book), 0);

  return book->restored_ms;
}

/* Find --------------------------------------------------------------------------------------- */

BhDevice *
bh_device_book_find(BhDeviceBook *book, const char *device_id)
{
  g_return_val_if_fail(BH_IS_DEVICE_BOOK(book), NULL);

  return device_id != NULL ? g_hash_table_lookup(book->by_id, device_id) : NULL;
}

BhDevice *
bh_device_book_find_by_link(BhDeviceBook *book, const char *link_id)
{
  g_return_val_if_fail(BH_IS_DEVICE_BOOK(book), NULL);

  return link_id != NULL ? g_hash_table_lookup(book->by_link, link_id) : NULL;
}

static GPtrArray *
list_devices(BhDeviceBook *self, gboolean removed)
{
  GPtrArray *list = g_ptr_array_new_with_free_func((GDestroyNotify)bh_device_unref);

  for (guint i = 0; i < self->devices->len; i++) {
    BhDevice *device = self->devices->pdata[i];

    if ((device->revoked_ms != 0) == removed)
      g_ptr_array_add(list, bh_device_ref(device));
  }
  return list;
}

GPtrArray *
bh_device_book_list(BhDeviceBook *book)
{
  return list_devices(book, FALSE);
}

GPtrArray *
bh_device_book_list_removed(BhDeviceBook *book)
{
  return list_devices(book, TRUE);
}

static gboolean
is_leaving(BhDeviceBook *self, const BhDevice *device)
{
  GHashTableIter iter;
  gpointer task;

  g_hash_table_iter_init(&iter, self->leaving);
  while (g_hash_table_iter_next(&iter, &task, NULL)) {
    if (g_strcmp0(g_task_get_task_data(task), device->device_id) == 0)
      return TRUE;
  }
  return FALSE;
}

guint
bh_device_book_count_managers(BhDeviceBook *book)
{
  guint count = 0;

  g_return_val_if_fail(BH_IS_DEVICE_BOOK(book), 0);

  for (guint i = 0; i < book->devices->len; i++) {
    const BhDevice *device = book->devices->pdata[i];

    count +=
        device->role == BH_ROLE_MANAGER && device->revoked_ms == 0 && !is_leaving(book, device);
  }
  return count;
}

/* Add ---------------------------------------------------------------------------------------- */

static gboolean
run_add(sqlite3 *db, gpointer device, GError **error)
{
  return bh_device_rows_insert(db, device, error);
}

void
bh_device_book_take_committed(BhDeviceBook *book, BhDevice *device)
{
  g_autoptr(BhDevice) owned = device;

  g_return_if_fail(BH_IS_DEVICE_BOOK(book));

  if (g_hash_table_contains(book->by_id, owned->device_id))
    return;
  put_device(book, owned);
  g_signal_emit(book, signals[ADDED], 0, owned);
}

static void
add_cb(GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;
  BhDeviceBook *self = g_task_get_source_object(task);
  BhDevice *device = bh_store_get_task_data(result);
  GError *error = NULL;

  if (!bh_store_write_finish(BH_STORE(source), result, &error)) {
    g_task_return_error(task, error);
    return;
  }
  bh_device_book_take_committed(self, bh_device_ref(device));
  g_task_return_pointer(task, bh_device_ref(device), (GDestroyNotify)bh_device_unref);
}

void
bh_device_book_add_async(BhDeviceBook *book, BhDevice *device, GAsyncReadyCallback callback,
                         gpointer user_data)
{
  g_return_if_fail(BH_IS_DEVICE_BOOK(book) && device != NULL);

  bh_store_write_async(book->store, run_add, bh_device_ref(device), (GDestroyNotify)bh_device_unref,
                       NULL, add_cb, g_task_new(book, NULL, callback, user_data));
}

BhDevice *
bh_device_book_add_finish(BhDeviceBook *book, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail(g_task_is_valid(result, book), NULL);

  return g_task_propagate_pointer(G_TASK(result), error);
}

/* Change and revoke -------------------------------------------------------------------------- */

static void
change_cb(GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;
  BhDeviceBook *self = g_task_get_source_object(task);
  const BhDeviceChange *change = bh_store_get_task_data(result);
  GError *error = NULL;

  g_hash_table_remove(self->leaving, task);
  if (bh_store_write_finish(BH_STORE(source), result, &error) && change->device == NULL)
    g_set_error(&error, BH_DEVICE_BOOK_ERROR, BH_DEVICE_BOOK_ERROR_UNKNOWN,
                "there is no such device");
  if (error != NULL) {
    g_task_return_error(task, error);
    return;
  }
  if (change->is_changed) {
    self->version = MAX(self->version, change->version);
    put_device(self, change->device);
    g_signal_emit(self, signals[change->revoke ? REVOKED : CHANGED], 0, change->device);
  }
  g_task_return_boolean(task, TRUE);
}

/* Returns: (transfer full): one that changes nothing yet */
static BhDeviceChange *
change_new(const char *device_id, gint64 now_ms)
{
  BhDeviceChange *change = g_new0(BhDeviceChange, 1);

  change->device_id = g_strdup(device_id);
  change->role = BH_ROLE_NONE;
  change->now_ms = now_ms;
  return change;
}

/* @change: (transfer full) */
static void
write_change(BhDeviceBook *self, BhDeviceChange *change, GAsyncReadyCallback callback,
             gpointer user_data)
{
  GTask *task = g_task_new(self, NULL, callback, user_data);

  g_task_set_task_data(task, g_strdup(change->device_id), g_free);
  if (change->revoke || (change->role != BH_ROLE_NONE && change->role != BH_ROLE_MANAGER))
    g_hash_table_add(self->leaving, g_object_ref(task));
  bh_store_write_async(self->store, bh_device_rows_run_change, change,
                       (GDestroyNotify)bh_device_change_free, NULL, change_cb, task);
}

void
bh_device_book_change_async(BhDeviceBook *book, const char *device_id, BhRole role,
                            const char *name, gint64 now_ms, GAsyncReadyCallback callback,
                            gpointer user_data)
{
  BhDeviceChange *change;

  g_return_if_fail(BH_IS_DEVICE_BOOK(book) && device_id != NULL);
  g_return_if_fail(role == BH_ROLE_NONE || bh_role_is_pairable(role));

  change = change_new(device_id, now_ms);
  change->role = role;
  change->name = g_strdup(name);
  write_change(book, change, callback, user_data);
}

gboolean
bh_device_book_change_finish(BhDeviceBook *book, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail(g_task_is_valid(result, book), FALSE);

  return g_task_propagate_boolean(G_TASK(result), error);
}

void
bh_device_book_renew_async(BhDeviceBook *book, const char *device_id, gint64 now_ms,
                           GAsyncReadyCallback callback, gpointer user_data)
{
  BhDeviceChange *change;

  g_return_if_fail(BH_IS_DEVICE_BOOK(book) && device_id != NULL);

  change = change_new(device_id, now_ms);
  change->renew = TRUE;
  write_change(book, change, callback, user_data);
}

gboolean
bh_device_book_renew_finish(BhDeviceBook *book, GAsyncResult *result, GError **error)
{
  return bh_device_book_change_finish(book, result, error);
}

void
bh_device_book_revoke_async(BhDeviceBook *book, const char *device_id, gint64 now_ms,
                            GAsyncReadyCallback callback, gpointer user_data)
{
  BhDeviceChange *change;

  g_return_if_fail(BH_IS_DEVICE_BOOK(book) && device_id != NULL);

  change = change_new(device_id, now_ms);
  change->revoke = TRUE;
  write_change(book, change, callback, user_data);
}

gboolean
bh_device_book_revoke_finish(BhDeviceBook *book, GAsyncResult *result, GError **error)
{
  return bh_device_book_change_finish(book, result, error);
}

/* Seen --------------------------------------------------------------------------------------- */

/* Fire and forget: what cannot be written is told by the next change that someone waits for. */
static void
write_seen(BhDeviceBook *self)
{
  BhDeviceSeen *seen;
  GHashTableIter iter;
  gpointer device_id;

  if (g_hash_table_size(self->unwritten) == 0)
    return;
  seen = g_new0(BhDeviceSeen, 1);
  seen->device_ids = g_ptr_array_new_with_free_func(g_free);
  seen->seen_ms = g_array_new(FALSE, FALSE, sizeof(gint64));
  g_hash_table_iter_init(&iter, self->unwritten);
  while (g_hash_table_iter_next(&iter, &device_id, NULL)) {
    const gint64 *seen_ms = g_hash_table_lookup(self->seen, device_id);

    g_ptr_array_add(seen->device_ids, g_strdup(device_id));
    g_array_append_val(seen->seen_ms, *seen_ms);
  }
  g_hash_table_remove_all(self->unwritten);
  bh_store_write_async(self->store, bh_device_rows_run_seen, seen,
                       (GDestroyNotify)bh_device_seen_free, NULL, NULL, NULL);
}

static gboolean
on_seen_interval(gpointer data)
{
  BhDeviceBook *self = data;

  self->seen_source = 0;
  write_seen(self);
  return G_SOURCE_REMOVE;
}

void
bh_device_book_seen(BhDeviceBook *book, const char *device_id, gint64 now_ms)
{
  g_return_if_fail(BH_IS_DEVICE_BOOK(book) && device_id != NULL);

  if (book->is_closed || !g_hash_table_contains(book->by_id, device_id))
    return;
  put_seen(book, device_id, now_ms);
  g_hash_table_add(book->unwritten, g_strdup(device_id));
  if (book->seen_source == 0) {
    book->seen_source = g_timeout_add_seconds(SEEN_INTERVAL_S, on_seen_interval, book);
    g_source_set_name_by_id(book->seen_source, "bellhop-device-seen");
  }
}

gint64
bh_device_book_get_seen_ms(BhDeviceBook *book, const char *device_id)
{
  const gint64 *seen_ms;

  g_return_val_if_fail(BH_IS_DEVICE_BOOK(book) && device_id != NULL, 0);

  seen_ms = g_hash_table_lookup(book->seen, device_id);
  return seen_ms != NULL ? *seen_ms : 0;
}

/* Revocations -------------------------------------------------------------------------------- */

static int
compare_revocations(gconstpointer a, gconstpointer b, gpointer since_ms)
{
  const BhDevice *one = *(BhDevice *const *)a;
  const BhDevice *other = *(BhDevice *const *)b;
  gboolean is_old = one->changed_ms < *(const gint64 *)since_ms;

  if (is_old != (other->changed_ms < *(const gint64 *)since_ms))
    return is_old ? 1 : -1;
  if ((one->revoked_ms != 0) != (other->revoked_ms != 0))
    return one->revoked_ms != 0 ? -1 : 1;
  return (one->changed_ms < other->changed_ms) - (one->changed_ms > other->changed_ms);
}

json_t *
bh_device_book_describe_revocations(BhDeviceBook *book)
{
  gint64 since_ms = 0;
  g_autoptr(GPtrArray) told = g_ptr_array_new();
  json_t *list = json_array();

  for (guint i = 0; i < book->devices->len; i++) {
    BhDevice *device = book->devices->pdata[i];

    if (device->changed_ms <= device->created_ms)
      continue;
    g_ptr_array_add(told, device);
    since_ms = MAX(since_ms, device->changed_ms - BH_DEVICE_BOOK_MEMBERSHIP_MS);
  }
  g_ptr_array_sort_with_data(told, compare_revocations, &since_ms);
  for (guint i = 0; i < MIN(told->len, BH_DEVICE_BOOK_MAX_REVOCATIONS); i++) {
    const BhDevice *device = told->pdata[i];

    json_array_append_new(
        list, json_pack("{s:s, s:o}", "deviceId", device->device_id, "before",
                        device->revoked_ms != 0 ? json_null() : json_integer(device->changed_ms)));
  }
  return json_pack("{s:I, s:o}", "version", (json_int_t)book->version, "revoked", list);
}

/* Object ------------------------------------------------------------------------------------- */

void
bh_device_book_close(BhDeviceBook *book)
{
  g_return_if_fail(BH_IS_DEVICE_BOOK(book));

  g_clear_handle_id(&book->seen_source, g_source_remove);
  write_seen(book);
  book->is_closed = TRUE;
}

static void
bh_device_book_finalize(GObject *object)
{
  BhDeviceBook *self = BH_DEVICE_BOOK(object);

  g_clear_handle_id(&self->seen_source, g_source_remove);
  g_hash_table_unref(self->by_id);
  g_hash_table_unref(self->by_link);
  g_hash_table_unref(self->seen);
  g_hash_table_unref(self->unwritten);
  g_hash_table_unref(self->leaving);
  g_ptr_array_unref(self->devices);
  g_clear_object(&self->store);
  G_OBJECT_CLASS(bh_device_book_parent_class)->finalize(object);
}

static guint
add_signal(const char *name)
{
  return g_signal_new(name, BH_TYPE_DEVICE_BOOK, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                      G_TYPE_NONE, 1, G_TYPE_POINTER);
}

static void
bh_device_book_class_init(BhDeviceBookClass *klass)
{
  G_OBJECT_CLASS(klass)->finalize = bh_device_book_finalize;
  signals[ADDED] = add_signal("added");
  signals[CHANGED] = add_signal("changed");
  signals[REVOKED] = add_signal("revoked");
}

static void
bh_device_book_init(BhDeviceBook *self)
{
  self->devices = g_ptr_array_new_with_free_func((GDestroyNotify)bh_device_unref);
  self->by_id = g_hash_table_new(g_str_hash, g_str_equal);
  self->by_link = g_hash_table_new(g_str_hash, g_str_equal);
  self->seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  self->unwritten = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  self->leaving = g_hash_table_new_full(NULL, NULL, g_object_unref, NULL);
}

BhDeviceBook *
bh_device_book_new(BhStore *store)
{
  BhDeviceBook *self;

  g_return_val_if_fail(BH_IS_STORE(store), NULL);

  self = g_object_new(BH_TYPE_DEVICE_BOOK, NULL);
  self->store = g_object_ref(store);
  return self;
}
