/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhSignatureCheck: verifies the signatures of a batch of operations, in a worker or at once.
 * Private to the room.
 */
#pragma once

#include <gio/gio.h>

#include "member-roll.h"

typedef struct _BhSignatureCheck BhSignatureCheck;

BhSignatureCheck *bh_signature_check_new(const BhOperationSigning *signing);
void bh_signature_check_free(BhSignatureCheck *check);

/** bh_signature_check_add: Returns: its place, for bh_signature_check_get() */
guint bh_signature_check_add(BhSignatureCheck *check, BhOperation *op, guint n_keys,
                             guint8 keys[BH_MEMBER_ROLL_MAX_KEYS][BH_OPERATION_KEY_BYTES]);

guint bh_signature_check_get_count(const BhSignatureCheck *check);

/** bh_signature_check_run: here and now. */
void bh_signature_check_run(BhSignatureCheck *check);

/**
 * bh_signature_check_wait: until no worker checks any more; for the end of a property. Blocks for
 * what one batch takes.
 */
void bh_signature_check_wait(void);

/**
 * bh_signature_check_run_async: large ones by several workers.
 * @check: (transfer full): until bh_signature_check_run_finish()
 * @source: (type GObject): of the result
 */
void bh_signature_check_run_async(BhSignatureCheck *check, gpointer source,
                                  GAsyncReadyCallback callback, gpointer data);
/** Returns: (transfer full): the same check, done */
BhSignatureCheck *bh_signature_check_run_finish(GAsyncResult *result);

/** bh_signature_check_get: whether one of its keys made its signature. */
gboolean bh_signature_check_get(const BhSignatureCheck *check, guint place);
