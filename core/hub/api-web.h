/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhApiWeb: the API by HTTP, and by the control socket (protocol section 6). Finds out who asks:
 * the control socket's user is the hub's owner; a bearer token is believed over TLS and loopback
 * only, for anywhere else it has been read by others already.
 */
#pragma once

#include "api.h"
#include "hub-state.h"
#include "web-server.h"

typedef struct _BhApiWeb BhApiWeb;

/**
 * bh_api_web_new: mounts every route that @api has now.
 *
 * @state: must outlive it; in an open hub everybody is the owner, as it listens on loopback only
 */
BhApiWeb *bh_api_web_new(BhApi *api, BhWebServer *server, const BhHubState *state);

/** bh_api_web_free: after the server has been closed. */
void bh_api_web_free(BhApiWeb *web);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BhApiWeb, bh_api_web_free)
