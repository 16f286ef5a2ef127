/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhChunks: messages larger than a data channel takes, in parts (protocol section 3).
 *
 * `{type: "chunk", id, index, count, data}`: @data is a slice of the message's text, cut between
 * characters; index counts from 0. Parts of one message come in order on their way, a channel or
 * the relay; messages may interleave. One BhChunks holds what one member has begun, on all its
 * ways: whoever opens more channels gets no more room.
 */
#pragma once

#include <glib.h>

#include "data-channel.h"
#include "json-text.h"

/* The whole message, as protocol section 3 bounds it. */
#define BH_CHUNKS_MAX_BYTES (16 * 1024 * 1024)
/* For a guest, of whom there may be a crowd, and whose messages are short. */
#define BH_CHUNKS_GUEST_BYTES (256 * 1024)
/* Messages begun and not finished; one more drops the oldest. */
#define BH_CHUNKS_MAX_OPEN 4

typedef struct _BhChunks BhChunks;

#define BH_CHUNKS_ERROR (bh_chunks_error_quark())

typedef enum {
  BH_CHUNKS_ERROR_BAD,       /* no chunk, or one that does not continue what was begun */
  BH_CHUNKS_ERROR_TOO_LARGE, /* more than it may hold in all that is open */
} BhChunksError;

GQuark bh_chunks_error_quark(void);

/** bh_chunks_get_error_code: Returns: (transfer none): the wire's */
const char *bh_chunks_get_error_code(const GError *error);

/** bh_chunks_new: @max_bytes: of all that is begun, at most BH_CHUNKS_MAX_BYTES */
BhChunks *bh_chunks_new(gsize max_bytes);
void bh_chunks_free(BhChunks *chunks);

/**
 * bh_chunks_add:
 * @way: (nullable): the channel it came on, for its identity alone; ids of two ways are unrelated
 * @message: a message of type `chunk`
 * @whole: (out) (transfer full): the message once its last part is there, else %NULL
 *
 * Returns: %FALSE exactly when @error is set; that message is dropped, others are not
 */
gboolean bh_chunks_add(BhChunks *chunks, gconstpointer way, const json_t *message, char **whole,
                       GError **error);

/** bh_chunks_forget: @way has ended: what was begun on it has no more room. */
void bh_chunks_forget(BhChunks *chunks, gconstpointer way);

/**
 * bh_chunks_split:
 * @text: NUL-terminated UTF-8
 * @max_bytes: of each part as a message
 *
 * Returns: (transfer full) (element-type json_t) (nullable): its parts, in order; %NULL: it is more
 *   than BH_CHUNKS_MAX_BYTES, or @max_bytes is too little for any part
 */
GPtrArray *bh_chunks_split(const char *text, gsize max_bytes);

/** bh_chunks_get_part_bytes: Returns: of @part as a message, with @envelope_bytes around it */
gsize bh_chunks_get_part_bytes(const json_t *part, gsize envelope_bytes);

/**
 * bh_chunks_split_within:
 * @max_bytes: of each part with @envelope_bytes around it
 * @max_total_bytes: of all parts with these
 * @total_bytes: (out): what they are
 *
 * Returns: (transfer full) (element-type json_t) (nullable): the parts of @message, which can all
 *   wait at once; %NULL: they are too many
 */
GPtrArray *bh_chunks_split_within(const json_t *message, gsize max_bytes, gsize envelope_bytes,
                                  gsize max_total_bytes, gsize *total_bytes);

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
