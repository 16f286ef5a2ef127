/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhPrintDesk: takes print messages from members to the queue, and tells them how their jobs fare
 * (protocol section 5). Whoever sends a job again is told its present state and what follows.
 */
#pragma once

#include "print-queue.h"
#include "router.h"

#define BH_TYPE_PRINT_DESK (bh_print_desk_get_type())
G_DECLARE_FINAL_TYPE(BhPrintDesk, bh_print_desk, BH, PRINT_DESK, GObject)

/** bh_print_desk_new: keeps a reference on @queue; adds its routes to @router, which it outlives.
 */
BhPrintDesk *bh_print_desk_new(BhPrintQueue *queue, BhRouter *router);

/** bh_print_desk_count: a job came in by @path. */
void bh_print_desk_count(BhPrintDesk *desk, BhPath path);

/** bh_print_desk_get_count: jobs accepted by @path since start. */
guint64 bh_print_desk_get_count(BhPrintDesk *desk, BhPath path);

/** bh_print_desk_get_error_code: Returns: (transfer none): the wire's code for a queue's error */
const char *bh_print_desk_get_error_code(const GError *error);
