/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-hub"

#include "picture-book.h"

#include "base64url.h"
#include "digest.h"
#include "picture-cache.h"
#include "picture-type.h"
#include "statement.h"

typedef struct {
  char *picture_id;
  const char *type; /* static */
  gsize size_bytes;
  gint64 added_ms;
  gboolean is_leaving; /* its removal is on its way to the disk, and its room is counted as free */
} Picture;

struct _BhPictureBook {
  GObject parent_instance;

  BhStore *store;
  BhPictureCache *cache;
  GHashTable *pictures; /* id -> owned Picture */
  GHashTable *readings; /* id -> GPtrArray of GTask: who waits for its content */
  /* Without what is leaving, with what is on its way to the disk. */
  guint64 n_pictures, n_bytes;
  guint64 max_pictures, max_bytes;
  BhPictureUsage usage; /* (nullable) */
  gpointer usage_data;
};

G_DEFINE_FINAL_TYPE(BhPictureBook, bh_picture_book, G_TYPE_OBJECT)
G_DEFINE_QUARK(bh_picture_error_quark, bh_picture_error)

static void
picture_free(gpointer data)
{
  Picture *picture = data;

  g_free(picture->picture_id);
  g_free(picture);
}

static Picture *
picture_new(const char *picture_id, const char *type, gsize size_bytes, gint64 added_ms)
{
  Picture *picture = g_new0(Picture, 1);

  *picture = (Picture){.picture_id = g_strdup(picture_id),
                       .type = type,
                       .size_bytes = size_bytes,
                       .added_ms = added_ms};
  return picture;
}

static void
reserve(BhPictureBook *self, gsize size_bytes)
{
  self->n_pictures++;
  self->n_bytes += size_bytes;
}

static void
release(BhPictureBook *self, gsize size_bytes)
{
  self->n_pictures--;
  self->n_bytes -= size_bytes;
}

/* --- load --- */

static gboolean
run_load(sqlite3 *db, gpointer data, GError **error)
{
  GPtrArray *found = data;
  GError *problem = NULL;
  g_autoptr(BhStatement) list =
      bh_statement_new(db, "SELECT picture_id, type, size, added_ms FROM picture", error);

  g_ptr_array_set_size(found, 0);
  if (list == NULL)
    return FALSE;
  while (bh_statement_next(list, &problem)) {
    const char *type = bh_picture_type_find((const char *)sqlite3_column_text(list, 1));

    if (type != NULL)
      g_ptr_array_add(found, picture_new((const char *)sqlite3_column_text(list, 0), type,
                                         (gsize)sqlite3_column_int64(list, 2),
                                         sqlite3_column_int64(list, 3)));
  }
  if (problem != NULL)
    g_propagate_error(error, problem);
  return problem == NULL;
}

static void
load_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  BhPictureBook *self = g_task_get_source_object(task);
  GPtrArray *found = bh_store_get_task_data(result);
  GError *error = NULL;

  if (!bh_store_read_finish(BH_STORE(source), result, &error)) {
    g_task_return_error(task, error);
    return;
  }
  while (found->len > 0) {
    Picture *picture = g_ptr_array_steal_index_fast(found, found->len - 1);

    reserve(self, picture->size_bytes);
    g_hash_table_insert(self->pictures, picture->picture_id, picture);
  }
  g_task_return_boolean(task, TRUE);
}

void
bh_picture_book_load_async(BhPictureBook *book, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new(book, NULL, callback, user_data);

  bh_store_read_async(book->store, run_load, g_ptr_array_new_with_free_func(picture_free),
                      (GDestroyNotify)g_ptr_array_unref, NULL, load_cb, task);
}

gboolean
bh_picture_book_load_finish(BhPictureBook *book, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean(G_TASK(result), error);
}

/* --- add --- */

/* One picture on its way to the disk, and those that make room for it. */
typedef struct {
  GTask *task;      /* owned until completed */
  Picture *picture; /* owned; NULL once the book has it */
  GBytes *content;
  GPtrArray *leaving;   /* of ids, owned */
  gboolean is_reserved; /* not there yet, as far as is known */
} Adding;

static void
adding_free(gpointer data)
{
  Adding *adding = data;

  g_clear_object(&adding->task);
  g_clear_pointer(&adding->picture, picture_free);
  g_bytes_unref(adding->content);
  g_ptr_array_unref(adding->leaving);
  g_free(adding);
}

