/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-hub"

#include "screen-book.h"

typedef struct {
  char *device_id;
  char *screen_id;
  json_t *stations;
  gint64 heard_ms;
  gboolean is_visible;
  gboolean is_silent;
  gboolean is_restored; /* not heard since the hub's start */
} Entry;

struct _BhScreenBook {
  GPtrArray *entries; /* of Entry */
  gint64 silent_ms;
  guint64 stamp;
};

static void
entry_free(gpointer data)
{
  Entry *entry = data;

  g_free(entry->device_id);
  g_free(entry->screen_id);
  json_decref(entry->stations);
  g_free(entry);
}

BhScreenBook *
bh_screen_book_new(gint64 silent_ms)
{
  BhScreenBook *book = g_new0(BhScreenBook, 1);

  book->entries = g_ptr_array_new_with_free_func(entry_free);
  book->silent_ms = silent_ms;
  return book;
}

void
bh_screen_book_free(BhScreenBook *book)
{
  g_ptr_array_unref(book->entries);
  g_free(book);
}

static BhScreen
describe(const Entry *entry)
{
  return (BhScreen){entry->device_id, entry->screen_id, entry->stations, entry->is_visible,
                    entry->is_silent};
}

static gboolean
is_of(const Entry *entry, const char *device_id)
{
  return g_str_equal(entry->device_id, device_id);
}

static Entry *
find_entry(const BhScreenBook *book, const char *device_id, const char *screen_id)
{
  for (guint i = 0; i < book->entries->len; i++) {
    Entry *entry = book->entries->pdata[i];

    if (is_of(entry, device_id) && g_str_equal(entry->screen_id, screen_id))
      return entry;
  }
  return NULL;
}

/* Whether all that @other showed is shown by @stations. */
static gboolean
covers(const json_t *stations, const json_t *other)
{
  const json_t *wanted, *shown;
  gsize i, k;

  if (json_is_null(stations))
    return TRUE;
  if (json_is_null(other))
    return FALSE;
  json_array_foreach((json_t *)other, i, wanted)
  {
    gboolean found = FALSE;

    json_array_foreach((json_t *)stations, k, shown) found |= json_equal(wanted, shown);
    if (!found)
      return FALSE;
  }
  return TRUE;
}

static void
remove_entry(BhScreenBook *book, guint index, BhScreenVisitor back, gpointer user_data)
{
  Entry *entry = g_ptr_array_steal_index(book->entries, index);
  BhScreen screen = describe(entry);

  if (!entry->is_silent)
    book->stamp++;
  else if (back != NULL)
    back(&screen, user_data);
  entry_free(entry);
}

static void
drop_covered(BhScreenBook *book, const Entry *by, BhScreenVisitor back, gpointer user_data)
{
  for (guint i = book->entries->len; i-- > 0;) {
    const Entry *entry = book->entries->pdata[i];

    if (entry != by && entry->is_silent && is_of(entry, by->device_id) &&
        covers(by->stations, entry->stations))
      remove_entry(book, i, back, user_data);
  }
}

/* Returns: whether one more of this device has its place */
static gboolean
make_room(BhScreenBook *book, const char *device_id, BhScreenVisitor back, gpointer user_data)
{
  guint count = 0, oldest = 0;

  for (guint i = 0; i < book->entries->len; i++) {
    const Entry *entry = book->entries->pdata[i];
    const Entry *before = book->entries->pdata[oldest];

    if (!is_of(entry, device_id))
      continue;
    if (count++ == 0 || entry->heard_ms < before->heard_ms)
      oldest = i;
  }
  if (count >= BH_SCREEN_BOOK_MAX_A_DEVICE ||
      (count > 0 && book->entries->len >= BH_SCREEN_BOOK_MAX))
    remove_entry(book, oldest, back, user_data);
  return book->entries->len < BH_SCREEN_BOOK_MAX;
}

static Entry *
add_entry(BhScreenBook *book, const char *device_id, const char *screen_id)
{
  Entry *entry = g_new0(Entry, 1);

  entry->device_id = g_strdup(device_id);
  entry->screen_id = g_strdup(screen_id);
  entry->is_silent = TRUE; /* it was not heard yet */
  g_ptr_array_add(book->entries, entry);
  return entry;
}

static void
show(Entry *entry, json_t *stations, gboolean is_visible, gint64 now_ms)
{
  json_incref(stations);
  json_decref(entry->stations);
  entry->stations = stations;
  entry->heard_ms = now_ms;
  entry->is_visible = is_visible;
  entry->is_silent = FALSE;
}

