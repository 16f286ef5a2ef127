/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ticket-erase: kitchen tickets hold the words of their orders; so they go with them, from the jobs
 * that the hub has printed and from what came out of the printer of kind `paper`.
 */
#pragma once

#include "hub-state.h"

/**
 * bh_ticket_erase_async:
 * @entities: (element-type utf8): those that are no orders are left out
 *
 * Finishes with bh_ticket_erase_finish() only.
 */
void bh_ticket_erase_async(BhHubState *state, const GPtrArray *entities,
                           GAsyncReadyCallback callback, gpointer user_data);
gboolean bh_ticket_erase_finish(GAsyncResult *result, GError **error);
