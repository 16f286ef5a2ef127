/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-base"

#include "web-socket-codec.h"

#include <string.h>

/* RFC 6455 section 5.2. */
#define FIN          0x80
#define RESERVED     0x70
#define OPCODE       0x0f
#define MASKED       0x80
#define LENGTH       0x7f
#define LENGTH_16BIT 126
#define LENGTH_64BIT 127
#define MASK_BYTES   BH_WEB_SOCKET_MASK_BYTES

typedef struct {
  gboolean fin;
  guint opcode;
  gsize header_bytes; /* with the mask */
  gsize payload_bytes;
  guint8 mask[MASK_BYTES];
} Frame;

typedef enum { FRAME_WHOLE, FRAME_PART, FRAME_BAD } FrameResult;

void
bh_web_socket_reader_init(BhWebSocketReader *reader, gsize max_message_bytes)
{
  *reader = (BhWebSocketReader){.max_message_bytes = max_message_bytes};
}

void
bh_web_socket_reader_init_client(BhWebSocketReader *reader, gsize max_message_bytes)
{
  *reader = (BhWebSocketReader){.max_message_bytes = max_message_bytes, .is_client = TRUE};
}

void
bh_web_socket_reader_clear(BhWebSocketReader *reader)
{
  g_clear_pointer(&reader->partial, g_byte_array_unref);
  g_clear_pointer(&reader->message, g_byte_array_unref);
}

static guint64
read_big_endian(const guint8 *p, guint bytes)
{
  guint64 value = 0;

  while (bytes-- > 0)
    value = value << 8 | *p++;
  return value;
}

/* What may be said of a frame from its header alone. Returns: 0 or a close code */
static guint16
judge_header(const BhWebSocketReader *reader, const guint8 *data, guint64 length)
{
  guint opcode = data[0] & OPCODE;
  gboolean fin = (data[0] & FIN) != 0;
  gsize held = reader->message != NULL ? reader->message->len : 0;

  /* Extensions are never agreed on; clients mask, servers do not (section 5.1). */
  if ((data[0] & RESERVED) != 0 || ((data[1] & MASKED) == 0) != reader->is_client)
    return BH_WEB_SOCKET_CLOSE_PROTOCOL;
  switch (opcode) {
  case BH_WEB_SOCKET_BINARY:
    return BH_WEB_SOCKET_CLOSE_NOT_TEXT;
  case BH_WEB_SOCKET_TEXT:
  case BH_WEB_SOCKET_CONTINUATION:
    if (reader->in_message != (opcode == BH_WEB_SOCKET_CONTINUATION))
      return BH_WEB_SOCKET_CLOSE_PROTOCOL;
    if (length > reader->max_message_bytes - held ||
        reader->fragments >= BH_WEB_SOCKET_MAX_FRAGMENTS)
      return BH_WEB_SOCKET_CLOSE_TOO_LARGE;
    return 0;
  case BH_WEB_SOCKET_CLOSE:
  case BH_WEB_SOCKET_PING:
  case BH_WEB_SOCKET_PONG:
    return fin && length <= BH_WEB_SOCKET_MAX_CONTROL_BYTES ? 0 : BH_WEB_SOCKET_CLOSE_PROTOCOL;
  default:
    return BH_WEB_SOCKET_CLOSE_PROTOCOL;
  }
}

static FrameResult
read_frame(const BhWebSocketReader *reader, const guint8 *data, gsize size, Frame *frame,
           guint16 *close_code)
{
  guint length_bytes;
  guint64 length;

  if (size < 2)
    return FRAME_PART;
  length = data[1] & LENGTH;
  length_bytes = length == LENGTH_16BIT ? 2 : length == LENGTH_64BIT ? 8 : 0;
  if (size < 2 + length_bytes)
    return FRAME_PART;
  if (length_bytes > 0)
    length = read_big_endian(data + 2, length_bytes);
  *close_code = judge_header(reader, data, length);
  if (*close_code != 0)
    return FRAME_BAD;

  frame->fin = (data[0] & FIN) != 0;
  frame->opcode = data[0] & OPCODE;
  frame->header_bytes = 2 + length_bytes + (reader->is_client ? 0 : MASK_BYTES);
  frame->payload_bytes = (gsize)length; /* at most max_message_bytes */
  if (size < frame->header_bytes || size - frame->header_bytes < frame->payload_bytes)
    return FRAME_PART;
  if (!reader->is_client)
    memcpy(frame->mask, data + 2 + length_bytes, MASK_BYTES);
  return FRAME_WHOLE;
}

