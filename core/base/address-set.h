/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhAddressSet: networks as prefixes, and whether an address lies in one of them: the property's
 * own networks, the proxies that are believed.
 *
 * An IPv6 address that stands for an IPv4 one (::ffff:192.168.1.20, as a socket of both families
 * reports it) counts as that IPv4 address everywhere; a scope behind `%` is not looked at. Prefixes
 * of IPv4 and of IPv6 are apart: "::/0" is all of IPv6 and nothing else.
 *
 * A plain value; add to it first, then hand it out: a shared one is not changed any more.
 */
#pragma once

#include <gio/gio.h>

typedef struct _BhAddressSet BhAddressSet;

/* More than any property has; a longer list is a mistake. */
#define BH_ADDRESS_SET_MAX_PREFIXES 256

#define BH_ADDRESS_ERROR (bh_address_error_quark())

typedef enum {
  BH_ADDRESS_ERROR_ADDRESS, /* not an IP address */
  BH_ADDRESS_ERROR_LENGTH,  /* what stands behind the slash is no length of a prefix */
  BH_ADDRESS_ERROR_FULL,    /* BH_ADDRESS_SET_MAX_PREFIXES are in it */
} BhAddressError;

GQuark bh_address_error_quark(void);

/** bh_address_set_new: empty. */
BhAddressSet *bh_address_set_new(void);
BhAddressSet *bh_address_set_ref(BhAddressSet *set);
void bh_address_set_unref(BhAddressSet *set);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BhAddressSet, bh_address_set_unref)

/** bh_address_set_new_loopback: this computer alone. */
BhAddressSet *bh_address_set_new_loopback(void);

/**
 * bh_address_set_new_from_interfaces:
 *
 * The networks that this computer is in right now, by its interfaces that are up, and itself
 * (loopback). An interface that claims the whole internet as its network adds its own address only.
 * Call again when addresses may have changed.
 *
 * Returns: (transfer full) (nullable): %NULL: they cannot be listed now, as where no descriptor is
 *   left; which says nothing about what there is
 */
BhAddressSet *bh_address_set_new_from_interfaces(void);

/**
 * bh_address_set_add:
 * @text: "192.168.0.0/16", "fd12::/48", or an address alone, for exactly that one
 *
 * "192.168.1.20/16" means the network that this address is in.
 *
 * Returns: %FALSE exactly when @error is set, in words for the person who wrote @text
 */
gboolean bh_address_set_add(BhAddressSet *set, const char *text, GError **error);

/** bh_address_set_add_all: all of @other; what does not fit any more is left out. */
void bh_address_set_add_all(BhAddressSet *set, const BhAddressSet *other);

/**
 * bh_address_set_contains:
 * @address: (nullable): foreign text
 *
 * Returns: %FALSE also where @address is %NULL or none
 */
gboolean bh_address_set_contains(const BhAddressSet *set, const char *address);

/** bh_address_set_contains_address: @address: (nullable): */
gboolean bh_address_set_contains_address(const BhAddressSet *set, GInetAddress *address);

/** bh_address_set_get_size: how many prefixes there are. */
guint bh_address_set_get_size(const BhAddressSet *set);

/**
 * bh_address_set_list:
 *
 * Returns: (transfer full): "192.168.0.0/16"..., in the order they were added; free with
 *   g_strfreev()
 */
char **bh_address_set_list(const BhAddressSet *set);

/**
 * bh_address_normalise:
 * @address: (nullable): foreign text
 *
 * Returns: (transfer full) (nullable): the one spelling of it, IPv4 where it stands for that,
 *   without a scope; %NULL: it is no address
 */
char *bh_address_normalise(const char *address);

/**
 * bh_address_dup_household:
 * @address: (nullable): foreign text
 *
 * Returns: (transfer full) (nullable): "2001:db8:1:2::/64": the network of an IPv6 address, of
 * which one device may use them all; %NULL: it is one of IPv4, or none
 */
char *bh_address_dup_household(const char *address);
