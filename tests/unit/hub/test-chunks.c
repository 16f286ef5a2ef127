/* SPDX-License-Identifier: Apache-2.0 */
#include "chunks.h"

static gboolean
add_on(BhChunks *chunks, const void *way, const char *id, gint64 index, gint64 count,
       const char *data, char **whole, GError **error)
{
  g_autoptr(json_t) message =
      json_pack("{s:s, s:s, s:I, s:I, s:s}", "type", "chunk", "id", id, "index", (json_int_t)index,
                "count", (json_int_t)count, "data", data);

  return bh_chunks_add(chunks, way, message, whole, error);
}

static gboolean
add(BhChunks *chunks, const char *id, gint64 index, gint64 count, const char *data, char **whole,
    GError **error)
{
  return add_on(chunks, NULL, id, index, count, data, whole, error);
}

static void
test_joins_interleaved(void)
{
  g_autoptr(BhChunks) chunks = bh_chunks_new(BH_CHUNKS_MAX_BYTES);
  g_autoptr(GError) error = NULL;
  g_autofree char *whole = NULL;

  g_assert_true(add(chunks, "a", 0, 2, "{\"type\":", &whole, &error));
  g_assert_null(whole);
  g_assert_true(add(chunks, "b", 0, 1, "single", &whole, &error));
  g_assert_cmpstr(whole, ==, "single");
  g_clear_pointer(&whole, g_free);
  g_assert_true(add(chunks, "a", 1, 2, "\"ping\"}", &whole, &error));
  g_assert_cmpstr(whole, ==, "{\"type\":\"ping\"}");
}

static void
assert_refused(BhChunks *chunks, const char *id, gint64 index, gint64 count)
{
  g_autoptr(GError) error = NULL;
  char *whole = NULL;

  g_assert_false(add(chunks, id, index, count, "x", &whole, &error));
  g_assert_nonnull(error);
  g_assert_null(whole);
}

static void
test_refuses_gaps(void)
{
  g_autoptr(BhChunks) chunks = bh_chunks_new(BH_CHUNKS_MAX_BYTES);
  g_autofree char *whole = NULL;

  assert_refused(chunks, "a", 1, 2); /* never begun */
  assert_refused(chunks, "a", 2, 2); /* index is not below count */
  assert_refused(chunks, "a", 0, 0);
  assert_refused(chunks, "a", -1, 2);

  g_assert_true(add(chunks, "a", 0, 3, "x", &whole, NULL));
  assert_refused(chunks, "a", 2, 3); /* a part is missing: the message is given up */
  assert_refused(chunks, "a", 1, 3);
  g_assert_true(add(chunks, "b", 0, 3, "x", &whole, NULL));
  assert_refused(chunks, "b", 1, 4); /* another count */
}

static void
test_bounds(void)
{
  g_autoptr(BhChunks) chunks = bh_chunks_new(BH_CHUNKS_MAX_BYTES);
  g_autofree char *half = g_strnfill(BH_CHUNKS_MAX_BYTES / 2, 'x');
  g_autoptr(GError) error = NULL;
  char *whole = NULL;

  /* The bound holds for all that is begun, not for each message. */
  g_assert_true(add(chunks, "a", 0, 3, half, &whole, NULL));
  g_assert_true(add(chunks, "b", 0, 3, half, &whole, NULL));
  g_assert_false(add(chunks, "b", 1, 3, "x", &whole, &error));
  g_assert_error(error, BH_CHUNKS_ERROR, BH_CHUNKS_ERROR_TOO_LARGE);

  /* What was dropped made room; the oldest goes where too many are begun. */
  for (guint i = 0; i < BH_CHUNKS_MAX_OPEN; i++) {
    g_autofree char *id = g_strdup_printf("c%u", i);

    g_assert_true(add(chunks, id, 0, 2, "x", &whole, NULL));
  }
  assert_refused(chunks, "a", 1, 3);
}

/* Two channels may use one id; together they get no more room than one. */
static void
test_ways(void)
{
  g_autoptr(BhChunks) chunks = bh_chunks_new(BH_CHUNKS_GUEST_BYTES);
  g_autofree char *half = g_strnfill(BH_CHUNKS_GUEST_BYTES / 2, 'x');
  g_autofree char *whole = NULL;
  g_autoptr(GError) error = NULL;
  const int one = 0, other = 0, third = 0;

  g_assert_true(add_on(chunks, &one, "a", 0, 2, "left", &whole, NULL));
  g_assert_true(add_on(chunks, &other, "a", 0, 2, "x", &whole, NULL));
  g_assert_true(add_on(chunks, &one, "a", 1, 2, "right", &whole, NULL));
  g_assert_cmpstr(whole, ==, "leftright");
  g_clear_pointer(&whole, g_free);

  g_assert_true(add_on(chunks, &one, "b", 0, 2, half, &whole, NULL));
  g_assert_false(add_on(chunks, &third, "b", 0, 2, half, &whole, &error));
  g_assert_error(error, BH_CHUNKS_ERROR, BH_CHUNKS_ERROR_TOO_LARGE);
  g_assert_cmpstr(bh_chunks_get_error_code(error), ==, "too-large");

  /* A way that ends gives its room back, and only its own. */
  g_assert_true(add_on(chunks, NULL, "r", 0, 2, "relayed", &whole, NULL));
  bh_chunks_forget(chunks, &one);
  g_assert_true(add_on(chunks, &third, "b", 0, 2, half, &whole, NULL));
  g_assert_true(add_on(chunks, &third, "b", 1, 2, "", &whole, NULL));
  g_assert_cmpstr(whole, ==, half);
  g_clear_pointer(&whole, g_free);
  g_assert_true(add_on(chunks, NULL, "r", 1, 2, "!", &whole, NULL));
  g_assert_cmpstr(whole, ==, "relayed!");
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/chunks/joins-interleaved", test_joins_interleaved);
  g_test_add_func("/chunks/refuses-gaps", test_refuses_gaps);
  g_test_add_func("/chunks/bounds", test_bounds);
  g_test_add_func("/chunks/ways", test_ways);
  return g_test_run();
}
