/* SPDX-License-Identifier: Apache-2.0 */
/*
 * LossyTransport: a BhTransport whose other end is in the same process and which loses and reorders
 * datagrams as a seed says. Delivers from the main loop, never inside send.
 */
#pragma once

#include "transport.h"

#define LOSSY_TYPE_TRANSPORT (lossy_transport_get_type())
G_DECLARE_FINAL_TYPE(LossyTransport, lossy_transport, LOSSY, TRANSPORT, BhTransport)

/** lossy_transport_new_pair: @loss_percent: lost; as many again are held back by 1 to 8 ms */
void lossy_transport_new_pair(guint loss_percent, guint32 seed, LossyTransport **one,
                              LossyTransport **two);

/** lossy_transport_connect: from now on it sends; it delivers all the time */
void lossy_transport_connect(LossyTransport *self);

/** lossy_transport_get_sent: datagrams given to it, lost ones too */
guint lossy_transport_get_sent(LossyTransport *self);

/** lossy_transport_inject: as if the other side had sent it */
void lossy_transport_inject(LossyTransport *self, const guint8 *data, gsize length);
