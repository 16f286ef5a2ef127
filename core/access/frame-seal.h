/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhFrameSeal: one side of a sealed signaling connection (protocol section 2): what it sends nobody
 * on the way can read, change, repeat, drop or reorder unnoticed.
 *
 * A frame is `{"type":"sealed","n":N,"data":"..."}`: the inner frame's text under
 * ChaCha20-Poly1305 as base64url, with N from 0 and one more each time as the nonce. Each direction
 * has a key and a count of its own. Knows no connection; runs on one thread.
 */
#pragma once

#include <glib.h>

typedef struct _BhFrameSeal BhFrameSeal;

#define BH_FRAME_SEAL_KEY_BYTES 32

/**
 * bh_frame_seal_new:
 * @seal_key: of BH_FRAME_SEAL_KEY_BYTES; for what this side sends
 * @open_key: of BH_FRAME_SEAL_KEY_BYTES; for what it receives
 *
 * Copies both.
 */
BhFrameSeal *bh_frame_seal_new(const guint8 *seal_key, const guint8 *open_key);

/** bh_frame_seal_free: @seal: (nullable); wipes the keys. */
void bh_frame_seal_free(BhFrameSeal *seal);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BhFrameSeal, bh_frame_seal_free)

/**
 * bh_frame_seal_seal:
 * @text: one whole inner frame
 *
 * Returns: (transfer full): the frame that goes out next; it must not be left out
 */
GBytes *bh_frame_seal_seal(BhFrameSeal *seal, const char *text, gsize length);

/**
 * bh_frame_seal_open:
 * @frame: foreign, whole
 *
 * Returns: (transfer full) (nullable): the inner frame's text, with a NUL behind it that does not
 *   count; %NULL: it is not the next frame of the other side. Nothing opens after that: the
 *   connection is to be closed
 */
GBytes *bh_frame_seal_open(BhFrameSeal *seal, const char *frame, gsize length);

/**
 * bh_frame_seal_get_frame_bytes:
 * @length: of an inner frame
 *
 * Returns: how many bytes its sealed frame has at most: what the cap of a connection must be, so
 *   that every inner frame of @length fits
 */
gsize bh_frame_seal_get_frame_bytes(gsize length);
