/* SPDX-License-Identifier: Apache-2.0 */
/*
 * server-address: what the address of a signaling server says of itself. Whether it is on the
 * property's own network decides when it is tried, and whom one believes there: a server elsewhere
 * proves itself by TLS, which nobody can do for a name that means something else on each network.
 */
#pragma once

#include <glib.h>

/** bh_server_address_is_local: it only means something on the property's own network. */
gboolean bh_server_address_is_local(const char *url);

/** bh_server_address_is_literal: an address in place of a name: a hub says those that it has, also
 * global ones of IPv6. */
gboolean bh_server_address_is_literal(const char *url);

/** bh_server_address_is_cloud: a cloud may be there: it is who it says by its certificate, which
 * names it. */
gboolean bh_server_address_is_cloud(const char *url);