static void
unmask(guint8 *data, gsize length, const guint8 *mask)
{
  guint8 mask8[8];
  guint64 wide;
  gsize i = 0;

  memcpy(mask8, mask, MASK_BYTES);
  memcpy(mask8 + MASK_BYTES, mask, MASK_BYTES);
  memcpy(&wide, mask8, sizeof wide);
  for (; length - i >= sizeof wide; i += sizeof wide) {
    guint64 word;

    memcpy(&word, data + i, sizeof word);
    word ^= wide;
    memcpy(data + i, &word, sizeof word);
  }
  for (; i < length; i++)
    data[i] ^= mask[i % MASK_BYTES];
}

/* As g_utf8_validate_len(), but NUL is a character as any other. */
static gboolean
is_utf8(const char *text, gsize length)
{
  const char *end = text + length;
  const char *stop;

  while (!g_utf8_validate_len(text, (gsize)(end - text), &stop)) {
    if (*stop != '\0')
      return FALSE;
    text = stop + 1;
  }
  return TRUE;
}

static guint16
take_data(BhWebSocketReader *reader, const Frame *frame, const guint8 *payload,
          BhWebSocketFrameFunc func, gpointer user_data, gboolean *go_on)
{
  g_autoptr(GByteArray) whole = NULL;
  gsize length = frame->payload_bytes;

  reader->fragments++;
  reader->in_message = TRUE;
  if (!frame->fin || reader->message != NULL) {
    if (reader->message == NULL)
      reader->message = g_byte_array_new();
    g_byte_array_append(reader->message, payload, (guint)length);
  }
  if (!frame->fin)
    return 0;

  whole = g_steal_pointer(&reader->message);
  reader->in_message = FALSE;
  reader->fragments = 0;
  if (whole != NULL) {
    payload = whole->data;
    length = whole->len;
  }
  if (!is_utf8((const char *)payload, length))
    return BH_WEB_SOCKET_CLOSE_NOT_UTF8;
  *go_on = func(BH_WEB_SOCKET_TEXT, payload, length, user_data);
  return 0;
}

guint16
bh_web_socket_reader_feed(BhWebSocketReader *reader, guint8 *data, gsize length,
                          BhWebSocketFrameFunc func, gpointer user_data)
{
  g_autoptr(GByteArray) joined = g_steal_pointer(&reader->partial);
  gboolean go_on = TRUE;
  guint16 close_code = 0;
  Frame frame;

  if (joined != NULL) {
    g_byte_array_append(joined, data, (guint)length);
    data = joined->data;
    length = joined->len;
  }
  while (go_on && close_code == 0) {
    FrameResult result = read_frame(reader, data, length, &frame, &close_code);
    guint8 *payload;

    if (result != FRAME_WHOLE)
      break;
    payload = data + frame.header_bytes;
    if (!reader->is_client)
      unmask(payload, frame.payload_bytes, frame.mask);
    data = payload + frame.payload_bytes;
    length -= frame.header_bytes + frame.payload_bytes;
    if (frame.opcode == BH_WEB_SOCKET_TEXT || frame.opcode == BH_WEB_SOCKET_CONTINUATION)
      close_code = take_data(reader, &frame, payload, func, user_data, &go_on);
    else
      go_on = func((BhWebSocketOpcode)frame.opcode, payload, frame.payload_bytes, user_data);
  }
  if (go_on && close_code == 0 && length > 0) {
    reader->partial = g_byte_array_sized_new((guint)length);
    g_byte_array_append(reader->partial, data, (guint)length);
  }
  return close_code;
}

gsize
bh_web_socket_write_header(guint8 *header, BhWebSocketOpcode opcode, gsize length)
{
  guint length_bytes = length <= 125 ? 0 : length <= G_MAXUINT16 ? 2 : 8;

  header[0] = (guint8)(FIN | opcode);
  header[1] = (guint8)(length_bytes == 0   ? length
                       : length_bytes == 2 ? LENGTH_16BIT
                                           : LENGTH_64BIT);
  for (guint i = 0; i < length_bytes; i++)
    header[2 + i] = (guint8)((guint64)length >> (8 * (length_bytes - 1 - i)));
  return 2 + length_bytes;
}

void
bh_web_socket_append_masked(GByteArray *out, BhWebSocketOpcode opcode, const guint8 *data,
                            gsize length, const guint8 *mask)
{
  guint8 header[BH_WEB_SOCKET_MAX_HEADER_BYTES];
  gsize header_bytes = bh_web_socket_write_header(header, opcode, length);
  guint payload;

  header[1] |= MASKED;
  g_byte_array_append(out, header, (guint)header_bytes);
  g_byte_array_append(out, mask, MASK_BYTES);
  payload = out->len;
  g_byte_array_append(out, data, (guint)length);
  unmask(out->data + payload, length, mask);
}

gboolean
bh_web_socket_is_close_code(guint code)
{
  return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) ||
         (code >= 3000 && code <= 4999);
}
