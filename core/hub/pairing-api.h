/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pairing-api: how devices are let in (protocol section 1):
 *
 *   POST /api/v1/pair                   a device with a link; public
 *   POST /api/v1/pair/requests          a device without one asks; public
 *   POST /api/v1/pair/requests/open     and shows what it committed to; public
 *   POST /api/v1/pair/requests/result   and hears what became of it; public
 *   POST /api/v1/pair/requests/cancel   or asks no more; public
 *   POST /api/v1/pair/links             {role, name}: a one-time link, with its QR code;
 * `expiresMs` from now on GET  /api/v1/pair/requests          {requests[]}: the codes to compare
 *   POST /api/v1/pair/requests/accept   {requestId?, code, role, name?}: {deviceId}
 *   POST /api/v1/pair/requests/decline  {requestId}
 */
#pragma once

#include "hub-state.h"

/** bh_pairing_api_add: @state must outlive @api. */
void bh_pairing_api_add(BhApi *api, BhHubState *state);

/**
 * bh_pairing_api_make_place:
 * @secret: of the link
 *
 * What stands behind the hub's address in a pairing link: the secret, and whom to believe. A
 * browser keeps all behind the `#` to itself.
 *
 * Returns: (transfer full): "/pair#SECRET.HUBKEY.AUTHORITY.NAME"; wipe it
 */
char *bh_pairing_api_make_place(BhHubState *state, const char *secret);
