/* SPDX-License-Identifier: Apache-2.0 */
#include "picture-cache.h"

static void
put(BhPictureCache *cache, const char *picture_id, gsize size)
{
  g_autofree guint8 *bytes = g_malloc0(size);
  g_autoptr(GBytes) content = g_bytes_new(bytes, size);

  bh_picture_cache_put(cache, picture_id, content);
}

static void
assert_has(BhPictureCache *cache, const char *picture_id, gboolean has)
{
  g_assert_true((bh_picture_cache_find(cache, picture_id) != NULL) == has);
}

static void
test_latest(void)
{
  g_autoptr(BhPictureCache) cache = bh_picture_cache_new(100);

  put(cache, "a", 40);
  put(cache, "b", 40);
  assert_has(cache, "a", TRUE); /* now b was asked for longest ago */
  put(cache, "c", 40);
  assert_has(cache, "b", FALSE);
  assert_has(cache, "a", TRUE);
  assert_has(cache, "c", TRUE);
  put(cache, "d", 100);
  assert_has(cache, "a", FALSE);
  assert_has(cache, "c", FALSE);
  assert_has(cache, "d", TRUE);
}

static void
test_bounds(void)
{
  g_autoptr(BhPictureCache) cache = bh_picture_cache_new(100);

  put(cache, "a", 101);
  assert_has(cache, "a", FALSE);
  for (guint i = 0; i < 10; i++)
    put(cache, "b", 60); /* the same again takes no more */
  put(cache, "c", 40);
  assert_has(cache, "b", TRUE);
  bh_picture_cache_drop(cache, "b");
  bh_picture_cache_drop(cache, "b");
  put(cache, "d", 60);
  assert_has(cache, "b", FALSE);
  assert_has(cache, "c", TRUE);
}

int
main(int argc, char *argv[])
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/picture-cache/latest", test_latest);
  g_test_add_func("/picture-cache/bounds", test_bounds);
  return g_test_run();
}
