/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhCommandDesk: carries out the commands of the simple face (protocol section 3): `order`,
 * `notification`, `line-cancel`, `service` and `receipt` become operations of this replica, and are
 * answered once those are committed.
 *
 * Commands that concern the same entity are carried out one after the other, so that the second of
 * two equal ones finds what the first wrote. Nothing but the property's operations is kept: ticket
 * numbers go on from what was committed.
 *
 * One main context.
 */
#pragma once

#include <gio/gio.h>

#include "command-plan.h"

#define BH_TYPE_COMMAND_DESK (bh_command_desk_get_type())
G_DECLARE_FINAL_TYPE(BhCommandDesk, bh_command_desk, BH, COMMAND_DESK, GObject)

/* Commands that wait for another one on the same entity; more are `rate-limited`. */
#define BH_COMMAND_DESK_MAX_WAITING 2000
/* What they are told to wait for. */
#define BH_COMMAND_DESK_RETRY_MS 1000

/**
 * bh_command_desk_new:
 * @property: loaded; referenced
 */
BhCommandDesk *bh_command_desk_new(BhProperty *property);

/**
 * bh_command_desk_run_async:
 * @sender: copied
 * @message: its `type` is order, notification, service, line-cancel or receipt; otherwise foreign;
 *   referenced, not to be changed any more
 */
void bh_command_desk_run_async(BhCommandDesk *desk, const BhCommandSender *sender, json_t *message,
                               GAsyncReadyCallback callback, gpointer user_data);

typedef struct {
  guint n_operations;
  gsize n_bytes; /* of their texts */
} BhCommandWritten;

/**
 * bh_command_desk_run_finish:
 * @written: (out) (optional): what was written for it
 *
 * Returns: (transfer full): what to answer: `ack {ref, level, ...}` or `error {ref, code, message}`
 */
json_t *bh_command_desk_run_finish(BhCommandDesk *desk, GAsyncResult *result,
                                   BhCommandWritten *written);

/**
 * bh_command_desk_find_sender:
 * @entity: `type/id`
 *
 * Returns: (transfer none) (nullable): the device whose command is writing about @entity now
 */
const char *bh_command_desk_find_sender(BhCommandDesk *desk, const char *entity);
