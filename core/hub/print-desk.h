/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhPrintDesk: takes print messages from members to the queue, and tells them how their jobs fare
 * (protocol section 5). Whoever sends a job again is told its present state and what follows. With
 * a job stays who was signed in at the device; who asks for a reprint goes to the history.
 */
#pragma once

#include "print-queue.h"
#include "router.h"

#define BH_TYPE_PRINT_DESK (bh_print_desk_get_type())
/* Of hub-state.h, which holds the desk. */
typedef struct _BhHubState BhHubState;

G_DECLARE_FINAL_TYPE(BhPrintDesk, bh_print_desk, BH, PRINT_DESK, GObject)

/**
 * bh_print_desk_new: keeps a reference on @queue; adds its routes to @router, which it outlives.
 *
 * @state: need not be filled yet; outlives @router's last message
 */
BhPrintDesk *bh_print_desk_new(BhPrintQueue *queue, BhRouter *router, const BhHubState *state);

/**
 * bh_print_desk_find_sender: whose job it is, and who is signed in there. Borrows.
 *
 * @is_paired: whether it is certain which device that is; otherwise nobody is named
 */
BhPrintSender bh_print_desk_find_sender(BhPrintDesk *desk, const char *device_id,
                                        gboolean is_paired);

/** bh_print_desk_note_reprint: for the history. @who, @printer, @address: (nullable) */
void bh_print_desk_note_reprint(BhPrintDesk *desk, const char *who, const char *job_id,
                                const char *printer, const char *address);

/** bh_print_desk_note_cancel: for the history. @who, @address: (nullable) */
void bh_print_desk_note_cancel(BhPrintDesk *desk, const char *who, const char *job_id,
                               const char *address);

/** bh_print_desk_count: a job came in by @path. */
void bh_print_desk_count(BhPrintDesk *desk, BhPath path);

/** bh_print_desk_get_count: jobs accepted by @path since start. */
guint64 bh_print_desk_get_count(BhPrintDesk *desk, BhPath path);

/** bh_print_desk_get_error_code: Returns: (transfer none): the wire's code for a queue's error */
const char *bh_print_desk_get_error_code(const GError *error);
