/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-peer"

#include "dcep.h"

#include <string.h>

/* RFC 8832 section 5.1: type, channel type, priority, reliability, two lengths. */
#define OPEN_HEADER_BYTES 12

/* RFC 8832 section 5.1: what may stand in the channel type's lower bits, and its upper one. */
enum {
  CHANNEL_RELIABLE = 0x00,
  CHANNEL_RETRANSMITS = 0x01,
  CHANNEL_LIFETIME = 0x02,
  CHANNEL_UNORDERED = 0x80,
};

G_DEFINE_QUARK(bh_dcep_error_quark, bh_dcep_error)

static guint
get_u16(const guint8 *at)
{
  return (guint)at[0] << 8 | at[1];
}

static guint32
get_u32(const guint8 *at)
{
  return (guint32)get_u16(at) << 16 | get_u16(at + 2);
}

static void
put_u16(guint8 *at, gsize value)
{
  at[0] = (guint8)(value >> 8);
  at[1] = (guint8)value;
}

void
bh_dcep_message_clear(BhDcepMessage *message)
{
  g_clear_pointer(&message->label, g_free);
  g_clear_pointer(&message->protocol, g_free);
}

static gboolean
fail(GError **error, BhDcepError code, const char *text)
{
  g_set_error_literal(error, BH_DCEP_ERROR, code, text);
  return FALSE;
}

static gboolean
parse_open(const guint8 *data, gsize length, BhDcepMessage *out, GError **error)
{
  BhDcepMessage open = {.type = BH_DCEP_OPEN, .max_retransmits = -1, .max_packet_lifetime_ms = -1};
  const char *label, *protocol;
  gsize label_length, protocol_length;
  gint limit;

  if (length < OPEN_HEADER_BYTES)
    return fail(error, BH_DCEP_ERROR_MALFORMED, "DATA_CHANNEL_OPEN is cut short");
  label_length = get_u16(data + 8);
  protocol_length = get_u16(data + 10);
  if (length != OPEN_HEADER_BYTES + label_length + protocol_length)
    return fail(error, BH_DCEP_ERROR_MALFORMED, "DATA_CHANNEL_OPEN has a wrong length");

  limit = (gint)MIN(get_u32(data + 4), (guint32)G_MAXINT);
  open.unordered = (data[1] & CHANNEL_UNORDERED) != 0;
  switch (data[1] & ~CHANNEL_UNORDERED) {
  case CHANNEL_RELIABLE:
    break;
  case CHANNEL_RETRANSMITS:
    open.max_retransmits = limit;
    break;
  case CHANNEL_LIFETIME:
    open.max_packet_lifetime_ms = limit;
    break;
  default:
    return fail(error, BH_DCEP_ERROR_UNKNOWN, "unknown channel type");
  }

  label = (const char *)data + OPEN_HEADER_BYTES;
  protocol = label + label_length;
  /* g_utf8_validate_len() refuses NUL too: both end up in C strings. */
  if (!g_utf8_validate_len(label, label_length, NULL) ||
      !g_utf8_validate_len(protocol, protocol_length, NULL))
    return fail(error, BH_DCEP_ERROR_MALFORMED, "label or protocol is not UTF-8");

  open.priority = (guint16)get_u16(data + 2);
  open.label = g_strndup(label, label_length);
  open.protocol = g_strndup(protocol, protocol_length);
  *out = open;
  return TRUE;
}

gboolean
bh_dcep_parse(const guint8 *data, gsize length, BhDcepMessage *out, GError **error)
{
  if (length == 0)
    return fail(error, BH_DCEP_ERROR_MALFORMED, "empty message");
  switch (data[0]) {
  case BH_DCEP_ACK:
    /* Some peers pad it: what follows the type says nothing. */
    *out = (BhDcepMessage){.type = BH_DCEP_ACK};
    return TRUE;
  case BH_DCEP_OPEN:
    return parse_open(data, length, out, error);
  default:
    return fail(error, BH_DCEP_ERROR_UNKNOWN, "unknown message type");
  }
}

GBytes *
bh_dcep_build_open(const BhDcepMessage *message)
{
  gsize label_length = strlen(message->label);
  gsize protocol_length = strlen(message->protocol);
  gsize length = OPEN_HEADER_BYTES + label_length + protocol_length;
  guint8 *data = g_malloc0(length);
  guint limit = 0;

  data[0] = BH_DCEP_OPEN;
  data[1] = message->unordered ? CHANNEL_UNORDERED : 0;
  if (message->max_retransmits >= 0) {
    data[1] |= CHANNEL_RETRANSMITS;
    limit = (guint)message->max_retransmits;
  } else if (message->max_packet_lifetime_ms >= 0) {
    data[1] |= CHANNEL_LIFETIME;
    limit = (guint)message->max_packet_lifetime_ms;
  }
  put_u16(data + 2, message->priority);
  put_u16(data + 4, limit >> 16);
  put_u16(data + 6, limit & 0xffff);
  put_u16(data + 8, label_length);
  put_u16(data + 10, protocol_length);
  memcpy(data + OPEN_HEADER_BYTES, message->label, label_length);
  memcpy(data + OPEN_HEADER_BYTES + label_length, message->protocol, protocol_length);
  return g_bytes_new_take(data, length);
}
