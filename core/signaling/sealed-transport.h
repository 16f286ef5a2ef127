/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhSealedTransport: seals what is sent through it (access/frame-seal.h) and passes it on to the
 * transport below, so that rooms and places need not know that a connection is sealed.
 */
#pragma once

#include "frame-seal.h"
#include "signaling-transport.h"

#define BH_TYPE_SEALED_TRANSPORT (bh_sealed_transport_get_type())
G_DECLARE_FINAL_TYPE(BhSealedTransport, bh_sealed_transport, BH, SEALED_TRANSPORT, GObject)

/** bh_sealed_transport_new: @below: kept with a reference; @seal: (transfer full) */
BhSealedTransport *bh_sealed_transport_new(BhSignalingTransport *below, BhFrameSeal *seal);

/** bh_sealed_transport_open: as bh_frame_seal_open(), for what arrives from below. */
GBytes *bh_sealed_transport_open(BhSealedTransport *transport, const char *frame, gsize length);
