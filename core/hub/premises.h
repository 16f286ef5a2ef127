/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The premises: whether what comes from an address has stayed on the property. For figures only;
 * who may come in is the gate's to say. On the main context.
 */
#pragma once

#include "address-set.h"

/**
 * bh_premises_has:
 * @networks: (nullable): the property's own
 * @address: (nullable): foreign text
 *
 * A house may have several networks with routers between them, and the hub is in one: an address
 * that no router of the internet knows the way to counts as the house's. So does a private network
 * that reaches into the house from elsewhere (a VPN), which cannot be told from it.
 */
gboolean bh_premises_has(const BhAddressSet *networks, const char *address);
