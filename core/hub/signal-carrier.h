/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhSignalCarrier: signaling on a data channel labelled `signal` (protocol section 2): the same
 * frames as on a WebSocket, for a page that came from elsewhere and may open no socket here. The
 * connection has proved whose device it is; the session joins all the same, by its own proof.
 */
#pragma once

#include "data-channel.h"
#include "signaling-server.h"

#define BH_TYPE_SIGNAL_CARRIER (bh_signal_carrier_get_type())
G_DECLARE_FINAL_TYPE(BhSignalCarrier, bh_signal_carrier, BH, SIGNAL_CARRIER, GObject)

#define BH_SIGNAL_CARRIER_LABEL "signal"

/**
 * bh_signal_carrier_new:
 * @channel: open, or about to be; the session ends with it, and it with the session
 * @device_id: whose it is
 */
BhSignalCarrier *bh_signal_carrier_new(BhSignalingServer *server, BhDataChannel *channel,
                                       const char *device_id);

/** bh_signal_carrier_end: closes the channel, ends the session; may be called twice. */
void bh_signal_carrier_end(BhSignalCarrier *carrier);