static gboolean
run_add(sqlite3 *db, gpointer data, GError **error)
{
  const Adding *adding = data;
  gsize length;
  const guint8 *bytes = g_bytes_get_data(adding->content, &length);
  g_autoptr(BhStatement) remove =
      bh_statement_new(db, "DELETE FROM picture WHERE picture_id = ?1", error);
  g_autoptr(BhStatement) insert =
      remove == NULL
          ? NULL
          : bh_statement_new(db,
                             "INSERT INTO picture (picture_id, type, size, added_ms, content)"
                             " VALUES (?1, ?2, ?3, ?4, ?5)"
                             " ON CONFLICT (picture_id) DO UPDATE SET added_ms = ?4",
                             error);

  if (insert == NULL)
    return FALSE;
  for (guint i = 0; i < adding->leaving->len; i++) {
    bh_statement_bind_text(remove, 1, adding->leaving->pdata[i]);
    if (!bh_store_step(db, remove, error))
      return FALSE;
  }
  bh_statement_bind_text(insert, 1, adding->picture->picture_id);
  bh_statement_bind_text(insert, 2, adding->picture->type);
  sqlite3_bind_int64(insert, 3, (sqlite3_int64)length);
  sqlite3_bind_int64(insert, 4, adding->picture->added_ms);
  bh_statement_bind_bytes(insert, 5, bytes, length);
  return bh_store_step(db, insert, error);
}

static void
forget(BhPictureBook *self, const char *picture_id)
{
  bh_picture_cache_drop(self->cache, picture_id);
  g_hash_table_remove(self->pictures, picture_id);
}

/* They stay after all. */
static void
keep(BhPictureBook *self, GPtrArray *leaving)
{
  for (guint i = 0; i < leaving->len; i++) {
    Picture *picture = g_hash_table_lookup(self->pictures, leaving->pdata[i]);

    picture->is_leaving = FALSE;
    reserve(self, picture->size_bytes);
  }
}

/* Another call may have brought the same one meanwhile. */
static void
enter(BhPictureBook *self, Adding *adding)
{
  Picture *there = g_hash_table_lookup(self->pictures, adding->picture->picture_id);

  if (there != NULL) {
    if (adding->is_reserved)
      release(self, there->size_bytes);
    return;
  }
  bh_picture_cache_put(self->cache, adding->picture->picture_id, adding->content);
  g_hash_table_insert(self->pictures, adding->picture->picture_id, adding->picture);
  adding->picture = NULL;
}

static void
add_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  Adding *adding = bh_store_get_task_data(result);
  g_autoptr(GTask) task = g_steal_pointer(&adding->task);
  BhPictureBook *self = g_task_get_source_object(task);
  char *picture_id = g_strdup(adding->picture->picture_id);
  GError *error = NULL;

  if (!bh_store_write_finish(BH_STORE(source), result, &error)) {
    keep(self, adding->leaving);
    if (adding->is_reserved)
      release(self, adding->picture->size_bytes);
    g_free(picture_id);
    g_task_return_error(task, error);
    return;
  }
  for (guint i = 0; i < adding->leaving->len; i++)
    forget(self, adding->leaving->pdata[i]);
  enter(self, adding);
  g_task_return_pointer(task, picture_id, g_free);
}

static gboolean
has_room(const BhPictureBook *self, gsize size_bytes)
{
  return self->n_pictures < self->max_pictures && self->n_bytes + size_bytes <= self->max_bytes;
}

/* The oldest first. */
static int
compare_age(gconstpointer a, gconstpointer b)
{
  const Picture *one = *(const Picture *const *)a, *other = *(const Picture *const *)b;

  return one->added_ms < other->added_ms ? -1 : one->added_ms > other->added_ms;
}

/* Returns: (transfer container): of Picture, borrowed: what may go */
static GPtrArray *
list_unused(BhPictureBook *self, gint64 now_ms)
{
  g_autoptr(GHashTable) used = self->usage(self->usage_data);
  GPtrArray *unused = g_ptr_array_new();
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init(&iter, self->pictures);
  while (g_hash_table_iter_next(&iter, NULL, &value)) {
    Picture *picture = value;

    if (!picture->is_leaving && picture->added_ms <= now_ms - BH_PICTURE_GRACE_MS &&
        !g_hash_table_contains(used, picture->picture_id))
      g_ptr_array_add(unused, picture);
  }
  g_ptr_array_sort(unused, compare_age);
  return unused;
}