gboolean
bh_screen_book_hear(BhScreenBook *book, const char *device_id, const char *screen_id,
                    json_t *stations, gboolean is_visible, gint64 now_ms, BhScreenVisitor back,
                    gpointer user_data)
{
  Entry *entry = find_entry(book, device_id, screen_id);
  BhScreen screen;

  if (entry == NULL) {
    if (!make_room(book, device_id, back, user_data))
      return FALSE;
    entry = add_entry(book, device_id, screen_id);
  } else if (entry->is_silent && back != NULL) {
    screen = describe(entry);
    back(&screen, user_data);
  }
  if (entry->is_silent || entry->is_visible != is_visible ||
      !json_equal(entry->stations, stations))
    book->stamp++;
  show(entry, stations, is_visible, now_ms);
  entry->is_restored = FALSE;
  drop_covered(book, entry, back, user_data);
  return TRUE;
}

void
bh_screen_book_restore(BhScreenBook *book, const char *device_id, const char *screen_id,
                       json_t *stations, gboolean is_visible, gint64 now_ms)
{
  Entry *entry = NULL;

  if (find_entry(book, device_id, screen_id) != NULL || !make_room(book, device_id, NULL, NULL))
    return;
  entry = add_entry(book, device_id, screen_id);
  show(entry, stations, is_visible, now_ms);
  entry->is_restored = TRUE;
}

void
bh_screen_book_close(BhScreenBook *book, const char *device_id, const char *screen_id,
                     BhScreenVisitor back, gpointer user_data)
{
  Entry *entry = find_entry(book, device_id, screen_id);
  guint index;

  if (entry != NULL && g_ptr_array_find(book->entries, entry, &index))
    remove_entry(book, index, back, user_data);
}

void
bh_screen_book_forget(BhScreenBook *book, const char *device_id, BhScreenVisitor back,
                      gpointer user_data)
{
  for (guint i = book->entries->len; i-- > 0;)
    if (is_of(book->entries->pdata[i], device_id))
      remove_entry(book, i, back, user_data);
}

void
bh_screen_book_wake(BhScreenBook *book, gint64 now_ms)
{
  for (guint i = 0; i < book->entries->len; i++) {
    Entry *entry = book->entries->pdata[i];

    if (!entry->is_silent)
      entry->heard_ms = now_ms;
  }
}

static gint64
get_entry_due(const BhScreenBook *book, const Entry *entry)
{
  gint64 times = entry->is_visible ? 1 : BH_SCREEN_BOOK_HIDDEN;

  if (entry->is_restored)
    times = MAX(times, BH_SCREEN_BOOK_RESTORED);
  return entry->heard_ms + book->silent_ms * times;
}

gint64
bh_screen_book_get_due(const BhScreenBook *book)
{
  gint64 due_ms = G_MAXINT64;

  for (guint i = 0; i < book->entries->len; i++) {
    const Entry *entry = book->entries->pdata[i];

    if (!entry->is_silent)
      due_ms = MIN(due_ms, get_entry_due(book, entry));
  }
  return due_ms;
}

/* A page that was opened anew has taken its place. */
static gboolean
is_replaced(const BhScreenBook *book, const Entry *entry, gint64 now_ms)
{
  for (guint i = 0; i < book->entries->len; i++) {
    const Entry *other = book->entries->pdata[i];

    if (other != entry && !other->is_silent && get_entry_due(book, other) > now_ms &&
        is_of(other, entry->device_id) && covers(other->stations, entry->stations))
      return TRUE;
  }
  return FALSE;
}

void
bh_screen_book_find_silent(BhScreenBook *book, gint64 now_ms, BhScreenVisitor silent,
                           gpointer user_data)
{
  for (guint i = book->entries->len; i-- > 0;) {
    Entry *entry = book->entries->pdata[i];
    BhScreen screen;

    if (entry->is_silent || get_entry_due(book, entry) > now_ms)
      continue;
    book->stamp++;
    if (is_replaced(book, entry, now_ms)) {
      g_ptr_array_remove_index(book->entries, i);
      continue;
    }
    entry->is_silent = TRUE;
    screen = describe(entry);
    silent(&screen, user_data);
  }
}

void
bh_screen_book_visit(const BhScreenBook *book, BhScreenVisitor visitor, gpointer user_data)
{
  for (guint i = 0; i < book->entries->len; i++) {
    BhScreen screen = describe(book->entries->pdata[i]);

    visitor(&screen, user_data);
  }
}

guint64
bh_screen_book_get_stamp(const BhScreenBook *book)
{
  return book->stamp;
}

guint
bh_screen_book_get_count(const BhScreenBook *book)
{
  return book->entries->len;
}
