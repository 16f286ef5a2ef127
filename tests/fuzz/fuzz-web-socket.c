/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The first byte says how large the pieces are that the rest comes in. Held memory stays bounded.
 */
#include "web-socket-codec.h"

#include <stdint.h>

#define CAP 4096

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static gboolean
on_frame(BhWebSocketOpcode opcode, const guint8 *data, gsize length, gpointer user_data)
{
  g_assert_cmpuint(length, <=,
                   opcode == BH_WEB_SOCKET_TEXT ? CAP : BH_WEB_SOCKET_MAX_CONTROL_BYTES);
  if (opcode == BH_WEB_SOCKET_CLOSE && length >= 2)
    bh_web_socket_is_close_code((guint)data[0] << 8 | data[1]);
  return opcode != BH_WEB_SOCKET_CLOSE;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  BhWebSocketReader reader;
  gsize step = size > 0 ? (gsize)data[0] + 1 : 1;

  bh_web_socket_reader_init(&reader, CAP);
  for (gsize at = 1; at < size; at += step) {
    gsize length = MIN(step, size - at);
    g_autofree guint8 *piece = g_memdup2(data + at, length);
    gsize held;

    if (bh_web_socket_reader_feed(&reader, piece, length, on_frame, NULL) != 0)
      break;
    held = (reader.partial != NULL ? reader.partial->len : 0) +
           (reader.message != NULL ? reader.message->len : 0);
    g_assert_cmpuint(held, <=, CAP + 14 + step);
  }
  bh_web_socket_reader_clear(&reader);
  return 0;
}
