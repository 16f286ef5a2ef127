/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhChunks: messages larger than a data channel takes, in parts (protocol section 3).
 *
 * `{type: "chunk", id, index, count, data}`: @data is a slice of the message's text, cut between
 * characters; index counts from 0. Parts of one message come in order on a channel; messages may
 * interleave. One BhChunks holds what one channel has begun.
 */
#pragma once

#include <glib.h>

#include "data-channel.h"
#include "json-text.h"

/* The whole message, as protocol section 3 bounds it. */
#define BH_CHUNKS_MAX_BYTES (16 * 1024 * 1024)
/* Messages begun and not finished on one channel; one more drops the oldest. */
#define BH_CHUNKS_MAX_OPEN 4

typedef struct _BhChunks BhChunks;

#define BH_CHUNKS_ERROR (bh_chunks_error_quark())

typedef enum {
  BH_CHUNKS_ERROR_BAD,       /* no chunk, or one that does not continue what was begun */
  BH_CHUNKS_ERROR_TOO_LARGE, /* more than BH_CHUNKS_MAX_BYTES in all that is open */
} BhChunksError;

GQuark bh_chunks_error_quark(void);

BhChunks *bh_chunks_new(void);
void bh_chunks_free(BhChunks *chunks);

/**
 * bh_chunks_add:
 * @message: a message of type `chunk`
 * @whole: (out) (transfer full): the message once its last part is there, else %NULL
 *
 * Returns: %FALSE exactly when @error is set; that message is dropped, others are not
 */
gboolean bh_chunks_add(BhChunks *chunks, const json_t *message, char **whole, GError **error);

/**
 * bh_chunks_send:
 * @text: NUL-terminated UTF-8
 *
 * Sends @text on @channel as one message where it fits, else in parts.
 *
 * Returns: whether all of it was queued; parts of a message that was not are dropped over there
 */
gboolean bh_chunks_send(BhDataChannel *channel, const char *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(BhChunks, bh_chunks_free)
