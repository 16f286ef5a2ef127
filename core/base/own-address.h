/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhOwnAddress: an address of this computer with what is known of its interface, and which of them
 * a link or a QR code should carry: one that the phones of the house reach.
 *
 * A plain struct; reading the machine's is the only part that differs between systems.
 */
#pragma once

#include <gio/gio.h>

/* What an interface leads to. */
typedef enum {
  BH_OWN_NETWORK, /* Ethernet, Wi-Fi, and whatever looks like it */
  BH_OWN_INNER,   /* a bridge or switch of containers and virtual machines in this computer */
  BH_OWN_TUNNEL,  /* a VPN, a modem: one other end, where the house is not */
} BhOwnKind;

/* Not the way to anywhere else. */
#define BH_OWN_NO_ROUTE G_MAXUINT

typedef struct {
  char *address; /* (owned): as text; a scope behind `%` may be there */
  BhOwnKind kind;
  guint route_metric;    /* of the interface's default route, lower is preferred; BH_OWN_NO_ROUTE */
  gboolean is_temporary; /* made for some hours, then replaced by another (RFC 8981) */
  gboolean is_outgoing;  /* not to be used for anything new (deprecated, RFC 4862) */
} BhOwnAddress;

void bh_own_address_free(BhOwnAddress *address);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BhOwnAddress, bh_own_address_free)

/**
 * bh_own_address_judge_interface:
 * @name: "eth0"
 * @is_point_to_point: it has one other end
 * @has_device: hardware is behind it
 *
 * By the names that the makers of virtual switches and VPNs give, where hardware does not tell.
 */
BhOwnKind bh_own_address_judge_interface(const char *name, gboolean is_point_to_point,
                                         gboolean has_device);

/**
 * bh_own_address_order:
 * @addresses: (element-type BhOwnAddress): in the order that the system has them
 *
 * The best first:
 * 1. networks, then what is inside this computer, then tunnels, then addresses that are going; an
 *    inner switch that leads elsewhere (it holds the computer's own cable) counts as a network;
 * 2. private IPv4, then other IPv4, IPv6 of the house (ULA), other IPv6, IPv4 of nobody's giving
 *    (169.254.0.0/16);
 * 3. interfaces with a default route, by its metric: cable before Wi-Fi where both are there.
 *
 * Left out: loopback; link-local IPv6, which needs a scope that no link carries; and temporary ones
 * beside a lasting one of the same kind. Each once.
 *
 * Returns: (transfer full): without scopes; an IPv6 address still needs its brackets; free with
 *   g_strfreev()
 */
char **bh_own_address_order(const GPtrArray *addresses);

/**
 * bh_own_address_list:
 *
 * Of this computer's interfaces that are up and have somebody at their other end, right now.
 *
 * Returns: (transfer full) (nullable) (element-type BhOwnAddress): %NULL: they cannot be listed now,
 *   as where no descriptor is left; which says nothing about what there is
 */
GPtrArray *bh_own_address_list(void);

/** bh_address_list_for_links: both. Returns: (transfer full) (nullable): may be empty: there is no
 * network; %NULL as of bh_own_address_list() */
char **bh_address_list_for_links(void);
