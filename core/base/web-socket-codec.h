/* SPDX-License-Identifier: Apache-2.0 */
/*
 * web-socket-codec: frames of RFC 6455 section 5 as either side reads and writes them. No sockets.
 *
 * A message is bounded as a whole: the sum of its fragments is checked against the cap when a
 * frame's header is read, before any of its bytes is kept, and the number of fragments is bounded
 * too. So what one connection can make us hold is the cap, one frame header and one read.
 */
#pragma once

#include <glib.h>

/* RFC 6455 section 11.8. */
typedef enum {
  BH_WEB_SOCKET_CONTINUATION = 0x0,
  BH_WEB_SOCKET_TEXT = 0x1,
  BH_WEB_SOCKET_BINARY = 0x2,
  BH_WEB_SOCKET_CLOSE = 0x8,
  BH_WEB_SOCKET_PING = 0x9,
  BH_WEB_SOCKET_PONG = 0xa,
} BhWebSocketOpcode;

/* RFC 6455 section 7.4.1. */
#define BH_WEB_SOCKET_CLOSE_NORMAL    1000
#define BH_WEB_SOCKET_CLOSE_PROTOCOL  1002
#define BH_WEB_SOCKET_CLOSE_NOT_TEXT  1003
#define BH_WEB_SOCKET_CLOSE_NO_CODE   1005
#define BH_WEB_SOCKET_CLOSE_NOT_UTF8  1007
#define BH_WEB_SOCKET_CLOSE_TOO_LARGE 1009

/* RFC 6455 section 5.5. */
#define BH_WEB_SOCKET_MAX_CONTROL_BYTES 125
/* Two bytes, the longest length. Servers do not mask. */
#define BH_WEB_SOCKET_MAX_HEADER_BYTES 10
#define BH_WEB_SOCKET_MASK_BYTES       4

/* Fragments of one message: with 64 KiB, down to 64 bytes each. Bounds the work that empty
 * fragments make. */
#define BH_WEB_SOCKET_MAX_FRAGMENTS 1024

typedef struct {
  gsize max_message_bytes;
  GByteArray *partial; /* a frame whose end has not come, or NULL */
  GByteArray *message; /* fragments so far, or NULL */
  guint fragments;
  gboolean in_message;
  gboolean is_client; /* what comes is a server's, unmasked (section 5.1) */
} BhWebSocketReader;

/**
 * BhWebSocketFrameFunc:
 * @opcode: text (a whole message, valid UTF-8), close, ping or pong
 *
 * Returns: %FALSE: look at nothing more
 */
typedef gboolean (*BhWebSocketFrameFunc)(BhWebSocketOpcode opcode, const guint8 *data, gsize length,
                                         gpointer user_data);

void bh_web_socket_reader_init(BhWebSocketReader *reader, gsize max_message_bytes);

/** bh_web_socket_reader_init_client: for what a server sends. */
void bh_web_socket_reader_init_client(BhWebSocketReader *reader, gsize max_message_bytes);
void bh_web_socket_reader_clear(BhWebSocketReader *reader);

/**
 * bh_web_socket_reader_feed:
 * @data: bytes as they came; unmasked in place
 *
 * Calls @func for all that is whole.
 *
 * Returns: 0, or the code to close with; then nothing more may be fed
 */
guint16 bh_web_socket_reader_feed(BhWebSocketReader *reader, guint8 *data, gsize length,
                                  BhWebSocketFrameFunc func, gpointer user_data);

/**
 * bh_web_socket_write_header:
 * @header: at least BH_WEB_SOCKET_MAX_HEADER_BYTES
 *
 * Returns: bytes used
 */
gsize bh_web_socket_write_header(guint8 *header, BhWebSocketOpcode opcode, gsize length);

/**
 * bh_web_socket_append_masked:
 * @out: gets the whole frame, as a client sends it
 * @mask: of BH_WEB_SOCKET_MASK_BYTES, random (section 10.3)
 */
void bh_web_socket_append_masked(GByteArray *out, BhWebSocketOpcode opcode, const guint8 *data,
                                 gsize length, const guint8 *mask);

/** bh_web_socket_is_close_code: whether a peer may send this code (RFC 6455 section 7.4). */
gboolean bh_web_socket_is_close_code(guint code);
