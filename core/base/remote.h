/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhRemote: where a connection comes from, as far as it can be believed. What may be asked for
 * without a proof, and where a token may travel, is decided by it.
 *
 * A plain struct; whoever fills it owns @address.
 */
#pragma once

#include <glib.h>

typedef struct {
  char *address;     /* an IP address as text, without port; "" for a Unix-domain socket */
  gboolean secure;   /* came by TLS, ours or that of a proxy that is trusted */
  gboolean loopback; /* from this computer */
  gboolean veiled;   /* passed on by somebody, and from where cannot be told or is not believed */
  gboolean local_socket; /* by the Unix-domain socket of the state folder: its owner */
  gboolean foreign; /* asked for by a page of another site: where it comes from is its reader's, not its */
} BhRemote;

/** bh_remote_copy: Returns: (transfer full) */
BhRemote *bh_remote_copy(const BhRemote *remote);
void bh_remote_free(BhRemote *remote);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BhRemote, bh_remote_free)