/* Returns: whether there is room for @adding now; %FALSE: nothing has changed */
static gboolean
make_room(BhPictureBook *self, Adding *adding, gint64 now_ms)
{
  gsize size_bytes = adding->picture->size_bytes;
  g_autoptr(GPtrArray) unused = NULL;

  if (has_room(self, size_bytes))
    return TRUE;
  unused = self->usage != NULL ? list_unused(self, now_ms) : g_ptr_array_new();
  for (guint i = 0; i < unused->len && !has_room(self, size_bytes); i++) {
    Picture *picture = unused->pdata[i];

    picture->is_leaving = TRUE;
    release(self, picture->size_bytes);
    g_ptr_array_add(adding->leaving, g_strdup(picture->picture_id));
  }
  if (has_room(self, size_bytes))
    return TRUE;
  keep(self, adding->leaving);
  return FALSE;
}

static gboolean
check(const char *type, GBytes *content, GError **error)
{
  if (g_bytes_get_size(content) > BH_PICTURE_MAX_BYTES) {
    g_set_error(error, BH_PICTURE_ERROR, BH_PICTURE_ERROR_TOO_LARGE,
                "A picture has at most %d KiB.", BH_PICTURE_MAX_BYTES / 1024);
    return FALSE;
  }
  if (!bh_picture_type_fits(type, content)) {
    g_set_error_literal(error, BH_PICTURE_ERROR, BH_PICTURE_ERROR_TYPE,
                        "A picture is a PNG, a JPEG or a WebP, and of the type that it is said to "
                        "be.");
    return FALSE;
  }
  return TRUE;
}

static char *
make_id(GBytes *content)
{
  guint8 hash[BH_DIGEST_BYTES];
  gsize length;
  const guint8 *bytes = g_bytes_get_data(content, &length);

  bh_digest_sha256(bytes, length, hash);
  return bh_base64url_encode(hash, sizeof hash);
}

void
bh_picture_book_add_async(BhPictureBook *book, const char *type, GBytes *content, gint64 now_ms,
                          GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr(GTask) task = g_task_new(book, NULL, callback, user_data);
  g_autofree char *picture_id = NULL;
  Picture *there;
  GError *error = NULL;
  Adding *adding;

  if (!check(type, content, &error)) {
    g_task_return_error(task, error);
    return;
  }
  picture_id = make_id(content);
  there = g_hash_table_lookup(book->pictures, picture_id);
  adding = g_new0(Adding, 1);
  adding->picture =
      picture_new(picture_id, bh_picture_type_find(type), g_bytes_get_size(content), now_ms);
  adding->content = g_bytes_ref(content);
  adding->leaving = g_ptr_array_new_with_free_func(g_free);
  adding->is_reserved = there == NULL || there->is_leaving;
  if (adding->is_reserved && !make_room(book, adding, now_ms)) {
    g_task_return_new_error(task, BH_PICTURE_ERROR, BH_PICTURE_ERROR_FULL,
                            "There is no room for another picture; take some off the menu first.");
    adding_free(adding);
    return;
  }
  if (adding->is_reserved)
    reserve(book, adding->picture->size_bytes);
  else
    there->added_ms = now_ms; /* at once: nobody's picture takes this one's room meanwhile */
  adding->task = g_steal_pointer(&task);
  bh_store_write_sized_async(book->store, run_add, adding, adding_free, g_bytes_get_size(content),
                             NULL, add_cb, NULL);
}

char *
bh_picture_book_add_finish(BhPictureBook *book, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer(G_TASK(result), error);
}

/* --- read --- */

typedef struct {
  BhPictureBook *book; /* owned */
  char *picture_id;
  GBytes *content; /* (nullable) */
} Reading;

static void
reading_free(gpointer data)
{
  Reading *reading = data;

  g_object_unref(reading->book);
  g_free(reading->picture_id);
  g_clear_pointer(&reading->content, g_bytes_unref);
  g_free(reading);
}

static gboolean
run_read(sqlite3 *db, gpointer data, GError **error)
{
  Reading *reading = data;
  GError *problem = NULL;
  g_autoptr(BhStatement) find =
      bh_statement_new(db, "SELECT content FROM picture WHERE picture_id = ?1", error);

  g_clear_pointer(&reading->content, g_bytes_unref);
  if (find == NULL)
    return FALSE;
  bh_statement_bind_text(find, 1, reading->picture_id);
  if (bh_statement_next(find, &problem))
    reading->content =
        g_bytes_new(sqlite3_column_blob(find, 0), (gsize)sqlite3_column_bytes(find, 0));
  if (problem != NULL)
    g_propagate_error(error, problem);
  else if (reading->content == NULL)
    g_set_error_literal(error, BH_PICTURE_ERROR, BH_PICTURE_ERROR_UNKNOWN,
                        "There is no such picture.");
  return reading->content != NULL;
}

