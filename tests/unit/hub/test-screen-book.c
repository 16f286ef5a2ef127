/* SPDX-License-Identifier: Apache-2.0 */
#include "screen-book.h"

#define SILENT 15000

typedef struct {
  BhScreenBook *book;
  GString *told; /* "device/screen " each */
} Case;

static void
note(const BhScreen *screen, gpointer user_data)
{
  Case *self = user_data;

  g_string_append_printf(self->told, "%s/%s ", screen->device_id, screen->screen_id);
}

static void
set_up(Case *self, gconstpointer data)
{
  self->book = bh_screen_book_new(SILENT);
  self->told = g_string_new(NULL);
}

static void
tear_down(Case *self, gconstpointer data)
{
  bh_screen_book_free(self->book);
  g_string_free(self->told, TRUE);
}

/* @stations: ids with spaces between; %NULL: all */
static gboolean
hear(Case *self, const char *device_id, const char *screen_id, const char *stations,
     gboolean is_visible, gint64 now_ms)
{
  g_autoptr(json_t) list = stations != NULL ? json_array() : json_null();
  g_auto(GStrv) ids = g_strsplit(stations != NULL ? stations : "", " ", -1);

  for (guint i = 0; stations != NULL && ids[i] != NULL; i++)
    json_array_append_new(list, json_string(ids[i]));
  return bh_screen_book_hear(self->book, device_id, screen_id, list, is_visible, now_ms, note,
                             self);
}

static void
assert_told(Case *self, const char *expected)
{
  g_assert_cmpstr(self->told->str, ==, expected);
  g_string_truncate(self->told, 0);
}

static void
assert_silent(Case *self, gint64 now_ms, const char *expected)
{
  bh_screen_book_find_silent(self->book, now_ms, note, self);
  assert_told(self, expected);
}

static void
test_silence_once(Case *self, gconstpointer data)
{
  g_assert_cmpint(bh_screen_book_get_due(self->book), ==, G_MAXINT64);
  hear(self, "d", "s", "grill", TRUE, 0);
  g_assert_cmpint(bh_screen_book_get_due(self->book), ==, SILENT);
  hear(self, "d", "s", "grill", TRUE, 5000);
  assert_silent(self, SILENT, "");
  assert_silent(self, 5000 + SILENT, "d/s ");
  assert_silent(self, 10 * SILENT, "");
  g_assert_cmpint(bh_screen_book_get_due(self->book), ==, G_MAXINT64);
  hear(self, "d", "s", "grill", TRUE, 11 * SILENT);
  assert_told(self, "d/s ");
  assert_silent(self, 12 * SILENT, "d/s ");
}

/* Nobody is missed for what the hub itself slept through. */
static void
test_wakes(Case *self, gconstpointer data)
{
  hear(self, "d", "s", "grill", TRUE, 0);
  bh_screen_book_wake(self->book, 3 * SILENT);
  assert_silent(self, 4 * SILENT - 1, "");
  assert_silent(self, 4 * SILENT, "d/s ");
  bh_screen_book_wake(self->book, 5 * SILENT); /* who was silent before still is */
  g_assert_cmpint(bh_screen_book_get_due(self->book), ==, G_MAXINT64);
}

static void
test_hidden_has_longer(Case *self, gconstpointer data)
{
  hear(self, "d", "s", NULL, FALSE, 0);
  assert_silent(self, BH_SCREEN_BOOK_HIDDEN * SILENT - 1, "");
  assert_silent(self, BH_SCREEN_BOOK_HIDDEN * SILENT, "d/s ");
}

static void
test_closed_is_not_missed(Case *self, gconstpointer data)
{
  hear(self, "d", "s", NULL, TRUE, 0);
  bh_screen_book_close(self->book, "d", "s", note, self);
  bh_screen_book_close(self->book, "d", "never", note, self);
  assert_silent(self, 10 * SILENT, "");
  g_assert_cmpuint(bh_screen_book_get_count(self->book), ==, 0);
  /* Also where it was missed before. */
  hear(self, "d", "s", NULL, TRUE, 0);
  assert_silent(self, SILENT, "d/s ");
  bh_screen_book_close(self->book, "d", "s", note, self);
  assert_told(self, "d/s ");
}

static void
test_opened_anew(Case *self, gconstpointer data)
{
  hear(self, "d", "old", "grill", TRUE, 0);
  assert_silent(self, SILENT, "d/old ");
  /* Another station, another device: neither shows what is missed. */
  hear(self, "d", "bar", "bar", TRUE, SILENT);
  hear(self, "e", "all", NULL, TRUE, SILENT);
  assert_told(self, "");
  hear(self, "d", "new", "bar grill", TRUE, SILENT);
  assert_told(self, "d/old ");
  /* What a living screen of the device shows is not missed at all. */
  hear(self, "d", "new", "bar grill", TRUE, SILENT + 5000);
  assert_silent(self, 2 * SILENT, "e/all ");
  assert_silent(self, 3 * SILENT, "d/new ");
}

