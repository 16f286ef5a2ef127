/* SPDX-License-Identifier: Apache-2.0 */
#include "frame-seal.h"

#include <string.h>

static const guint8 a_key[BH_FRAME_SEAL_KEY_BYTES] = {1};
static const guint8 b_key[BH_FRAME_SEAL_KEY_BYTES] = {2};

static char *
seal(BhFrameSeal *side, const char *text)
{
  g_autoptr(GBytes) frame = bh_frame_seal_seal(side, text, strlen(text));

  return g_strndup(g_bytes_get_data(frame, NULL), g_bytes_get_size(frame));
}

/* Returns: what it opened to, or NULL */
static char *
open_frame(BhFrameSeal *side, const char *frame)
{
  g_autofree char *exact = g_memdup2(frame, strlen(frame));
  g_autoptr(GBytes) text = bh_frame_seal_open(side, exact, strlen(frame));

  return text != NULL ? g_strndup(g_bytes_get_data(text, NULL), g_bytes_get_size(text)) : NULL;
}

static const char *
find_data(const char *frame)
{
  return strstr(frame, "\"data\":\"") + strlen("\"data\":\"");
}

/* However another encoder spells the same frame. */
static void
test_spellings(void)
{
  static const char *const formats[] = {
      "{\"type\":\"sealed\",\"n\":0,\"data\":\"%s\"}",
      "{\"data\":\"%s\",\"n\":0,\"type\":\"sealed\"}",
      " { \"type\" : \"sealed\", \"n\" : 0 , \"data\" : \"%s\" } ",
      "{\"type\":\"sealed\",\"n\":0,\"data\":\"%s\",\"more\":true}",
  };

  for (gsize i = 0; i < G_N_ELEMENTS(formats); i++) {
    g_autoptr(BhFrameSeal) a = bh_frame_seal_new(a_key, b_key);
    g_autoptr(BhFrameSeal) b = bh_frame_seal_new(b_key, a_key);
    g_autofree char *frame = seal(a, "hello");
    g_autofree char *data = g_strndup(find_data(frame), strcspn(find_data(frame), "\""));
    g_autofree char *spelled = NULL;
    g_autofree char *text = NULL;

    {
      g_auto(GStrv) parts = g_strsplit(formats[i], "%s", 2);

      spelled = g_strconcat(parts[0], data, parts[1], NULL);
    }
    text = open_frame(b, spelled);
    g_assert_cmpstr(text, ==, "hello");
  }
}

static void
test_refused(void)
{
  static const char *const frames[] = {
      "",
      "{}",
      "[]",
      "{\"type\":\"sealed\",\"n\":0,\"data\":\"\"}",
      "{\"type\":\"sealed\",\"n\":0,\"data\":\"AAAA\"}",
      "{\"type\":\"sealed\",\"n\":0,\"data\":\"AAAAAAAAAAAAAAAAAAAAAA\"}",
      "{\"type\":\"sealed\",\"n\":0,\"data\":\"AAAAAAAAAAAAAAAAAAAAAA==\"}",
      "{\"type\":\"sealed\",\"n\":0,\"data\":7}",
      "{\"type\":\"sealed\",\"n\":0,\"data\":\"\"",
      "{\"type\":\"sealed\",\"n\":0}",
      "{\"type\":\"sealed\",\"data\":\"AAAAAAAAAAAAAAAAAAAAAA\"}",
      "{\"type\":\"relay\",\"n\":0,\"data\":\"AAAAAAAAAAAAAAAAAAAAAA\"}",
      "{\"type\":\"sealed\",\"n\":0,\"data\":",
      "{\"type\":\"sealed\",\"n\":",
  };

  for (gsize i = 0; i < G_N_ELEMENTS(frames); i++) {
    g_autoptr(BhFrameSeal) a = bh_frame_seal_new(a_key, b_key);
    g_autoptr(BhFrameSeal) b = bh_frame_seal_new(b_key, a_key);
    g_autofree char *good = seal(a, "hello");

    g_assert_null(open_frame(b, frames[i]));
    /* Nothing opens any more: the other side, or somebody between, does not keep to it. */
    g_assert_null(open_frame(b, good));
  }
}

/* Each frame once, in its order, from the other side. */
static void
test_order(void)
{
  g_autoptr(BhFrameSeal) a = bh_frame_seal_new(a_key, b_key);
  g_autoptr(BhFrameSeal) b = bh_frame_seal_new(b_key, a_key);
  g_autoptr(BhFrameSeal) c = bh_frame_seal_new(b_key, a_key);
  g_autofree char *first = seal(a, "first");
  g_autofree char *second = seal(a, "second");
  g_autofree char *own = seal(b, "own");
  g_autofree char *text = open_frame(b, first);

  g_assert_cmpstr(text, ==, "first");
  g_free(text);
  text = open_frame(b, second);
  g_assert_cmpstr(text, ==, "second");
  g_assert_null(open_frame(b, second));
  g_assert_null(open_frame(c, own));
  g_assert_cmpstr(first, !=, second);
}

/* The counts of both lengths, and what the caps are made of. */
static void
test_sizes(void)
{
  g_autoptr(BhFrameSeal) a = bh_frame_seal_new(a_key, b_key);
  g_autoptr(BhFrameSeal) b = bh_frame_seal_new(b_key, a_key);

  for (gsize length = 0; length < 300; length++) {
    g_autofree char *text = g_strnfill(length, 'x');
    g_autofree char *frame = seal(a, text);
    g_autofree char *opened = open_frame(b, frame);

    g_assert_cmpstr(opened, ==, text);
    g_assert_cmpuint(strlen(frame), <=, bh_frame_seal_get_frame_bytes(length));
    g_assert_cmpuint(strlen(frame) + 128, >=, bh_frame_seal_get_frame_bytes(length));
  }
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/frame-seal/spellings", test_spellings);
  g_test_add_func("/frame-seal/refused", test_refused);
  g_test_add_func("/frame-seal/order", test_order);
  g_test_add_func("/frame-seal/sizes", test_sizes);
  return g_test_run();
}