static void
read_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  Reading *reading = bh_store_get_task_data(result);
  BhPictureBook *self = reading->book;
  g_autoptr(GPtrArray) tasks = NULL;
  g_autoptr(GError) error = NULL;

  g_hash_table_steal_extended(self->readings, reading->picture_id, NULL, (gpointer *)&tasks);
  if (bh_store_read_finish(BH_STORE(source), result, &error) &&
      g_hash_table_contains(self->pictures, reading->picture_id))
    bh_picture_cache_put(self->cache, reading->picture_id, reading->content);
  for (guint i = 0; i < tasks->len; i++) {
    if (error != NULL)
      g_task_return_error(tasks->pdata[i], g_error_copy(error));
    else
      g_task_return_pointer(tasks->pdata[i], g_bytes_ref(reading->content),
                            (GDestroyNotify)g_bytes_unref);
  }
}

static void
begin_reading(BhPictureBook *self, const char *picture_id, GTask *task)
{
  GPtrArray *tasks = g_hash_table_lookup(self->readings, picture_id);
  Reading *reading;

  if (tasks != NULL) {
    g_ptr_array_add(tasks, task);
    return;
  }
  reading = g_new0(Reading, 1);
  *reading = (Reading){.book = g_object_ref(self), .picture_id = g_strdup(picture_id)};
  tasks = g_ptr_array_new_with_free_func(g_object_unref);
  g_ptr_array_add(tasks, task);
  /* The key is the reading's own: both go in read_cb(). */
  g_hash_table_insert(self->readings, reading->picture_id, tasks);
  bh_store_read_async(self->store, run_read, reading, reading_free, NULL, read_cb, NULL);
}

const char *
bh_picture_book_get_type_of(BhPictureBook *book, const char *picture_id)
{
  const Picture *picture = g_hash_table_lookup(book->pictures, picture_id);

  return picture != NULL ? picture->type : NULL;
}

void
bh_picture_book_read_async(BhPictureBook *book, const char *picture_id,
                           GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr(GTask) task = g_task_new(book, NULL, callback, user_data);
  GBytes *content = bh_picture_cache_find(book->cache, picture_id);

  if (content != NULL)
    g_task_return_pointer(task, g_bytes_ref(content), (GDestroyNotify)g_bytes_unref);
  else if (bh_picture_book_get_type_of(book, picture_id) == NULL)
    g_task_return_new_error(task, BH_PICTURE_ERROR, BH_PICTURE_ERROR_UNKNOWN,
                            "There is no such picture.");
  else
    begin_reading(book, picture_id, g_steal_pointer(&task));
}

GBytes *
bh_picture_book_read_finish(BhPictureBook *book, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer(G_TASK(result), error);
}

guint
bh_picture_book_get_count(BhPictureBook *book)
{
  return g_hash_table_size(book->pictures);
}

/* --- life --- */

void
bh_picture_book_set_usage(BhPictureBook *book, BhPictureUsage usage, gpointer user_data)
{
  book->usage = usage;
  book->usage_data = user_data;
}

static void
bh_picture_book_finalize(GObject *object)
{
  BhPictureBook *self = BH_PICTURE_BOOK(object);

  g_hash_table_unref(self->pictures);
  g_hash_table_unref(self->readings);
  bh_picture_cache_free(self->cache);
  g_object_unref(self->store);
  G_OBJECT_CLASS(bh_picture_book_parent_class)->finalize(object);
}

static void
bh_picture_book_class_init(BhPictureBookClass *klass)
{
  G_OBJECT_CLASS(klass)->finalize = bh_picture_book_finalize;
}

static void
bh_picture_book_init(BhPictureBook *self)
{
  self->cache = bh_picture_cache_new(BH_PICTURE_CACHE_BYTES);
  self->pictures = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, picture_free);
  self->readings = g_hash_table_new(g_str_hash, g_str_equal);
}

BhPictureBook *
bh_picture_book_new(BhStore *store, const BhLimitSet *limits)
{
  BhPictureBook *self = g_object_new(BH_TYPE_PICTURE_BOOK, NULL);

  self->store = g_object_ref(store);
  self->max_pictures = bh_limit_set_get(limits, BH_LIMIT_PICTURES);
  self->max_bytes = bh_limit_set_get(limits, BH_LIMIT_PICTURES_BYTES);
  return self;
}
