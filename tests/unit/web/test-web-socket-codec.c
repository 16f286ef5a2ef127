/* SPDX-License-Identifier: Apache-2.0 */
#include "web-socket-codec.h"

#include <string.h>

#define CAP 1000

static const guint8 mask[4] = {0x12, 0x34, 0x56, 0x78};

/* A client's frame. */
static void
append_frame(GByteArray *out, guint8 first, const char *payload, gsize length)
{
  guint8 header[14] = {first};
  gsize at = 2;

  if (length <= 125) {
    header[1] = (guint8)(0x80 | length);
  } else if (length <= G_MAXUINT16) {
    header[1] = 0x80 | 126;
    header[at++] = (guint8)(length >> 8);
    header[at++] = (guint8)length;
  } else {
    header[1] = 0x80 | 127;
    for (int i = 7; i >= 0; i--)
      header[at++] = (guint8)((guint64)length >> (8 * i));
  }
  memcpy(header + at, mask, 4);
  g_byte_array_append(out, header, (guint)at + 4);
  for (gsize i = 0; i < length; i++) {
    guint8 byte = (guint8)payload[i] ^ mask[i % 4];

    g_byte_array_append(out, &byte, 1);
  }
}

static gboolean
on_frame(BhWebSocketOpcode opcode, const guint8 *data, gsize length, gpointer user_data)
{
  GString *seen = user_data;

  g_string_append_printf(seen, "%x:%.*s;", (guint)opcode, (int)length, (const char *)data);
  return opcode != BH_WEB_SOCKET_CLOSE;
}

/* Feeds @bytes in pieces of @step; what was seen must be @expected, the end @code. */
static void
assert_reads(const GByteArray *bytes, gsize step, const char *expected, guint16 code)
{
  BhWebSocketReader reader;
  g_autoptr(GString) seen = g_string_new(NULL);
  guint16 result = 0;

  bh_web_socket_reader_init(&reader, CAP);
  for (gsize at = 0; at < bytes->len && result == 0; at += step) {
    gsize length = MIN(step, bytes->len - at);
    g_autofree guint8 *piece = g_memdup2(bytes->data + at, length);

    result = bh_web_socket_reader_feed(&reader, piece, length, on_frame, seen);
  }
  bh_web_socket_reader_clear(&reader);
  g_assert_cmpstr(seen->str, ==, expected);
  g_assert_cmpuint(result, ==, code);
}

static void
test_messages(void)
{
  static const gsize steps[] = {1, 2, 3, 7, 100, 100000};
  g_autoptr(GByteArray) bytes = g_byte_array_new();

  append_frame(bytes, 0x81, "one", 3);
  append_frame(bytes, 0x01, "tw", 2);
  append_frame(bytes, 0x89, "ping", 4); /* between fragments */
  append_frame(bytes, 0x00, "", 0);
  append_frame(bytes, 0x80, "o", 1);
  append_frame(bytes, 0x81, "", 0);
  append_frame(bytes, 0x81, "caf\xc3\xa9", 5);
  append_frame(bytes, 0x8a, "", 0);
  for (gsize i = 0; i < G_N_ELEMENTS(steps); i++)
    assert_reads(bytes, steps[i], "1:one;9:ping;1:two;1:;1:caf\xc3\xa9;a:;", 0);
}

static void
assert_ends(guint8 first, const char *payload, gsize length, guint16 code)
{
  g_autoptr(GByteArray) bytes = g_byte_array_new();

  append_frame(bytes, first, payload, length);
  assert_reads(bytes, 1, "", code);
  assert_reads(bytes, bytes->len, "", code);
}

static void
test_refusals(void)
{
  g_autofree char *large = g_strnfill(CAP + 1, 'x');
  g_autoptr(GByteArray) bytes = g_byte_array_new();

  assert_ends(0x82, "bin", 3, BH_WEB_SOCKET_CLOSE_NOT_TEXT);
  assert_ends(0x80, "no start", 8, BH_WEB_SOCKET_CLOSE_PROTOCOL);
  assert_ends(0xc1, "reserved", 8, BH_WEB_SOCKET_CLOSE_PROTOCOL);
  assert_ends(0x83, "opcode", 6, BH_WEB_SOCKET_CLOSE_PROTOCOL);
  assert_ends(0x09, "ping in parts", 13, BH_WEB_SOCKET_CLOSE_PROTOCOL);
  assert_ends(0x89, large, 126, BH_WEB_SOCKET_CLOSE_PROTOCOL);
  assert_ends(0x81, large, CAP + 1, BH_WEB_SOCKET_CLOSE_TOO_LARGE);
  assert_ends(0x81, "\xff\xfe", 2, BH_WEB_SOCKET_CLOSE_NOT_UTF8);

  g_byte_array_append(bytes, (const guint8 *)"\x81\x03one", 5); /* not masked */
  assert_reads(bytes, 1, "", BH_WEB_SOCKET_CLOSE_PROTOCOL);

  g_byte_array_set_size(bytes, 0); /* 2^64 - 1 bytes announced */
  g_byte_array_append(bytes, (const guint8 *)"\x81\xff\xff\xff\xff\xff\xff\xff\xff\xff", 10);
  assert_reads(bytes, 1, "", BH_WEB_SOCKET_CLOSE_TOO_LARGE);

  g_byte_array_set_size(bytes, 0); /* a text inside a text */
  append_frame(bytes, 0x01, "a", 1);
  append_frame(bytes, 0x81, "b", 1);
  assert_reads(bytes, 1, "", BH_WEB_SOCKET_CLOSE_PROTOCOL);
}

/* The whole message is bounded, whatever its fragments; and so is their number. */
static void
test_endless_fragments(void)
{
  g_autoptr(GByteArray) bytes = g_byte_array_new();
  g_autofree char *text = g_strnfill(CAP, 'x');

  append_frame(bytes, 0x01, text, CAP);
  append_frame(bytes, 0x00, text, 1);
  assert_reads(bytes, 100, "", BH_WEB_SOCKET_CLOSE_TOO_LARGE);

  g_byte_array_set_size(bytes, 0);
  append_frame(bytes, 0x01, "", 0);
  for (guint i = 0; i < BH_WEB_SOCKET_MAX_FRAGMENTS; i++)
    append_frame(bytes, 0x00, "", 0);
  assert_reads(bytes, 100, "", BH_WEB_SOCKET_CLOSE_TOO_LARGE);
}

static void
test_header(void)
{
  guint8 header[BH_WEB_SOCKET_MAX_HEADER_BYTES];

  g_assert_cmpuint(bh_web_socket_write_header(header, BH_WEB_SOCKET_TEXT, 125), ==, 2);
  g_assert_cmpmem(header, 2, "\x81\x7d", 2);
  g_assert_cmpuint(bh_web_socket_write_header(header, BH_WEB_SOCKET_TEXT, 126), ==, 4);
  g_assert_cmpmem(header, 4, "\x81\x7e\x00\x7e", 4);
  g_assert_cmpuint(bh_web_socket_write_header(header, BH_WEB_SOCKET_TEXT, 65536), ==, 10);
  g_assert_cmpmem(header, 10, "\x81\x7f\x00\x00\x00\x00\x00\x01\x00\x00", 10);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/web-socket-codec/messages", test_messages);
  g_test_add_func("/web-socket-codec/refusals", test_refusals);
  g_test_add_func("/web-socket-codec/endless-fragments", test_endless_fragments);
  g_test_add_func("/web-socket-codec/header", test_header);
  return g_test_run();
}