static void
test_forgotten_device(Case *self, gconstpointer data)
{
  hear(self, "d", "a", "grill", TRUE, 0);
  hear(self, "d", "b", "bar", TRUE, 100);
  hear(self, "e", "c", NULL, TRUE, 0);
  assert_silent(self, SILENT, "e/c d/a ");
  bh_screen_book_forget(self->book, "d", note, self);
  assert_told(self, "d/a ");
  g_assert_cmpuint(bh_screen_book_get_count(self->book), ==, 1);
}

static void
restore(Case *self, const char *device_id, const char *screen_id, gint64 now_ms)
{
  g_autoptr(json_t) all = json_null();

  bh_screen_book_restore(self->book, device_id, screen_id, all, TRUE, now_ms);
}

static void
test_restored(Case *self, gconstpointer data)
{
  hear(self, "early", "s", NULL, TRUE, 0);
  restore(self, "early", "s", 100);
  restore(self, "lost", "s", 0);
  restore(self, "back", "s", 0);
  restore(self, "anew", "s", 0);
  /* What was heard before the table was read counts as heard; the others have longer. */
  assert_silent(self, SILENT, "early/s ");
  hear(self, "back", "s", NULL, TRUE, SILENT);
  hear(self, "anew", "s2", NULL, TRUE, SILENT + 1);
  assert_told(self, "");
  assert_silent(self, BH_SCREEN_BOOK_RESTORED * SILENT - 1, "");
  assert_silent(self, BH_SCREEN_BOOK_RESTORED * SILENT, "back/s lost/s ");
}

/* Another number exactly when what is to be remembered is another. */
static void
test_stamp(Case *self, gconstpointer data)
{
  guint64 stamp = bh_screen_book_get_stamp(self->book);

#define CHANGES(yes)                                                                               \
  g_assert_true((bh_screen_book_get_stamp(self->book) != stamp) == (yes));                         \
  stamp = bh_screen_book_get_stamp(self->book)
  restore(self, "r", "s", 0);
  CHANGES(FALSE);
  hear(self, "d", "s", "grill", TRUE, 0);
  CHANGES(TRUE);
  hear(self, "d", "s", "grill", TRUE, 5000);
  hear(self, "r", "s", NULL, TRUE, 5000);
  CHANGES(FALSE);
  hear(self, "d", "s", "grill bar", TRUE, 5000);
  CHANGES(TRUE);
  hear(self, "d", "s", "grill bar", FALSE, 5000);
  CHANGES(TRUE);
  assert_silent(self, 5000 + SILENT, "r/s ");
  CHANGES(TRUE);
  bh_screen_book_close(self->book, "r", "s", note, self);
  CHANGES(FALSE);
  bh_screen_book_close(self->book, "d", "s", note, self);
  CHANGES(TRUE);
#undef CHANGES
}

static void
count_one(const BhScreen *screen, gpointer count)
{
  (*(guint *)count)++;
}

static void
test_bounds(Case *self, gconstpointer data)
{
  guint count = 0;

  for (guint i = 0; i < 3 * BH_SCREEN_BOOK_MAX_A_DEVICE; i++) {
    g_autofree char *id = g_strdup_printf("s%u", i);

    g_assert_true(hear(self, "d", id, id, TRUE, i));
  }
  bh_screen_book_visit(self->book, count_one, &count);
  g_assert_cmpuint(count, ==, BH_SCREEN_BOOK_MAX_A_DEVICE);
  for (guint i = 0; count < BH_SCREEN_BOOK_MAX; i++, count++) {
    g_autofree char *id = g_strdup_printf("d%u", i);

    g_assert_true(hear(self, id, "s", NULL, TRUE, 0));
  }
  g_assert_false(hear(self, "one-more", "s", NULL, TRUE, 0));
  /* Who is there may open another page in place of its own. */
  g_assert_true(hear(self, "d0", "s2", "grill", TRUE, 0));
  g_assert_cmpuint(bh_screen_book_get_count(self->book), ==, BH_SCREEN_BOOK_MAX);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
#define ADD(path, test) g_test_add("/screen-book/" path, Case, NULL, set_up, test, tear_down)
  ADD("silence-once", test_silence_once);
  ADD("wakes", test_wakes);
  ADD("hidden", test_hidden_has_longer);
  ADD("closed", test_closed_is_not_missed);
  ADD("opened-anew", test_opened_anew);
  ADD("forgotten", test_forgotten_device);
  ADD("restored", test_restored);
  ADD("stamp", test_stamp);
  ADD("bounds", test_bounds);
  return g_test_run();
}
