/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhArrivalQueue: what the rooms send to the hub's own peer, looked at on a later turn of the loop:
 * a transport never calls back into its sender. The rooms cap the queue by what it says is waiting.
 */
#pragma once

#include "signaling-transport.h"

#define BH_TYPE_ARRIVAL_QUEUE (bh_arrival_queue_get_type())
G_DECLARE_FINAL_TYPE(BhArrivalQueue, bh_arrival_queue, BH, ARRIVAL_QUEUE, GObject)

/*
 * Signals
 *   arrived (GBytes *text): one message; not after bh_arrival_queue_stop()
 *   closed (): by the rooms
 */

BhArrivalQueue *bh_arrival_queue_new(void);

/** bh_arrival_queue_stop: forgets what waits; may be called twice. */
void bh_arrival_queue_stop(BhArrivalQueue *queue);
