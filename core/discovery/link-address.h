/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhLinkAddress: an address of this computer, and the interface that has it: what is told of a name
 * on that interface's network.
 */
#pragma once

#include <gio/gio.h>

typedef struct {
  guint interface; /* the system's index of it, never 0 */
  char *address;   /* as text, without a scope */
} BhLinkAddress;

/* Each more is left out. */
#define BH_LINK_ADDRESS_MAX 32

BhLinkAddress *bh_link_address_new(guint interface, const char *address);
void bh_link_address_free(BhLinkAddress *link);

/**
 * bh_link_address_list:
 * @listen_address: "::", "0.0.0.0" (then IPv4 only) or one of this computer's
 *
 * Those under which somebody who listens there is reached by multicast's neighbours: of interfaces
 * that are up and no tunnels. A link-local IPv6 address only where the interface has no other, for
 * few programs take one from a name. Loopback only where @listen_address is one.
 *
 * Returns: (transfer full) (element-type BhLinkAddress): may be empty; in the system's order
 */
GPtrArray *bh_link_address_list(const char *listen_address);
