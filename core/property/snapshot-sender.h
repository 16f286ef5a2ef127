/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhSnapshotSender: one snapshot on its way to one peer (protocol section 4): records in parts of
 * at most BH_SNAPSHOT_PART_BYTES, each answered by an `ack`, at most BH_SNAPSHOT_WINDOW of them on
 * the way. Records are read when their part is made, so what waits is names.
 *
 * The last part, which makes the whole count, goes only when all before it are acknowledged. All
 * parts bear the snapshot's id; `part` numbers them, and an ack that repeats it says which one came
 * (without it the oldest is taken to have come, which is so wherever nothing gets lost).
 *
 * No I/O and no clock. Plain struct with one owner, one main context. Everything may be called from
 * the send function, also freeing it.
 */
#pragma once

#include "json-text.h"

#define BH_SNAPSHOT_PART_BYTES 40000
#define BH_SNAPSHOT_WINDOW     4
/* A part without an answer is sent again after that, and so often; then the peer is taken for
 * one that does not want it. */
#define BH_SNAPSHOT_TIMEOUT_MS 15000
#define BH_SNAPSHOT_TRIES      4

typedef struct _BhSnapshotSender BhSnapshotSender;

/**
 * BhSnapshotRead:
 * @size_bytes: (out): how long it is as text
 *
 * Returns: (transfer full) (nullable): `[name, record]`; %NULL: it is not to be sent
 */
typedef json_t *(*BhSnapshotRead)(const char *name, gsize *size_bytes, gpointer data);

/** BhSnapshotSend: Returns: %FALSE: the channel is full, and nothing was sent nor freed; it is
 * asked again at the next pump */
typedef gboolean (*BhSnapshotSend)(const json_t *message, gpointer data);

typedef enum {
  BH_SNAPSHOT_GOING,
  BH_SNAPSHOT_DONE,   /* the last part was acknowledged */
  BH_SNAPSHOT_FAILED, /* the peer never answered */
} BhSnapshotState;

/**
 * bh_snapshot_sender_new:
 * @id: of the snapshot: one that this peer was not sent before
 * @names: (transfer full) (element-type utf8): in the order they are to go, with their free
 * function
 * @end: (transfer full): an object: what the last part says besides, `have` or `cursor`
 * @reset: it replaces what was there before
 * @data: for @read and @send
 */
BhSnapshotSender *bh_snapshot_sender_new(const char *id, GPtrArray *names, json_t *end,
                                         gboolean reset, BhSnapshotRead read, BhSnapshotSend send,
                                         gpointer data);
void bh_snapshot_sender_free(BhSnapshotSender *sender);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BhSnapshotSender, bh_snapshot_sender_free)

/** bh_snapshot_sender_pump: sends what may go; also again what went unanswered for too long. */
void bh_snapshot_sender_pump(BhSnapshotSender *sender, gint64 now_ms);

/**
 * bh_snapshot_sender_ack:
 * @ack: foreign
 *
 * Sends nothing by itself; pump afterwards.
 *
 * Returns: whether it was about this snapshot
 */
gboolean bh_snapshot_sender_ack(BhSnapshotSender *sender, const json_t *ack);

/** bh_snapshot_sender_get_id: Returns: (transfer none) */
const char *bh_snapshot_sender_get_id(const BhSnapshotSender *sender);

BhSnapshotState bh_snapshot_sender_get_state(const BhSnapshotSender *sender);

/** bh_snapshot_sender_get_due_ms: Returns: when it must be pumped; -1: not by the clock */
gint64 bh_snapshot_sender_get_due_ms(const BhSnapshotSender *sender);
