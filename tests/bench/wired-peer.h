/* SPDX-License-Identifier: Apache-2.0 */
/*
 * WiredPeer: a BhConnection whose descriptions and candidates go to the partner process, under a
 * number that both sides know it by.
 */
#pragma once

#include "connection.h"
#include "partner.h"

typedef struct {
  BhConnection *connection;
  BenchPartner *partner; /* borrowed */
  guint number;
  gint64 started_us; /* before anything was made for it */
} WiredPeer;

/** wired_peer_use_loopback: for all to come, in forked processes too; before any is made. */
void wired_peer_use_loopback(void);

WiredPeer *wired_peer_new(BenchPartner *partner, guint number);

/** wired_peer_take: a "description" or "candidate" of the other side. */
void wired_peer_take(WiredPeer *peer, json_t *message);

/** wired_peer_free: closes the connection. */
void wired_peer_free(WiredPeer *peer);

/** wired_peer_get_elapsed_ms: since wired_peer_new() was called. */
double wired_peer_get_elapsed_ms(const WiredPeer *peer);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(WiredPeer, wired_peer_free)
