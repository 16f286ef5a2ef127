/* SPDX-License-Identifier: Apache-2.0 */
/*
 * forwarded: what a reverse proxy says of the client that it speaks for, in X-Forwarded-For and
 * X-Forwarded-Proto. Anybody can send these headers, so they count from the proxies only that the
 * person who runs the hub has named.
 */
#pragma once

#include "address-set.h"
#include "remote.h"

typedef struct {
  const char *client;   /* (nullable): X-Forwarded-For, all of them, joined by commas */
  const char *protocol; /* (nullable): X-Forwarded-Proto, likewise */
  gboolean others;      /* there is a header `Forwarded` (RFC 7239), which is not read */
} BhForwarded;

/**
 * bh_forwarded_find_client:
 * @header: foreign
 *
 * The last address that is not a proxy's: each proxy appends whom it was asked by, so all before it
 * is the client's own invention.
 *
 * Returns: (transfer full) (nullable): %NULL: it cannot be told
 */
char *bh_forwarded_find_client(const char *header, const BhAddressSet *proxies);

/**
 * bh_forwarded_resolve:
 * @direct: of the connection
 * @proxies: (nullable): who is believed
 *
 * Who asks. A request that went through anybody is never from this computer, even where the one
 * that passed it on is, and is as safe as the least safe part of its way. Where it began is known
 * only when a proxy that is believed says so; else it is veiled, and its address is the last one's.
 *
 * Returns: (transfer full)
 */
BhRemote *bh_forwarded_resolve(const BhRemote *direct, const BhForwarded *said,
                               const BhAddressSet *proxies);
